/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the SDKs are used as programs without types */
/**
 * Either SDK on the same simulated phone, over the same service, with time by hand: what never settles is shown by
 * minutes that pass in milliseconds. Every phone has a gateway of its own on the way to the service.
 */
import { onTestFinished } from 'vitest';
import { createVirtualClock } from '../hosts/wx/clock.ts';
import { runMiniProgram, type MiniProgram, type Scope } from '../hosts/wx/engine.ts';
import { createWxHost, type WxHost, type WxHostOptions } from '../hosts/wx/host.ts';
import type { RunningService } from '../service.ts';
import { officialBundle, ownBundle } from './bundle.ts';
import { startGateway, type Gateway } from './gateway.ts';

export type Sdk = 'official' | 'here';
export const Bucket = 'examplebucket-1250000000';
export const Region = 'ap-guangzhou';
export const MiB = 1_048_576;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- fields differ from method to method
export type Plain = Record<string, any>;

/** How a call ended within the time that was given. */
export interface Ended {
  readonly outcome: 'resolved' | 'rejected' | 'pending';
  readonly data?: Plain;
  readonly error?: Plain;
}

/** A call under way. */
export interface Call {
  /** Lets up to so much time pass, and says how the call ended. */
  end(withinMs?: number): Promise<Ended>;
}

export interface Phone {
  readonly sdk: Sdk;
  readonly host: WxHost;
  readonly gateway: Gateway;
  readonly program: MiniProgram;
  /** Makes the instance anew with further options. */
  construct(options?: Plain): Promise<void>;
  /** Begins a call in callback style, Bucket and Region filled in; `task` keeps its task's id under a name. */
  begin(method: string, params?: Plain, task?: string): Call;
  /** Begins a function inside the program. */
  inside<I, R>(scenario: (scope: Scope<I>) => R, input?: I): Call;
  /** Calls and waits. */
  call(method: string, params?: Plain, withinMs?: number): Promise<Ended>;
  /** Does something with a task that was named. */
  task(verb: 'pauseTask' | 'restartTask' | 'cancelTask', name: string): Promise<void>;
  stateOf(name: string): Promise<string | undefined>;
  /** Lets time pass until something holds. */
  until(holds: () => boolean, withinMs?: number): Promise<void>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
  /** Kills the program and starts it again on the same device. */
  restart(): Promise<void>;
}

/** Ten minutes: nobody waits longer for a file of some megabytes. */
const patienceMs = 600_000;

/** Starts a phone; it is put away when the test is over. */
export async function openPhone(
  sdk: Sdk,
  service: RunningService,
  { options = {}, ...host }: Partial<WxHostOptions> & { readonly options?: Plain } = {},
): Promise<Phone> {
  const gateway = await startGateway(service.port);
  // The service checks the time of signatures.
  const clock = createVirtualClock(Date.now());
  const device = createWxHost({
    route: (name) => (/\.(myqcloud\.com|tencentcos\.cn)$/.test(name) ? gateway.url : undefined),
    clock,
    ...host,
  });
  const bundle = sdk === 'here' ? await ownBundle('miniProgram') : officialBundle('cos-wx-sdk-v5');
  // The official XML parser calls String.prototype.trimStart, which phones have from WeChat's own core-js.
  const open = () => runMiniProgram({ engine: 'vm', host: device, bundle, es2018: sdk === 'here' });
  let program = await open();
  let latest: Plain = options;
  onTestFinished(async () => {
    device.killApp();
    program.dispose();
    await gateway.close();
  });

  /** Lets what the network and the files have to say be heard. */
  const quiet = async (): Promise<void> => {
    for (let turns = 0, last = ''; turns < 4; turns++) {
      const now = [gateway.seen.length, gateway.busy, device.traffic.inFlight].join();
      if (now !== last || gateway.busy > 0) turns = 0;
      last = now;
      await new Promise<void>((resolve) =>
        device.traffic.inFlight > 0 ? setTimeout(resolve, 2) : setImmediate(resolve),
      );
    }
  };
  const pass = async (over: () => boolean, withinMs: number): Promise<void> => {
    for (let passedMs = 0; !over() && passedMs < withinMs; passedMs += 500) {
      await quiet();
      if (!over()) await clock.advance(500);
    }
    await quiet();
  };
  const watched = (promise: Promise<unknown>): Call => {
    let ended: Ended = { outcome: 'pending' };
    const settled = promise.then(
      (value) => {
        ended = value as Ended;
      },
      (error: unknown) => {
        ended = { outcome: 'rejected', error: { message: String(error) } };
      },
    );
    void settled;
    return {
      async end(withinMs = patienceMs) {
        await pass(() => ended.outcome !== 'pending', withinMs);
        return ended;
      },
    };
  };

  const phone: Phone = {
    sdk,
    host: device,
    gateway,
    get program() {
      return program;
    },
    async construct(more = {}) {
      latest = more;
      await program.run(
        ({ exports, state, input }) => {
          state['tasks'] = {};
          state['cos'] = new exports(input);
        },
        { SecretId: service.secretId, SecretKey: service.secretKey, ...more },
      );
    },
    begin: (method, params = {}, task = '') =>
      watched(
        program.run(
          ({ state, input }) =>
            new Promise((resolve) => {
              const plain = (value: unknown): unknown =>
                value instanceof Error
                  ? Object.assign({ message: value.message, code: (value as Plain)['code'] }, value)
                  : value;
              const ready = (id: string): void => {
                state['tasks'][input.task] = id;
              };
              const params = input.task ? Object.assign({ onTaskReady: ready }, input.params) : input.params;
              state['cos'][input.method](params, (error: unknown, data: unknown) => {
                resolve(error ? { outcome: 'rejected', error: plain(error) } : { outcome: 'resolved', data });
              });
            }),
          { method, task, params: { Bucket, Region, ...params } },
        ),
      ),
    inside: (scenario, input) =>
      watched(
        program.run(scenario as (scope: Scope) => unknown, input).then(
          (data) => ({ outcome: 'resolved', data }),
          (error: unknown) => ({ outcome: 'rejected', error: { message: String(error) } }),
        ),
      ),
    call: (method, params, withinMs) => phone.begin(method, params).end(withinMs),
    task: (verb, name) =>
      program.run(
        ({ state, input }) => {
          state['cos'][input.verb](state['tasks'][input.name]);
        },
        { verb, name },
      ),
    stateOf: (name) =>
      program.run(({ state, input }) => {
        const list = state['cos'].getTaskList() as Plain[];
        return list.filter((task) => task['id'] === state['tasks'][input])[0]?.['state'] as
          string | undefined;
      }, name),
    async until(holds, withinMs = patienceMs) {
      await pass(holds, withinMs);
      if (!holds()) throw new Error(`never came: ${holds.toString()}`);
    },
    pass: (ms) => pass(() => false, ms),
    async restart() {
      device.restart();
      program.dispose();
      program = await open();
      await phone.construct(latest);
    },
  };
  await phone.construct(options);
  return phone;
}
