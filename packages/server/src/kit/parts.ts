/** What a test looks at and changes: requests, the laboratory, the clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from './control.ts';
import type { CameRequest, Lab, LabStatus, RequestFilter, Requests, TestClock } from './sampan.ts';

/** The inspector keeps as many. */
const mostRequests = '1000';
const lookEveryMs = 5;

/** The requests of a service, by its inspector. */
export function requestsOf(control: Control): Requests {
  let cursor = '';
  const list = async (query: readonly (readonly [string, string])[]) =>
    (await control.send('GET', '/-/requests', { query })) as {
      readonly requests: readonly CameRequest[];
      readonly cursor: string;
    };
  const all = async (filter: RequestFilter = {}): Promise<readonly CameRequest[]> => {
    const wanted = Object.entries(filter as Record<string, string | number | undefined>).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]),
    );
    const since = cursor === '' ? [] : [['after', cursor] as const];
    const { requests } = await list([['limit', mostRequests], ...since, ...wanted]);
    return requests.toReversed();
  };
  return {
    all,
    async wait(filter = {}, { count = 1, timeoutMs = 5000 } = {}) {
      const untilMs = performance.now() + timeoutMs;
      for (;;) {
        const found = await all(filter);
        if (found.length >= count) return found;
        if (performance.now() >= untilMs) {
          const came = (await all()).map(
            ({ operation, key, status }) => `${operation} ${key ?? ''} ${status}`,
          );
          throw new Error(
            `${found.length} of ${count} requests came within ${timeoutMs} ms that are ${JSON.stringify(filter)}; ` +
              `in all there were ${came.length}${came.length === 0 ? '' : `: ${came.slice(-20).join(', ')}`}`,
          );
        }
        await sleep(lookEveryMs);
      }
    },
    async clear() {
      ({ cursor } = await list([['limit', '1']]));
    },
  };
}

/** The laboratory of a service. */
export function labOf(control: Control): Lab {
  return {
    async set(rules, { seed } = {}) {
      const document = typeof rules === 'string' ? { link: rules } : { rules };
      const body = JSON.stringify({ ...document, ...(seed === undefined ? {} : { seed }) });
      await control.send('PUT', '/-/lab', { body });
    },
    async off() {
      await control.send('DELETE', '/-/lab');
    },
    async status() {
      const { rules } = (await control.send('GET', '/-/lab')) as { readonly rules: readonly LabStatus[] };
      return rules;
    },
  };
}

/** The clock of a service. */
export function clockOf(control: Control): TestClock {
  const move = async (clockOffsetMs: number): Promise<void> => {
    await control.send('PUT', '/-/ephemeral', { body: JSON.stringify({ clockOffsetMs }) });
    control.offsetMs = clockOffsetMs;
  };
  const nowMs = (): number => Date.now() + control.offsetMs;
  return {
    nowMs,
    set: (time) => move(Number(time) - Date.now()),
    advance: (ms) => move(control.offsetMs + ms),
  };
}
