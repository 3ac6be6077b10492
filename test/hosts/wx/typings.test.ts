/// <reference types="miniprogram-api-typings" />
// What is checked here is checked by the compiler; at run time these tests do nothing.
import { expectTypeOf, test } from 'vitest';
import type { SimulatedWx } from './host.ts';

type Real = WechatMiniprogram.Wx;
type RealFiles = WechatMiniprogram.FileSystemManager;
type Files = ReturnType<SimulatedWx['getFileSystemManager']>;
/** Names of the option that a simulated API reads and the real one does not have. */
type Invented<Simulated extends (option: never) => unknown, Option> = Exclude<
  keyof NonNullable<Parameters<Simulated>[0]>,
  keyof Option
>;

test('offers no API that the published typings do not have', () => {
  expectTypeOf<Exclude<keyof SimulatedWx, keyof Real>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<keyof Files, keyof RealFiles>>().toEqualTypeOf<never>();
});

test('reads no option that the published typings do not have', () => {
  expectTypeOf<Invented<SimulatedWx['request'], WechatMiniprogram.RequestOption>>().toEqualTypeOf<never>();
  expectTypeOf<
    Invented<SimulatedWx['uploadFile'], WechatMiniprogram.UploadFileOption>
  >().toEqualTypeOf<never>();
  expectTypeOf<Invented<Files['open'], WechatMiniprogram.OpenOption>>().toEqualTypeOf<never>();
  expectTypeOf<Invented<Files['read'], WechatMiniprogram.ReadOption>>().toEqualTypeOf<never>();
});

test('answers with the fields of the published typings', () => {
  type Stats = ReturnType<Files['statSync']>;
  expectTypeOf<Exclude<keyof Stats, keyof WechatMiniprogram.Stats>>().toEqualTypeOf<never>();
  type Info = ReturnType<SimulatedWx['getStorageInfoSync']>;
  expectTypeOf<Info>().toEqualTypeOf<WechatMiniprogram.GetStorageInfoSyncOption>();
});
