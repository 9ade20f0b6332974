import { z } from 'zod';

/**
 * What pyperf's documentation (api: Run, Benchmark, BenchmarkSuite, metadata; the JSON format) says of a file of version
 * 1.0, and nothing that our own writer or reader knows.
 */
const word = z
  .string()
  .min(1)
  .regex(/^[^\r\n]*$/);
const whole = z.number().int().min(1);
const metadata = z
  .looseObject({
    name: word.optional(),
    unit: z.enum(['byte', 'integer', 'second']).optional(),
    loops: whole.optional(),
    inner_loops: whole.optional(),
    mem_max_rss: whole.optional(),
    date: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
      .optional(),
  })
  .catchall(z.union([word, z.number()]));
const run = z.strictObject({
  metadata: metadata.optional(),
  warmups: z.array(z.tuple([whole, z.number().nonnegative()])).optional(),
  values: z.array(z.number().positive()).min(1).optional(),
});
const documented = z.strictObject({
  version: z.literal('1.0'),
  metadata,
  benchmarks: z.array(z.strictObject({ metadata: metadata.optional(), runs: z.array(run).min(1) })).min(1),
});

/** All runs of a benchmark agree in these, or lack them. */
const AGREED = [
  ...['aslr', 'cpu_count', 'cpu_model_name', 'hostname', 'inner_loops', 'name', 'platform', 'python_executable'],
  ...['python_implementation', 'python_unicode', 'python_version', 'unit'],
];

/** @throws when a reader that follows the documentation would refuse the file. */
export function readDocumented(text: string) {
  const { metadata: root, benchmarks } = documented.parse(JSON.parse(text));
  const read = new Map<string, { unit: string; runs: readonly (readonly number[])[] }>();
  for (const { metadata: own, runs } of benchmarks) {
    const all = runs.map((one) => ({ ...root, ...own, ...one.metadata }));
    const [first] = all;
    for (const key of AGREED)
      if (new Set(all.map((one) => one[key])).size > 1) throw new Error(`the runs differ in ${key}`);
    if (first?.name === undefined) throw new Error('a benchmark without a name');
    if (read.has(first.name)) throw new Error(`two benchmarks are called ${first.name}`);
    if (first.date === undefined) throw new Error('bench_runner wants the date of the first run');
    read.set(first.name, { unit: first.unit ?? 'second', runs: runs.map(({ values = [] }) => values) });
  }
  return { root, benchmarks: read };
}
