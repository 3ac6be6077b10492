/**
 * Writes docs/compatibility.md from what there is: the rows of the operation table, the handlers of the service, the
 * methods of the SDK, and the conformance cases of the last run. `npm run docs` runs the cases first.
 *
 *     node --conditions=@sampan/source tools/compatibility.ts [REPORT]
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  errorCodes,
  operations,
  type Operation,
  type OperationName,
} from '../packages/protocol/src/index.ts';
import COS from '../packages/sdk/src/entries/node.ts';
import { isImplemented } from '../packages/server/src/operations/call.ts';
import { unprovoked } from '../test/conformance/unprovoked.ts';
import { gaps, storedOnly } from './compatibility-notes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const conformance = new URL('../test/conformance/', import.meta.url);

/** The part of the test runner's JSON report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** How many cases of a file held, and how many did not. */
interface Cases {
  readonly passed: number;
  readonly failed: number;
}

/** The cases of each conformance file, by its name. */
export function casesByFile(report: Report): ReadonlyMap<string, Cases> {
  return new Map(
    report.testResults.map(({ name, assertionResults }) => {
      const count = (status: string) => assertionResults.filter((result) => result.status === status).length;
      return [basename(name), { passed: count('passed'), failed: count('failed') }];
    }),
  );
}

/** The operations that a conformance file is evidence for: those that it says, or the one it is named for. */
export function coveredBy(file: string, text: string): OperationName[] {
  const said = /\bcovers\(([^)]*)\)/.exec(text)?.[1];
  const names =
    said === undefined ? [camelCase(file)] : [...said.matchAll(/'(\w+)'/g)].map((found) => found[1]!);
  return names.filter((name): name is OperationName => Object.hasOwn(operations, name));
}

function camelCase(file: string): string {
  return file.replace('.test.ts', '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Files of conformance cases, with what they are evidence for. */
export function evidence(): ReadonlyMap<OperationName, readonly string[]> {
  const files = new Map<OperationName, string[]>();
  for (const file of readdirSync(conformance)
    .filter((name) => name.endsWith('.test.ts'))
    .sort())
    for (const name of coveredBy(file, readFileSync(new URL(file, conformance), 'utf8')))
      files.set(name, [...(files.get(name) ?? []), file]);
  return files;
}

function requestLine({ method, target, select }: Operation): string {
  const place = target === 'object' ? '/&lt;key&gt;' : '/';
  const query = (select?.query ?? []).join('&amp;');
  const header = select?.header === undefined ? '' : ` + \`${select.header}\``;
  return `${method} ${place}${query === '' ? '' : `?${query}`}${header}`;
}

function serverColumn(name: OperationName): string {
  if (!isImplemented(name)) return 'no (501)';
  return storedOnly.has(name) ? 'stored only' : 'yes';
}

function casesColumn(files: readonly string[], counts: ReadonlyMap<string, Cases>): string {
  if (files.length === 0) return 'none';
  const all = files.map((file) => counts.get(file) ?? { passed: 0, failed: 0 });
  const passed = all.reduce((sum, cases) => sum + cases.passed, 0);
  const failed = all.reduce((sum, cases) => sum + cases.failed, 0);
  const links = files
    .map((file) => `[${file.replace('.test.ts', '')}](../test/conformance/${file})`)
    .join(', ');
  return `${passed}${failed > 0 ? ` (**${failed} fail**)` : ''} in ${links}`;
}

/** The table of operations, in the order of the table of rows. */
export function operationTable(counts: ReadonlyMap<string, Cases>): string[] {
  const client = new COS({ SecretId: 'id', SecretKey: 'key' }) as unknown as Record<string, unknown>;
  const files = evidence();
  const names = (Object.keys(operations) as OperationName[]).sort();
  const lines = names.map((name) => {
    const row: Operation = operations[name];
    const sdk = typeof client[name] === 'function' ? 'yes' : 'no';
    const cells = [
      `[\`${name}\`](${row.source})`,
      requestLine(row),
      `\`${row.action}\``,
      sdk,
      serverColumn(name),
      casesColumn(files.get(name) ?? [], counts),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Operation | Request | Action | SDK | Service | Cases |', '|---|---|---|---|---|---|', ...lines];
}

/** Quirks that the sources label, with where they stand. */
export function quirks(): string[] {
  const lines: string[] = [];
  for (const file of sources('packages/protocol/src/', 'packages/server/src/')) {
    const text = readFileSync(file, 'utf8');
    for (const found of text.matchAll(/Quirk: ([^]*?)(?=\n\s*(?:[^/*\s]|\*\/|\/\*\*)|\n\s*\*\/)/g)) {
      const words = found[1]!
        .replace(/\n\s*(\/\/|\*)\s?/g, ' ')
        .replace(/\s*\*\/.*$/s, '')
        .trim();
      lines.push(`- ${words} ([${basename(file)}](../${relative(root, file)}))`);
    }
  }
  return lines;
}

function sources(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .sort()
      .map((name) => root + folder + name),
  );
}

/** The whole page. */
export function page(counts: ReadonlyMap<string, Cases>): string {
  const codes = Object.keys(errorCodes).length;
  const never = Object.entries(unprovoked);
  const total = [...counts.values()].reduce((sum, { passed }) => sum + passed, 0);
  return [
    '# Compatibility',
    '',
    '<!-- Generated by `npm run docs` from the operation table, the handlers, the SDK and the conformance cases. -->',
    '',
    'What of the XML interface of COS works, and how much stands behind it. *Cases* counts the conformance cases that',
    'passed when this page was made; they speak HTTP to a served process. *Stored only* means that a document is',
    'checked, kept and given back, and changes nothing else.',
    '',
    `In all ${total} conformance cases passed; those on addresses, signatures, bad input and durability belong to no`,
    'operation alone.',
    '',
    ...operationTable(counts),
    '',
    '## Gaps',
    '',
    'Where COS can do something that the service here cannot, or does otherwise.',
    '',
    ...gaps.map((gap) => `- ${gap}`),
    '',
    '## Quirks',
    '',
    'Oddities of the interface that are kept on purpose, and choices where its documentation is silent.',
    '',
    ...quirks(),
    '',
    '## Error codes',
    '',
    `Of the ${codes} documented codes ${codes - never.length} are provoked by conformance cases. The others:`,
    '',
    ...never.map(([code, reason]) => `- \`${code}\`: ${reason}.`),
    '',
  ].join('\n');
}

if (import.meta.main) {
  const report = JSON.parse(
    readFileSync(process.argv[2] ?? `${root}.tmp/conformance.json`, 'utf8'),
  ) as Report;
  writeFileSync(`${root}docs/compatibility.md`, page(casesByFile(report)));
}
