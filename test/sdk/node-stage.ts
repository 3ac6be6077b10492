/** Scenarios in this process, over real files. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COS } from '@sampan/sdk';
import { madeUpContent } from '../hosts/wx/files.ts';
import type { RunningService } from '../service.ts';
import { buildStage, type Stage, type StageFile } from './stage.ts';
import { place, type Theatre } from './theatre.ts';

/** Opens a folder with the files, and an SDK. */
export async function openNode(
  service: RunningService,
  files: readonly StageFile[],
  { sdk, built }: { readonly sdk: 'sampan' | 'official'; readonly built?: unknown },
): Promise<Theatre> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-scenarios-'));
  const picked = await Promise.all(
    files.map(async ({ name, size, seed }) => {
      const FilePath = join(folder, name);
      await writeFile(FilePath, madeUpContent(size, seed).read(0, size));
      return { name, size, source: { FilePath } };
    }),
  );
  const made =
    sdk === 'sampan' ? (built ?? COS) : (createRequire(import.meta.url)('cos-nodejs-sdk-v5') as unknown);
  return {
    host: 'node',
    run: (scenario, prefix, more = {}) =>
      scenario.run(
        buildStage({
          COS: made as Stage['COS'],
          options: {
            SecretId: service.secretId,
            SecretKey: service.secretKey,
            Proxy: service.url,
            Protocol: 'http:',
            ConfCwd: folder,
            ...more,
          },
          place,
          prefix,
          pick: async () => picked,
          contentOf: async (file) => readFile(file.source['FilePath'] as string),
        }),
      ),
    errors: () => [],
    // The official SDK still writes its records for a moment.
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  };
}
