import { expect, test } from 'vitest';
import { createWxHost } from './host.ts';
import { outcomeOf } from './outcome.ts';

test('hands the program the files that the user picks, with a name only where WeChat tells one', async () => {
  const host = createWxHost({ route: 'http://127.0.0.1:9' });
  const path = host.addFile(new Uint8Array(12));
  for (let i = 0; i < 3; i++) host.pick([{ path, name: 'report.pdf' }]);

  const image = await outcomeOf(host.wx.chooseImage, { count: 1 });
  const media = await outcomeOf(host.wx.chooseMedia, {});
  const message = await outcomeOf(host.wx.chooseMessageFile, { count: 10 });
  const nothing = await outcomeOf(host.wx.chooseImage, {});

  expect(image.result).toEqual({
    tempFilePaths: [path],
    tempFiles: [{ path, size: 12 }],
    errMsg: 'chooseImage:ok',
  });
  expect(media.result['tempFiles']).toEqual([{ tempFilePath: path, size: 12, fileType: 'image' }]);
  expect(message.result['tempFiles']).toMatchObject([{ path, size: 12, name: 'report.pdf', type: 'file' }]);
  expect(nothing.result.errMsg).toBe('chooseImage:fail cancel');
});
