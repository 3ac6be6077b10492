/**
 * Reads the configuration of Tencent's own tools, only when it is named: coscli's ~/.cos.yaml and coscmd's ~/.cos.conf.
 * Sources: https://cloud.tencent.com/document/product/436/63144 and https://cloud.tencent.com/document/product/436/10976
 */
import { createDecipheriv } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Layer, Surroundings } from './settings.ts';
import { UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';

/** Reads the configuration that `--config-from` names: `coscli`, `coscmd`, or a file of either. */
export async function readForeign(named: string, { cwd, home }: Surroundings): Promise<Layer> {
  if (named === 'coscli') return coscli(join(home, '.cos.yaml'));
  if (named === 'coscmd') return coscmd(join(home, '.cos.conf'));
  const file = resolve(cwd, named);
  return /\.ya?ml$/i.test(file) ? coscli(file) : coscmd(file);
}

interface CoscliFile {
  readonly cos?: {
    readonly base?: Readonly<Record<string, unknown>>;
    readonly buckets?: readonly Readonly<Record<string, unknown>>[];
  };
}

async function coscli(file: string): Promise<Layer> {
  const text = await readFile(file, 'utf8');
  let content: CoscliFile | null;
  try {
    content = parse(text) as CoscliFile | null;
  } catch {
    // The parser's message would quote the secret.
    throw new UsageFailure(t`${file} is no YAML`);
  }
  const { base = {}, buckets = [] } = content?.cos ?? {};
  const mode = textOf(base['mode']);
  if (mode && mode !== 'SecretKey')
    throw new UsageFailure(t`${file} gets its keys by ${mode}; only SecretKey can be read from it`);
  const isPlain = textOf(base['disableencryption']) === 'true';
  const secretId = secretOf(textOf(base['secretid']), isPlain);
  const secretKey = secretOf(textOf(base['secretkey']), isPlain);
  const token = secretOf(textOf(base['sessiontoken']), isPlain);
  if (!secretId || !secretKey) throw new UsageFailure(t`${file} holds no key pair`);
  const regions = Object.fromEntries(
    buckets
      .map((bucket) => [textOf(bucket['name']), regionOf(bucket)] as const)
      .filter(([name, region]) => name !== '' && region !== ''),
  );
  const [first = ''] = Object.values(regions);
  return {
    from: file,
    regionIsCloud: true,
    secretId,
    secretKey,
    ...(token ? { token } : {}),
    ...(first ? { region: first } : {}),
    regions,
  };
}

function regionOf(bucket: Readonly<Record<string, unknown>>): string {
  const endpoint = /^cos\.([a-z0-9-]+)\./.exec(textOf(bucket['endpoint']))?.[1];
  return textOf(bucket['region']) || (endpoint ?? '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `${value}`
    : '';
}

/**
 * coscli writes secrets through AES-128 in ECB mode with a key that is the same everywhere, filled up with zeros.
 * Source: https://github.com/tencentyun/coscli, util/secret.go. Older files hold them as they are.
 */
function secretOf(text: string, isPlain: boolean): string {
  const bytes = Buffer.from(text, 'base64');
  if (isPlain || text === '' || bytes.length % 16 !== 0 || bytes.toString('base64') !== text) return text;
  const key = Buffer.alloc(16);
  key.write('coscli-secret');
  const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes), decipher.final()])
    .toString('latin1')
    .replace(/\0+$/, '');
  return /^[\x21-\x7e]+$/.test(plain) ? plain : text;
}

async function coscmd(file: string): Promise<Layer> {
  const settings = sectionOf(await readFile(file, 'utf8'), 'common');
  const { secret_id: secretId, secret_key: secretKey, token, bucket, region } = settings;
  if (!secretId || !secretKey) throw new UsageFailure(t`${file} holds no key pair`);
  const host = settings['endpoint'];
  return {
    from: file,
    regionIsCloud: true,
    secretId,
    secretKey,
    ...(token ? { token } : {}),
    ...(region ? { region } : {}),
    ...(host ? { endpoint: `${settings['schema'] || 'https'}://${host}` } : {}),
    ...(bucket && region ? { regions: { [bucket]: region } } : {}),
  };
}

/** One section of an INI file, as Python's configparser reads it. */
function sectionOf(text: string, wanted: string): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^\s*([A-Za-z_]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === wanted && name !== undefined && value !== undefined) settings[name.toLowerCase()] = value;
  }
  return settings;
}
