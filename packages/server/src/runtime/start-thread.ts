/**
 * Threads of this package: each is a module of its own, `<name>-worker.ts`, in the folder of the one that starts it. Where
 * they were built all of them are files of one folder (`tools/bundle-node.ts`).
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts the module `name` beside the module at `startedFrom`, its `import.meta.url`, as a thread. Throws what `Worker`
 * throws.
 */
export function startThread(startedFrom: string, name: string, options: WorkerOptions = {}): Worker {
  // Built files end in .js, sources in .ts; each starts its own kind.
  const ending = startedFrom.endsWith('.ts') ? 'ts' : 'js';
  // Of the process's own options only those that say how packages are found are meant for a thread.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  return new Worker(new URL(`./${name}.${ending}`, startedFrom), { execArgv, ...options });
}
