import type { Build } from '../../builds/types.ts';
import { duration, integer } from '../../document/format.ts';
import { code, details, fact, facts, present, type Some, table, text, toned } from '../../document/say.ts';
import type { Block, Cell, Fact } from '../../document/types.ts';
import type { RunPatch, TargetResult } from '../../run/types.ts';
import { isElsewhereBuilt, sentence } from '../answers.ts';
import { type Section, section } from '../view.ts';

type BuiltVariant = TargetResult['builds'][number];

export function buildSection(target: TargetResult): Section | undefined {
  const { builds, buildFailure, conditionsDiffer } = target;
  const [first] = builds;
  if (first === undefined && buildFailure === undefined) return undefined;
  const blocks: Some<Block>[] = [
    buildFailure && { kind: 'diagnostics', diagnostics: buildFailure },
    isElsewhereBuilt(target) && elsewhereBlocks(target),
    !isElsewhereBuilt(target) &&
      conditionsDiffer.length > 0 &&
      text(['Baseline and patched differ in more than the patch:', conditionsDiffer], 'attention'),
    first &&
      !isElsewhereBuilt(target) && [
        sameness(builds),
        facts(conditions(first.build, target)),
        details('Command lines and fingerprints', builds.map(commands)),
      ],
  ];
  return section(`${target.target}-build`, 'Build', blocks, {
    verboseOnly: buildFailure === undefined && !isElsewhereBuilt(target),
  });
}

/** What interpreters that were built elsewhere say of themselves. */
function elsewhereBlocks({ builds, conditionsDiffer, sidesDiffer = [], limits }: TargetResult): Some<Block>[] {
  const differ = [...conditionsDiffer, ...sidesDiffer];
  const said = (of: string | undefined) => of ?? 'not known';
  return [
    text(['How these were built is what they say themselves (sys and sysconfig); nothing here proves it.']),
    differ.length > 0 && text(['They differ in:', differ], 'attention'),
    builds.flatMap(({ variant, build }): Some<Block>[] => {
      const { interpreter: own, printed, compiler, python, fingerprint } = build;
      if (variant === 'control') return [];
      const bytes = printed && `program, shared library and ${integer(printed.files)} files that it imports from`;
      const rest =
        printed &&
        printed.files > printed.read &&
        ` (${integer(printed.files - printed.read)} of them by size and time alone)`;
      return [
        text(`${variant}${own === undefined ? ', built here' : ''}:`),
        facts([
          fact('Interpreter', python, { code: true }),
          fact('Fingerprint', bytes && `${fingerprint.slice(0, 16)}, of ${bytes}${rest || ''}`),
          fact('Compiler', compiler.version),
          own && [
            fact('CC', own.cc, { code: true }),
            fact('OPT', said(own.opt), { code: true }),
            fact('CFLAGS', said(own.cflags), { code: true }),
            fact('LDFLAGS', said(own.ldflags), { code: true }),
            fact('Configure arguments', said(own.configure), { code: true }),
            fact('ABI', own.abi),
            fact('Py_DEBUG', own.debug ? 'yes' : 'no'),
            fact('GIL', own.freeThreading ? `built without${own.gil ? ', and on' : ''}` : 'yes'),
            fact('Shared library', own.library, { code: true }),
          ],
        ]),
      ];
    }),
    facts([limits.length > 0 && fact('Limits', limits.join('; '))]),
  ];
}

/** Baseline and patched side by side, in everything that must be equal. */
function sameness(builds: readonly BuiltVariant[]): Block | undefined {
  const of = (variant: string) => builds.find((b) => b.variant === variant)?.build;
  const baseline = of('baseline');
  const patched = of('patched');
  if (baseline === undefined || patched === undefined) return undefined;
  const compared: readonly [string, (build: Build) => string, (build: Build) => string][] = [
    ['compiler', (b) => b.compiler.version, (b) => b.compiler.version],
    ['configure command', (b) => b.commands.configure.join(' '), (b) => b.commands.configure.join(' ')],
    ['make command', (b) => b.commands.make.join(' '), (b) => b.commands.make.join(' ')],
    [
      'environment',
      (b) => JSON.stringify(Object.entries(b.env).sort()),
      (b) => `${Object.keys(b.env).length} variables`,
    ],
    ['pyconfig.h', (b) => b.pyconfigSha256, (b) => `sha256 ${b.pyconfigSha256.slice(0, 16)}`],
    ['Makefile', (b) => b.makefileSha256, (b) => `sha256 ${b.makefileSha256.slice(0, 16)}`],
    ['length of the path', (b) => String(b.root.length), (b) => `${b.root.length} characters`],
  ];
  const rows = compared.map(([name, key, show]): Cell[] => {
    const equal = key(baseline) === key(patched);
    const value = equal ? show(baseline) : `${show(baseline)} / ${show(patched)}`;
    return [name, equal ? toned('good', 'identical') : toned('bad', 'different'), code(value)];
  });
  return table('Baseline against patched', ['condition', 'equal', 'value'], rows);
}

function conditions({ compiler, quirks, missingModules }: Build, target: TargetResult): Some<Fact>[] {
  const { builds, toolchain, ports, limits } = target;
  const how = builds.map(({ variant, hit, build: { durationsMs: ms, objectsFrom } }) => {
    if (hit) return `${variant} taken from the store`;
    const only = objectsFrom === undefined ? '' : ', compiling only what the change touches';
    return `${variant} in ${duration(ms.tree + ms.configure + ms.make)}${only}`;
  });
  return [
    fact('Compiler', `${compiler.version} (${compiler.path})`),
    fact('Windows build', toolchain && sentence(toolchain)),
    fact('Quirks minded', quirks.map((q) => `${q.id}: ${q.why}`).join('; ') || 'none'),
    fact('Modules not built', missingModules.join(', ') || 'none'),
    fact('Built', how.join(', ')),
    fact('Port, in all variants', ports?.map(port).join('; ')),
    limits.length > 0 && fact('Limits of this target', limits.join('; ')),
  ];
}

function port({ recipe, verdict, insertions, deletions, why, file }: RunPatch): string {
  if (verdict !== 'applies') return `${recipe.id}: ${verdict}${why === undefined ? '' : `, ${why}`}`;
  return `${recipe.id}, +${insertions} −${deletions} lines${file === undefined ? '' : ` (${file})`}: ${recipe.title}`;
}

function commands({ variant, build }: BuiltVariant): Block {
  const env = Object.entries(build.env).map(([name, value]) => `${name}=${value}`);
  const lines = [
    env.length > 0 && `env: ${env.join(' ')}`,
    build.commands.configure.join(' '),
    build.commands.make.join(' '),
    `sources:     ${build.src}`,
    `built in:    ${build.obj}`,
    `interpreter: ${build.python}`,
    `             sha256 ${build.pythonSha256}`,
    Object.entries(build.logs).map(([step, file]) => `log of ${step}: ${file}`),
  ];
  return { kind: 'code', title: `${variant}, key ${build.key}`, text: present<string>(lines).join('\n') };
}
