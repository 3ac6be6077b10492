/// <reference types="miniprogram-api-typings" />
// What is checked here is checked by the compiler; at run time this test does nothing.
import { expectTypeOf, test } from 'vitest';
import type { MiniHost } from '../../packages/sdk/src/platforms/mini/host.ts';

test("WeChat's object, as its published typings have it, is a host", () => {
  expectTypeOf<WechatMiniprogram.Wx>().toExtend<MiniHost>();
});
