/** What every command gets: output, surroundings, and the way to a service. */
import type COS from '@sampan/sdk';
import type { ConnectionFlags } from './command.ts';
import {
  openCos,
  resolveConnection,
  type ClientOptions,
  type Connection,
  type Environment,
} from './connection.ts';
import { exitStatus } from './failure.ts';
import { createOutput, type Output, type Sink } from './output.ts';

export interface Context {
  readonly output: Output;
  readonly stdout: Sink;
  readonly env: Environment;
  readonly cwd: string;
  /** Opens a client; messages about missing answers name its endpoint from then on. */
  connect(flags: ConnectionFlags, options?: ClientOptions): Promise<Connected>;
  /** Where the last client goes. */
  endpoint(): string | undefined;
  /** A signal that Ctrl-C fires instead of ending the process; a second Ctrl-C ends it. */
  interruptSignal(): AbortSignal;
}

export interface Connected {
  readonly cos: COS;
  readonly connection: Connection;
}

/** Makes the context of this process; `command` is the name that messages begin with. */
export function processContext(command: string): Context {
  const { stdout, stderr, env } = process;
  const cwd = process.cwd();
  let endpoint: string | undefined;
  return {
    output: createOutput({ command, stdout, stderr, env, now: () => performance.now() }),
    stdout,
    env,
    cwd,
    async connect(flags, options) {
      const connection = await resolveConnection(flags, env, cwd);
      endpoint = connection.endpoint;
      return { connection, cos: await openCos(connection, options) };
    },
    endpoint: () => endpoint,
    interruptSignal() {
      const controller = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const)
        process.on(name, () => {
          if (controller.signal.aborted) process.exit(exitStatus.interrupted);
          controller.abort();
        });
      return controller.signal;
    },
  };
}
