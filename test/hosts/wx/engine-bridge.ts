/**
 * The host's half of the bridge into a bare engine; `engine-guest.js` is the other half and describes the wire form.
 * Functions and promises become numbers on the way and calls on the other side; a number is dropped when the side that
 * holds it has no use for it any more.
 */

/** A reply or a message: JSON text, and the buffers it speaks of. */
export type Packet = readonly [text: string, buffers: readonly ArrayBuffer[]];

/** How packets reach the engine. */
export interface EnginePort {
  /** Calls into the engine; must not throw. */
  dispatch(packet: Packet): Packet;
}

/** What a started engine needs. */
export interface GuestStart {
  readonly prelude: string;
  readonly options: object;
  readonly receive: (packet: Packet) => Packet;
}

/** A started engine. */
export interface GuestEngine extends EnginePort {
  /** Compiles the text of a function and files it under `name`. */
  define(name: string, source: string): void;
  dispose(): void;
}

/** The host's end of one engine. */
export interface Bridge {
  /** Says how packets reach the engine, once it has started. */
  connect(port: EnginePort): void;
  /** Answers a message from the engine. */
  receive(packet: Packet): Packet;
  /** Sends a message with one value; answers what came back, or throws it. */
  send(op: 'boot' | 'run', value: unknown, name?: string): unknown;
  /** Rejects every promise that the engine owes, and stops calling into it. */
  close(reason: Error): void;
}

type Wire = string | number | boolean | null | { readonly [key: string]: unknown };

interface Message {
  readonly op: 'call' | 'settle' | 'release';
  readonly id: number;
  readonly args: readonly Wire[];
  readonly ok: boolean;
  readonly value: Wire;
  readonly functions: readonly number[];
}

type AnyFunction = (...args: unknown[]) => unknown;

interface Deferred {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** Creates the host's end. */
export function createBridge(): Bridge {
  const own = new Map<number, AnyFunction>();
  const ownIds = new WeakMap<AnyFunction, number>();
  const foreign = new Map<number, WeakRef<AnyFunction>>();
  const foreignIds = new WeakMap<AnyFunction, number>();
  const lentBy = new WeakMap<ArrayBuffer, number>();
  const promises = new Map<number, Deferred>();
  let serial = 0;
  let engine: EnginePort | undefined;
  let closed = false;

  function dispatch(packet: Packet): Packet {
    if (!engine) throw new Error('the engine has not started');
    return engine.dispatch(packet);
  }

  const deadFunctions = new FinalizationRegistry<number>((id) => {
    if (foreign.get(id)?.deref()) return;
    foreign.delete(id);
    release([id], []);
  });
  const deadBuffers = new FinalizationRegistry<number>((id) => {
    release([], [id]);
  });

  function release(functions: number[], buffers: number[]): void {
    if (!closed) dispatch([JSON.stringify({ op: 'release', functions, buffers }), []]);
  }

  function encode(value: unknown, buffers: ArrayBuffer[]): Wire {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : { n: String(value) };
      case 'function':
        return encodeFunction(value as AnyFunction);
      case 'object':
        return value === null ? null : encodeObject(value, buffers);
      default:
        return { u: 1 };
    }
  }

  function encodeFunction(value: AnyFunction): Wire {
    const back = foreignIds.get(value);
    if (back !== undefined) return { F: back };
    let id = ownIds.get(value);
    if (id === undefined) {
      id = ++serial;
      ownIds.set(value, id);
    }
    own.set(id, value);
    return { f: id };
  }

  function encodeObject(value: object, buffers: ArrayBuffer[]): Wire {
    if (Array.isArray(value)) return { a: value.map((item) => encode(item, buffers)) };
    const kind = Object.prototype.toString.call(value);
    if (kind === '[object ArrayBuffer]') {
      const buffer = value as ArrayBuffer;
      return { b: buffers.push(buffer) - 1, id: lentBy.get(buffer) ?? 0 };
    }
    if (value instanceof Uint8Array) return { t: buffers.push(new Uint8Array(value).buffer) - 1 };
    if (value instanceof Date) return { d: value.getTime() };
    if (value instanceof Promise) return { p: sendPromise(value) };
    const fields: Record<string, Wire> = {};
    for (const [key, item] of Object.entries(value)) fields[key] = encode(item, buffers);
    return value instanceof Error ? { e: { message: value.message, fields } } : { o: fields };
  }

  function sendPromise(promise: Promise<unknown>): number {
    const id = ++serial;
    const settle = (ok: boolean) => (value: unknown) => {
      if (closed) return;
      const buffers: ArrayBuffer[] = [];
      dispatch([JSON.stringify({ op: 'settle', id, ok, value: encode(value, buffers) }), buffers]);
    };
    promise.then(settle(true), settle(false));
    return id;
  }

  function decode(wire: Wire, buffers: readonly ArrayBuffer[]): unknown {
    if (wire === null || typeof wire !== 'object') return wire;
    if ('o' in wire) return decodeFields(wire['o'] as Record<string, Wire>, {}, buffers);
    if ('a' in wire) return (wire['a'] as Wire[]).map((item) => decode(item, buffers));
    if ('b' in wire) return decodeBuffer(wire, buffers);
    if ('t' in wire) return new Uint8Array(buffers[wire['t'] as number] ?? new ArrayBuffer(0));
    if ('f' in wire) return foreignFunction(wire['f'] as number);
    if ('F' in wire) return own.get(wire['F'] as number);
    if ('d' in wire) return new Date(wire['d'] as number);
    if ('n' in wire) return Number(wire['n']);
    if ('p' in wire) {
      return new Promise((resolve, reject) => {
        promises.set(wire['p'] as number, { resolve, reject });
      });
    }
    if ('e' in wire) {
      const { name, message, stack, fields } = wire['e'] as Record<'name' | 'message' | 'stack', string> & {
        fields: Record<string, Wire>;
      };
      const error = Object.assign(new Error(message), { name, stack });
      return decodeFields(fields, error, buffers);
    }
    return undefined;
  }

  function decodeFields(
    fields: Record<string, Wire>,
    target: object,
    buffers: readonly ArrayBuffer[],
  ): object {
    for (const [key, item] of Object.entries(fields)) Object.assign(target, { [key]: decode(item, buffers) });
    return target;
  }

  function decodeBuffer(
    wire: { readonly [key: string]: unknown },
    buffers: readonly ArrayBuffer[],
  ): ArrayBuffer {
    const buffer = buffers[wire['b'] as number] ?? new ArrayBuffer(0);
    const id = wire['id'] as number;
    if (id > 0) {
      lentBy.set(buffer, id);
      deadBuffers.register(buffer, id);
    }
    return buffer;
  }

  function foreignFunction(id: number): AnyFunction {
    const known = foreign.get(id)?.deref();
    if (known) return known;
    const proxy: AnyFunction = (...args) => {
      if (closed) return undefined;
      const buffers: ArrayBuffer[] = [];
      const wires = args.map((item) => encode(item, buffers));
      return unwrap(dispatch([JSON.stringify({ op: 'call', id, args: wires }), buffers]));
    };
    foreign.set(id, new WeakRef(proxy));
    foreignIds.set(proxy, id);
    deadFunctions.register(proxy, id);
    return proxy;
  }

  function unwrap([text, buffers]: Packet): unknown {
    const { ok, value } = JSON.parse(text) as { ok: boolean; value: Wire };
    const decoded = decode(value, buffers);
    if (ok) return decoded;
    throw decoded;
  }

  function answer(ok: boolean, value: unknown): Packet {
    const buffers: ArrayBuffer[] = [];
    const text = JSON.stringify({ ok, value: encode(value, buffers) });
    return [text, buffers];
  }

  return {
    connect(port) {
      engine = port;
    },
    receive([text, buffers]) {
      try {
        const message = JSON.parse(text) as Message;
        if (message.op === 'call') {
          const args = message.args.map((item) => decode(item, buffers));
          return answer(true, own.get(message.id)?.(...args));
        }
        if (message.op === 'settle') {
          const waiting = promises.get(message.id);
          promises.delete(message.id);
          waiting?.[message.ok ? 'resolve' : 'reject'](decode(message.value, buffers));
        } else {
          for (const id of message.functions) own.delete(id);
        }
        return answer(true, undefined);
      } catch (error) {
        return answer(false, error);
      }
    },
    send(op, value, name) {
      const buffers: ArrayBuffer[] = [];
      return unwrap(dispatch([JSON.stringify({ op, name, value: encode(value, buffers) }), buffers]));
    },
    close(reason) {
      closed = true;
      for (const waiting of promises.values()) waiting.reject(reason);
      promises.clear();
    },
  };
}
