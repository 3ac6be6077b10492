// Gives the mini program temporary keys. The permanent keys stay here and are never sent.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import sts from 'qcloud-cos-sts';

try {
  // Settings may stand in a file beside this one; see .env.example. What the environment says wins.
  process.loadEnvFile(new URL('.env', import.meta.url));
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}

const {
  COS_SECRET_ID: secretId,
  COS_SECRET_KEY: secretKey,
  COS_BUCKET: bucket = 'examplebucket-1250000000',
  COS_REGION: region = 'ap-guangzhou',
  // Host and port of a local service, such as localhost:9000. Without it the keys come from Tencent Cloud.
  STS_ENDPOINT,
  HOST = '127.0.0.1',
  PORT = '3000',
} = process.env;
if (!secretId || !secretKey) throw new Error('COS_SECRET_ID and COS_SECRET_KEY must be set');

const appId = bucket.slice(bucket.lastIndexOf('-') + 1);
// One prefix for everybody. With a login of your own, put the user's id here: `album/${user}/`.
const resource = `qcs::cos:${region}:uid/${appId}:${bucket}/album/*`;
// The least that uploading, resuming, the album and deleting need.
const action = [
  ...['PutObject', 'InitiateMultipartUpload', 'UploadPart', 'ListParts', 'ListMultipartUploads'],
  ...['CompleteMultipartUpload', 'AbortMultipartUpload', 'GetBucket', 'GetObject', 'DeleteObject'],
].map((name) => `name/cos:${name}`);
const policy = { version: '2.0', statement: [{ effect: 'allow', action, resource: [resource] }] };

if (STS_ENDPOINT) {
  // qcloud-cos-sts always speaks HTTPS, and the local service is started without a certificate.
  const axios = createRequire(createRequire(import.meta.url).resolve('qcloud-cos-sts'))('axios');
  axios.interceptors.request.use((call) => ({ ...call, url: `http://${STS_ENDPOINT}/` }));
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  if (request.method !== 'GET' || request.url !== '/keys') return answer(404, { message: 'GET /keys' });
  // Here belongs the check who asks, for example by a session made with wx.login.
  try {
    const keys = await sts.getCredential({
      ...{ secretId, secretKey, region, policy },
      durationSeconds: 1800,
      endpoint: STS_ENDPOINT,
    });
    answer(200, keys);
  } catch (error) {
    console.error(`no keys: ${error.Code ?? error.code ?? 'unknown'} ${error.Message ?? ''}`);
    answer(502, { message: 'the keys could not be made' });
  }
});
server.listen(Number(PORT), HOST, () => {
  console.log(`keys at http://${HOST}:${server.address().port}/keys`);
  if (HOST !== '0.0.0.0') return;
  const addresses = Object.values(networkInterfaces()).flat();
  for (const { address, family, internal } of addresses)
    if (family === 'IPv4' && !internal) console.log(`from a phone: http://${address}:${PORT}/keys`);
});
