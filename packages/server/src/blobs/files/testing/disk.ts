/** A disk that does as a test wants: it fails, takes less than it is given, and tells what was asked of it. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { OpenFile } from '../file.ts';
import { pageBytes, wholePageBytes } from '../../../runtime/buffer-pool.ts';

/** One call for a file that is written. */
export interface DiskCall {
  readonly kind: 'open' | 'write' | 'datasync';
  /** Whether it goes, or would go, past the page cache. */
  readonly direct: boolean;
  /** How many such calls with this kind and way came before, over all files. */
  readonly nth: number;
  /** Of a write. */
  readonly length: number;
}

/** Calls as they came, and the function that opens files. */
export interface TestDisk {
  readonly calls: readonly DiskCall[];
  readonly openFile: OpenFile;
}

/**
 * A disk on the files of the machine. `judge` is asked before each call: it throws what the call is to fail with, and may
 * give a write fewer bytes to write. Writes past the page cache are as strict as the strictest kernel, and go through it
 * all the same, so that no file system is needed that has them.
 */
export function testDisk(judge: (call: DiskCall) => number | undefined): TestDisk {
  const calls: DiskCall[] = [];
  const ask = (kind: DiskCall['kind'], direct: boolean, length = 0): number => {
    const nth = calls.filter((call) => call.kind === kind && call.direct === direct).length;
    const call = { kind, direct, nth, length };
    calls.push(call);
    return judge(call) ?? length;
  };

  return {
    calls,
    async openFile(path, flags, mode) {
      const direct = typeof flags === 'number' && (flags & constants.O_DIRECT) !== 0;
      ask('open', direct);
      const handle = await open(path, typeof flags === 'number' ? flags & ~constants.O_DIRECT : flags, mode);
      return {
        async write(bytes, from, length, position) {
          const taken = ask('write', direct, length);
          const inPages = from === 0 && position % pageBytes === 0 && wholePageBytes(bytes) >= length;
          if (direct && (!inPages || length % pageBytes !== 0)) throw failure('EINVAL');
          return handle.write(bytes, from, taken, position);
        },
        async datasync() {
          ask('datasync', direct);
          await handle.datasync();
        },
        close: () => handle.close(),
      };
    },
  };
}

/** What a call fails with. */
export function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made up by the test`), { code });
}
