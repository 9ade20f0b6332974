/** What happens when jobs wait in a CI's queue: machines, a cache that is too small, waves. An event simulation. */

/** What a job builds beside its own change. */
export interface SimulatedJob {
  readonly id: string;
  /** The builds' name in the cache; absent: this job shares nothing. */
  readonly baseline?: string | undefined;
  /** Seconds. Before the work: the machine's start, checkout, packages. */
  readonly setup: number;
  readonly baselineSeconds: number;
  readonly fetchSeconds: number;
  /** The patched build and all that is measured. */
  readonly workSeconds: number;
  /** An archive, in MB. */
  readonly megabytes: number;
  /** Does not begin before that job has ended. */
  readonly after?: string | undefined;
}

export interface Conditions {
  readonly machines: number;
  readonly cacheMegabytes: number;
  /** What a job leaves in the cache: the Action keeps every build that it made. */
  readonly keeps: 'all' | 'baselines';
}

export interface Outcome {
  readonly jobs: number;
  /** First start to last end. */
  readonly wallSeconds: number;
  readonly machineSeconds: number;
  /** Each job's minutes rounded up. */
  readonly billedMinutes: number;
  /** Of the machines' time, the share in which they worked. */
  readonly use: number;
  readonly hits: number;
  /** Looked for, and not (or no longer) there. */
  readonly misses: number;
  readonly evicted: number;
  /** Builds of baselines, the first of each included. */
  readonly baselinesBuilt: number;
  readonly writtenMegabytes: number;
  readonly longestJobSeconds: number;
}

/**
 * Batches one after the other, as jobs behind `needs` are: none of a batch begins before all of the one before have ended.
 * In a batch, jobs begin in their order (those that wait for another: when that one has ended) on the machine that is free.
 * The cache forgets what was longest not used, at once when it is too full.
 */
export function simulate(batches: readonly (readonly SimulatedJob[])[], conditions: Conditions): Outcome {
  const cache = new Cache(conditions.cacheMegabytes);
  const total = { machineSeconds: 0, billedMinutes: 0, baselinesBuilt: 0, longestJobSeconds: 0 };
  let now = 0;
  for (const batch of batches) now = runBatch(batch, now, conditions, cache, total);
  const { hits, misses, evicted, written } = cache;
  return {
    jobs: batches.reduce((sum, batch) => sum + batch.length, 0),
    wallSeconds: now,
    ...total,
    use: now === 0 ? 0 : total.machineSeconds / (now * conditions.machines),
    hits,
    misses,
    evicted,
    writtenMegabytes: written,
  };
}

function runBatch(
  jobs: readonly SimulatedJob[],
  start: number,
  { machines, keeps }: Conditions,
  cache: Cache,
  total: { machineSeconds: number; billedMinutes: number; baselinesBuilt: number; longestJobSeconds: number },
): number {
  const events = new Queue();
  const waiting = new Map<string, SimulatedJob[]>();
  const inBatch = new Set(jobs.map(({ id }) => id));
  const ready: SimulatedJob[] = [];
  for (const job of jobs) {
    if (job.after === undefined || !inBatch.has(job.after)) ready.push(job);
    else waiting.set(job.after, [...(waiting.get(job.after) ?? []), job]);
  }
  let [next, free, now] = [0, machines, start];
  const begin = () => {
    for (; free > 0 && next < ready.length; next += 1, free -= 1) {
      const job = ready[next] as SimulatedJob;
      const began = now;
      events.add(began + job.setup, () => {
        const found = job.baseline !== undefined && cache.fetch(job.baseline);
        const end = began + job.setup + (found ? job.fetchSeconds : job.baselineSeconds) + job.workSeconds;
        if (!found) total.baselinesBuilt += 1;
        events.add(end, () => {
          if (job.baseline !== undefined && !found) cache.keep(job.baseline, job.megabytes);
          if (job.baseline !== undefined && keeps === 'all') cache.keep(`${job.id} patched`, job.megabytes);
          total.machineSeconds += end - began;
          total.billedMinutes += Math.ceil((end - began) / 60);
          total.longestJobSeconds = Math.max(total.longestJobSeconds, end - began);
          free += 1;
          ready.push(...(waiting.get(job.id) ?? []));
        });
      });
    }
  };
  begin();
  for (let event = events.take(); event !== undefined; event = events.take()) {
    now = event.at;
    event.what();
    begin();
  }
  return now;
}

/** The least recently used goes first. A Map keeps the order of what was put in. */
class Cache {
  readonly #entries = new Map<string, number>();
  readonly #limit: number;
  #size = 0;
  hits = 0;
  misses = 0;
  evicted = 0;
  written = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  fetch(key: string): boolean {
    const size = this.#entries.get(key);
    if (size === undefined) {
      this.misses += 1;
      return false;
    }
    this.#entries.delete(key);
    this.#entries.set(key, size);
    this.hits += 1;
    return true;
  }

  keep(key: string, size: number): void {
    // Of two that made the same one, the second finds the name taken.
    if (this.#entries.has(key)) return;
    this.#entries.set(key, size);
    this.#size += size;
    this.written += size;
    for (const [oldest, freed] of this.#entries) {
      if (this.#size <= this.#limit) return;
      this.#entries.delete(oldest);
      this.#size -= freed;
      this.evicted += 1;
    }
  }
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly what: () => void;
}

/** Events by time; those of the same time as they were added. A binary heap. */
class Queue {
  readonly #heap: Event[] = [];
  #added = 0;

  add(at: number, what: () => void): void {
    const event = { at, order: this.#added++, what };
    let i = this.#heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = this.#heap[parent] as Event;
      if (!before(event, above)) break;
      this.#heap[i] = above;
      i = parent;
    }
    this.#heap[i] = event;
  }

  take(): Event | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    let i = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * i + 1], this.#heap[2 * i + 2]];
      const child = right !== undefined && left !== undefined && before(right, left) ? right : left;
      if (child === undefined || !before(child, last)) break;
      this.#heap[i] = child;
      i = child === left ? 2 * i + 1 : 2 * i + 2;
    }
    this.#heap[i] = last;
    return first;
  }
}

const before = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);
