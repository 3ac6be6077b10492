/**
 * A program that uploads one file, for tests that kill it: `node uploading.ts ENDPOINT SECRET-ID SECRET-KEY FILE FOLDER`.
 * It writes a line for each progress event and, at the end, its result as JSON.
 */
import COS from '@sampan/sdk';
import { argv, stdout } from 'node:process';

const [endpoint = '', SecretId = '', SecretKey = '', FilePath = '', ConfCwd = ''] = argv.slice(2);
const cos = new COS({
  SecretId,
  SecretKey,
  Protocol: 'http',
  Domain: `{Bucket}.cos.{Region}.${endpoint}`,
  ConfCwd,
  ProgressInterval: 20,
});
const data = await cos.uploadFile({
  Bucket: 'examplebucket-1250000000',
  Region: 'ap-guangzhou',
  Key: 'killed',
  FilePath,
  ChunkSize: 1_048_576,
  AsyncLimit: 3,
  onProgress: ({ loaded }: { loaded: number }) => stdout.write(`${loaded}\n`),
});
stdout.write(`${JSON.stringify(data)}\n`);
