/**
 * The states of an upload task, and the one function that changes them. A `checking` task has a slot and compares its
 * file with the parts on the service; `uploading` begins with the first byte that is sent.
 */
import type { CosError } from '@sampan/protocol';

/** Where a task is. Names are the official SDKs'. */
export type TaskState = 'waiting' | 'checking' | 'uploading' | 'paused' | 'success' | 'error' | 'canceled';

/** What can happen to a task. */
export type TaskEvent = 'start' | 'send' | 'pause' | 'restart' | 'cancel' | 'succeed' | 'fail';

const moves: Readonly<Record<TaskState, Readonly<Partial<Record<TaskEvent, TaskState>>>>> = {
  waiting: { start: 'checking', pause: 'paused', cancel: 'canceled' },
  checking: { send: 'uploading', pause: 'paused', cancel: 'canceled', succeed: 'success', fail: 'error' },
  uploading: { send: 'uploading', pause: 'paused', cancel: 'canceled', succeed: 'success', fail: 'error' },
  paused: { restart: 'waiting', cancel: 'canceled' },
  error: { restart: 'waiting', cancel: 'canceled' },
  success: {},
  canceled: {},
};

/** Gives the state after `event`, or undefined when the event means nothing in this state. */
export function moved(state: TaskState, event: TaskEvent): TaskState | undefined {
  return moves[state][event];
}

/** Whether a task in this state holds one of the slots. */
export function hasSlot(state: TaskState): boolean {
  return state === 'checking' || state === 'uploading';
}

/** A task as lists and events show it; a new object after each change. */
export interface Task {
  readonly id: string;
  readonly Bucket: string;
  readonly Region: string;
  readonly Key: string;
  readonly FilePath: string;
  readonly state: TaskState;
  /** Bytes of the file that have been handed over. */
  readonly loaded: number;
  /** Bytes of the file; what the caller said until it is opened. */
  readonly size: number;
  /** Bytes a second. */
  readonly speed: number;
  /** 0 to 1. */
  readonly percent: number;
  /** How far the comparison with parts on the service has come, 0 to 1. */
  readonly hashPercent: number;
  /** Seconds until the end; missing while the speed is unknown. */
  readonly timeLeft?: number;
  readonly error: CosError | null;
}
