import { bytesRounded, count, dateTime, integer, percent } from '../../../src/document/format.ts';
import { settings } from './durations.ts';
import type { Extract } from './extract.ts';
import { table } from './markdown.ts';

/** Enough for somebody else to do it again, and to doubt it properly. */
export function conditions(extracts: readonly Extract[]): string[] {
  const row = (what: string, of: (extract: Extract) => string): string[] => [what, ...extracts.map(of)];
  return [
    table(
      ['', ...extracts.map(({ python }) => python)],
      [
        row('sources', ({ source }) => `${source.name}, sha256 \`${source.sha256.slice(0, 16)}\``),
        row(
          'patch',
          ({ patch }) =>
            `+${patch.insertions} −${patch.deletions} in ${count(patch.files.length, 'file')}, sha256 \`${patch.sha256.slice(0, 16)}\``,
        ),
        row('compiler', ({ builds }) => unique(builds.map(({ compiler }) => compiler))),
        row('compiler’s flags', flags),
        row('configure', ({ builds }) => unique(builds.map(({ configure }) => `\`${configure.slice(1).join(' ')}\``))),
        row('baseline and patched built', ({ conditionsDiffer }) =>
          conditionsDiffer.length === 0 ? 'under the same conditions' : conditionsDiffer.join('; '),
        ),
        row('control', control),
        row('layout of the code', ({ header: { layouts } }) =>
          layouts?.baseline === undefined
            ? 'one link'
            : `${integer(layouts.baseline)} link orders, one a pair, the same for both sides`,
        ),
        row(
          'machine',
          ({ machine: m }) => `${m.os}, ${m.arch}, ${m.cpu}, ${count(m.cores, 'core')}, ${bytesRounded(m.memoryBytes)}`,
        ),
        row('started', ({ startedAt }) => dateTime(startedAt)),
        row('load (1, 5, 15 min)', ({ machine }) => machine.loadAverage.map((n) => n.toFixed(1)).join(', ')),
        row('CPU that the processes got', ({ cpuShare }) => `${Math.round(cpuShare * 100)}% of one`),
        row('options', ({ options }) => `\`forkwright ${options.join(' ')}\``),
        row('settings', settings),
        row('pybench', ({ speed: { pybench } }) =>
          pybench === undefined
            ? '–'
            : `${pybench.version}${pybench.converted ? ', converted by lib2to3' : ''}, sha256 \`${pybench.sha256.slice(0, 16)}\``,
        ),
        row('blocks', ({ header: { settings: s } }) => `of ${s.blockMs} ms, up to ${s.repeats} × 4 a test and pair`),
        row('seed', ({ header }) => String(header.settings.seed)),
        row(
          'clock',
          ({ header }) =>
            `${header.clock === 'cpu' ? 'CPU time' : 'wall time'}, \`${header.workers.baseline?.clocks[header.clock].name ?? '–'}\``,
        ),
        row('pinned to a CPU', ({ header }) => (header.pinnedCpu === undefined ? 'no' : `yes (${header.pinnedCpu})`)),
        row(
          'counts as a change',
          ({ speed }) =>
            `beyond ${percent(speed.threshold)}, false discoveries held at ${percent(speed.falseDiscoveryRate)}`,
        ),
        row('noise floor, by the control', ({ speed }) =>
          speed.noiseFloor === undefined ? 'not measured' : percent(speed.noiseFloor),
        ),
        row('instructions', ({ instructions }) => instructions?.method ?? 'not counted'),
        row('… repeated', ({ instructions: i }) =>
          i === undefined
            ? '–'
            : i.deterministic
              ? `${integer(i.repeated)} of ${integer(i.repeated)} counts identical`
              : `counts differ by up to ${percent(i.spread ?? 0)}`,
        ),
        row('tests that did not run', missing),
        row('warnings', ({ speed }) => (speed.warnings ?? []).join('; ') || 'none'),
      ],
    ),
    `[measuring.md](measuring.md) has the method, its error rate and its proof. The machine was shared with other work while it measured; ${clocks(extracts)}, and both interpreters ran in turns, so the load widens the intervals and does not lean to a side.`,
  ];
}

function clocks(extracts: readonly Extract[]): string {
  if (extracts.every(({ header }) => header.clock === 'cpu')) return 'CPU time decides';
  return 'time by the clock decides where the interpreter has no finer one for its CPU time';
}

const unique = (all: readonly string[]) => [...new Set(all)].join('; ');

/** Those that were added to what configure chooses. */
function flags({ builds }: Extract): string {
  const own = builds.flatMap(({ configure }) => configure.filter((word) => /^(C|CPP|LD)FLAGS=/.test(word)));
  return own.length === 0 ? 'CPython’s own, none added' : unique(own.map((word) => `\`${word}\``));
}

function control({ builds }: Extract): string {
  const build = builds.find(({ variant }) => variant === 'control');
  if (build === undefined) return 'none';
  return build.linkOrder === undefined
    ? 'the baseline built again, its code laid out as the first time'
    : `the baseline built again, its code laid out otherwise (${integer(build.linkOrder.objects)} objects linked in another order)`;
}

function missing({ speed }: Extract): string {
  const rows = speed.tests.filter(({ verdict }) => verdict === 'missing' || verdict === 'failed');
  return rows.length === 0
    ? 'none'
    : rows.map(({ test, note }) => `\`${test}\`${note === undefined ? '' : ` (${note})`}`).join('; ');
}
