/** The context of every command: output, environment, and the connection to a service. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type COS from '@sampan/sdk';
import type { ConnectionFlags } from './settings.ts';
import { openCos, type ClientOptions } from './client.ts';
import { resolveConnection } from './connection.ts';
import type { Connection, Surroundings } from './settings.ts';
import { exitStatus, Failure, type About, type ExitStatus } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { createOutput, type Output, type Sink } from '../terminal/output.ts';
import { checkReachable } from './reach.ts';
import { watchRequests } from './requests.ts';

/** The process around a command; tests bring their own. */
export interface Process extends Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
}

export interface Context extends Process {
  readonly output: Output;
  /** Opens a client, once it is known that something listens; messages name its endpoint from then on. */
  connect(flags: ConnectionFlags, options?: ConnectOptions): Promise<Connected>;
  /** What the last client speaks to. */
  about(): About;
  /** A signal that Ctrl-C fires instead of ending the process; a second Ctrl-C ends it. */
  interruptSignal(): AbortSignal;
  /** Asks at a terminal. Gives `otherwise` where there is none. */
  confirm(question: string, otherwise: boolean): Promise<boolean>;
  /** Writes bytes to stdout, at the speed of its reader. */
  write(bytes: Uint8Array): Promise<void>;
  /** The status that the command ends with; the last call counts. */
  end(status: ExitStatus): void;
  status(): ExitStatus;
}

export interface ConnectOptions {
  readonly client?: ClientOptions;
  /** False for commands that send nothing. */
  readonly reach?: boolean;
}

export interface Connected {
  readonly cos: COS;
  readonly connection: Connection;
  /** Bucket and Region as the SDK's methods take them. */
  at(bucket: string): { readonly Bucket: string; readonly Region: string };
}

/** Makes the context of a run; `command` is the name that messages begin with. */
export function createContext(command: string, around: Process): Context {
  const { stdin, stdout, stderr, env } = around;
  const output = createOutput({ command, stdout, stderr, env, now: () => performance.now() });
  let about: About = {};
  let status: ExitStatus = exitStatus.fine;
  return {
    ...around,
    output,
    async connect(flags, { client, reach = true } = {}) {
      const connection = await resolveConnection(flags, around);
      about = { endpoint: connection.endpoint, region: connection.region };
      output.detail(t`${connection.endpoint}, region ${connection.region}, keys from ${connection.keysFrom}`);
      if (reach) await checkReachable(connection);
      watchRequests(output);
      return {
        connection,
        cos: await openCos(connection, client),
        at: (bucket) => ({ Bucket: bucket, Region: connection.regions[bucket] ?? connection.region }),
      };
    },
    about: () => about,
    interruptSignal() {
      const controller = new AbortController();
      // Windows has no SIGTERM, but a key of its own for the end of a program.
      for (const name of ['SIGINT', process.platform === 'win32' ? 'SIGBREAK' : 'SIGTERM'] as const)
        process.on(name, () => {
          if (controller.signal.aborted) process.exit(exitStatus.interrupted);
          controller.abort();
          output.note(t`stopping in good order; Ctrl-C again ends at once`);
        });
      return controller.signal;
    },
    async confirm(question, otherwise) {
      if (stdin.isTTY !== true || stderr.isTTY !== true) return otherwise;
      const prompt = createInterface({ input: stdin, output: stderr });
      try {
        return /^(y|yes|是)$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } catch {
        throw new Failure(t`interrupted`, exitStatus.interrupted);
      } finally {
        prompt.close();
      }
    },
    async write(bytes) {
      if (!stdout.write(bytes)) await once(stdout, 'drain');
    },
    end(next) {
      status = next;
    },
    status: () => status,
  };
}
