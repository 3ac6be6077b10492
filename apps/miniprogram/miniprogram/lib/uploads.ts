/**
 * The queue of the program: chosen files, kept in storage, and the SDK's tasks that upload them. After the program was
 * killed the items are still there; the SDK's own records let each go on from the parts that the service has.
 */
import type COS from '@sampan/sdk';
import { cos, place } from './client';
import { config } from './config';
import { afterRestart, type Item, type Kind } from './items';

/** A file that the user chose. */
export interface Chosen {
  readonly name: string;
  readonly path: string;
  readonly kind: Kind;
  readonly size: number;
}

export type Surroundings = 'normal' | 'offline' | 'background';

export interface Uploads {
  items(): readonly Item[];
  surroundings(): Surroundings;
  /** Calls back after each change; gives a function that ends it. */
  subscribe(listener: () => void): () => void;
  add(files: readonly Chosen[]): void;
  pause(id: string): void;
  /** Goes on with a paused item, and tries a failed one again. */
  resume(id: string): void;
  cancel(id: string): void;
  pauseAll(): void;
  resumeAll(): void;
  clearDone(): void;
}

const storageKey = 'uploads';

let opened: Uploads | undefined;

/** The one queue of the program. */
export function uploads(): Uploads {
  opened ??= openUploads(cos());
  return opened;
}

function openUploads(client: COS): Uploads {
  let items = read();
  let offline = false;
  let background = false;
  const taskOf = new Map<string, string>();
  const listeners = new Set<() => void>();

  function changed(): void {
    wx.setStorageSync(storageKey, items);
    for (const listener of [...listeners]) listener();
  }

  function change(id: string, fields: Partial<Item>): void {
    items = items.map((item) => (item.id === id ? { ...item, ...fields } : item));
    changed();
  }

  function start({ id, key, path }: Item): void {
    change(id, { state: 'waiting', errorCode: '', speed: 0 });
    client
      .uploadFile({
        ...place,
        Key: key,
        FilePath: path,
        onTaskReady: (taskId) => taskOf.set(id, taskId),
      })
      .then(
        () => finish(id, { state: 'done', speed: 0 }),
        (error: unknown) => finish(id, { state: 'failed', speed: 0, errorCode: codeOf(error) }),
      );
  }

  function finish(id: string, fields: Partial<Item>): void {
    taskOf.delete(id);
    change(id, fields);
  }

  function pause(item: Item): void {
    const task = taskOf.get(item.id);
    if (task === undefined) return;
    client.pauseTask(task);
    change(item.id, { state: 'paused', speed: 0 });
  }

  function resume(item: Item): void {
    const task = taskOf.get(item.id);
    if (task === undefined) {
      start(item);
      return;
    }
    change(item.id, { state: 'waiting' });
    client.restartTask(task);
  }

  function cancel(item: Item): void {
    const task = taskOf.get(item.id);
    taskOf.delete(item.id);
    items = items.filter(({ id }) => id !== item.id);
    changed();
    if (task !== undefined) client.cancelTask(task);
    else if (item.state !== 'done') {
      // No task of this run: the parts that an earlier run sent are still on the service.
      client.abortUploadTask({ ...place, Key: item.key, Level: 'file' }).catch(() => undefined);
    }
  }

  const each = (states: readonly Item['state'][], act: (item: Item) => void): void => {
    for (const item of items.filter(({ state }) => states.includes(state))) act(item);
  };
  const one = (id: string, act: (item: Item) => void): void => {
    const item = items.find((candidate) => candidate.id === id);
    if (item) act(item);
  };

  client.on('list-update', ({ list }) => {
    const tasks = new Map(list.map((task) => [task.id, task]));
    const next = items.map((item) => withProgress(item, tasks.get(taskOf.get(item.id) ?? '')));
    if (next.every((item, index) => item === items[index])) return;
    items = next;
    changed();
  });
  wx.onAppHide(() => {
    background = true;
    changed();
  });
  wx.onAppShow(() => {
    background = false;
    changed();
  });
  wx.onNetworkStatusChange(({ isConnected }) => {
    offline = !isConnected;
    changed();
  });
  wx.getNetworkType({
    success: ({ networkType }) => {
      offline = networkType === 'none';
      changed();
    },
  });

  return {
    items: () => items,
    surroundings: () => (background ? 'background' : offline ? 'offline' : 'normal'),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    add(files) {
      const added = files.map(itemOf);
      items = [...items, ...added];
      added.forEach(start);
    },
    pause: (id) => one(id, pause),
    resume: (id) => one(id, resume),
    cancel: (id) => one(id, cancel),
    pauseAll: () => each(['waiting', 'uploading'], pause),
    resumeAll: () => each(['paused', 'failed'], resume),
    clearDone() {
      items = items.filter(({ state }) => state !== 'done');
      changed();
    },
  };
}

/** The item with what the SDK says of its task; the same object when nothing is new. */
function withProgress(item: Item, task: COS.Task | undefined): Item {
  if (!task) return item;
  // A pause is final for the page at once, though parts under way may still be counted.
  const moving = item.state !== 'paused' && (task.state === 'uploading' || task.state === 'checking');
  const state = moving ? 'uploading' : item.state;
  const speed = moving ? task.speed : 0;
  // Until its parts are found, a task that goes on counts from nothing; the item knows better.
  const counted = task.state !== 'waiting' && task.state !== 'checking';
  const loaded = counted ? task.loaded : item.loaded;
  if (state === item.state && loaded === item.loaded && speed === item.speed) return item;
  return { ...item, state, loaded, speed };
}

function itemOf({ name, path, kind, size }: Chosen): Item {
  const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return {
    ...{ id, name, path, kind, size },
    // The id keeps files of the same name apart.
    key: `${config.prefix}${id}/${name}`,
    ...{ state: 'waiting', loaded: 0, speed: 0, errorCode: '' },
  };
}

function read(): Item[] {
  const saved: unknown = wx.getStorageSync(storageKey);
  return Array.isArray(saved) ? (saved as Item[]).map(afterRestart) : [];
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'Error';
}
