import { newQuickJSWASMModule } from 'quickjs-emscripten';
import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten';
import type { GuestEngine, GuestStart, Packet } from './engine-bridge.ts';

/**
 * A bare engine in QuickJS: an interpreter without a JIT, as iOS runs mini programs, and without any relation to V8.
 * Buffers are copied on the way in and out.
 */
export async function startQuickJsEngine({ prelude, options, receive }: GuestStart): Promise<GuestEngine> {
  // A module of its own: what one program leaves behind cannot reach the next.
  const runtime = (await newQuickJSWASMModule()).newRuntime();
  let isOver = false;
  const vm = runtime.newContext();

  const port = vm.newFunction('port', (text, buffers) => toHandle(vm, receive(toPacket(vm, text, buffers))));
  const start = evaluate(
    vm,
    `(function (port, text) {
    var options = JSON.parse(text);
    options.root = globalThis;
    return ${prelude}(port, options);
  })`,
    'engine-guest.js',
  );
  const text = vm.newString(JSON.stringify({ ...options, copies: true }));
  const guest = vm.unwrapResult(vm.callFunction(start, vm.undefined, port, text));
  const dispatch = vm.getProp(guest, 'dispatch');
  const define = vm.getProp(guest, 'define');
  for (const handle of [port, start, text, guest]) handle.dispose();

  // Jobs run as Node's own microtasks do: after the caller has dealt with the reply, which may hold a promise.
  function runJobs(): void {
    if (isOver) return;
    const outcome = runtime.executePendingJobs();
    if (outcome.error) outcome.error.dispose();
  }

  return {
    dispatch(packet) {
      const argument = toHandle(vm, packet);
      const [first, second] = [vm.getProp(argument, 0), vm.getProp(argument, 1)];
      const reply = vm.unwrapResult(vm.callFunction(dispatch, vm.undefined, first, second));
      const [replyText, replyBuffers] = [vm.getProp(reply, 0), vm.getProp(reply, 1)];
      const answer = toPacket(vm, replyText, replyBuffers);
      for (const handle of [argument, first, second, reply, replyText, replyBuffers]) handle.dispose();
      queueMicrotask(runJobs);
      return answer;
    },
    define(name, source) {
      const definition = evaluate(vm, `(${source}\n)`, name);
      const key = vm.newString(name);
      vm.unwrapResult(vm.callFunction(define, vm.undefined, key, definition)).dispose();
      for (const handle of [definition, key]) handle.dispose();
    },
    dispose() {
      // Quirk: QuickJS 2025-09-13 loses count of its realms in a long program (two contexts and no object are left), and
      // an assertion aborts when its runtime is freed. The module is not used again, so its memory goes as a whole.
      isOver = true;
    },
  };
}

function evaluate(vm: QuickJSContext, source: string, name: string): QuickJSHandle {
  return vm.unwrapResult(vm.evalCode(source, name));
}

function toPacket(vm: QuickJSContext, text: QuickJSHandle, buffers: QuickJSHandle): Packet {
  const length = vm.getProp(buffers, 'length').consume((handle) => vm.getNumber(handle));
  const copies: ArrayBuffer[] = [];
  for (let i = 0; i < length; i++) {
    const bytes = vm.getProp(buffers, i).consume((handle) => vm.getArrayBuffer(handle));
    copies.push(new Uint8Array(bytes.value).buffer);
    bytes.dispose();
  }
  return [vm.getString(text), copies];
}

function toHandle(vm: QuickJSContext, [text, buffers]: Packet): QuickJSHandle {
  const pair = vm.newArray();
  const list = vm.newArray();
  vm.newString(text).consume((handle) => {
    vm.setProp(pair, 0, handle);
  });
  buffers.forEach((buffer, i) => {
    vm.newArrayBuffer(buffer).consume((handle) => {
      vm.setProp(list, i, handle);
    });
  });
  list.consume((handle) => {
    vm.setProp(pair, 1, handle);
  });
  return pair;
}
