import { type BundlePlan, type BundleStep, type MemoryStep, SIDES, type Side } from '../../bench/bundle/plan.ts';
import { countCollected, countHere, POINTS, type Reports } from '../../bench/memory/probe.ts';
import { withoutPymalloc } from '../../bench/memory/without-pymalloc.ts';
import { VARIANTS, type Variant } from '../../builds/types.ts';

/** How a bundle counts memory: with programs that the counter is linked into, or with one that is preloaded. */
export type BundleCounter = 'linked' | 'preloaded' | undefined;

/** Text as one word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const HEAD = `#!/bin/sh
# Carries out the plan of this bundle (plan.json), step by step, and writes results.jsonl: see README.txt.
# Stopped and started again, it goes on where it stood.
#   RUNNER   a program that starts the interpreters, with its options: an emulator, \`taskset -c 1\`
#   RESULTS  where to write, in place of results.jsonl
cd "$(dirname "$0")" || exit 2
HERE=$PWD
RUNNER=\${RUNNER-}
RESULTS=\${RESULTS:-$HERE/results.jsonl}
case $RESULTS in /*) ;; *) RESULTS=$HERE/$RESULTS ;; esac

# The interpreters see this environment and nothing else.
clean() {
  env -i PATH="$PATH" LC_ALL=C TZ=UTC RESULTS="$RESULTS" RUNNER="$RUNNER" "$@"
}

is_done() {
  [ -f "$RESULTS" ] && grep -q "^{\\"type\\":\\"done\\",\\"step\\":$1}" "$RESULTS"
}

# One step by run.py: STEP SIDE HASHSEED WHAT. An interpreter that crashes is started again and leaves the test out.
step() {
  is_done "$1" && return 0
  echo "step $1 of $STEPS: $4"
  tries=0
  while [ $tries -lt 12 ]; do
    clean PYTHONHOME="$HERE/$2" @LIBRARY@PYTHONDONTWRITEBYTECODE=1 PYTHONNOUSERSITE=1 \\
      PYTHONHASHSEED="$3" $RUNNER "$2/bin/python" run.py "$1" </dev/null
    status=$?
    is_done "$1" && return 0
    case $status in 130|2|126|127) break ;; esac
    tries=$((tries + 1))
  done
  echo "step $1 was not done (exit code $status): start $0 again to go on, or look what the interpreter says" >&2
  exit 1
}
`;

const MEMORY = `
FIXED=
if setarch -R true 2>/dev/null; then FIXED='setarch -R'; fi

# Three starts of an interpreter under the counter: STEP SIDE WHAT PYMALLOC CODE. What cannot be counted is said and passed over.
memory() {
  is_done "$1" && return 0
  echo "step $1 of $STEPS: $3"
  program 2>/dev/null >/dev/null "$2" PYTHONUNBUFFERED= "$5" </dev/null
  repeat=0
  while [ $repeat -lt 3 ]; do
    repeat=$((repeat + 1))
    line=$(program "$2" "$4" "$5" </dev/null 2>&1 >/dev/null | grep '^{"point"' | tail -n 1)
    if [ -z "$line" ]; then
      printf '{"type":"no-memory","step":%s,"why":"%s"}\\n' "$1" "the counter reported nothing there" >>"$RESULTS"
      break
    fi
    printf '{"type":"memory","step":%s,"repeat":%s,"counted":%s}\\n' "$1" $repeat "$line" >>"$RESULTS"
  done
  printf '{"type":"done","step":%s}\\n' "$1" >>"$RESULTS"
}
`;

/** SIDE VARIABLE CODE: the counter's report goes to stderr. */
const PROGRAM = {
  linked: `
program() {
  clean PYTHONHOME="$HERE/$1" PYTHONHASHSEED=0 HOME=/nonexistent "$2" $FIXED $RUNNER "$1/bin/counted" --program "$1/bin/python" "$3"
}
`,
  // By a relative path, for the loader splits at spaces; into an emulator's own loader it must not come.
  preloaded: `
program() {
  [ -z "$RUNNER" ] || return 1
  clean PYTHONHOME="$HERE/$1" @LIBRARY1@PYTHONHASHSEED=0 HOME=/nonexistent "$2" LD_PRELOAD=./counter.so \\
    FORKWRIGHT_MEMORY_OUT=./counted.tmp $FIXED "$1/bin/python" -c "$3"
  cat ./counted.tmp >&2
  rm -f ./counted.tmp
}
`,
};

/**
 * `run.sh`: for a machine with a POSIX shell.
 * @param shared the interpreters need a libpython that lies in their `lib`.
 */
export function shellScript(plan: BundlePlan, counter: BundleCounter, shared: boolean): string {
  const counts = counter === undefined ? '' : `${PROGRAM[counter]}${MEMORY}`;
  const lines = plan.steps.flatMap((step) => {
    if (step.kind === 'memory') return counter === undefined ? [] : [memoryLine(plan, step, counter)];
    return [`step ${step.step} ${step.side} ${hashSeedOf(plan, step)} ${quoted(whatOf(plan, step))}`];
  });
  const end = 'echo "All is done: bring back $RESULTS"';
  const library = (argument: number) => (shared ? `LD_LIBRARY_PATH="$HERE/$${argument}/lib" ` : '');
  const functions = `${HEAD}${counts}`.replaceAll('@LIBRARY@', library(2)).replaceAll('@LIBRARY1@', library(1));
  return `${functions}\nSTEPS=${plan.steps.length}\n${lines.join('\n')}\n${end}\n`;
}

/** `run.cmd`: the same steps on Windows, without memory. */
export function commandScript(plan: BundlePlan): string {
  const steps = plan.steps.filter(({ kind }) => kind !== 'memory');
  const lines = [
    '@echo off',
    'rem Carries out the plan of this bundle (plan.json), step by step, and writes results.jsonl: see README.txt.',
    'rem Stopped and started again, it goes on where it stood.',
    'setlocal',
    'cd /d "%~dp0"',
    'set RESULTS=%~dp0results.jsonl',
    'set PYTHONDONTWRITEBYTECODE=1',
    'set PYTHONNOUSERSITE=1',
    'set PYTHONPATH=',
    'set PYTHONSTARTUP=',
    ...steps.map((step) => `call :step ${step.step} ${step.side} ${hashSeedOf(plan, step)} || exit /b 1`),
    'echo All is done: bring back %RESULTS%',
    'exit /b 0',
    '',
    ':step',
    `echo step %1 of ${plan.steps.length}`,
    'set PYTHONHOME=%~dp0%2',
    'set PYTHONHASHSEED=%3',
    'for /l %%n in (1,1,12) do (',
    '  "%~dp0%2\\bin\\python.exe" run.py %1 <nul && exit /b 0',
    ')',
    'echo step %1 was not done: start this file again to go on',
    'exit /b 1',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Of the pair; of the trials before it, that of no pair. */
function hashSeedOf(plan: BundlePlan, step: BundleStep): number {
  const pair = step.kind === 'pair' ? step.pair : undefined;
  return plan.pairs.find((one) => one.pair === pair)?.hashSeed ?? 1;
}

function whatOf(plan: BundlePlan, step: BundleStep): string {
  const variant = plan.sides[step.side]?.variant ?? step.side;
  switch (step.kind) {
    case 'pair':
      return `pair ${step.pair} of ${plan.pairs.length}, ${variant}`;
    case 'memory':
      return `memory after ${step.point === 'pass' ? 'the start' : 'imports'}, ${variant}`;
    default:
      return `${{ smoke: 'start', calibrate: 'try the tests', try: 'try the tests' }[step.kind]}, ${variant}`;
  }
}

function memoryLine(plan: BundlePlan, step: MemoryStep, counter: 'linked' | 'preloaded'): string {
  const reports: Reports = counter === 'linked' ? 'at the end' : 'at getppid';
  const code = POINTS.find(({ name }) => name === step.point)?.code ?? 'pass';
  const program = step.figure === 'collected' ? countCollected(code, reports) : countHere(code, reports);
  const { variables } = withoutPymalloc(plan.sides[step.side]?.pythonVersion ?? '');
  const [name, value] = (step.figure === 'taken' ? undefined : Object.entries(variables)[0]) ?? ['TZ', 'UTC'];
  const what = `${whatOf(plan, step)}, ${step.figure}`;
  return `memory ${step.step} ${step.side} ${quoted(what)} ${quoted(`${name}=${value}`)} ${quoted(program)}`;
}

/** The folders of a plan, for people: `A baseline, B patched`. */
export const sidesOf = (plan: BundlePlan): readonly { readonly side: Side; readonly variant: Variant }[] =>
  VARIANTS.flatMap((variant) => (plan.sides[SIDES[variant]] === undefined ? [] : [{ side: SIDES[variant], variant }]));
