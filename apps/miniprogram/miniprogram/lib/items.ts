/** The queue as data: what an item is, how it moves, and what a page shows of it. Nothing here calls `wx`. */
import type { Texts } from './texts';

export type Kind = 'image' | 'video' | 'file';
export type State = 'waiting' | 'uploading' | 'paused' | 'done' | 'failed';

/** One chosen file. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly kind: Kind;
  /** Bytes. */
  readonly size: number;
  readonly key: string;
  readonly state: State;
  /** Bytes that the service has. */
  readonly loaded: number;
  /** Bytes a second. */
  readonly speed: number;
  /** Code of the error, when the state is `failed`. */
  readonly errorCode: string;
}

/** A row of the upload page. */
export interface Row {
  id: string;
  name: string;
  state: State;
  percent: number;
  stateText: string;
  detail: string;
}

/** The line above the rows. */
export interface Total {
  percent: number;
  files: string;
  detail: string;
  canPause: boolean;
  canResume: boolean;
  canClear: boolean;
}

/** An item as a fresh start of the program finds it: no task of an earlier run goes on by itself. */
export function afterRestart(item: Item): Item {
  return item.state === 'waiting' || item.state === 'uploading'
    ? { ...item, state: 'paused', speed: 0 }
    : { ...item, speed: 0 };
}

/** Whole percent, and 100 only when nothing is missing. */
export function percentOf(loaded: number, size: number, done: boolean): number {
  if (done) return 100;
  return size === 0 ? 0 : Math.min(99, Math.floor((loaded / size) * 100));
}

/** `12.3 MB`: units of 1024, as phones count. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** What a page shows of an item. Without `connected` there is no speed and no time left. */
export function rowOf(item: Item, texts: Texts, connected: boolean): Row {
  const done = item.state === 'done';
  return {
    id: item.id,
    name: item.name,
    state: item.state,
    percent: percentOf(item.loaded, item.size, done),
    stateText: texts.states[item.state],
    detail: detailOf(item, texts, connected),
  };
}

/** What a page shows of all items together. */
export function totalOf(items: readonly Item[], texts: Texts, connected: boolean): Total {
  const size = sum(items, (item) => item.size);
  const loaded = sum(items, (item) => (item.state === 'done' ? item.size : item.loaded));
  const moving = items.filter((item) => item.state === 'uploading');
  const speed = connected ? sum(moving, (item) => item.speed) : 0;
  const done = items.filter((item) => item.state === 'done').length;
  const bytes = `${sizeText(loaded)} / ${sizeText(size)}`;
  const has = (...states: State[]) => items.some((item) => states.includes(item.state));
  return {
    percent: percentOf(loaded, size, done === items.length),
    files: texts.filesDone(done, items.length),
    detail: [bytes, ...paceOf(openBytes(items), speed, texts)].join(' · '),
    canPause: has('waiting', 'uploading'),
    canResume: has('paused', 'failed'),
    canClear: done > 0,
  };
}

function detailOf(item: Item, texts: Texts, connected: boolean): string {
  if (item.state === 'done') return sizeText(item.size);
  if (item.state === 'failed') return texts.errors[item.errorCode] ?? texts.failedWith(item.errorCode);
  const bytes = `${sizeText(item.loaded)} / ${sizeText(item.size)}`;
  const pace =
    connected && item.state === 'uploading' ? paceOf(item.size - item.loaded, item.speed, texts) : [];
  return [bytes, ...pace].join(' · ');
}

/** Bytes that are still to be sent of what is not paused or failed. */
function openBytes(items: readonly Item[]): number {
  const open = items.filter((item) => item.state === 'waiting' || item.state === 'uploading');
  return sum(open, (item) => item.size - item.loaded);
}

function paceOf(leftBytes: number, speed: number, texts: Texts): string[] {
  if (speed <= 0 || leftBytes <= 0) return [];
  return [`${sizeText(speed)}/s`, texts.timeLeft(Math.ceil(leftBytes / speed))];
}

function sum<T>(list: readonly T[], value: (entry: T) => number): number {
  return list.reduce((total, entry) => total + value(entry), 0);
}
