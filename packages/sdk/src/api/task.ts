/** Types of the upload queue's tasks and their events. */
import type { Bucket, Key, onProgress, Region } from './base.ts';

export type TaskId = string;
/** A task of the queue, as lists and events show it. */
export interface Task {
  id: TaskId;
  Bucket: Bucket;
  Region: Region;
  Key: Key;
  FilePath: string;
  state: 'waiting' | 'checking' | 'uploading' | 'error' | 'paused' | 'success' | 'canceled';
  error: string | Error | { Code: string; Message: string };
  loaded: number;
  size: number;
  speed: number;
  percent: number;
  hashPercent: number;
}
export type TaskList = Task[];

export interface TaskParams {
  /** Receives the id of the task before the method returns. */
  onTaskReady?: (TaskId: TaskId) => void;
  /** The older name of `onTaskReady`. */
  TaskReady?: (TaskId: TaskId) => void;
  /** Called when the task leaves the queue and starts. */
  onTaskStart?: (TaskInfo: Task) => void;
  onProgress?: onProgress;
  /** Least time between two progress events of this call, in ms. Default: the option of the same name. */
  ProgressInterval?: number;
}
