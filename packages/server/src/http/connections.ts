/**
 * Limits the number of connections, in all and from one address. Above the limit a waiting connection is closed for the
 * new one. Connections with a slow request head are closed first, since honest clients send their head at once. A
 * connection with a request in progress is never closed; when all have one, the new connection is refused.
 *
 * Many connections may be accepted before the head of the first of them is here. So a head that just began is given a
 * moment to arrive, in which there may be half as many connections more than the limit says.
 */

/** Limits for the connections of one thread. */
export interface ConnectionLimits {
  readonly most: number;
  readonly mostOfAddress: number;
}

/** What can be cut off. */
export interface Cuttable {
  destroy(): unknown;
}

/** A request head that takes longer than this counts as stalled. */
const honestHeadMs = 1000;
/** How long a limit may be exceeded for heads that just began: an honest one needs a way there and a turn of the loop. */
const graceMs = 250;

/** Does something when heads that have arrived by now have been read. */
type Later = (work: () => void) => void;

const afterGrace: Later = (work) => void setTimeout(work, graceMs).unref();

interface Entry {
  readonly id: string;
  readonly connection: Cuttable;
  readonly address: string;
  readonly sinceMs: number;
  state: 'head' | 'busy' | 'idle';
}

/** Connections of one kind that wait, those that have waited longest first. */
class Group {
  readonly limit: number;
  count = 0;
  readonly heads = new Set<Entry>();
  readonly idle = new Set<Entry>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether the one that would be cut may still turn out to be honest, and there is room to wait for that. */
  canWaitFor({ state, sinceMs }: Entry, nowMs: number): boolean {
    const isFresh = state === 'head' && nowMs - sinceMs < honestHeadMs;
    return isFresh && this.count < this.limit + Math.floor(this.limit / 2);
  }

  /** The one to cut: the oldest slow head, else the longest idle, else the oldest head. */
  victim(nowMs: number): Entry | undefined {
    const [head] = this.heads;
    if (head && nowMs - head.sinceMs >= honestHeadMs) return head;
    const [idle] = this.idle;
    return idle ?? head;
  }
}

/** Counts the connections of a thread, and cuts those that are too many. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #later: Later;
  readonly #all: Group;
  readonly #byAddress = new Map<string, Group>();
  readonly #entries = new Map<string, Entry>();
  #trimming = false;

  constructor(limits: ConnectionLimits, later = afterGrace) {
    this.#limits = limits;
    this.#later = later;
    this.#all = new Group(limits.most);
  }

  get count(): number {
    return this.#all.count;
  }

  /** Counts a connection in; `id` names it until it is closed. Cuts it, or another, when there are too many. */
  opened(id: string, address: string, connection: Cuttable, nowMs: number): void {
    const group = this.#groupOf(address);
    const crowded = [group, this.#all].find(({ count, limit }) => count >= limit);
    const victim = crowded?.victim(nowMs);
    if (crowded && !victim) {
      connection.destroy();
      if (group.count === 0) this.#byAddress.delete(address);
      return;
    }
    if (victim && crowded?.canWaitFor(victim, nowMs)) this.#trimSoon();
    else if (victim) this.#cut(victim);
    const entry: Entry = { id, connection, address, sinceMs: nowMs, state: 'head' };
    this.#entries.set(id, entry);
    for (const kind of [this.#all, this.#groupOf(address)]) {
      kind.count += 1;
      kind.heads.add(entry);
    }
  }

  /** A head has arrived, and its request is answered. */
  busy(id: string): void {
    this.#move(id, 'busy');
  }

  /** The answer is out; the connection waits for the next request. */
  idle(id: string): void {
    this.#move(id, 'idle');
  }

  closed(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#forget(entry);
  }

  #move(id: string, state: Entry['state']): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.state = state;
    for (const kind of [this.#all, this.#groupOf(entry.address)]) {
      kind.heads.delete(entry);
      kind.idle.delete(entry);
      if (state !== 'idle') continue;
      kind.idle.add(entry);
      if (kind.count > kind.limit) this.#trimSoon();
    }
  }

  /** Cuts what is too many once it had its moment. */
  #trimSoon(): void {
    if (this.#trimming) return;
    this.#trimming = true;
    this.#later(() => {
      this.#trimming = false;
      for (const kind of [...this.#byAddress.values(), this.#all]) this.#trim(kind);
    });
  }

  #trim(kind: Group): void {
    while (kind.count > kind.limit) {
      // Without a time: a head that is still not here counts as slow.
      const victim = kind.victim(Number.POSITIVE_INFINITY);
      if (!victim) return;
      this.#cut(victim);
    }
  }

  #cut(entry: Entry): void {
    this.#forget(entry);
    entry.connection.destroy();
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.id);
    const group = this.#groupOf(entry.address);
    for (const kind of [this.#all, group]) {
      kind.count -= 1;
      kind.heads.delete(entry);
      kind.idle.delete(entry);
    }
    if (group.count === 0) this.#byAddress.delete(entry.address);
  }

  #groupOf(address: string): Group {
    let group = this.#byAddress.get(address);
    if (!group) this.#byAddress.set(address, (group = new Group(this.#limits.mostOfAddress)));
    return group;
  }
}
