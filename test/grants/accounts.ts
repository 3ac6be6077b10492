/** The accounts of the campaign, and the temporary keys that are asked for with theirs. */
import { temporaryKeys } from '../clients/temporary-keys.ts';
import type { RunningService } from '../service.ts';
import { sessions, type Session } from './oracle.ts';

export const rootUin = '100000000001';
export const strangerUin = '100000000002';
export const uins = {
  full: '100000000011',
  reader: '100000000012',
  nobody: '100000000013',
  writer: '100000000014',
  unreading: '100000000015',
};

/** A pair of keys, and the token of temporary ones. */
export interface Keys {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

const keyOf = (who: string): Keys => ({ id: `AKID${who}`, secret: `key-of-${who}` });
const user = (who: keyof typeof uins, ...statement: object[]) => ({
  uin: uins[who],
  secretId: keyOf(who).id,
  secretKey: keyOf(who).secret,
  policies: statement.length === 0 ? [] : [{ version: '2.0', statement }],
});
const all = { effect: 'allow', action: '*', resource: '*' };
const reads = { effect: 'allow', action: 'name/cos:GetObject', resource: '*' };
const noReads = { effect: 'deny', action: 'name/cos:GetObject', resource: '*' };
const below = ['qcs::cos:ap-guangzhou:uid/1250000000:*/w/*'];

export const accounts = {
  accounts: [
    {
      uin: rootUin,
      appid: '1250000000',
      users: [
        user('full', all),
        user('reader', reads),
        user('nobody'),
        user('writer', { effect: 'allow', action: ['name/cos:PutObject'], resource: below }),
        user('unreading', noReads, all),
      ],
    },
    {
      uin: strangerUin,
      appid: '1250000002',
      secretId: keyOf('stranger').id,
      secretKey: keyOf('stranger').secret,
    },
  ],
};

const sessionStatements: Readonly<Record<Session, readonly object[]>> = {
  'temp-full': [all],
  'temp-reading': [reads],
  'temp-of-reader': [all],
  'temp-of-nobody': [all],
  'temp-of-stranger': [all],
  'temp-private': [
    {
      effect: 'allow',
      action: ['name/cos:PutObject'],
      resource: '*',
      condition: { string_equal: { 'cos:x-cos-acl': 'private' } },
    },
  ],
  'temp-below': [{ effect: 'allow', action: ['name/cos:PutObject', 'name/cos:PostObject'], resource: below }],
  'temp-unreading': [all, noReads],
};

/** Everybody's keys at a service, temporary ones freshly asked for. */
export async function keysAt(service: RunningService): Promise<ReadonlyMap<string, Keys>> {
  const root: Keys = { id: service.secretId, secret: service.secretKey };
  const permanent = (who: string): Keys => (who === 'root' ? root : keyOf(who));
  const keys = new Map<string, Keys>([['root', root]]);
  for (const who of [...Object.keys(uins), 'stranger']) keys.set(who, keyOf(who));
  for (const [who, holder] of Object.entries(sessions)) {
    const { id, secret } = permanent(holder);
    const statement = sessionStatements[who as Session];
    const found = await temporaryKeys(
      { url: service.url, secretId: id, secretKey: secret },
      { version: '2.0', statement },
    );
    keys.set(who, { id: found.TmpSecretId, secret: found.TmpSecretKey, token: found.Token });
  }
  return keys;
}
