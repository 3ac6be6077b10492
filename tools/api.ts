// Keeps the written record of each public interface, `api/*.api.md`. A change of interface shows up there as a diff to
// review. `npm run api` rewrites the reports; `npm run check:api` fails when one differs. Needs a build.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { shortReport } from './api-report.ts';

const root = join(import.meta.dirname, '..');
const update = process.argv.includes('--update');
/** Where the extractor writes whole reports. */
const extracted = join(root, '.tmp', 'api', 'whole');

const types = join(root, 'packages/sdk/.tmp/types/api');
const allTypes = join(root, 'packages/sdk/.tmp/types/all-types.d.ts');

/**
 * The web and mini program entries export the same names as the Node entry, so one report covers the SDK. What is in
 * the namespace `COS` is only named there, for it comes from other files; a report of its own says what it is.
 */
const reports = [
  { name: 'protocol', folder: 'packages/protocol', declarations: 'dist/index.d.ts' },
  { name: 'server-testing', folder: 'packages/server', declarations: 'dist/kit/testing.d.ts' },
  { name: 'sdk', folder: 'packages/sdk', declarations: '.tmp/types/api/index.d.ts' },
  { name: 'sdk-types', folder: 'packages/sdk', declarations: relative(join(root, 'packages/sdk'), allTypes) },
] as const;

mkdirSync(join(root, 'api'), { recursive: true });
mkdirSync(extracted, { recursive: true });
if (existsSync(types)) {
  const files = readdirSync(types).filter((name) => name.endsWith('.d.ts') && name !== 'index.d.ts');
  const lines = files.map((name) => `export * from './api/${name.replace('.d.ts', '.js')}';\n`);
  writeFileSync(allTypes, lines.sort().join(''));
}
for (const report of reports) {
  if (!existsSync(join(root, report.folder, report.declarations))) {
    console.error(`${report.folder}/${report.declarations} is missing: run npm run build first`);
    process.exitCode = 1;
    continue;
  }
  const { succeeded } = extract(report);
  const kept = join(root, 'api', `${report.name}.api.md`);
  const found = shortReport(readFileSync(join(extracted, `${report.name}.api.md`), 'utf8'));
  const apiReportChanged = !existsSync(kept) || readFileSync(kept, 'utf8') !== found;
  if (apiReportChanged && update) writeFileSync(kept, found);
  if (apiReportChanged && !update) {
    console.error(
      `api/${report.name}.api.md no longer says what the package exports: run npm run api and review the diff`,
    );
  }
  console.log(
    `api/${report.name}.api.md: ${apiReportChanged ? (update ? 'rewritten' : 'differs') : 'unchanged'}`,
  );
  if (!succeeded || (apiReportChanged && !update)) process.exitCode = 1;
}
rmSync(allTypes, { force: true });

function extract({ name, folder, declarations }: (typeof reports)[number]) {
  const projectFolder = join(root, folder);
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, declarations),
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
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: extracted,
        reportTempFolder: join(root, '.tmp', 'api'),
        reportFileName: name,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
          // Named with line numbers, it would change the report whenever a line moves.
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  return Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      // What differs is said above, for the short report.
      message.handled = message.messageId.startsWith('console-');
    },
  });
}
