import COS from '@sampan/sdk/web';

/** The bucket of `npx sampan serve --bucket examplebucket`. For COS: your own, and no `Domain`. */
export const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };

/** The client of a page. Keys come from the backend, one file at a time. */
export const cos = new COS({
  Domain: 'http://127.0.0.1:9000/{Bucket}',
  getAuthorization: async ({ Key }) => {
    const response = await fetch(`http://127.0.0.1:3000/keys?key=${encodeURIComponent(Key)}`);
    if (!response.ok) throw new Error(`the backend answered ${response.status}`);
    const { credentials, startTime, expiredTime } = await response.json();
    return {
      TmpSecretId: credentials.tmpSecretId,
      TmpSecretKey: credentials.tmpSecretKey,
      SecurityToken: credentials.sessionToken,
      StartTime: startTime,
      ExpiredTime: expiredTime,
      ScopeLimit: true,
    };
  },
});
