/** Start here: `serve` runs the service as a command does, `createService` makes one inside another program. */
import { keepYoungGenerationSmall } from './runtime/gc-pressure.ts';
import { runService, type ServeIo } from './service/cli.ts';
import { createService } from './service/create-service.ts';

export { ConfigError, readConfig, type Config } from './service/config.ts';
export { environmentName, serveFlags, type Flag } from './service/flags.ts';
export { createService, type ServiceParts } from './service/create-service.ts';
export {
  backupFolder,
  fsckFolder,
  restoreFolder,
  scrubFolder,
  type BackupReport,
  type FsckFinding,
  type FsckOptions,
  type FsckReport,
  type RestoreReport,
  type ScrubFinding,
  type ScrubFolderOptions,
  type ScrubPlace,
  type ScrubReport,
} from './service/upkeep.ts';
export {
  migrateFolder,
  proveMigration,
  type MigrateOptions,
  type MigrationReport,
} from './service/migrate-folder.ts';
export { StoreProblem } from './service/store-problem.ts';
export type { OpenedStores, SharedPlace } from './service/stores.ts';
export type { KeyPair } from './service/root-key.ts';
export type { ServeIo, Service } from './service/cli.ts';

/**
 * Runs a service as `sampan serve` does, until SIGTERM or SIGINT, and gives the exit status: 0 after an orderly end, 2
 * for arguments that make no sense, 1 when it could not start.
 */
export function serve(args: readonly string[], io: ServeIo): Promise<number> {
  return runService(args, io, {
    create: (config) => createService(config),
    started: keepYoungGenerationSmall,
  });
}
