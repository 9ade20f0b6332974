import wrapAnsi from 'wrap-ansi';
import type { BundlePlan } from '../../bench/bundle/plan.ts';
import type { Build } from '../../builds/types.ts';
import type { BundleCounter } from './run-script.ts';
import { sidesOf } from './run-script.ts';

export interface ReadmeFacts {
  readonly plan: BundlePlan;
  readonly title: string;
  /** What the descriptor says that a person does: a sentence. */
  readonly how?: string | undefined;
  readonly baseline: Build;
  readonly counter: BundleCounter;
  /** Why no memory is counted. */
  readonly noCounter?: string | undefined;
  readonly start: 'shell' | 'windows' | 'by hand';
  /** Of a homebrew console: what was made for it, and what was missing. */
  readonly console: readonly string[];
  readonly limits: readonly string[];
}

const WIDTH = 100;

/** Broken into lines at spaces, each as far in. */
const wrapped = (text: string, indent = ''): string => wrapAnsi(text, WIDTH - indent.length).replaceAll(/^/gm, indent);

/** `README.txt`: what to do there, and what to bring back. */
export function readme(facts: ReadmeFacts): string {
  const { plan, baseline, counter } = facts;
  const sides = sidesOf(plan).map(({ side, variant }) => `${side}/  the ${variant} interpreter, and its library`);
  const paragraphs = [
    `Forkwright: run ${plan.run}, target ${plan.target}`,
    wrapped(
      `CPython ${baseline.pythonVersion} for ${facts.title}, compiled by ${baseline.compiler.version}. This folder measures how much faster or slower the patched interpreter is than the baseline on the machine that it is carried to. Nothing is installed; nothing outside this folder is read or written.`,
    ),
    ['What to do', ...whatToDo(facts)].join('\n'),
    [
      'What to bring back',
      wrapped('results.jsonl, also when it is not complete. At home:', '  '),
      `    forkwright import-results results.jsonl --run ${plan.run}`,
    ].join('\n'),
    ['What is in here', ...[...sides, ...contents(plan, counter)].map((line) => `  ${line}`)].join('\n'),
    ...(facts.noCounter === undefined ? [] : [wrapped(`Memory is not counted: ${facts.noCounter}.`)]),
    ...(facts.console.length === 0
      ? []
      : [['For the console', ...facts.console.map((line) => wrapped(line, '  '))].join('\n')]),
    ...(facts.limits.length === 0 ? [] : [['Limits', ...facts.limits.map((line) => wrapped(line, '  '))].join('\n')]),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function whatToDo({ plan, start, how }: ReadmeFacts): readonly string[] {
  const said = how === undefined ? [] : [wrapped(how, '  ')];
  const runs = plan.steps.filter(({ kind }) => kind === 'pair').length;
  if (start === 'by hand') {
    return [
      ...said,
      wrapped(
        `There is no shell: the two interpreters are started by hand, in turn. Each start does one step of the plan (run.py, by way of its own sitecustomize.py) and says at its end whose turn is next. ${plan.steps.filter(({ kind }) => kind !== 'memory').length} starts, ${runs} of them measure.`,
        '  ',
      ),
      wrapped('Where the interpreter takes arguments: A/bin/python run.py', '  '),
    ];
  }
  const file = start === 'shell' ? 'sh run.sh' : 'run.cmd';
  const minutes = Math.max(1, Math.round(seconds(plan) / 60));
  return [
    ...said,
    `  1. Unpack this on that machine, on its own disk.`,
    wrapped(`2. Leave the machine alone: no other programs, mains power.`, '  '),
    `  3. ${file}`,
    wrapped(
      `It takes about ${minutes} minute${minutes === 1 ? '' : 's'} on a fast machine, several times as long on a slow one. Stopped (Ctrl-C, power), it goes on where it stood when it is started again.`,
      '     ',
    ),
    ...(start === 'shell'
      ? [
          wrapped(
            `To pin it to a processor: RUNNER='taskset -c 1' sh run.sh. An emulator is named in the same way; its times say nothing about the machine.`,
            '     ',
          ),
        ]
      : []),
  ];
}

/** Of the blocks, with their empty loops and the starts: a rough figure. */
function seconds({ pairs, tests, settings, blocks }: BundlePlan): number {
  const processes = pairs.reduce((sum, { order }) => sum + order.length, 0);
  return processes * (0.4 + (tests.length * settings.repeats * blocks * settings.blockMs * 1.8) / 1000);
}

function contents(plan: BundlePlan, counter: BundleCounter): readonly string[] {
  return [
    `plan.json      every step in its order: randomised pairs, seed ${plan.settings.seed}`,
    'run.py         does one step; worker.py measures',
    `${`${plan.suite}/`.padEnd(15)}the tests`,
    'manifest.json  SHA-256 of every file',
    ...(counter === 'preloaded' ? ['counter.so     counts memory when the interpreters start'] : []),
    ...(counter === 'linked' ? ['*/bin/counted  the interpreter with a counter of its memory linked in'] : []),
  ];
}
