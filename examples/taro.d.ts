/** What the page of Taro uses of it. Taro itself is left out: it brings hundreds of packages. */
declare module '@tarojs/taro' {
  const Taro: {
    request<T>(option: { url: string }): Promise<{ statusCode: number; data: T }>;
    chooseImage(option: { count: number }): Promise<{ tempFilePaths: string[] }>;
  };
  export default Taro;
}
declare module '@tarojs/components' {
  import type { FunctionComponent, ReactNode } from 'react';

  export const Button: FunctionComponent<{ onClick: () => void; children: ReactNode }>;
  export const Progress: FunctionComponent<{ percent: number }>;
  export const Text: FunctionComponent<{ children: ReactNode }>;
  export const View: FunctionComponent<{ children: ReactNode }>;
}
