/** Variations of the simulated WeChat that have other hosts' limits and forms. */
import type { SimulatedWx } from '../hosts/wx/host.ts';

/** Makes another host's object of WeChat's. */
export type Look = (wx: SimulatedWx) => object;

type Files = ReturnType<SimulatedWx['getFileSystemManager']>;

/** A host whose `readFile` knows no range and which has no descriptors. */
export const plainFiles: Look = (wx) => ({ ...wx, getFileSystemManager: () => wholeFiles(wx) });

function wholeFiles(wx: SimulatedWx): Pick<Files, 'stat' | 'readFile'> {
  const { stat, readFile } = wx.getFileSystemManager();
  return {
    stat,
    readFile: ({ position: _position, length: _length, ...option }: Parameters<Files['readFile']>[0]) =>
      readFile(option),
  };
}

interface MyRequest {
  readonly url: string;
  readonly method: string;
  readonly data?: string | ArrayBuffer;
  readonly headers: Record<string, string>;
  readonly dataType: string;
  readonly success: (response: object) => void;
  readonly fail: (failure: object) => void;
}

/** Alipay's files fail with a number and a text of their own. */
function myFiles(wx: SimulatedWx): object {
  const { stat, readFile } = wholeFiles(wx);
  const failing = <Option extends { fail?: ((failure: object) => void) | undefined }>(option: Option) => ({
    ...option,
    fail: () => option.fail?.({ error: 10022, errorMessage: 'no such file' }),
  });
  return {
    stat: (option: Parameters<typeof stat>[0]) => stat(failing(option)),
    readFile: (option: Parameters<typeof readFile>[0]) => readFile(failing(option)),
  };
}

/** Alipay: other names, whole files, and answers that are not 2xx as failures of kind 19. */
export const alipayObject: Look = (wx) => {
  const { setStorage, getStorage, removeStorage, getStorageInfo, onAppShow, onAppHide } = wx;
  return {
    setStorage,
    getStorage,
    removeStorage,
    getStorageInfo,
    onAppShow,
    onAppHide,
    onNetworkStatusChange: wx.onNetworkStatusChange,
    getNetworkType: (option: { success(result: object): void }) =>
      wx.getNetworkType({
        success: () => option.success({ networkType: 'WIFI', networkAvailable: true }),
      }),
    getFileSystemManager: () => myFiles(wx),
    request: ({ headers, dataType, success, fail, ...option }: MyRequest) =>
      wx.request({
        ...option,
        header: headers,
        dataType: 'other',
        responseType: dataType === 'arraybuffer' ? 'arraybuffer' : 'text',
        success(result: object) {
          const { statusCode, header, data } = result as {
            statusCode: number;
            header: object;
            data: unknown;
          };
          if (statusCode >= 200 && statusCode < 300) success({ status: statusCode, headers: header, data });
          else
            fail({ error: 19, errorMessage: 'http status error', status: statusCode, headers: header, data });
        },
        fail: () => fail({ error: 12, errorMessage: 'network error' }),
      }),
  };
};

/** Taro: every call gives a promise beside its callbacks, which rejects when they fail. */
export const taroObject: Look = (wx) => ({
  ...wx,
  getEnv: () => 'WEAPP',
});
