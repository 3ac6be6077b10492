/** Creates the SDK's COS object for a connection. */
import type COS from '@sampan/sdk';
import { keysFromCommand } from './credential-command.ts';
import type { Connection } from './settings.ts';

/** Further options of the SDK's constructor. */
export type ClientOptions = Partial<COS.COSOptions>;

/** Makes the client, which is loaded here: help and usage errors need none. Keys are taken as they are. */
export async function openCos(connection: Connection, options: ClientOptions = {}): Promise<COS> {
  const { default: Client } = await import('@sampan/sdk');
  const { domain, serviceDomain, protocol } = connection;
  return new Client({
    ...keyOptions(connection),
    ...(domain === '' ? {} : { Domain: domain }),
    ...(serviceDomain === '' ? {} : { ServiceDomain: serviceDomain }),
    Protocol: protocol,
    UseRawKey: true,
    ...options,
  });
}

type FreshKeys = Awaited<ReturnType<typeof keysFromCommand>>;

/** Keys that end are got again from their command, so that a long transfer outlives them. */
function keyOptions(connection: Connection): ClientOptions {
  const { secretId, secretKey, token, keysExpireAtMs, credentialProcess } = connection;
  if (keysExpireAtMs === undefined || credentialProcess === undefined)
    return {
      SecretId: secretId,
      SecretKey: secretKey,
      ...(token === '' ? {} : { SecurityToken: token }),
    };
  let current: Promise<FreshKeys> = Promise.resolve({
    secretId,
    secretKey,
    token,
    expiresAtMs: keysExpireAtMs,
  });
  const fresh = async () => {
    const known = await current;
    const isFresh = known.expiresAtMs === undefined || known.expiresAtMs - Date.now() > 60_000;
    if (isFresh) return known;
    current = keysFromCommand(credentialProcess, { cwd: process.cwd(), env: process.env });
    return current;
  };
  return {
    getAuthorization: (_, callback) => {
      fresh().then(
        (keys) =>
          callback({
            TmpSecretId: keys.secretId,
            TmpSecretKey: keys.secretKey,
            SecurityToken: keys.token,
            ExpiredTime: Math.floor((keys.expiresAtMs ?? Date.now() + 3_600_000) / 1000),
          }),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  };
}
