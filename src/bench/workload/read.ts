/** What workload.py wrote: the lines that it explains itself. */
export interface Told {
  readonly marks: readonly { readonly name: string; readonly kernel: Kernel }[];
  readonly groups: readonly { readonly frozen: boolean; readonly worker: boolean; readonly kernel: Kernel }[];
  readonly classes: readonly (readonly [string, number, number])[];
}

/** Bytes by the kernel's own names. */
type Kernel = Readonly<Record<string, number>>;

const kernelOf = (words: readonly string[]): Kernel =>
  Object.fromEntries(
    words.flatMap((word) => {
      const [key = '', value] = word.split('=');
      return value === undefined ? [] : [[key, Number(value)]];
    }),
  );

/** @returns why it is not whole, if it is not. */
export function readTold(text: string): Told | string {
  const rows = text.split('\n').map((line) => line.split('\t'));
  if (!rows.some(([kind]) => kind === 'done')) return 'it ended before its end was seen: os._exit(), exec or a signal';
  const of = (wanted: string) => rows.flatMap(([kind, ...rest]) => (kind === wanted ? [rest] : []));
  return {
    marks: of('mark').map(([name = '', ...rest]) => ({ name, kernel: kernelOf(rest) })),
    groups: of('group').map(([word, who, ...rest]) => ({
      frozen: word === 'FROZEN',
      worker: who === 'worker',
      kernel: kernelOf(rest),
    })),
    classes: of('type').map(([name = '', count, size]) => [name, Number(count), Number(size)] as const),
  };
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/**
 * The figures of one process, bytes; those that the kernel does not tell are absent.
 * A worker's own pages are those that it shares with nobody any more; a group takes what all its processes take, shared
 * pages once (the sum of PSS).
 */
export function figuresOf({ marks, groups }: Told): Readonly<Record<string, number>> {
  const last = marks.at(-1)?.kernel ?? {};
  const found: Record<string, number | undefined> = {
    peak: last.VmHWM,
    end: last.Rss ?? last.VmRSS,
    'end-pss': last.Pss,
  };
  for (const frozen of [false, true]) {
    const all = groups.filter((one) => one.frozen === frozen);
    const workers = all.filter(({ worker }) => worker).map(({ kernel }) => kernel);
    if (workers.length === 0 || all.some(({ kernel }) => kernel.Pss === undefined)) continue;
    const own = workers.map(({ Private_Clean = 0, Private_Dirty = 0 }) => Private_Clean + Private_Dirty);
    found[frozen ? 'group-frozen' : 'group'] = sum(all.map(({ kernel }) => kernel.Pss ?? 0));
    found[frozen ? 'worker-frozen' : 'worker'] = sum(own) / workers.length;
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
