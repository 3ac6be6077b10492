/** The options of `startSampan`, checked before anything starts. */
import type { SampanOptions } from './sampan.ts';

/** Options with their defaults. */
export interface CheckedOptions {
  readonly buckets: readonly string[];
  readonly seed: string | undefined;
  readonly link: string | undefined;
  readonly clock: Date | number | undefined;
  readonly flags: readonly string[];
  readonly mode: NonNullable<SampanOptions['mode']>;
  readonly node: string | undefined;
}

const appId = '1250000000';
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const checks: Readonly<Record<keyof SampanOptions, readonly [string, (value: unknown) => boolean]>> = {
  buckets: [
    'a list of at least one bucket name',
    (value) => isList(value) && (value as readonly unknown[]).length > 0,
  ],
  seed: ['the path of a folder', isText],
  link: ['a text such as "3g"', isText],
  clock: ['a Date or a number of ms since 1970', (value) => Number.isFinite(Number(value)) && !isText(value)],
  flags: ['a list of texts', isList],
  mode: [
    "'auto', 'in-process' or 'child'",
    (value) => ['auto', 'in-process', 'child'].includes(String(value)),
  ],
  node: ['the path of a Node', isText],
};
/** Flags that the kit sets. */
const ownFlags = /^--(port|host|data|ephemeral|bucket|secret-id|secret-key|link|appid|region|inspect)(=|$)/;

/** Throws TypeError that names the option, what came and what is allowed. */
export function checkedOptions(options: SampanOptions): CheckedOptions {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const [allowed, holds] =
      (Object.hasOwn(checks, name) ? checks[name as keyof typeof checks] : undefined) ?? [];
    if (!holds)
      throw new TypeError(`startSampan has no option ${name}; it may have ${Object.keys(checks).join(', ')}`);
    if (value !== undefined && !holds(value))
      throw new TypeError(`startSampan: ${name} must be ${allowed}, got ${JSON.stringify(value)}`);
  }
  const { buckets = ['examplebucket'], seed, link, clock, flags = [], mode = 'auto', node } = options;
  const own = flags.find((flag) => ownFlags.test(flag));
  if (own !== undefined)
    throw new TypeError(`startSampan: flags must leave ${own.replace(/=.*/s, '')} to the kit, which sets it`);
  const full = buckets.map((name) => (/-\d+$/.test(name) ? name : `${name}-${appId}`));
  return { buckets: full, ...{ seed, link, clock, flags, mode, node } };
}
