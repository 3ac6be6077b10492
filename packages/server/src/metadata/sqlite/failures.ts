/** What SQLite's failures mean to who uses the store. */
import { MetadataDamaged, MetadataFull } from '../failures.ts';

// https://sqlite.org/rescode.html, primary codes. The texts are what is left of an error that came from another thread.
const damage = {
  codes: [11, 26],
  texts: /disk image is malformed|file is not a database|malformed database schema|is not what its sum says/,
};
const full = { codes: [13], texts: /database or disk is full/ };

/** The failure in the words of the port, where the port has some for it. */
export function asFailure(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (is(thrown, damage)) return new MetadataDamaged(thrown);
  if (is(thrown, full)) return new MetadataFull(thrown);
  return thrown;
}

function is(error: Error, { codes, texts }: { codes: readonly number[]; texts: RegExp }): boolean {
  if (error instanceof MetadataDamaged || error instanceof MetadataFull) return false;
  const code = (error as { errcode?: number }).errcode;
  return code === undefined ? texts.test(error.message) : codes.includes(code & 0xff);
}
