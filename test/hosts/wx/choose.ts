import { settleOrPromise } from './callbacks.ts';
import type { Callbacks } from './callbacks.ts';
import type { FileShelf } from './files.ts';
import type { AppProcess } from './process.ts';

/** The pickers of WeChat. The test plays the user and says beforehand what is picked. */

/** A file on the device that the user will pick. */
export interface Picked {
  readonly path: string;
  /** The name that wx.chooseMessageFile tells; the other pickers tell none. */
  readonly name?: string;
}

/** What the user picks next, one list for each call; an empty hand cancels. */
export type PickerHand = (readonly Picked[])[];

interface ChooseOption extends Callbacks {
  readonly count?: number;
}

/** The picker part of `wx`. */
export function chooseApi(app: AppProcess, files: FileShelf, hand: PickerHand, promises: boolean) {
  const seconds = (): number => Math.floor(app.clock.now() / 1000);
  const choose =
    <T>(
      api: string,
      mostFiles: number,
      answer: (picked: readonly (Required<Picked> & { size: number })[]) => T,
    ) =>
    (option: ChooseOption = {}) =>
      settleOrPromise(app, api, option, promises, (settle) => {
        const picked = hand.shift()?.slice(0, option.count ?? mostFiles);
        if (!picked) {
          settle.fail({ reason: ' cancel' });
          return;
        }
        const known = picked.map(({ path, name = '' }) => ({
          path,
          name,
          size: files.entries.get(path)?.content.size ?? 0,
        }));
        settle.ok(answer(known) as object);
      });

  return {
    chooseImage: choose('chooseImage', 9, (picked) => ({
      tempFilePaths: picked.map(({ path }) => path),
      tempFiles: picked.map(({ path, size }) => ({ path, size })),
    })),
    chooseMedia: choose('chooseMedia', 9, (picked) => ({
      type: 'image',
      tempFiles: picked.map(({ path, size }) => ({ tempFilePath: path, size, fileType: 'image' })),
    })),
    chooseMessageFile: choose('chooseMessageFile', 100, (picked) => ({
      tempFiles: picked.map((file) => ({ ...file, type: 'file', time: seconds() })),
    })),
  };
}
