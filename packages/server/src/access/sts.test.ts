import { describe, expect, test } from 'vitest';
import type { AccountEntry } from './accounts.ts';
import { sessionKeys } from './sessions.ts';
import { answerSts } from './sts.ts';

const nowMs = 1_700_000_000_000;
const account: AccountEntry = {
  secretId: 'AKIDEXAMPLEexample0000000000000000001',
  secretKey: 'ExampleSecretKey0123456789abcdef',
  identity: { kind: 'root', uin: '100000000001', appId: '1250000000' },
};
const policy =
  '%7B%22version%22%3A%222.0%22%2C%22statement%22%3A%5B%7B%22effect%22%3A%22allow%22%2C%22action%22%3A%5B%22name%2Fcos%3APutObject%22%5D%2C%22resource%22%3A%5B%22qcs%3A%3Acos%3Aap-guangzhou%3Auid%2F1250000000%3Ademo-1250000000%2Fu%2F*%22%5D%7D%5D%7D';

interface Answer {
  readonly Response: {
    readonly Credentials?: Readonly<Record<'Token' | 'TmpSecretId' | 'TmpSecretKey', string>>;
    readonly ExpiredTime?: number;
    readonly Expiration?: string;
    readonly Error?: { readonly Code: string };
  };
}

function ask(call: Partial<Parameters<typeof answerSts>[0]>): Answer['Response'] {
  const whole = {
    method: 'POST',
    path: '/',
    host: 'sts.tencentcloudapi.com',
    headers: {},
    body: '',
    ...call,
  };
  return (JSON.parse(answerSts(whole, { accounts: [account], nowMs }).body) as Answer).Response;
}

// Computed from the description of the signature, apart from the code that is tested.
const tc3 = {
  body: `{"Name":"demo","Policy":"${policy}","DurationSeconds":1800}`,
  headers: {
    authorization:
      'TC3-HMAC-SHA256 Credential=AKIDEXAMPLEexample0000000000000000001/2023-11-14/sts/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=41f2f22a7a68493e198e6f2a4c0c056c1e78df91b6385b63b6f341e018e18fa0',
    'content-type': 'application/json; charset=utf-8',
    'x-tc-action': 'GetFederationToken',
    'x-tc-version': '2018-08-13',
    'x-tc-timestamp': '1700000000',
  },
};

const form = new URLSearchParams({
  SecretId: account.secretId,
  Timestamp: '1700000000',
  Nonce: '12345',
  Action: 'GetFederationToken',
  DurationSeconds: '1800',
  Version: '2018-08-13',
  Region: 'ap-beijing',
  Policy: policy,
  Name: 'cos-sts-nodejs',
  Signature: 'Oweai4zCncK+HIRkV5BNG2PraiE=',
});

describe.each([
  ['TC3-HMAC-SHA256', tc3],
  ['HMAC-SHA1 over parameters', { body: form.toString() }],
])('a call signed with %s', (_what, call) => {
  test('is answered with keys that hold until the time that it says', () => {
    const answer = ask(call);

    expect(answer.Error).toBeUndefined();
    expect(answer.ExpiredTime).toBe(1_700_001_800);
    expect(answer.Expiration).toBe('2023-11-14T22:43:20Z');
  });

  test('is refused when anything of it was changed', () => {
    const changed = { ...call, body: call.body.replace('1800', '1801') };

    expect(ask(changed).Error?.Code).toBe('AuthFailure.SignatureFailure');
    expect(ask({ ...call, host: 'sts.example.com' }).Error?.Code).toBe('AuthFailure.SignatureFailure');
  });
});

describe('temporary keys', () => {
  const { Token = '', TmpSecretId = '', TmpSecretKey = '' } = ask(tc3).Credentials ?? {};
  const keys = sessionKeys([account]);

  test('are known to any process that has the permanent key', () => {
    const found = keys.find(TmpSecretId, Token, nowMs);

    expect(found).toMatchObject({ ok: true, secretKey: TmpSecretKey, identity: { kind: 'session' } });
  });

  test('end to the second', () => {
    expect(keys.find(TmpSecretId, Token, 1_700_001_799_999)).toMatchObject({ ok: true });
    expect(keys.find(TmpSecretId, Token, 1_700_001_800_000)).toEqual({ ok: false, reason: 'expired' });
  });

  test('are nothing to a service without the permanent key, or with a changed one', () => {
    const changed = sessionKeys([{ ...account, secretKey: 'another' }]);

    expect(sessionKeys([]).find(TmpSecretId, Token, nowMs)).toMatchObject({ ok: false });
    expect(changed.find(TmpSecretId, Token, nowMs)).toEqual({ ok: false, reason: 'token' });
  });

  test('are bound to their token, byte for byte', () => {
    const [issuer, sealed = ''] = Token.split('.');

    for (let at = 0; at < sealed.length; at += 7) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const tampered = `${issuer ?? ''}.${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
      expect(keys.find(TmpSecretId, tampered, nowMs)).toEqual({ ok: false, reason: 'token' });
    }
    expect(keys.find('AKIDother', Token, nowMs)).toEqual({ ok: false, reason: 'token' });
  });

  test('say nothing of themselves: neither key nor policy can be read in the token', () => {
    const decoded = Token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));

    expect(decoded.join()).not.toContain('PutObject');
    expect(decoded.join()).not.toContain(TmpSecretKey);
  });
});
