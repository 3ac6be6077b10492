/** The program that every cell runs: it uploads in parts, proves what came of it, and meets an error that is typed. */
import type { Target } from './project.ts';

/** Bytes that programs upload; the runner compares them. */
export const bodyBytes = 2_500_000;

/** How a program reaches the service: by names below localhost, as a page does, or through a proxy by its number. */
const byName = ({ port }: Target): string =>
  `Domain: '{Bucket}.cos.{Region}.localhost:${port}', Protocol: 'http:',`;
const byProxy = ({ port }: Target): string => `Proxy: 'http://127.0.0.1:${port}', Protocol: 'http:',`;

/** Text of an async function of the class and its guard, which uploads to `key`. `reach` are the options that say where. */
export function uploadText(target: Target, key: string, reach = byName(target)): string {
  const place = JSON.stringify({ Bucket: target.Bucket, Region: target.Region });
  return `
async function uploadWith(COS, isServiceError) {
  const cos = new COS({
    SecretId: ${JSON.stringify(target.secretId)}, SecretKey: ${JSON.stringify(target.secretKey)},
    ${reach}
    SliceSize: 1048576, ChunkSize: 1048576,
  });
  const place = ${place};
  const bytes = new Uint8Array(${bodyBytes});
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31) & 255;
  const { ETag, UploadId } = await cos.uploadFile({ ...place, Key: ${JSON.stringify(key)}, Body: bytes });
  if (!ETag) throw new Error('no ETag');
  let failure;
  try { await cos.headObject({ ...place, Key: 'missing' }); } catch (error) { failure = error; }
  if (!isServiceError(failure) || failure.statusCode !== 404) throw new Error('no ServiceError: ' + failure);
  return 'uploaded';
}
`;
}

/** Imports by `import`, then uploads. An engine that asks the system for names below localhost goes `throughProxy`. */
export function moduleText(
  target: Target,
  key: string,
  { name = '@sampan/sdk', throughProxy = false }: { name?: string; throughProxy?: boolean } = {},
): string {
  return `import COS, { COS as Named, isServiceError } from '${name}';
${uploadText(target, key, throughProxy ? byProxy(target) : undefined)}
if (Named !== COS) throw new Error('COS is another class');
uploadWith(COS, isServiceError).then(console.log, (error) => { console.error(error); globalThis.process?.exit(1); });
`;
}

/** Imports by `require`, then uploads. */
export function commonText(
  target: Target,
  key: string,
  { name = '@sampan/sdk', throughProxy = false }: { name?: string; throughProxy?: boolean } = {},
): string {
  return `const COS = require('${name}');
${uploadText(target, key, throughProxy ? byProxy(target) : undefined)}
if (COS.COS !== COS || COS.default !== COS) throw new Error('require does not give the class');
uploadWith(COS, COS.isServiceError).then(console.log, (error) => { console.error(error); process.exit(1); });
`;
}
