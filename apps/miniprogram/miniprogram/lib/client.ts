import COS from '@sampan/sdk';
import { config } from './config';

/** What the backend answers: the answer of qcloud-cos-sts. */
interface Keys {
  credentials: { tmpSecretId: string; tmpSecretKey: string; sessionToken: string };
  startTime: number;
  expiredTime: number;
}

/** Where every call of the program goes. */
export const place = { Bucket: config.Bucket, Region: config.Region };

let client: COS | undefined;

/** The one client of the program: its queue and its records are shared by all pages. */
export function cos(): COS {
  client ??= new COS({
    getAuthorization: (_call, callback) => {
      fetchKeys().then(callback, callback);
    },
    ...(config.Domain ? { Domain: config.Domain, Protocol: config.Protocol } : {}),
    // Small files go by PUT, so one list of domains in the WeChat console is enough.
    SimpleUploadMethod: 'putObject',
    ProgressInterval: 500,
  });
  return client;
}

function fetchKeys(): Promise<COS.GetAuthorizationCallbackParams> {
  return new Promise((resolve, reject) => {
    wx.request<Keys>({
      url: `${config.backend}/keys`,
      success: ({ statusCode, data }) => {
        if (statusCode !== 200 || typeof data !== 'object') {
          reject(new Error(`the backend answered ${statusCode} for keys`));
          return;
        }
        resolve({
          TmpSecretId: data.credentials.tmpSecretId,
          TmpSecretKey: data.credentials.tmpSecretKey,
          SecurityToken: data.credentials.sessionToken,
          StartTime: data.startTime,
          ExpiredTime: data.expiredTime,
        });
      },
      fail: ({ errMsg }) => {
        reject(new Error(`the backend cannot be reached: ${errMsg}`));
      },
    });
  });
}
