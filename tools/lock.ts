// The lock file must install from any registry and give the same tree everywhere: no address in it, every version exact.

import { glob, readFile } from 'node:fs/promises';

type Lock = { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> };
type Manifest = Partial<
  Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>
>;

const problems = [...addressesIn(await readJson<Lock>('package-lock.json')), ...(await looseVersions())];
for (const problem of problems) console.error(problem);
console.log(`lock file and manifests: ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;

function addressesIn(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined && entry.link !== true)
    .map(([path]) => `package-lock.json: ${path} carries an address: remove its "resolved"`);
}

async function looseVersions(): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob([
    'package.json',
    'packages/*/package.json',
    'apps/*/package.json',
    'test/package.json',
  ])) {
    const { dependencies, devDependencies, optionalDependencies } = await readJson<Manifest>(path);
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    })) {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        found.push(`${path}: ${name} must have an exact version, not ${version}`);
    }
  }
  return found;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
