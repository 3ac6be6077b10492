/**
 * Ceph's gateway over a cluster of one node: a monitor, one storage daemon (BlueStore on a file) and the gateway, each
 * from Debian's packages. What differs from its defaults is what one node needs, and that the gateway answers at once:
 * without `tcp_nodelay` an answer waits up to 40 ms for the reader's acknowledgement.
 */
import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask } from './ask.ts';
import { freePort, start, type Running } from './contender.ts';
import { targets, type Place } from './targets.ts';

const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph'];
const packages = 'ceph-mon ceph-osd radosgw ceph-common';

/** A cluster that runs, and the bucket that its gateway serves. */
export interface Rgw {
  readonly running: Running;
  readonly place: Place;
}

/** Starts the cluster in a folder, or says what is not installed. */
export async function startRgw(folder: string): Promise<Rgw | string> {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error);
  if (missing.length > 0)
    return `${missing.join(', ')} not installed (Debian: apt-get install --no-install-recommends ${packages})`;
  const daemons: Running[] = [];
  const stop = async () => {
    for (const daemon of daemons.toReversed()) await daemon.stop();
  };
  try {
    const place = await startDaemons(folder, daemons);
    const running: Running = { ...daemons.at(-1)!, usage: () => sum(daemons), stop };
    return { running, place };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each daemon is added as soon as it runs, so that those before one that fails can be stopped. */
async function startDaemons(folder: string, daemons: Running[]): Promise<Place> {
  const [cluster, device] = [randomUUID(), randomUUID()];
  const [monitorPort, port] = [await freePort(), await freePort()];
  const monitor = `v1:127.0.0.1:${monitorPort}`;
  const [settings, map, keyring] = [join(folder, 'ceph.conf'), join(folder, 'map'), join(folder, 'keyring')];
  for (const name of ['monitor', 'storage', 'gateway']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(settings, cephSettings({ folder, cluster, monitor }));
  const run = (command: string, ...words: string[]) =>
    promisify(execFile)(command, words, { timeout: 60_000 });
  const daemon = async (until: () => Promise<boolean>, command: string, ...words: string[]) => {
    daemons.push(await start({ command, words: ['-c', settings, '-f', ...words], until }));
  };

  await run(
    'ceph-authtool',
    '--create-keyring',
    keyring,
    '--gen-key',
    '-n',
    'mon.',
    '--cap',
    'mon',
    'allow *',
  );
  await run('monmaptool', '--create', '--fsid', cluster, '--addv', 'a', `[${monitor}]`, map);
  await run('ceph-mon', '-c', settings, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring);
  await daemon(async () => true, 'ceph-mon', '-i', 'a');
  // Waits until the monitor answers, as every command of `ceph` does.
  await run('ceph', '-c', settings, 'osd', 'new', device);
  await run('ceph-osd', '-c', settings, '-i', '0', '--mkfs', '--osd-uuid', device);
  await run('ceph', '-c', settings, 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=bench');
  await daemon(async () => true, 'ceph-osd', '-i', '0');

  const answers = async () => (await ask('GET', port, '/')) < 500;
  const frontend = `beast endpoint=127.0.0.1:${port} tcp_nodelay=1`;
  await daemon(answers, 'radosgw', '-n', 'client.rgw.a', `--rgw_frontends=${frontend}`);
  const signing = { kind: 's3', accessKey: 'BENCHKEY', secretKey: 'benchsecret' } as const;
  const user = ['--uid=bench', '--display-name=bench'];
  const keys = [`--access-key=${signing.accessKey}`, `--secret=${signing.secretKey}`];
  await run('radosgw-admin', '-c', settings, 'user', 'create', ...user, ...keys);
  const place: Place = { port, folder: '/bench', signing };
  const status = await ask('PUT', port, targets(place, 'PUT')(place.folder));
  if (status !== 200) throw new Error(`the gateway answered ${status} where a bucket was to be made`);
  return place;
}

function sum(daemons: readonly Running[]) {
  const all = daemons.map((daemon) => daemon.usage());
  const cpuSeconds = all.reduce((total, one) => total + one.cpuSeconds, 0);
  return { cpuSeconds, peakBytes: all.reduce((total, one) => total + one.peakBytes, 0) };
}

interface Cluster {
  readonly folder: string;
  readonly cluster: string;
  /** The monitor's address. */
  readonly monitor: string;
}

function cephSettings({ folder, cluster, monitor }: Cluster): string {
  return `
[global]
fsid = ${cluster}
mon_host = ${monitor}
ms_bind_msgr2 = false
public_addr = 127.0.0.1
# Only this machine can reach the daemons; callers of the gateway sign their requests all the same.
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# One node keeps one copy.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
osd_crush_chooseleaf_type = 0
mon_data = ${folder}/monitor
osd_data = ${folder}/storage
rgw_data = ${folder}/gateway
keyring = ${folder}/keyring
# The file of the storage daemon; it takes room as it fills.
bluestore_block_size = ${40 * 2 ** 30}
# A disk in use by others is no reason to stop.
mon_data_avail_crit = 1
log_file = ${folder}/$name.log
run_dir = ${folder}
pid_file = ${folder}/$name.pid
# The path of a socket may be too long in a deep folder, and nobody asks there.
admin_socket =
`;
}
