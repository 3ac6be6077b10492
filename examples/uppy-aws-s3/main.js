import Uppy from '@uppy/core';
import AwsS3 from '@uppy/aws-s3';
import Dashboard from '@uppy/dashboard';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';
import { cos, place } from '../shared/client.js';

/** Signs one request of Uppy's own uploader: the SDK has the keys, and Uppy sends. */
function signRequest({ method, key, uploadId, partNumber, expiresIn = 900 }) {
  const begins = method === 'POST' && uploadId === undefined;
  const Query = {
    ...(begins ? { uploads: '' } : {}),
    ...(partNumber ? { partNumber } : {}),
    ...(uploadId ? { uploadId } : {}),
  };
  return new Promise((resolve, reject) => {
    const params = { ...place, Key: key, Method: method, Query, Expires: expiresIn };
    cos.getObjectUrl(params, (error, data) => (error ? reject(error) : resolve({ url: data.Url })));
  });
}

new Uppy().use(Dashboard, { inline: true, target: '#app' }).use(AwsS3, {
  signRequest,
  generateObjectKey: ({ name }) => `uploads/${name}`,
  shouldUseMultipart: ({ size }) => size > 5 * 1024 * 1024,
});
