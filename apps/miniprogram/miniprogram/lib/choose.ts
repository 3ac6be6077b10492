/** WeChat's pickers. Each gives what the user chose; a closed picker gives nothing. */
import type { Kind } from './items';
import type { Chosen } from './uploads';

/** Photos or videos from the album or the camera. WeChat gives no names, so they get one. */
export function chooseMedia(kind: 'image' | 'video'): Promise<Chosen[]> {
  return new Promise((resolve) => {
    wx.chooseMedia({
      count: 20,
      mediaType: [kind],
      // Without it WeChat would compress what the user wants to keep.
      sizeType: ['original'],
      success: ({ tempFiles }) =>
        resolve(
          tempFiles.map(({ tempFilePath, size }, index) => ({
            name: nameOf(tempFilePath, kind, index),
            path: tempFilePath,
            kind,
            size,
          })),
        ),
      fail: () => resolve([]),
    });
  });
}

/** Files from a chat: of any kind, with their names. */
export function chooseChatFiles(): Promise<Chosen[]> {
  return new Promise((resolve) => {
    wx.chooseMessageFile({
      count: 100,
      type: 'all',
      success: ({ tempFiles }) =>
        resolve(tempFiles.map(({ name, path, size }) => ({ name, path, size, kind: kindOf(name) }))),
      fail: () => resolve([]),
    });
  });
}

const kinds: Record<string, Kind> = {
  ...{ jpg: 'image', jpeg: 'image', png: 'image', gif: 'image', webp: 'image', heic: 'image', bmp: 'image' },
  ...{ mp4: 'video', mov: 'video', m4v: 'video', '3gp': 'video', avi: 'video', webm: 'video' },
};

/** What a name's extension says the file is. */
export function kindOf(name: string): Kind {
  return kinds[extensionOf(name)] ?? 'file';
}

/** The extension in lower case, or nothing. */
export function extensionOf(name: string): string {
  return /\.([0-9a-z]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

function nameOf(path: string, kind: 'image' | 'video', index: number): string {
  const digits = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const extension = extensionOf(path) || (kind === 'image' ? 'jpg' : 'mp4');
  return `${kind === 'image' ? 'IMG' : 'VID'}_${digits}_${index + 1}.${extension}`;
}
