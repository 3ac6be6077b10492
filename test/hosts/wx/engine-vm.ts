import { createContext, Script } from 'node:vm';
import type { GuestEngine, GuestStart, Packet } from './engine-bridge.ts';

/**
 * A bare engine in a `node:vm` context: V8 with nothing but ECMAScript in it. Fast, debuggable, and the realm of its
 * values is not ours, as on a phone.
 */
export function startVmEngine({ prelude, options, receive }: GuestStart): GuestEngine {
  const context = createContext(Object.create(null) as object, {
    codeGeneration: { strings: false, wasm: false },
  });
  const start = new Script(
    `(function (port, options) { options.root = globalThis; return ${prelude}(port, options); })`,
    {
      filename: 'engine-guest.js',
    },
  ).runInContext(context) as (
    port: (text: string, buffers: ArrayBuffer[]) => Packet,
    options: object,
  ) => Guest;
  const guest = start((text, buffers) => receive([text, [...buffers]]), { ...options, copies: false });

  return {
    dispatch: ([text, buffers]) => {
      const [reply, replyBuffers] = guest.dispatch(text, buffers);
      return [reply, [...replyBuffers]];
    },
    define(name, source) {
      guest.define(name, new Script(`(${source}\n)`, { filename: name }).runInContext(context) as object);
    },
    dispose: () => undefined,
  };
}

interface Guest {
  dispatch(text: string, buffers: readonly ArrayBuffer[]): Packet;
  define(name: string, definition: object): void;
}
