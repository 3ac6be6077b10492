/**
 * The life of an upload as a user sees it, run under each of WeChat's runtimes: choose twelve files and a large one,
 * pause, kill, start again, resume, look into the album, delete. After each step the page and the service must agree.
 */
import { expect, test } from 'vitest';
import { crc64, crc64Text } from '@sampan/protocol';
import { madeUpContent, type FileContent } from '../hosts/wx/files.ts';
import { serviceForTests } from '../service.ts';
import { startBackend } from './backend.ts';
import { compiledProgram, compilersRun, type Plant } from './compile.ts';
import { startProgram, type Program } from './program.ts';
import type { Runtime } from './runtime.ts';
import { seenAlbum, seenRows, seenTotal, theOnly, touchIn, until } from './seen.ts';
import { place, viewOf, type ServiceView } from './service-view.ts';

const mebibyte = 1024 * 1024;
/** 120 in the full form of this test. */
const largeMib = Number(process.env['SAMPAN_MINIPROGRAM_MIB'] ?? 24);
const large = { name: 'holiday.mov', size: largeMib * mebibyte };
const smallSize = 40_000;

type MakeRuntime = (root: string) => Runtime;

/** The program on a phone, and the service that it uploads to. */
export interface Stage {
  /** Folder of the compiled program. */
  readonly root: string;
  readonly servedUrl: string;
  readonly program: Program;
  readonly service: ServiceView;
}

/** Serves a process and a backend, and starts the program in English. */
export async function openStage(runtime: MakeRuntime, plant?: Plant): Promise<Stage> {
  const served = await serviceForTests({
    name: 'miniprogram',
    flags: ['--bucket', place.Bucket, '--bind', `127.0.0.1=${place.Bucket}`],
  });
  const backend = await startBackend(served);
  const routes: Record<string, string> = { '127.0.0.1:9000': served.url, '127.0.0.1:3000': backend };
  const root = await compiledProgram(plant);
  const program = startProgram({
    root,
    runtime,
    route: (host) => routes[host],
    // A planted fault is waited for in vain.
    ...(plant ? { patienceMs: 5000 } : {}),
  });
  theOnly(program.page, '#language').touch();
  await until(program, 'the page is in English', () => theOnly(program.page, '#photos').text() === 'Photos');
  return { program, root, servedUrl: served.url, service: viewOf(served) };
}

/** Twelve small files and the large one, chosen in two pickers. */
async function chooseAll({ program }: Stage): Promise<void> {
  const { host, page } = program;
  const small = (seed: number) => ({
    path: host.addFile(madeUpContent(smallSize, seed), `wxfile://tmp_${seed}.jpg`),
  });
  host.pick([1, 2, 3, 4, 5, 6, 7, 8, 9].map(small));
  theOnly(page, '#photos').touch();
  await until(program, 'nine rows', () => seenRows(program.page).length === 9);
  host.pick([
    { path: host.addFile(madeUpContent(large.size, 99)), name: large.name },
    ...[10, 11, 12].map((seed) => ({ ...small(seed), name: `report-${seed}.pdf` })),
  ]);
  theOnly(page, '#chat-files').touch();
  await until(program, 'thirteen rows', () => seenRows(program.page).length === 13);
}

/** Lets `count` parts through; the others stand still until the fault is taken away. */
export function holdAfter({ program }: Stage, count: number): void {
  let parts = 0;
  program.host.faults.network = ({ method, query }) =>
    method === 'PUT' && query.includes('partNumber') && ++parts > count ? 'drop' : undefined;
}

export const largeRow = (program: Program) => seenRows(program.page).find(({ name }) => name === large.name);
const bytesOf = (detail: string) => Number(/^([\d.]+) MB \//.exec(detail)?.[1]) * mebibyte;
const sentParts = ({ program }: Stage): number =>
  program.host.traffic.calls.filter(
    ({ method, query, statusCode }) => method === 'PUT' && query.includes('partNumber') && statusCode === 200,
  ).length;

/** The scenario. */
async function liveThrough(stage: Stage): Promise<void> {
  const { program, service } = stage;
  expect(theOnly(program.page, '#nothing').text()).toContain('Nothing chosen yet');
  expect(await service.objects()).toEqual([]);

  holdAfter(stage, 5);
  await chooseAll(stage);
  await until(program, 'twelve are done', () => seenTotal(program.page).files === '12 of 13 files');
  await until(program, 'five parts are shown', () => (bytesOf(largeRow(program)?.detail ?? '') || 0) > 0);
  await until(program, 'the service has five parts', () => sentParts(stage) === 5);
  expect(await service.objects()).toHaveLength(12);

  theOnly(program.page, '#pause-all').touch();
  await until(program, 'the large file is paused', () => largeRow(program)?.state === 'Paused');
  const heldBytes = await service.unfinishedBytes();
  await until(
    program,
    'the page shows what the service has',
    () => bytesOf(largeRow(program)!.detail) === heldBytes,
  );

  const before = { rows: seenRows(program.page), total: seenTotal(program.page) };
  program.kill();
  expect(await service.unfinishedBytes()).toBe(heldBytes);

  program.start();
  expect({ rows: seenRows(program.page), total: seenTotal(program.page) }).toEqual(before);

  program.host.faults.network = undefined;
  const partsBefore = sentParts(stage);
  touchIn(program.page, '.row', large.name, '.resume');
  let leastPercent = 100;
  await until(program, 'all are done', () => {
    leastPercent = Math.min(leastPercent, Number.parseInt(largeRow(program)?.percent ?? '100'));
    return seenTotal(program.page).files === '13 of 13 files';
  });
  expect(leastPercent).toBe(Math.floor((heldBytes! / large.size) * 100));
  expect(seenTotal(program.page).percent).toBe('100%');
  expect(largeRow(program)).toMatchObject({ state: 'Done', percent: undefined });
  expect(await service.unfinishedBytes()).toBeUndefined();
  expect(await service.checksum(large.name)).toBe(checksumOf(madeUpContent(large.size, 99)));
  expect((sentParts(stage) - partsBefore) * mebibyte).toBeLessThanOrEqual(large.size - heldBytes!);

  program.switchTab('pages/album/album');
  await until(program, 'the album has all', () => seenAlbum(program.page).length === 13);
  await agree(stage);
  await previewBoth(stage);
  program.answerWith(false);
  touchIn(program.page, '.picture', large.name, '.remove');
  await until(program, 'the question was shown', () => program.shown.some(({ api }) => api === 'showModal'));
  expect(seenAlbum(program.page)).toHaveLength(13);
  program.answerWith(true);
  touchIn(program.page, '.picture', large.name, '.remove');
  await until(program, 'the large file is gone', () => seenAlbum(program.page).length === 12);
  await agree(stage);
  expect(program.host.process.errors).toEqual([]);
}

/** The bytes of a file on the phone, as a program reads them. */
function contentOf({ host }: Program, filePath: string): Uint8Array {
  return new Uint8Array(host.wx.getFileSystemManager().readFileSync(filePath) as ArrayBuffer);
}

function checksumOf({ size, read }: FileContent): string {
  return crc64Text(crc64(read(0, size)));
}

/** A photo is shown with its neighbours, a document is fetched and opened. */
async function previewBoth({ program }: Stage): Promise<void> {
  const photo = seenAlbum(program.page).filter(({ name }) => name.startsWith('IMG_'))[4]!;
  const last = (api: string) => program.shown.filter((shown) => shown.api === api).at(-1)?.option;

  touchIn(program.page, '.picture', photo.name, '.preview');
  await until(program, 'a photo is shown', () => last('previewMedia') !== undefined);
  const { sources, current } = last('previewMedia') as { sources: { url: string }[]; current: number };
  expect(sources).toHaveLength(9);
  expect(decodeURIComponent(new URL(sources[current]!.url).pathname).endsWith(`/${photo.name}`)).toBe(true);

  touchIn(program.page, '.picture', 'report-11.pdf', '.preview');
  await until(program, 'a document is open', () => last('openDocument') !== undefined);
  const { filePath, fileType } = last('openDocument') as { filePath: string; fileType: string };
  expect(fileType).toBe('pdf');
  expect(contentOf(program, filePath)).toEqual(madeUpContent(smallSize, 11).read(0, smallSize));
}

/** The album shows what the service has, file by file. */
async function agree({ program, service }: Stage): Promise<void> {
  const sizes: Record<number, string> = {
    [smallSize]: '39.1 KB',
    [large.size]: `${largeMib.toFixed(largeMib < 100 ? 1 : 0)} MB`,
  };
  const held = (await service.objects()).map(({ name, size }) => ({ name, size: sizes[size] }));
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  expect(seenAlbum(program.page).sort(byName)).toEqual(held.sort(byName));
}

/** Shows the notices, fails a file that is gone, retries it and cancels one half way. */
async function meetTrouble(stage: Stage): Promise<void> {
  const { program, service } = stage;
  const { host } = program;
  const notice = () => program.page.all('#notice').map((node) => node.text());

  host.setNetwork('none');
  await until(program, 'no network is shown', () => notice()[0]?.startsWith('No network') === true);
  host.setNetwork('wifi');
  await until(program, 'the notice is gone', () => notice().length === 0);
  host.hide();
  await until(
    program,
    'the background is shown',
    () => notice()[0]?.startsWith('In the background') === true,
  );
  host.show();
  await until(program, 'the notice is gone', () => notice().length === 0);

  holdAfter(stage, 2);
  const content = madeUpContent(large.size, 7);
  const path = host.addFile(content);
  host.pick([{ path, name: large.name }]);
  theOnly(program.page, '#chat-files').touch();
  await until(program, 'two parts are sent', () => sentParts(stage) === 2);
  program.kill();
  host.removeFile(path);
  program.start();
  touchIn(program.page, '.row', large.name, '.resume');
  await until(program, 'the file is missed', () => largeRow(program)?.state === 'Failed');
  expect(largeRow(program)?.detail).toBe('The file is gone from the phone. Choose it again.');
  host.addFile(content, path);
  touchIn(program.page, '.row', large.name, '.retry');
  await until(program, 'it goes on', () => largeRow(program)?.state === 'Uploading');
  touchIn(program.page, '.row', large.name, '.cancel');
  await until(program, 'the row is gone', () => seenRows(program.page).length === 0);
  await until(program, 'its parts are freed', async () => (await service.unfinishedBytes()) === undefined);
  expect(await service.objects()).toEqual([]);
}

/** Declares the tests of one runtime; `plants` are faults, each with what the scenario then says. */
export function testsUnder(
  name: string,
  runtime: MakeRuntime,
  plants: readonly (readonly [plant: Plant, says: RegExp])[],
): void {
  test.skipIf(!compilersRun)(
    `under ${name}, thirteen files live through pause, kill, restart, resume and delete`,
    async () => {
      await liveThrough(await openStage(runtime));
    },
    180_000,
  );

  test.skipIf(!compilersRun)(
    `under ${name}, the page shows offline and background, a file that is gone, retry and cancel`,
    async () => {
      await meetTrouble(await openStage(runtime));
    },
    60_000,
  );

  test.skipIf(!compilersRun).each(plants)(
    `under ${name}, a wrong binding fails the scenario: %o`,
    async (plant, says) => {
      const stage = await openStage(runtime, plant);

      await expect(liveThrough(stage)).rejects.toThrow(says);
    },
  );
}
