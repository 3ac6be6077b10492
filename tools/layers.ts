import { createRequire } from 'node:module';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { crowdedTops, roomCycles } from './rooms.ts';

/** Layers that must be found; a rule about a folder nobody saw would hold without meaning anything. */
const expectedLayers: readonly RegExp[] = [
  /^packages\/protocol\/src\/index\.ts$/,
  /^packages\/protocol\/src\/operations\//,
  /^packages\/sdk\/src\/core\/platform\.ts$/,
  /^packages\/sdk\/src\/entries\//,
  /^packages\/sdk\/src\/platforms\/node\//,
  /^packages\/server\/src\/index\.ts$/,
  /^packages\/server\/src\/http\//,
  /^packages\/server\/src\/pipeline\//,
  /^packages\/server\/src\/access\//,
  /^packages\/server\/src\/inspect\//,
  /^packages\/server\/src\/operations\//,
  /^packages\/server\/src\/metadata\/port\.ts$/,
  /^packages\/server\/src\/blobs\/port\.ts$/,
  /^packages\/cli\/src\/main\.ts$/,
  /^test\/conformance\//,
];

/** What one run of the layer rules over a tree found. */
export type LayerReport = {
  modules: readonly string[];
  imports: readonly { from: string; to: string }[];
  dependencyCount: number;
  violations: readonly { rule: string; from: string; to: string; comment: string }[];
};

/** Applies the layer rules of `.dependency-cruiser.cjs` to the `packages` and `test` folders of a tree. */
export async function cruiseLayers(root: string): Promise<LayerReport> {
  const { forbidden, options } = layerRules();
  const rules = { forbidden: forbidden ?? [] };

  const { output } = await cruise(['packages', 'test'], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: rules,
  });

  return summarise(output as ICruiseResult);
}

/** Names the expected layers that a run did not see. */
export function missingLayers(report: LayerReport): string[] {
  return expectedLayers
    .filter((layer) => !report.modules.some((source) => layer.test(source)))
    .map((layer) => layer.source.replaceAll('\\', ''));
}

/** The rules as configured, for those who check that each can fail. */
export function layerRules(): IConfiguration {
  return createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IConfiguration;
}

function summarise({ modules, summary }: ICruiseResult): LayerReport {
  const comments = new Map(layerRules().forbidden?.map((rule) => [rule.name, rule.comment]));
  return {
    modules: modules.map(({ source }) => source),
    imports: modules.flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
    ),
    dependencyCount: summary.totalDependenciesCruised ?? 0,
    violations: summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
      comment: comments.get(rule.name) ?? '',
    })),
  };
}

async function main(): Promise<void> {
  const report = await cruiseLayers(process.cwd());
  for (const { rule, from, to, comment } of report.violations) {
    console.error(`${rule}: ${from} → ${to}\n  ${comment}`);
  }
  const missing = missingLayers(report);
  for (const layer of missing)
    console.error(`no module matches ${layer}: its rules have nothing to hold for`);

  const cycles = roomCycles(report);
  for (const { rooms, imports } of cycles)
    console.error(`folders that import each other: ${rooms.join(', ')}\n  ${imports.join('\n  ')}`);
  const crowded = crowdedTops(report);
  for (const top of crowded) console.error(`${top}: give them a room`);

  const failed = [report.violations, missing, cycles, crowded].some((found) => found.length > 0);
  console.log(
    `${report.modules.length} modules and ${report.dependencyCount} dependencies seen, ` +
      `${report.violations.length} violations, ${missing.length} layers missing, ${cycles.length} cycles of folders`,
  );
  if (failed) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) await main();
