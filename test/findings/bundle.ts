/** Bundles of either SDK, made in a process of their own: the bundler's threads keep a test's process from ending. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execPath } from 'node:process';
import { promisify } from 'node:util';

const tool = new URL('../../tools/bundle.ts', import.meta.url);
const require = createRequire(import.meta.url);
const texts = new Map<string, Promise<string>>();

/** The text of this SDK for a host. */
export function ownBundle(name: 'miniProgram' | 'scriptTag'): Promise<string> {
  const known = texts.get(name) ?? build(name);
  texts.set(name, known);
  return known;
}

/** The published text of an official SDK. */
export function officialBundle(name: 'cos-wx-sdk-v5' | 'cos-js-sdk-v5'): string {
  return readFileSync(require.resolve(name), 'utf8');
}

async function build(name: string): Promise<string> {
  const script = `
    import { bundles, bundleText } from ${JSON.stringify(tool.href)};
    process.stdout.write(await bundleText(bundles.${name}), () => process.exit());`;
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(execPath, words, { maxBuffer: 2 ** 24 });
  return stdout;
}
