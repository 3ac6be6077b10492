// Gives a page keys for one file: GET /keys?key=uploads/photo.jpg
// COS_SECRET_ID and COS_SECRET_KEY are in the environment; for a local service also STS_ENDPOINT=127.0.0.1:9000.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import sts from 'qcloud-cos-sts';

const { COS_SECRET_ID, COS_SECRET_KEY, STS_ENDPOINT, PORT = '3000' } = process.env;
const bucket = process.env.COS_BUCKET ?? 'examplebucket-1250000000';
const region = 'ap-guangzhou';
const actions = [
  ...['PutObject', 'InitiateMultipartUpload', 'UploadPart', 'ListParts'],
  ...['CompleteMultipartUpload', 'AbortMultipartUpload'],
];

if (STS_ENDPOINT) {
  // qcloud-cos-sts always speaks HTTPS, and the local service is started without a certificate.
  const axios = createRequire(createRequire(import.meta.url).resolve('qcloud-cos-sts'))('axios');
  axios.interceptors.request.use((call) => ({ ...call, url: `http://${STS_ENDPOINT}/` }));
}

function keysFor(key) {
  const appId = bucket.slice(bucket.lastIndexOf('-') + 1);
  const action = actions.map((name) => `name/cos:${name}`);
  const resource = [`qcs::cos:${region}:uid/${appId}:${bucket}/${key}`];
  return sts.getCredential({
    secretId: COS_SECRET_ID,
    secretKey: COS_SECRET_KEY,
    policy: { version: '2.0', statement: [{ effect: 'allow', action, resource }] },
    durationSeconds: 1800,
    region,
    endpoint: STS_ENDPOINT,
  });
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://backend');
  const key = searchParams.get('key') ?? '';
  const answer = (status, body) => {
    // Your pages' origin belongs here, and a check who asks belongs before the keys.
    const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };
    response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  // A star would stand for every key.
  if (pathname !== '/keys' || !/^uploads\/[^*]+$/.test(key)) return answer(404, { message: 'no such key' });
  try {
    answer(200, await keysFor(key));
  } catch (error) {
    console.error('no keys:', error.Code ?? error.code ?? 'unknown');
    answer(502, { message: 'the keys could not be made' });
  }
});
server.listen(Number(PORT), '127.0.0.1', () =>
  console.log(`keys at http://127.0.0.1:${server.address().port}/keys`),
);
