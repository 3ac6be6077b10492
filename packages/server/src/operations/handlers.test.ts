import { operations, type OperationName } from '@sampan/protocol';
import { expect, expectTypeOf, test } from 'vitest';
import { isImplemented, notImplemented, type Handler, type Handlers } from './call.ts';
import { handlers } from './handlers.ts';

test('every operation has a handler or is named as not implemented, and none is both', () => {
  const names = Object.keys(operations) as OperationName[];

  expect(Object.keys(handlers).sort()).toEqual(names.filter(isImplemented).sort());
  expect(
    Object.keys(handlers).filter((name) => (notImplemented as readonly string[]).includes(name)),
  ).toEqual([]);
});

test('a table that lacks a handler is an error of types', () => {
  expectTypeOf<{ readonly getObject: Handler<'getObject'> }>().not.toExtend<Handlers>();
  expectTypeOf(handlers).toExtend<Handlers>();
});
