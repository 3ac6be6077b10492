/** Doctor's checks of what web pages and mini programs need of a bucket beside permissions. */
import { isIP } from 'node:net';
import { bucketHost } from '@sampan/protocol';
import type { CosAddress } from '../words/address.ts';
import type { Connected } from '../connection/context.ts';
import { endingOf, exitStatus } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import type { Finding } from './finding.ts';

const methods = ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'] as const;
/** Without these a page cannot compare what was stored. */
const proving = ['etag', 'x-cos-hash-crc64ecma'];

/** Asks as a browser does before it uploads, for each method. */
export async function* checkOrigin(
  { cos, at, connection }: Connected,
  { bucket, key }: CosAddress,
  origin: string,
): AsyncGenerator<Finding> {
  const advice = t`add a rule: sampan cors cos://${bucket} --allow ${origin}`;
  const status = exitStatus.denied;
  const refused: string[] = [];
  let exposed: string | undefined;
  for (const method of methods) {
    try {
      const answer = await cos.optionsObject({
        ...at(bucket),
        Key: `${key}sampan-doctor`,
        Origin: origin,
        AccessControlRequestMethod: method,
        AccessControlRequestHeaders: 'authorization,content-type,x-cos-security-token',
      });
      if (answer.OptionsForbidden) refused.push(method);
      else exposed = answer.AccessControlExposeHeaders;
    } catch (error) {
      const ending = endingOf(error, connection);
      if (ending.status !== exitStatus.denied) {
        yield { name: 'cors', isFine: false, text: ending.message, status: ending.status };
        return;
      }
      refused.push(method);
    }
  }
  yield refused.length === 0
    ? { name: 'cors', isFine: true, text: t`pages of ${origin} may ${methods.join(', ')}` }
    : {
        name: 'cors',
        isFine: false,
        text: t`pages of ${origin} may not ${refused.join(', ')}`,
        advice,
        status,
      };
  if (exposed === undefined) return;
  const names = exposed.toLowerCase().split(/\s*,\s*/);
  const missing = proving.filter((name) => !names.includes(name) && !names.includes('*'));
  yield missing.length === 0
    ? { name: 'cors:expose', isFine: true, text: t`pages see the headers that prove an upload` }
    : {
        name: 'cors:expose',
        isFine: false,
        text: t`pages do not see ${missing.join(', ')}, so that uploads are proven by their parts only`,
        advice,
        status,
      };
}

/** The names to enter in the settings of a mini program. */
export function checkDomains({ at, connection }: Connected, bucket: string): Finding {
  const host =
    connection.domain === ''
      ? bucketHost(bucket, at(bucket).Region)
      : connection.domain.replace(/\/.*$/, '').replace('{Bucket}', bucket);
  const name = 'domains';
  const hostname = host.replace(/:\d+$/, '');
  if (connection.protocol !== 'https:' || isIP(hostname) !== 0 || hostname === 'localhost')
    return {
      name,
      isFine: false,
      text: t`a mini program reaches only https and names of a domain, not ${connection.protocol}//${host}`,
      advice: t`in the developer tools switch off "check valid domains" while you develop; for users serve with --tls-cert under a domain`,
      status: exitStatus.failed,
    };
  return {
    name,
    isFine: true,
    text: t`enter https://${host} at mp.weixin.qq.com, Development, Server domains, as:`,
    advice: [
      `request 合法域名       https://${host}`,
      `uploadFile 合法域名    https://${host}`,
      `downloadFile 合法域名  https://${host}`,
    ].join('\n'),
  };
}
