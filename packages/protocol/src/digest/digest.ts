/** A running digest. `digest` does not end it: more bytes may follow, and the next `digest` covers them all. */
export interface Digest {
  update(bytes: Uint8Array): this;
  digest(): Uint8Array;
}
