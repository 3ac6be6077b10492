// Declarations of the SDK as it is published: one file for each interface, rolled up by API Extractor from what the compiler
// wrote, so that no other package and no newer compiler is needed to read them. `require` gives the class itself, which
// `export =` says; the declarations for `import` take their names from that file. Needs `tsc -b`.

import { globSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const folder = join(import.meta.dirname, '..', 'packages', 'sdk');
const compiled = '.tmp/types';

/** One interface: the compiler's entry, the published name, and what `require` gives. */
interface Declarations {
  readonly entry: string;
  readonly name: string;
  /** A class that is also a namespace, or a constant. */
  readonly given: string;
}

/** The class with every type that its namespace names; types stand in the files beside the class. */
const classEntry = 'class.d.ts';
const all: readonly Declarations[] = [
  { entry: classEntry, name: 'index', given: 'COS' },
  { entry: 'entries/wx-upload.d.ts', name: 'wx-upload', given: 'everything' },
];

/** An exported name; `isType` when it exists for the compiler alone, `local` where it has another name in the text. */
interface Exported {
  readonly name: string;
  readonly local: string;
  readonly isType: boolean;
}

/** Rolls declarations up into one text, and gives it with everything exported in it. */
async function rolledUp(entry: string): Promise<{ text: string; exported: Exported[] }> {
  const path = join(folder, '.tmp', 'rolled.d.ts');
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, compiled, entry),
      bundledPackages: ['@sampan/protocol'],
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            lib: ['es2023', 'dom', 'dom.iterable'],
            module: 'nodenext',
            moduleResolution: 'nodenext',
            strict: true,
            skipLibCheck: true,
            types: [],
          },
          files: [join(compiled, entry)],
        },
      },
      apiReport: { enabled: false, reportFileName: 'none' },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: path },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = message.messageId.startsWith('console-');
    },
  });
  if (!succeeded) throw new Error(`the declarations of ${entry} cannot be rolled up`);
  const text = await readFile(path, 'utf8');
  await rm(path);
  const declared = new Map(
    [
      ...text.matchAll(/^(?:export )?declare (?:abstract )?(class|function|const|interface|type) (\w+)/gm),
    ].map(([, kind, name]) => [name!, kind === 'interface' || kind === 'type']),
  );
  const direct = [
    ...text.matchAll(/^export declare (?:abstract )?(?:class|function|const|interface|type) (\w+)/gm),
  ].map(([, name]) => [name!, name!]);
  const renamed = [...text.matchAll(/^export \{ (\w+)(?: as (\w+))? \}/gm)].map(([, local, name]) => [
    local!,
    name ?? local!,
  ]);
  const exported = [...direct, ...renamed].map(([local = '', name = '']) => ({
    name,
    local,
    isType: declared.get(local) ?? false,
  }));
  return { text, exported };
}

/** Export specifiers, in one order of names. */
function words(list: readonly Exported[], write: (one: Exported) => string): string {
  return [...list]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(write)
    .join(', ');
}

const namespacePattern = /^(export )?declare namespace (\w+) \{\n[^}]*\};\n\}$/m;

/**
 * A class of errors that shares its name with a type of the official declarations. In the namespace the name is the class
 * as a value and that type as a type; for `import`, it is the class in both.
 */
const errorClass = 'CosError';
const errorClassApart = `${errorClass}Class`;
const errorClassMerged = `${errorClass}Merged`;

/** The text for `require`: nothing is exported but one value, whose namespace has every other name. */
function commonText(text: string, given: string, exported: readonly Exported[]): string {
  const name = namespacePattern.exec(text)?.[2] ?? 'Given';
  const apart = exported.find(({ name }) => name === errorClassApart);
  const official = exported.find(({ name }) => name === errorClass);
  const both =
    apart && official
      ? `\n\ndeclare const ${errorClassMerged}: typeof ${apart.local};\ndeclare type ${errorClassMerged} = ${official.local};`
      : '';
  const declarations = text
    .replace(namespacePattern, '')
    // The exports of the module itself, which follow as one.
    .replace(/^export (\{.*\}|default \w+;?);?\n/gm, '')
    .replace(/^export (?=declare )/gm, '');
  const member = ({ local, name }: Exported): string => (local === name ? name : `${local} as ${name}`);
  const others = exported.filter((one) => !both || (one !== apart && one !== official));
  const values = words(
    [
      ...others.filter(({ isType }) => !isType),
      ...(both ? [{ name: errorClass, local: errorClassMerged, isType: false }] : []),
    ],
    member,
  );
  const types = words(
    others.filter(({ isType }) => isType),
    member,
  );
  return (
    `${declarations.trimEnd()}${both}\n\n` +
    `declare namespace ${name} {\n` +
    `    export { ${given} as default, ${values} };\n` +
    `    export type { ${types} };\n}\n\nexport = ${name};\n`
  );
}

/** The text for `import`: values, and the types that the class's module exports beside its namespace. */
function moduleText(file: string, exported: readonly Exported[], types: readonly string[]): string {
  const apart = exported.some(({ name }) => name === errorClassApart)
    ? `export declare const ${errorClass}: typeof value.${errorClass};\n` +
      `export type ${errorClass} = typeof value.${errorClass}.prototype;\n`
    : '';
  const named = words(
    exported.filter(({ name, isType }) => name !== errorClassApart && (!isType || types.includes(name))),
    ({ name, isType }) => (isType ? `type ${name}` : name),
  );
  return (
    `import value from './${file}.js';\nexport { value as default };\n` +
    `export { ${named} } from './${file}.js';\n${apart}`
  );
}

/** Names that a compiled module exports: from another package, and as types of its own. */
async function exportsOf(entry: string): Promise<{ fromProtocol: string[]; types: string[] }> {
  const text = await readFile(join(folder, compiled, entry), 'utf8');
  const list = /^export \{([^}]*)\} from '@sampan\/protocol';$/m.exec(text)?.[1] ?? '';
  return {
    fromProtocol: list.split(',').map((name) => name.trim()),
    types: [...text.matchAll(/^export (?:declare )?(?:interface|type) (\w+)/gm)].map(([, name]) => name!),
  };
}

/** An entry that names the class and what stands beside it first, and then every type of its namespace. */
async function writeClassEntry(): Promise<void> {
  const { fromProtocol, types } = await exportsOf('api/index.d.ts');
  const files = globSync('api/*.d.ts', { cwd: join(folder, compiled) })
    .filter((file) => !file.endsWith('index.d.ts'))
    .sort();
  const named = fromProtocol.map((name) => (name === errorClass ? `${name} as ${errorClassApart}` : name));
  await writeFile(
    join(folder, compiled, classEntry),
    `export { ${['COS', ...types].join(', ')} } from './api/index.js';\n` +
      `export { ${named.join(', ')} } from '@sampan/protocol';\n` +
      files.map((file) => `export * from './${file.replace('.d.ts', '.js')}';\n`).join(''),
  );
}

/** Writes the declarations into `dist`. */
async function bundleTypes(): Promise<void> {
  await writeClassEntry();
  for (const { entry, name, given } of all) {
    const { text, exported } = await rolledUp(entry);
    const { types } = await exportsOf(entry === classEntry ? 'api/index.d.ts' : entry);
    await writeFile(join(folder, 'dist', `${name}.d.ts`), commonText(text, given, exported));
    await writeFile(join(folder, 'dist', `${name}.d.mts`), moduleText(name, exported, types));
    console.log(`packages/sdk/dist/${name}.d.ts: ${exported.length} names`);
  }
}

await bundleTypes();
