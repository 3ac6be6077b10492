/**
 * A phone with the mini program on it: `wx` from test/hosts/wx, pages drawn by one of WeChat's runtimes. The program
 * can be killed and started again; what its storage and the SDK's records hold is all that is left then.
 */
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { createWxHost, type WxHost } from '../hosts/wx/host.ts';
import { userInterface, type Shown } from './interface.ts';
import { openWindow } from './page-window.ts';
import type { PageView, Runtime } from './runtime.ts';

export interface ProgramOptions {
  /** Folder of the compiled program. */
  readonly root: string;
  readonly runtime: (root: string) => Runtime;
  /** Which server stands for a host with port, as the program addresses it. */
  readonly route: (host: string) => string | undefined;
  /** How long a test waits for the page to show something. Default 30 s. */
  readonly patienceMs?: number;
}

/** The program on its phone. */
export interface Program {
  readonly host: WxHost;
  readonly shown: readonly Shown[];
  readonly patienceMs: number;
  /** What the user answers to questions from now on. Default yes. */
  answerWith(confirm: boolean): void;
  /** The page in front. */
  readonly page: PageView;
  switchTab(page: string): void;
  /** Ends the program at once, as the system does when memory is short. */
  kill(): void;
  /** Starts it again on the same phone. */
  start(): void;
}

type Globals = Record<string, unknown>;

/** Puts the program on a phone and starts it. */
export function startProgram({ root, runtime, route, patienceMs = 30_000 }: ProgramOptions): Program {
  if (!('document' in globalThis)) openWindow();
  const host = createWxHost({ route, allowHttp: true });
  const shown: Shown[] = [];
  const load = createRequire(import.meta.url);
  let confirm = true;
  let drawn: Runtime;
  let pages = new Map<string, PageView>();
  let front: PageView;
  let alive: { running: boolean };

  function start(): void {
    alive = { running: true };
    const cached = Object.keys(load.cache).filter((file) => file.startsWith(root + sep));
    for (const file of cached) Reflect.deleteProperty(load.cache, file);
    (globalThis as Globals)['miniProgramRun'] = globalsOf(host, shown, () => confirm, alive);
    load(join(root, 'app.js'));
    drawn = runtime(root);
    pages = new Map();
    show('pages/upload/upload');
  }

  function show(page: string): void {
    let view = pages.get(page);
    if (!view) {
      view = drawn.open(page);
      pages.set(page, view);
      view.call('onLoad');
    }
    front = view;
    view.call('onShow');
  }

  start();
  return {
    host,
    shown,
    patienceMs,
    answerWith(answer) {
      confirm = answer;
    },
    get page() {
      return front;
    },
    switchTab(page) {
      front.call('onHide');
      show(page);
    },
    kill() {
      host.killApp();
      alive.running = false;
      for (const page of pages.values()) page.close();
    },
    start() {
      host.restart();
      start();
    },
  };
}

/** What the scripts of one run see as global. Once the run is over its calls do nothing, as there is no program. */
function globalsOf(
  host: WxHost,
  shown: Shown[],
  confirm: () => boolean,
  alive: { readonly running: boolean },
): Globals {
  const { wx, process: app } = host;
  const apis: Globals = { ...wx, ...userInterface(host, shown, confirm) };
  const guarded = Object.entries(apis).map(([name, api]) => [
    name,
    typeof api === 'function'
      ? (...values: unknown[]) =>
          alive.running ? (api as (...all: unknown[]) => unknown)(...values) : undefined
      : api,
  ]);
  const instance = { globalData: {} };
  return {
    wx: Object.fromEntries(guarded) as object,
    App(definition: { onLaunch?: () => void }) {
      definition.onLaunch?.();
    },
    getApp: () => instance,
    getCurrentPages: () => [],
    setTimeout: app.setTimeout,
    setInterval: app.setInterval,
    clearTimeout: app.clearTimer,
    clearInterval: app.clearTimer,
  };
}
