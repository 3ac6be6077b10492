// Uploads files: node upload.js FILE…
// SECRET_ID, SECRET_KEY and, for a local service, COS_DOMAIN='http://127.0.0.1:9000/{Bucket}' are in the environment.
import { basename } from 'node:path';
import COS from '@sampan/sdk';

const { SECRET_ID, SECRET_KEY, COS_DOMAIN, COS_BUCKET = 'examplebucket-1250000000' } = process.env;
const paths = process.argv.slice(2);
if (!SECRET_ID || !SECRET_KEY || paths.length === 0) {
  console.error('usage: SECRET_ID=… SECRET_KEY=… node upload.js FILE…');
  process.exit(2);
}

const cos = new COS({ SecretId: SECRET_ID, SecretKey: SECRET_KEY, Domain: COS_DOMAIN });
const { files } = await cos.uploadFiles({
  files: paths.map((path) => ({
    Bucket: COS_BUCKET,
    Region: 'ap-guangzhou',
    Key: `uploads/${basename(path)}`,
    FilePath: path,
  })),
  onProgress: ({ percent, speed }) =>
    console.error(`${Math.round(percent * 100)} %, ${(speed / 1e6).toFixed(1)} MB/s`),
});
for (const { options, error, data } of files)
  console.log(
    error ? `failed: ${options.FilePath}: ${error.message}` : `${options.FilePath} -> ${data.Location}`,
  );
if (files.some(({ error }) => error)) process.exitCode = 1;
