import { readFileSync } from 'node:fs';
import { AFTER_ES2018, ES2018_GLOBALS } from './ecmascript.ts';
import { createBridge } from './engine-bridge.ts';
import type { GuestStart } from './engine-bridge.ts';
import { startQuickJsEngine } from './engine-quickjs.ts';
import { startVmEngine } from './engine-vm.ts';
import type { AppProcess } from './process.ts';

/**
 * Runs the text of a bundle as a mini program: in an engine with no Web API, no Node API and no code from strings, with
 * WeChat's globals and nothing else.
 */

/** The host in which the program runs: `createWxHost` answers one. */
export interface EngineHost {
  readonly wx: object;
  readonly process: AppProcess;
}

/** Options of `runMiniProgram`. */
export interface MiniProgramOptions {
  readonly engine: 'vm' | 'quickjs';
  readonly host: EngineHost;
  /** CommonJS text of the program's main module. */
  readonly bundle: string;
  /** Texts of further modules, by the name they are required by. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Takes away what came after ES2018 (default true). */
  readonly es2018?: boolean;
  /** Names under which the host's object is global (default `wx`). */
  readonly globalName?: string;
}

/** What a scenario gets. It runs inside the engine, so it must not use anything from around it. */
export interface Scope<Input = unknown> {
  /** What the main module exports. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a scenario knows what its bundle exports
  readonly exports: any;
  readonly require: (name: string) => unknown;
  readonly input: Input;
  /** Tells the test something; see `MiniProgram.events`. */
  readonly emit: (name: string, value?: unknown) => void;
  /** Kept from one scenario to the next. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a scenario puts there
  readonly state: Record<string, any>;
}

/** A running mini program. */
export interface MiniProgram {
  /**
   * Runs a scenario inside the engine and answers its result, copied. The scenario is a function or its text. Rejects
   * when it throws or rejects, and when the program is killed meanwhile.
   */
  run<Input, Result>(
    scenario: string | ((scope: Scope<Input>) => Result),
    input?: Input,
  ): Promise<Awaited<Result>>;
  /** What scenarios emitted, in order. */
  readonly events: { readonly name: string; readonly value: unknown }[];
  /** What the program wrote to the console. */
  readonly console: { readonly level: string; readonly text: string }[];
  /** Frees the engine. A killed program still has to be disposed of. */
  dispose(): void;
}

/** The parameters that WeChat's module wrapper declares, so that these names are undefined instead of unknown. */
const WRAPPER =
  'require, module, exports, window, document, frames, self, location, navigator, localStorage, history, Caches, screen, ' +
  'alert, confirm, prompt, fetch, XMLHttpRequest, WebSocket, webkit, WeixinJSCore, Reporter, print, WeixinJSBridge';

const MAIN = 'app-service';
const SCENARIO = 'scenario';

/** Starts a mini program and loads its main module. */
export async function runMiniProgram(options: MiniProgramOptions): Promise<MiniProgram> {
  const { host, globalName = 'wx', modules = {} } = options;
  const app = host.process;
  const events: MiniProgram['events'] = [];
  const lines: MiniProgram['console'] = [];
  const bridge = createBridge();
  const start: GuestStart = {
    prelude: guestPrelude(),
    options: { main: MAIN, globals: ES2018_GLOBALS, later: AFTER_ES2018 },
    receive: bridge.receive,
  };
  const engine = options.engine === 'vm' ? startVmEngine(start) : await startQuickJsEngine(start);
  bridge.connect(engine);
  app.onKill(() => {
    bridge.close(new Error('the mini program was killed'));
  });

  bridge.send('boot', {
    globals: { [globalName]: host.wx },
    es2018: options.es2018 ?? true,
    setTimeout: app.setTimeout,
    setInterval: app.setInterval,
    clearTimer: app.clearTimer,
    ...(app.clock.virtual ? { now: () => app.clock.now() } : {}),
    console: (level: string, text: string) => {
      lines.push({ level, text });
    },
    emit: (name: string, value: unknown) => {
      events.push({ name, value });
    },
  });
  for (const [name, text] of [...Object.entries(modules), [MAIN, options.bundle] as const]) {
    engine.define(name, `function (${WRAPPER}) {${text}\n}`);
  }

  const program: MiniProgram = {
    events,
    console: lines,
    run: async (scenario, input) => {
      if (app.state === 'killed') throw new Error('the mini program was killed');
      engine.define(SCENARIO, typeof scenario === 'string' ? scenario : scenario.toString());
      return bridge.send('run', input, SCENARIO) as never;
    },
    dispose() {
      bridge.close(new Error('the mini program was disposed of'));
      engine.dispose();
    },
  };
  // Loads the main module, as opening the mini program does.
  await program.run('function () {}');
  return program;
}

function guestPrelude(): string {
  // The text starts with a comment and ends with a semicolon; what is between is one function expression.
  const text = readFileSync(new URL('./engine-guest.js', import.meta.url), 'utf8');
  return text.slice(text.indexOf('(function (port')).trimEnd().replace(/;$/, '');
}
