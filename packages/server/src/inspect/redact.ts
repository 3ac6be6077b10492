/** Takes out of addresses and headers what gives rights to who reads it. */

const mask = '***';

/** Parameters that carry a signature, a token or a key, of this protocol and of others that clients mix up with it. */
const secretParameter =
  /^(sign|sig|.*signature.*|.*token.*|.*secret.*|.*password.*|authorization|key|.*customer-key)$/i;

// A callback's address and variables may hold what an application knows the service by.
const secretHeader =
  /^(authorization|proxy-authorization|cookie|set-cookie|.*token.*|.*secret.*|.*signature.*|.*customer-key|x-cos-callback(-var)?)$/i;

/** Whether the value of a parameter may be a secret. */
export function isSecretParameter(name: string): boolean {
  return secretParameter.test(name);
}

/** Whether the value of a header may be a secret. */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name);
}

/** As much of an unproven SecretId as helps to recognise it. */
export function shortenedId(secretId: string): string {
  return secretId.length <= shownOfId ? secretId : `${secretId.slice(0, shownOfId)}${mask}`;
}

const shownOfId = 8;

/** A request target with its secrets masked; names and other values stay as they were sent. */
export function redactedTarget(target: string): string {
  const mark = target.indexOf('?');
  // The name and password of an address as it is sent to a proxy.
  const path = (mark < 0 ? target : target.slice(0, mark)).replace(/^([a-z]+:\/\/)[^/@]*@/i, `$1${mask}@`);
  if (mark < 0) return path;
  const query = target
    .slice(mark + 1)
    .split('&')
    .map(redactedPair);
  return `${path}?${query.join('&')}`;
}

function redactedPair(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals < 0) return pair;
  const name = pair.slice(0, equals);
  // A SecretKey may have been put in the place of the SecretId.
  if (name === 'q-ak') return `${name}=${shortenedId(pair.slice(equals + 1))}`;
  return isSecretParameter(decodedName(name)) ? `${name}=${mask}` : pair;
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The text that a signature covers, with values of secret headers and parameters masked. */
export function redactedHttpString(text: string): string {
  const lines = text.split('\n');
  // A path may hold line ends, but the last three lines are the query, the headers and nothing.
  for (const at of [lines.length - 3, lines.length - 2]) {
    const line = lines[at];
    if (line !== undefined && at >= 2) lines[at] = line.split('&').map(redactedSigned).join('&');
  }
  // A path that was signed together with its query.
  return lines
    .join('\n')
    .replaceAll(/([?&](?:q-signature|sign|x-cos-security-token)=)[^&\s]*/gi, `$1${mask}`);
}

function redactedSigned(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals < 0) return pair;
  const name = decodedName(pair.slice(0, equals));
  return isSecretParameter(name) || isSecretHeader(name) ? `${pair.slice(0, equals)}=${mask}` : pair;
}
