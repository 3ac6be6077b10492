/**
 * PostgreSQL and SeaweedFS for a whole run of tests, started once. Workers of the runner find them by an environment
 * variable, and give each service a database and a prefix of its own.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  howToEnable as howToHaveSeaweed,
  programOf,
  startSeaweed,
} from '../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';
import {
  howToEnable as howToHavePostgres,
  postgresBinaries,
  startPostgres,
} from '../../packages/server/src/metadata/postgres/testing/temporary-postgres.ts';

const variable = 'SAMPAN_TEST_CLUSTER';
const exec = promisify(execFile);

interface RunningStores {
  readonly binaries: string;
  readonly database: string;
  /** An `s3://` address without a prefix, as in `--blobs`. */
  readonly blobs: string;
  readonly nginx: string;
}

/** Flags that give a service a database and a prefix of its own. */
export async function newStores(): Promise<readonly string[]> {
  const { binaries, database, blobs } = running();
  const name = `t${randomBytes(6).toString('hex')}`;
  const { hostname, port, username } = new URL(database);
  await exec(join(binaries, 'createdb'), ['-h', hostname, '-p', port, '-U', username, name]);
  return ['--database', new URL(`/${name}`, database).href, '--blobs', blobs.replace('?', `/${name}?`)];
}

/** The program of nginx. */
export function nginxProgram(): string {
  return running().nginx;
}

function running(): RunningStores {
  return JSON.parse(process.env[variable] ?? '') as RunningStores;
}

/** nginx as Debian installs it, which is not in the path of every user. */
export function findNginx(): string | undefined {
  return programOf('nginx') ?? ['/usr/sbin/nginx'].find((path) => existsSync(path));
}

/** Called by the test runner before the first test. Gives what ends the stores. */
export async function setup(): Promise<() => Promise<void>> {
  const [binaries, weed, nginx] = [postgresBinaries(), programOf('weed'), findNginx()];
  if (!binaries) throw new Error(`PostgreSQL is needed here (${howToHavePostgres})`);
  if (!weed) throw new Error(`SeaweedFS is needed here (${howToHaveSeaweed})`);
  if (!nginx) throw new Error('nginx is needed here: `apt-get install nginx`');
  const [database, bytes] = await Promise.all([startPostgres(binaries), startSeaweed(weed, 'cluster')]);
  const { endpoint, credentials } = bytes.address;
  const keys = `${credentials!.accessKeyId}:${credentials!.secretAccessKey}`;
  const stores: RunningStores = {
    binaries,
    database: database.url,
    blobs: `s3://${keys}@cluster?endpoint=${encodeURIComponent(endpoint!)}`,
    nginx,
  };
  process.env[variable] = JSON.stringify(stores);
  return async () => {
    await Promise.all([database.stop(), bytes.stop()]);
  };
}
