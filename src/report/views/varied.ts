import {
  bytesRounded,
  change,
  count,
  integer,
  interval,
  list,
  percent,
  shortNames,
  signedBytes,
} from '../../document/format.ts';
import { joined, present, type Some, table, text, verdict } from '../../document/say.ts';
import {
  type Block,
  type Cell,
  type Chart,
  type ChartPoint,
  type Column,
  right,
  VERDICTS,
} from '../../document/types.ts';
import { overallSpeed, SIGN_CONVENTION, speedInShort } from '../speed-verdict.ts';
import { isBaseline, type Point, pointsOf, targetsOf, type Varied, type VariedRun } from '../varied.ts';
import { openSection, type ReportView, type Section } from '../view.ts';
import { severalView } from './several.ts';

/** Several runs that differ in a value or a change: what each does in one table, a curve of each measure, which of them nothing beats, and the runs side by side. */
export function variedView(runs: readonly VariedRun[], varied: Varied): ReportView {
  const stock = runs.filter(({ record }) => isBaseline(record));
  const own = runs.filter((run) => !stock.includes(run));
  const view = severalView(
    own.map(({ record }) => record),
    own.map(({ name }) => name),
  );
  const targets = targetsOf(runs);
  return {
    ...view,
    headline: [...view.headline, ...stock.map(({ name }) => `${name} is what the checkout has: it is the baseline.`)],
    sections: [
      ...targets.flatMap((target) => ofTarget(target, runs, varied, targets.length > 1)),
      // Its figures stand in the table above.
      ...view.sections.filter(({ id }) => id !== 'measures'),
    ],
  };
}

const TITLES: Readonly<Record<Varied['kind'], string>> = {
  sweep: 'What each value does',
  each: 'What each change costs',
  sides: 'What each side does',
};

function ofTarget(target: string, runs: readonly VariedRun[], varied: Varied, isOneOfSeveral: boolean): Section[] {
  const points = pointsOf(runs, target, varied.kind);
  const where = isOneOfSeveral ? ` on ${target}` : '';
  const blocks = present<Block>([
    costs(points),
    scatter(points, where),
    varied.kind === 'sweep' && curves(points, varied.steps, where),
    neighbours(target, varied),
  ]);
  return blocks.length === 0 ? [] : [openSection(`${target}-curves`, `${TITLES[varied.kind]}${where}`, blocks)];
}

/** A column's title, its cell, and what it is, for the note. */
const COLUMNS: readonly (readonly [Column, (point: Point) => Cell | undefined, string?])[] = [
  [
    right('start-up'),
    ({ startup }) => (startup === undefined ? undefined : signedBytes(startup)),
    'start-up: live bytes of the started interpreter.',
  ],
  [
    right('growth'),
    ({ growth }) => (growth === undefined ? undefined : bytesRounded(growth)),
    'growth: resident memory after 20 000 functions were called once.',
  ],
  [
    right('code'),
    ({ code }) => (code === undefined ? undefined : signedBytes(code)),
    'code: text of the interpreter’s file.',
  ],
  [
    right('instr.'),
    ({ instructions }) => (instructions === undefined ? undefined : change(instructions)),
    'instr.: executed instructions.',
  ],
  [right('time'), ({ time }) => time && change(time.ratio)],
  [right('95% interval'), ({ time }) => time && interval(time), 'All tests of all runs are judged as one family.'],
  [
    'tests',
    ({ slower = 0, faster = 0, failing = 0, time }) =>
      joined(
        [
          slower > 0 && `${integer(slower)} slower`,
          faster > 0 && `${integer(faster)} faster`,
          failing > 0 && `${integer(failing)} of CPython’s fail`,
        ],
        ', ',
      ) || (time === undefined ? undefined : 'none changed'),
  ],
];

/** Everything that is known of each, a row a run: the charts' numbers, too. */
function costs(points: readonly Point[]): Some<Block> {
  const names = shortNames(points.map(({ name }) => name));
  const measured = points.filter(({ stock }) => stock !== true);
  const used = COLUMNS.filter(([, cell]) => measured.some((point) => cell(point) !== undefined));
  return (
    used.length > 0 && [
      table(
        'Patched less baseline',
        ['', ...used.map(([column]) => column)],
        points.map((point, i) => [
          named(names[i] ?? '', point),
          ...used.map(([, cell]) => cell(point) ?? (point.stock ? '' : 'not measured')),
        ]),
        joined(
          [
            points.some(({ unbeaten }) => unbeaten !== undefined) &&
              '◆ not beaten in memory and time together, ○ beaten.',
            used.map(([, , note]) => note),
          ],
          ' ',
        ),
      ),
      text(inWords(points)),
    ]
  );
}

/** Marked as in the chart. */
const named = (name: string, { unbeaten }: Point): Cell =>
  unbeaten === undefined ? name : { text: name, symbol: unbeaten ? '◆' : '○' };

function inWords(points: readonly Point[]): Some<string> {
  const both = points.filter(({ unbeaten }) => unbeaten !== undefined);
  const best = both.filter(({ unbeaten }) => unbeaten);
  const told = best.map(
    ({ name, startup = 0, time }) => `${name} (${signedBytes(startup)}, ${change(time?.ratio ?? 1)} time)`,
  );
  if (both.length < 2) return undefined;
  return best.length === 0
    ? 'Each is beaten in memory and time together by another, or by the baseline.'
    : `Not beaten in memory and time together, by another or by the baseline: ${list(told, 12)}.`;
}

function scatter(points: readonly Point[], where: string): Some<Block> {
  const both = points.flatMap(({ name, startup, time, unbeaten }) =>
    startup === undefined || time === undefined
      ? []
      : [
          {
            label: name,
            x: startup,
            ...ofTime(time),
            marked: unbeaten ?? false,
            text: `${signedBytes(startup)}, ${said(time)}`,
          },
        ],
  );
  if (both.length < 2 || both.every(({ marked }) => !marked) || points[0]?.unbeaten === undefined) return undefined;
  const chart: Chart = {
    title: `Memory at start-up against time${where}`,
    note: 'To the left: less memory. Down: less time. ◆ not beaten by another in both, joined; ○ beaten; + the baseline. Upright lines are 95% intervals of time; memory is exact.',
    x: { title: 'start-up memory, patched less baseline', unit: 'bytes' },
    y: { title: 'time', unit: 'change' },
    points: both,
    steps: [],
  };
  return { kind: 'chart', chart };
}

const ofTime = ({ ratio, low, high }: NonNullable<Point['time']>) => ({ at: ratio, low, high });
const said = (time: NonNullable<Point['time']>) => `${change(time.ratio)} ${interval(time)}`;

type Measure = (point: Point) => Pick<ChartPoint, 'at' | 'low' | 'high' | 'text'> | undefined;
const exact = (at: number | undefined, written: (value: number) => string) =>
  at === undefined ? undefined : { at, low: at, high: at, text: written(at) };

const MEASURES: readonly (readonly [string, Chart['y']['unit'], Measure, string])[] = [
  ['Time over all tests', 'change', ({ time }) => time && { ...ofTime(time), text: said(time) }, SIGN_CONVENTION],
  [
    'Executed instructions',
    'change',
    ({ instructions }) => exact(instructions, change),
    'Patched against baseline: + is more.',
  ],
  [
    'Memory at start-up',
    'bytes',
    ({ startup }) => exact(startup, signedBytes),
    'Patched less baseline, in bytes; exact.',
  ],
  [
    'Growth',
    'bytes',
    ({ growth }) => exact(growth, bytesRounded),
    'Resident memory after 20 000 functions were called once, patched less baseline.',
  ],
  [
    'Code',
    'bytes',
    ({ code }) => exact(code, signedBytes),
    'Text of the interpreter’s file, patched less baseline, in bytes.',
  ],
];

/** A curve of each measure that differs anywhere. */
function curves(points: readonly Point[], steps: Varied['steps'], where: string): Some<Block> {
  return MEASURES.map(([title, unit, of, note]): Some<Block> => {
    const all = points.map((point) => of(point));
    const drawn = points.flatMap((point, at) => {
      const own = all[at];
      return own === undefined ? [] : [{ label: point.name, ...own, marked: false, place: at }];
    });
    const isFlat = new Set(drawn.map(({ at }) => at)).size < 2;
    if (drawn.length < 2 || isFlat) return undefined;
    const place = (at: number) => drawn.findIndex((one) => one.place === at);
    const joinedBy = steps.map(([a, b]) => [place(a), place(b)] as const).filter(([a, b]) => a >= 0 && b === a + 1);
    const chart: Chart = { title: `${title}${where}`, note, y: { title, unit }, points: drawn, steps: joinedBy };
    return { kind: 'chart', chart };
  });
}

/** Each step of a sweep by itself: what the next value changes. */
function neighbours(target: string, varied: Varied): Some<Block> {
  const own = varied.neighbours.filter((one) => one.target === target);
  return (
    own.length > 0 &&
    table(
      'From each value to the next, measured in the same session',
      ['from', 'to', right('time'), right('95% interval'), 'speed', 'tests'],
      own.map(({ from, to, speed }): Cell[] => {
        const mean = speed.geometricMean;
        const overall = overallSpeed(speed);
        const tests = joined(
          [
            speed.counts.slower > 0 && `${integer(speed.counts.slower)} slower`,
            speed.counts.faster > 0 && `${integer(speed.counts.faster)} faster`,
          ],
          ', ',
        );
        return [
          from,
          to,
          mean === undefined ? '' : change(mean.ratio),
          mean === undefined ? '' : interval(mean),
          overall === undefined ? speedInShort(speed) : verdict(VERDICTS[overall], speedInShort(speed)),
          tests || 'none changed',
        ];
      }),
      `${SIGN_CONVENTION} ${count(own.length, 'comparison')} more in the family of all, whose false discovery rate is held at ${percent(own[0]?.speed.falseDiscoveryRate ?? 0.05)}.`,
    )
  );
}
