import { SUITES_HELP } from '../bench/suites/list.ts';
import { type Gate, parseGates } from '../run/gates/parse.ts';
import type { RunRequest } from '../run/request.ts';
import {
  BadValue,
  counted,
  type OptionSpec,
  type OptionTable,
  option,
  repeatable,
  type ValuesOf,
  wholeNumber,
} from './options.ts';

/** Where runs are kept when `--out` does not say. */
export const RUNS_DIR = 'forkwright-runs';

export const RECIPE_OPTIONS = {
  checkout: option('-C, --checkout <dir>', 'the CPython source tree', { otherwise: '.' as string }),
  param: option('-p, --param <name=value>', 'a parameter of a recipe (RECIPE.NAME=VALUE with several); repeatable', {
    parse: parseParam,
    list: true,
  }),
  include: repeatable(
    '--include <glob>',
    'make the edits of code in these files too: users of a field that only this fork has; repeatable',
  ),
  recipesDir: repeatable('--recipes-dir <dir>', 'more recipes, beside the shipped ones and ./recipes; repeatable'),
} as const satisfies OptionTable;

export const STRIP_OPTION = {
  flags: '--strip <n>',
  text: 'how many leading folders of the patch’s paths are left out, as with patch -p',
  parse: (text: string) => {
    if (!/^\d$/.test(text)) throw new BadValue('expected a number from 0 to 9');
    return Number(text);
  },
} as const satisfies OptionSpec;

/** What is a change on the command line. */
export const CHANGES_HELP =
  'what to change, in this order: recipes, by name or file; patch files, or a folder of them; commits as BASE..HEAD';

export const CHANGE_OPTIONS = {
  head: option('--head <ref>', 'the commits of this branch since it left --upstream (default: the checkout’s own)'),
  upstream: option('--upstream <ref>', 'what the branch of --head grew from (default: the checkout’s own commit)'),
  dirty: option('--dirty', 'the uncommitted edits of the checkout, against its commit'),
  strip: {
    ...STRIP_OPTION,
    text: `of patch files: ${STRIP_OPTION.text}`,
  },
  portFrom: option('--port-from <tree>', 'carry patch files from this tree or ref, for which they were made, first'),
} as const satisfies OptionTable;

export const REGENERATE_OPTION = {
  regenerate: option(
    '--regenerate',
    'let CPython’s own generators make what recipes ask for: builds the checkout’s interpreter and runs targets of its make, in a copy',
  ),
} as const satisfies OptionTable;

export const SYSROOT_OPTION = {
  sysroot: option('--sysroot <dir>', 'of msvc-x64 on Linux: a Microsoft SDK, as xwin or msvc-wine unpacks it'),
} as const satisfies OptionTable;

export const BUILD_OPTIONS = {
  target: repeatable('-t, --target <name>', 'what to build for; repeatable (default: host; on Windows msvc-x64)'),
  runner: repeatable(
    '--runner <[target=]url>',
    'run a target’s interpreters elsewhere: ssh://user@host/folder; repeatable',
  ),
  out: option('-o, --out <dir>', 'the run folder (default: forkwright-runs/DATE-NAME)'),
  pgo: option('--pgo', 'profile-guided optimisation: slower to build, faster to run'),
  modules: option('--modules <set>', 'extension modules to build', { choices: ['core', 'all'], otherwise: 'all' }),
  configureOption: repeatable('--configure-option <option>', 'passed to configure of every variant; repeatable'),
  cflags: option('--cflags <flags>', 'added to the compiler flags of every variant'),
  ...SYSROOT_OPTION,
  externals: option(
    '--externals',
    'of msvc-x64 on Windows: let CPython’s own script fetch OpenSSL, Tcl/Tk and others from the net',
  ),
  launcher: option('--launcher <name>', 'compiler launcher (default: ccache when it is installed)', {
    choices: ['ccache', 'sccache', 'distcc', 'icecc', 'none'],
  }),
} as const satisfies OptionTable;

export const BENCH_OPTIONS = {
  quick: option('--quick', 'fewer blocks a pair, and no instructions: a first answer in minutes'),
  pairs: counted('--pairs <n>', 'pairs of processes to measure (default: 32)'),
  seed: option('--seed <n>', 'seed of the order of tests and of the resampling', { parse: wholeNumber, otherwise: 1 }),
  tests: option('--tests <regexp>', 'only the tests of the suite whose names match'),
  suite: repeatable('--suite <name>', SUITES_HELP),
  pybench: option(
    '--pybench <dir>',
    'the pybench to run on both (default: the checkout’s own, its history’s, or one that was got)',
  ),
  pyperformance: option(
    '--pyperformance <dir>',
    'the pyperformance to run: its repository, its package, a folder with a MANIFEST (default: one that was got)',
  ),
  instructions: option('--instructions <how>', 'count executed instructions (default: auto, with --quick off)', {
    choices: ['off', 'auto', 'callgrind', 'perf'],
  }),
  workload: option(
    '--workload <command>',
    'also what memory a program takes on both, as in --workload "app.py --requests 1000"',
    { parse: parseWords },
  ),
  workers: counted('--workers <n>', 'with --workload: fork so many workers when it has ended, as a server does'),
  history: option('--history <file>', 'append a line about this run to a history; see: forkwright history --help'),
  control: option(
    '--control',
    'also measure the baseline built again and linked in another order: the noise of machine and layout',
  ),
  layouts: option('--layouts <how>', 'link the objects of each pair in an order of their own, or measure one link', {
    choices: ['each-pair', 'one'],
    otherwise: 'each-pair',
  }),
  testTimeout: counted(
    '--test-timeout <seconds>',
    'the longest that one block of a test may take (default: 60, with --quick 30)',
  ),
} as const satisfies OptionTable;

export const RUN_OPTIONS = {
  ...RECIPE_OPTIONS,
  ...CHANGE_OPTIONS,
  ...BUILD_OPTIONS,
  ...BENCH_OPTIONS,
  cpythonTests: option('--cpython-tests <set>', 'quick, all, none, or names separated by commas (default: quick)', {
    parse: parseTestSet,
  }),
  failOn: option(
    '--fail-on <gates>',
    'what is a no: regression>2%, startup-memory>+1k, tests, drift, … (default: gates of forkwright.yml; else build, conditions, drift, tests)',
    { parse: (text: string): readonly Gate[] => parseGates(text, '--fail-on') },
  ),
} as const satisfies OptionTable;

export const SELF_TEST_OPTIONS = {
  repeat: counted('--repeat <n>', 'with --self-test: how often, each with another seed (default: 3)'),
  copies: counted('--copies <n>', 'with --self-test: so many copies beside the baseline in one session (default: 1)'),
  plant: option(
    '--plant <percent,...>',
    'with --self-test: also slow one side down by these, and count in how many tests that is found',
    { parse: (text: string): readonly string[] => text.split(',').map((one) => one.trim()) },
  ),
  python: option('--python <path>', 'with --self-test: any interpreter, instead of a run’s or a checkout’s baseline'),
} as const satisfies OptionTable;

export const INTERPRETER_OPTIONS = {
  baseline: option('--baseline <python>', 'compare interpreters that were built elsewhere: this one, with --patched'),
  patched: option('--patched <python>', 'the interpreter that is compared with --baseline'),
} as const satisfies OptionTable;

export const JOBS_OPTION = {
  jobs: counted('-j, --jobs <n>', 'processes that may compute at once (default: the cores of this machine)'),
} as const satisfies OptionTable;

export const REF_OPTION = {
  ref: option('--ref <ref>', 'a tag, branch or commit of the checkout’s repository; its work tree is not read'),
} as const satisfies OptionTable;

export type ChangeOptions = Partial<ValuesOf<typeof CHANGE_OPTIONS>>;
export type RecipeOptions = ValuesOf<typeof RECIPE_OPTIONS> & Partial<ValuesOf<typeof REGENERATE_OPTION>>;
export type BuildOptions = RecipeOptions & ValuesOf<typeof BUILD_OPTIONS>;
/** What a run is asked for; commands that do not measure leave out what is about measuring. */
export type RunOptions = BuildOptions &
  Partial<Omit<ValuesOf<typeof RUN_OPTIONS>, keyof BuildOptions> & ValuesOf<typeof REF_OPTION>>;

export type InterpreterOptions = Partial<ValuesOf<typeof INTERPRETER_OPTIONS>>;
export type SelfTestOptions = ValuesOf<typeof SELF_TEST_OPTIONS>;

/** `NAME=VALUE`, or `RECIPE.NAME=VALUE` when there are several recipes. */
export interface ParamOption {
  readonly recipe: string | undefined;
  readonly name: string;
  readonly value: string;
}

/** @throws BadValue */
export function parseParam(text: string): ParamOption {
  const match = /^(?:([\w-]+)\.)?([\w-]+)=(.*)$/s.exec(text);
  if (match === null) throw new BadValue('expected NAME=VALUE or RECIPE.NAME=VALUE');
  return { recipe: match[1], name: match[2] ?? '', value: match[3] ?? '' };
}

/** Words as a shell parts them: by spaces, but in quotes. Nothing is expanded. @throws BadValue */
export function parseWords(text: string): readonly string[] {
  const words = [...text.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)];
  const rest = words.reduceRight(
    (left, { 0: word, index }) => left.slice(0, index) + left.slice(index + word.length),
    text,
  );
  if (rest.trim() !== '') throw new BadValue('a quote is not closed');
  if (words.length === 0) throw new BadValue('expected a program and its arguments');
  return words.map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
      (_, single, double, escaped) => single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped,
    ),
  );
}

/** `quick`, `all`, `none`, or names of tests separated by commas. @throws BadValue */
export function parseTestSet(text: string): RunRequest['cpythonTests'] {
  if (text === 'quick' || text === 'all' || text === 'none') return text;
  const names = text.split(/[,\s]+/).filter((name) => name !== '');
  if (names.length === 0 || names.some((name) => !/^test_\w+$/.test(name))) {
    throw new BadValue('expected quick, all, none, or names such as test_gc,test_sys');
  }
  return names;
}
