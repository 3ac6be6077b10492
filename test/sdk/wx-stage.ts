/** Scenarios inside a mini program: the text of stage and scenario runs in the bare engine, over the simulated host. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { runMiniProgram } from '../hosts/wx/engine.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { createWxHost } from '../hosts/wx/host.ts';
import type { RunningService } from '../service.ts';
import { place, type Theatre } from './theatre.ts';
import type { Scenario } from './scenarios.ts';
import { buildStage, type Plain, type StageFile } from './stage.ts';

/** Whose SDK, in which engine. */
export interface WxCast {
  readonly sdk: 'sampan' | 'official';
  readonly engine: 'vm' | 'quickjs';
  readonly bundle?: string;
  readonly globalName?: string;
}

/** Opens a mini program host with an SDK in it. */
export async function openWx(
  service: RunningService,
  files: readonly StageFile[],
  { sdk, engine, ...cast }: WxCast,
): Promise<Theatre> {
  const bundle =
    cast.bundle ??
    (sdk === 'sampan'
      ? await bundleText(bundles.miniProgram)
      : readFileSync(createRequire(import.meta.url).resolve('cos-wx-sdk-v5'), 'utf8'));
  const host = createWxHost({
    route: (name) => (name.endsWith('.myqcloud.com') ? service.url : undefined),
    legacyHeader: sdk === 'official',
  });
  const picked = files.map(({ name, size, seed }) => ({
    name,
    path: host.addFile(madeUpContent(size, seed), `http://tmp/${name}`),
  }));
  // The official XML parser calls String.prototype.trimStart (ES2019), which phones have from WeChat's own core-js.
  const program = await runMiniProgram({ engine, host, bundle, es2018: sdk === 'sampan' });
  return {
    host: 'wx',
    async run(scenario: Scenario, prefix: string, more: Plain = {}) {
      // Each scenario opens the picker once or twice.
      host.pick(picked);
      host.pick(picked);
      const options = { SecretId: service.secretId, SecretKey: service.secretKey, ...more };
      return program.run(scenarioText(scenario), { options, place, prefix });
    },
    errors: () => host.process.errors,
    async close() {
      host.killApp();
      program.dispose();
    },
  };
}

function scenarioText(scenario: Scenario): string {
  return `function (scope) {
    var input = scope.input;
    var buildStage = ${buildStage.toString()};
    var stage = buildStage({
      COS: scope.exports, options: input.options, place: input.place, prefix: input.prefix,
      pick: function () {
        return new Promise(function (resolve, reject) {
          wx.chooseMessageFile({
            count: 10, type: 'all', fail: reject,
            success: function (res) {
              resolve(res.tempFiles.map(function (file) {
                return { name: file.name, size: file.size, source: { FilePath: file.path } };
              }));
            },
          });
        });
      },
      contentOf: function (file) {
        return new Promise(function (resolve, reject) {
          wx.getFileSystemManager().readFile({
            filePath: file.source.FilePath, fail: reject,
            success: function (res) { resolve(res.data); },
          });
        });
      },
    });
    var scenario = { ${methodText(scenario.run.toString())} };
    return scenario.run(stage);
  }`;
}

/** The text of a function as a member named `run`: methods print without `function`, arrows with their arrow. */
export function methodText(text: string): string {
  return /^(async\s+)?run\s*\(/.test(text) ? text : `run: ${text}`;
}
