/** More than forty ways to be refused: the cause is named, the proposed change lets the request pass, and no secret is in it. */
import { describe, expect, test } from 'vitest';
import { corsCases } from './cors-cases.ts';
import { askInspector, explainedBy, type Explained } from './inspector.ts';
import { policyCases } from './policy-cases.ts';
import { signatureCases } from './signature-cases.ts';
import { newStage, other, service, user, writer, type Case, type Refused } from './stage.ts';
import { stateCases } from './state-cases.ts';

const families: readonly (readonly [string, readonly Case[]])[] = [
  ['signature', signatureCases],
  ['permission', policyCases],
  ['CORS', corsCases],
  ['names and state', stateCases],
];

const seen = new Map<string, { readonly text: string; readonly id: string }>();
const temporarySecrets: string[] = [];

for (const [family, cases] of families)
  describe(family, () => {
    test.each(cases)('$name: $cause', async (one) => {
      const stage = await newStage();
      const temporary = stage.temporary;
      const watched = {
        ...stage,
        temporary: async (statements: readonly object[]) => {
          const keys = await temporary(statements);
          temporarySecrets.push(keys.TmpSecretKey, keys.Token);
          return keys;
        },
      };
      const id = idOf(await one.refuse(watched));
      const { request, explanation } = await explainedBy(service, id);
      const inChinese = await explainedBy(service, id, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
      seen.set(`${family} ${one.name}`, { id, text: JSON.stringify([request, explanation, inChinese]) });

      expect(explanation, JSON.stringify(explanation, undefined, 2)).toMatchObject({ cause: one.cause });
      expect(explanation?.summary).toMatch(/^\S.*\.$/s);
      if (one.mend) {
        const status = await one.mend(watched, explanation as Explained);
        expect(status, JSON.stringify(explanation, undefined, 2)).toBeLessThan(300);
      }
    });
  });

test('of at least forty ways thirty pass with the change that was proposed', () => {
  const all = families.flatMap(([, cases]) => cases);

  expect(all.length).toBeGreaterThanOrEqual(40);
  expect(all.filter(({ mend }) => mend).length).toBeGreaterThanOrEqual(30);
  expect(signatureCases.length).toBeGreaterThanOrEqual(14);
  expect(policyCases.length).toBeGreaterThanOrEqual(10);
  expect(corsCases.length).toBeGreaterThanOrEqual(8);
  expect(stateCases.length).toBeGreaterThanOrEqual(8);
});

test('no explanation has a secret key, a token or a signature', () => {
  const secrets = [service, user, writer, other].map(({ secretKey }) => secretKey);

  expect(seen.size).toBeGreaterThanOrEqual(40);
  expect(temporarySecrets.length).toBeGreaterThan(6);
  for (const [name, { text }] of seen) {
    for (const secret of [...secrets, ...temporarySecrets]) expect(text.includes(secret), name).toBe(false);
    expect(text, name).not.toMatch(/q-signature(=|%3D)(?!\*\*\*)/i);
    // The one digest of that length is that of the text that is signed.
    const digests = text.match(/(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/g) ?? [];
    for (const digest of digests) expect(text, name).toContain(`\\n${digest}\\n`);
  }
});

test('the root key alone can read one', async () => {
  for (const { id } of seen.values())
    for (const keys of [user, other, undefined]) {
      const answer = await askInspector(service, `/-/requests/${id}`, {}, { keys });
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain('cause');
    }
});

function idOf(refused: Refused): string {
  if (typeof refused === 'string') return refused;
  const id =
    refused instanceof Response
      ? refused.headers.get('x-cos-request-id')
      : refused.headers['x-cos-request-id'];
  if (typeof id !== 'string') throw new Error('the answer has no request id');
  return id;
}
