/**
 * Asks of every release in a clone of CPython or of a fork what Forkwright makes of it, and writes docs/versions.md.
 * `scripts/verify-versions --repo CLONE [--name WORDS] [--tags GLOB…] [--only GLOB…] [--step generate|compile|run…] [--again]`: what is
 * recorded in docs/versions/releases.jsonl is not asked again. `--name` is what the page calls the clone, `--tags` which tags are releases
 * (default: those of final releases from 2.5 on, and 3.3.0a3), `--only` which of them are asked, `--runs` where run folders lie.
 * `scripts/verify-versions --page`: only the page, from the records.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import picomatch from 'picomatch';
import { gitTrees } from '../../src/checkout/git-tree.ts';
import { expandRefs } from '../../src/checkout/refs.ts';
import type { PythonVersion } from '../../src/checkout/types.ts';
import { listRecipes } from '../../src/recipe/index.ts';
import { isVersion } from '../../src/recipe/version-range.ts';
import { cacheFolder } from '../../src/system/cache-folder.ts';
import { runProcess } from '../../src/system/process.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import { findToolchain } from '../../src/targets/toolchain.ts';
import type { Answer } from './versions/ask.ts';
import { configuredHeaderOf } from './versions/configured.ts';
import { versionsPage } from './versions/page.ts';
import { readRecords } from './versions/records.ts';
import { STEPS, type Step, verifyVersions } from './versions/verify.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = path.join(ROOT, 'docs', 'versions', 'releases.jsonl');
const PAGE = path.join(ROOT, 'docs', 'versions.md');
/** Two builds, CPython's tests and all measurements, on a busy machine. */
const LIMIT_MS = 3 * 3600_000;
const RELEASES = ['v2.[5-7]', 'v2.[5-7].+([0-9])', 'v3.+([0-9])', 'v3.+([0-9]).+([0-9])', 'v3.3.0a3'];

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    name: { type: 'string' },
    tags: { type: 'string', multiple: true, default: RELEASES },
    only: { type: 'string', multiple: true, default: ['*'] },
    step: { type: 'string', multiple: true, default: [...STEPS] },
    runs: { type: 'string', default: path.join(ROOT, 'artifacts', 'versions') },
    jobs: { type: 'string' },
    again: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
if (values.repo !== undefined) await verify(values.repo);
else if (!values.page) throw new Error('--repo CLONE or --page');
await writePage();

async function verify(repo: string): Promise<void> {
  const ctx = {
    emit: () => {},
    signal: stop.signal,
    cacheDir: cacheFolder(process.env),
    jobs: 1,
    env: process.env,
  };
  const there = new Set(await expandRefs(repo, ['*'], ctx));
  const released = [...there].filter((ref) => picomatch.isMatch(ref, values.tags));
  const { loaded } = await listRecipes([path.join(ROOT, 'recipes')]);
  const ranges = new Map(loaded.map(({ recipe }) => [recipe.id, recipe.cpython]));
  const trees = await gitTrees(repo, released, ctx);
  const versions = new Map<string, PythonVersion>(
    trees.flatMap((one) => ('tree' in one ? [[one.ref, one.tree.version] as const] : [])),
  );
  const compiler = await findToolchain(HOST, ctx);
  const steps = STEPS.filter((step: Step) => values.step.includes(step));
  await mkdir(path.dirname(FILE), { recursive: true });
  await verifyVersions({
    repo: path.resolve(repo),
    clone: values.name ?? path.basename(path.resolve(repo), '.git'),
    file: FILE,
    refs: released,
    only: (ref) => picomatch.isMatch(ref, values.only),
    steps,
    again: values.again,
    runs: path.resolve(values.runs),
    recipes: [...ranges.keys()],
    inRange: (recipe, ref) => {
      const [range, version] = [ranges.get(recipe), versions.get(ref)];
      return range !== undefined && version !== undefined && isVersion(range, version);
    },
    compiler: compiler.cc.version,
    configured: (ref) =>
      configuredHeaderOf(repo, ref, path.join(path.resolve(values.runs), 'pyconfig'), compiler.cc.version, ctx),
    forkwright,
    say: (text) => {
      say(text);
      // As far as it is known by now: nobody reads records.
      void writePage();
    },
  });
}

async function forkwright(args: readonly string[]): Promise<Answer> {
  const jobs = values.jobs === undefined ? [] : ['--jobs', values.jobs];
  const program = path.join(ROOT, 'build', 'forkwright.js');
  const { exitCode, stdout, stderr } = await runProcess(process.execPath, [program, ...args, ...jobs, '--json'], {
    cwd: ROOT,
    env: process.env,
    timeoutMs: LIMIT_MS,
    signal: stop.signal,
  });
  const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const result = events.find(({ type }) => type === 'result');
  // Without one it did not come to an answer, not even to a no.
  if (result === undefined) throw new Error(`forkwright ${args[0]} ended without a result: ${stderr.slice(-2000)}`);
  const errors = events.flatMap((e) => (e.type === 'diagnostic' && e.severity === 'error' ? [e.diagnostic] : []));
  return { exitCode: exitCode ?? -1, data: result.data, errors };
}

async function writePage(): Promise<void> {
  const page = versionsPage(readRecords(FILE));
  if ((await readFile(PAGE, 'utf8').catch(() => '')) !== page) await writeFile(PAGE, page);
}
