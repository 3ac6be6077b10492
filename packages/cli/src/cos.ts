/** What the commands use of the SDK. */

interface Place {
  readonly Bucket: string;
  readonly Region: string;
}

interface ObjectPlace extends Place {
  readonly Key: string;
}

type Pairs = Readonly<Record<string, string>>;

export interface SignParams extends ObjectPlace {
  readonly Method: string;
  /** Seconds. */
  readonly Expires: number;
  readonly Query: Pairs;
  readonly Headers: Pairs;
}

export interface UploadFileParams extends ObjectPlace {
  readonly FilePath?: string;
  readonly Body?: unknown;
  readonly Headers: Pairs;
  readonly KeepParts?: boolean;
  readonly Signal: AbortSignal;
  readonly onProgress: (progress: { readonly loaded: number }) => void;
}

export interface BucketPage {
  readonly Contents: readonly {
    readonly Key: string;
    readonly LastModified: string;
    readonly Size: string;
    readonly StorageClass: string;
  }[];
  readonly CommonPrefixes: readonly { readonly Prefix: string }[];
  readonly IsTruncated: string;
  readonly NextMarker?: string;
}

export interface Cos {
  getService(): Promise<{
    readonly Buckets: readonly {
      readonly Name: string;
      readonly Location: string;
      readonly CreationDate: string;
    }[];
  }>;
  getBucket(
    params: Place & {
      readonly Prefix: string;
      readonly Delimiter: string;
      readonly Marker: string;
      readonly MaxKeys: number;
      readonly EncodingType: 'url';
    },
  ): Promise<BucketPage>;
  uploadFile(params: UploadFileParams): Promise<{ readonly resumedBytes?: number }>;
  getObjectStream(params: ObjectPlace & { readonly Range?: string }): AsyncIterable<Uint8Array>;
  getObjectUrl(params: SignParams & { readonly Sign: boolean }): string;
  getAuth(params: SignParams): string;
}
