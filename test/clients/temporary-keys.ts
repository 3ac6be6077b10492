/** Asks a service for temporary keys, as a backend does with the older signature of the STS API. */
import { createHmac, randomInt } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

const host = 'sts.tencentcloudapi.com';

/** A service and a permanent pair of keys for it. */
export interface Issuer {
  readonly url: string;
  readonly secretId: string;
  readonly secretKey: string;
}

/** Temporary keys as the STS API gives them. */
export interface TemporaryKeys {
  readonly TmpSecretId: string;
  readonly TmpSecretKey: string;
  readonly Token: string;
  /** Seconds since 1970. */
  readonly ExpiredTime: number;
}

/** How long temporary keys are asked for. */
export const durationSeconds = 1800;

/** Temporary keys that may do what a policy allows. */
export async function temporaryKeys(issuer: Issuer, policy: object): Promise<TemporaryKeys> {
  const fields: Record<string, string> = {
    Action: 'GetFederationToken',
    DurationSeconds: String(durationSeconds),
    Name: 'backend',
    Nonce: String(randomInt(10_000, 20_000)),
    Policy: encodeURIComponent(JSON.stringify(policy)),
    Region: 'ap-guangzhou',
    SecretId: issuer.secretId,
    Timestamp: String(Math.floor(Date.now() / 1000)),
    Version: '2018-08-13',
  };
  const names = Object.keys(fields).sort();
  const line = names.map((name) => `${name}=${fields[name] ?? ''}`).join('&');
  const signature = createHmac('sha1', issuer.secretKey).update(`POST${host}/?${line}`).digest('base64');
  const answer = await post(issuer.url, new URLSearchParams({ ...fields, Signature: signature }));
  const { Response } = JSON.parse(answer) as {
    Response: { Credentials: Omit<TemporaryKeys, 'ExpiredTime'>; ExpiredTime: number };
  };
  return { ...Response.Credentials, ExpiredTime: Response.ExpiredTime };
}

/** A policy that allows actions on the keys of the example bucket that begin with a prefix. */
export function allowing(actions: readonly string[], prefix: string): object {
  const resource = [`qcs::cos:ap-guangzhou:uid/1250000000:examplebucket-1250000000/${prefix}*`];
  return { version: '2.0', statement: [{ effect: 'allow', action: actions, resource }] };
}

function post(url: string, form: URLSearchParams): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
    request(url, { method: 'POST', headers }, (response) => {
      text(response).then(resolve, reject);
    })
      .on('error', reject)
      .end(form.toString());
  });
}
