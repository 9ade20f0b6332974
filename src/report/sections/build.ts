import type { Build } from '../../builds/types.ts';
import { duration } from '../../document/format.ts';
import type { Block, Fact } from '../../document/types.ts';
import type { RunPatch, TargetResult } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import type { Section } from '../view.ts';

type BuiltVariant = TargetResult['builds'][number];

/** How the two interpreters were built, and the proof that only the patch parts them. */
export function buildSection(target: TargetResult): Section | undefined {
  const blocks: Block[] = [];
  if (target.buildFailure !== undefined) blocks.push({ kind: 'diagnostics', diagnostics: target.buildFailure });
  const [first] = target.builds;
  if (first === undefined && blocks.length === 0) return undefined;
  if (target.conditionsDiffer.length > 0) {
    blocks.push({
      kind: 'text',
      tone: 'attention',
      lines: ['Baseline and patched differ in more than the patch:', ...target.conditionsDiffer],
    });
  }
  if (first !== undefined) {
    const both = sameness(target.builds);
    if (both !== undefined) blocks.push(both);
    blocks.push({ kind: 'facts', facts: facts(first.build, target) });
    blocks.push({
      kind: 'details',
      summary: 'Command lines and fingerprints',
      blocks: target.builds.flatMap(commands),
    });
  }
  return { id: `${target.target}-build`, title: 'Build', blocks, verboseOnly: target.buildFailure === undefined };
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
  return {
    kind: 'table',
    table: {
      caption: 'Baseline against patched',
      columns: [{ title: 'condition' }, { title: 'equal' }, { title: 'value' }],
      rows: compared.map(([name, key, show]) => {
        const equal = key(baseline) === key(patched);
        const value = equal ? show(baseline) : `${show(baseline)} / ${show(patched)}`;
        return [
          { text: name },
          equal ? { text: 'identical', tone: 'good', symbol: '✓' } : { text: 'different', tone: 'bad', symbol: '✗' },
          { text: value, code: true },
        ];
      }),
    },
  };
}

function facts(build: Build, target: TargetResult): Fact[] {
  const none = 'none';
  return [
    { name: 'Compiler', value: `${build.compiler.version} (${build.compiler.path})` },
    ...(target.toolchain === undefined ? [] : [{ name: 'Windows build', value: sentence(target.toolchain) }]),
    {
      name: 'Quirks minded',
      value: build.quirks.map((q) => `${q.id}: ${q.why}`).join('; ') || none,
    },
    { name: 'Modules not built', value: build.missingModules.join(', ') || none },
    {
      name: 'Built',
      value: target.builds
        .map(
          ({ variant, hit, build: b }) =>
            `${variant} ${hit ? 'taken from the store' : `in ${duration(b.durationsMs.tree + b.durationsMs.configure + b.durationsMs.make)}`}`,
        )
        .join(', '),
    },
    ...(target.ports === undefined
      ? []
      : [{ name: 'Port, in all variants', value: target.ports.map(port).join('; ') }]),
    ...(target.limits.length > 0 ? [{ name: 'Limits of this target', value: target.limits.join('; ') }] : []),
  ];
}

/** A recipe that the target itself needs. */
function port({ recipe, verdict, insertions, deletions, why, file }: RunPatch): string {
  if (verdict !== 'applies') return `${recipe.id}: ${verdict}${why === undefined ? '' : `, ${why}`}`;
  return `${recipe.id}, +${insertions} −${deletions} lines${file === undefined ? '' : ` (${file})`}: ${recipe.title}`;
}

function commands({ variant, build }: BuiltVariant): Block[] {
  const env = Object.entries(build.env).map(([name, value]) => `${name}=${value}`);
  return [
    {
      kind: 'code',
      title: `${variant}, key ${build.key}`,
      text: [
        ...(env.length > 0 ? [`env: ${env.join(' ')}`] : []),
        build.commands.configure.join(' '),
        build.commands.make.join(' '),
        `sources:     ${build.src}`,
        `built in:    ${build.obj}`,
        `interpreter: ${build.python}`,
        `             sha256 ${build.pythonSha256}`,
        ...Object.entries(build.logs).map(([step, file]) => `log of ${step}: ${file}`),
      ].join('\n'),
    },
  ];
}
