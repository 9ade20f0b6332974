/** Each question as one command of Forkwright's, and its answer as the page needs it. */
import path from 'node:path';
import type { SyntaxCheck } from '../../../src/builds/check-syntax.ts';
import { readRunRecord, runFolder } from '../../../src/run/folder.ts';
import type { RunRecord } from '../../../src/run/types.ts';
import type { Diagnostic } from '../../../src/system/diagnostic.ts';
import { isFolder } from '../../../src/system/files.ts';
import { exactBytes } from '../experiment/figures.ts';
import { type Compiled, type Generated, type Measured, withoutFolders } from './records.ts';

/** What `forkwright … --json` said: its result, and the errors before it. */
export interface Answer {
  readonly exitCode: number;
  readonly data: unknown;
  readonly errors: readonly Diagnostic[];
}
export type Forkwright = (args: readonly string[]) => Promise<Answer>;

export interface Questions {
  readonly repo: string;
  readonly forkwright: Forkwright;
  readonly recipes: readonly string[];
  /** Whether a release is in the range of versions that a recipe is for. */
  readonly inRange: (recipe: string, ref: string) => boolean;
  readonly compiler: string;
  /** A release's pyconfig.h as configure makes it here, and on which release it did: another's may have the same template. */
  readonly configured: (ref: string) => Promise<{ readonly file: string; readonly on: string }>;
  /** Where run folders lie. */
  readonly runs: string;
}

interface Row {
  readonly ref: string;
  readonly recipe: string;
  readonly verdict: string;
  readonly pythonVersion?: string;
  readonly why?: string;
}

const now = () => new Date().toISOString();
const saidBy = ({ exitCode, errors }: Answer) =>
  withoutFolders(errors.map(({ message, detail = [] }) => [message, ...detail.slice(-1)].join(': ')).join('; ')) ||
  `exit code ${exitCode}`;

/** What every recipe yields on each of some refs, by ref. @throws Error when it could not be asked. */
export async function generate(
  { repo, forkwright, recipes, inRange }: Questions,
  refs: readonly string[],
): Promise<ReadonlyMap<string, { readonly python: string; readonly generated: Generated }>> {
  const answer = await forkwright(['generate', ...recipes, '-C', repo, ...refs.flatMap((ref) => ['--ref', ref])]);
  const { rows } = (answer.data ?? {}) as { rows?: readonly Row[] };
  if (rows === undefined) throw new Error(saidBy(answer));
  const found = new Map<string, { python: string; generated: Generated }>();
  for (const { ref, recipe, verdict, why, pythonVersion } of rows) {
    if (verdict === 'no-tree') continue;
    const generated: Generated = found.get(ref)?.generated ?? { at: now(), recipes: [] };
    if (inRange(recipe, ref))
      generated.recipes.push({ recipe, verdict, ...(verdict === 'applies' ? {} : { why: withoutFolders(why ?? '') }) });
    found.set(ref, { python: pythonVersion ?? '', generated });
  }
  return found;
}

export const applying = ({ recipes }: Generated): readonly string[] =>
  recipes.flatMap(({ recipe, verdict }) => (verdict === 'applies' ? [recipe] : []));

/** Whether what the recipes touch together compiles as before. */
export async function compile(
  { repo, forkwright, compiler, configured }: Questions,
  ref: string,
  recipes: readonly string[],
): Promise<Compiled> {
  const { file, on } = await configured(ref);
  const answer = await forkwright(['generate', ...recipes, '-C', repo, '--ref', ref, '--verify', '--pyconfig', file]);
  const { syntax } = (answer.data ?? {}) as { syntax?: readonly { readonly checks: readonly SyntaxCheck[] }[] };
  const checks = syntax?.[0]?.checks;
  const way = ({ file, defines }: SyntaxCheck) => [file, ...defines.map((define) => `-D${define}`)].join(' ');
  const of = (verdict: SyntaxCheck['verdict']) => (checks ?? []).filter((check) => check.verdict === verdict);
  return {
    at: now(),
    compiler,
    ...(on !== ref && { configured: on }),
    ...(checks === undefined && { failed: saidBy(answer) }),
    recipes: [...recipes],
    files: new Set(checks?.map(({ file }) => file)).size,
    fine: of('fine').length,
    worse: of('worse').map((check) => ({
      way: way(check),
      why: withoutFolders(check.problems.map(({ message }) => message).join('; ')),
    })),
    notCheckable: of('not-checkable').map(way),
  };
}

/** Both variants built, tested and measured; a run that was stopped goes on. */
export async function measure({ repo, forkwright, runs }: Questions, ref: string, recipe: string): Promise<Measured> {
  const folder = runFolder(path.join(runs, ref));
  const begun = await readRunRecord(folder).catch(() => undefined);
  if (begun?.state === 'finished' && begun.verdict.ok) return measuredOf(recipe, begun);
  const options = ['--ref', ref, '--quick', '--pairs', '12', '--out', folder.dir];
  const answer = await forkwright(
    (await isFolder(folder.dir)) ? ['run', '--resume', folder.dir] : ['run', recipe, '-C', repo, ...options],
  );
  const record = await readRunRecord(folder).catch(() => undefined);
  return record?.state === 'finished' ? measuredOf(recipe, record) : { at: now(), recipe, failed: saidBy(answer) };
}

function measuredOf(recipe: string, record: RunRecord): Measured {
  const { machine, finishedAt = now(), verdict, targets } = record;
  const [target] = targets;
  const [first] = target?.builds ?? [];
  const { baseline, patched } = target?.memory?.points.find(({ name }) => name === 'pass')?.variants ?? {};
  const [before, after] = [baseline && exactBytes(baseline), patched && exactBytes(patched)];
  const failure = target?.buildFailure?.[0];
  const { tests: _, usual: __, ...speed } = target?.speed ?? {};
  return {
    at: finishedAt,
    recipe,
    cpu: machine.cpu,
    cores: machine.cores,
    loadAverage: [...machine.loadAverage],
    ...(failure && { failed: saidBy({ exitCode: 1, data: undefined, errors: [failure] }) }),
    ...(first && {
      compiler: first.build.compiler.version,
      quirks: first.build.quirks.map(({ id }) => id),
      missingModules: [...first.build.missingModules],
      buildMs: target?.builds.map(({ build }) => build.durationsMs.configure + build.durationsMs.make),
    }),
    verdict: { ok: verdict.ok, lines: verdict.lines.map(withoutFolders) },
    ...(target?.tests && { tests: target.tests }),
    ...(before !== undefined && after !== undefined && { startup: [before, after] }),
    ...(target?.speed && { speed: speed as Measured['speed'] }),
  };
}
