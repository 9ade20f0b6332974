import { Command, CommanderError, Help } from 'commander';
import { packageVersion } from '../system/assets.ts';
import { allowClosedPipes } from '../system/closed-pipes.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';

// In the order in which a newcomer meets them.
const COMMANDS: Readonly<Record<string, () => Promise<{ register(program: Command): void }>>> = {
  run: () => import('./commands/run.ts'),
  compare: () => import('./commands/compare.ts'),
  bisect: () => import('./commands/bisect.ts'),
  recipes: () => import('./commands/recipes.ts'),
  source: () => import('./commands/source.ts'),
  generate: () => import('./commands/generate.ts'),
  review: () => import('./commands/review.ts'),
  apply: () => import('./commands/apply.ts'),
  port: () => import('./commands/port.ts'),
  build: () => import('./commands/build.ts'),
  bench: () => import('./commands/bench.ts'),
  bundle: () => import('./commands/bundle.ts'),
  'import-results': () => import('./commands/import-results.ts'),
  report: () => import('./commands/report.ts'),
  history: () => import('./commands/history.ts'),
  plan: () => import('./commands/plan.ts'),
  merge: () => import('./commands/merge.ts'),
  targets: () => import('./commands/targets.ts'),
  trust: () => import('./commands/trust.ts'),
  doctor: () => import('./commands/doctor.ts'),
  cache: () => import('./commands/cache.ts'),
  clean: () => import('./commands/clean.ts'),
};

const EPILOG = `
Exit codes: 0 done; 1 the answer is no (drift, tests differ, …); 2 the request or this machine is not right; 3 done, and
not all of it is proven (port); 70 a bug.

Start here:
  $ forkwright source 2.7                                      # get a CPython
  $ forkwright run remove-zombieframe --checkout DIR --quick   # patch, build, test, measure, report`;

/** Only the command that is asked for is loaded; all of them for help and for names that are none. */
async function program(asked: string | undefined): Promise<Command> {
  const forkwright = new Command('forkwright')
    .description('What happens to my CPython, on my targets, if I make this change?')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .showSuggestionAfterError()
    .addHelpText('after', EPILOG);
  const only = asked === undefined ? undefined : COMMANDS[asked];
  for (const load of only === undefined ? Object.values(COMMANDS) : [only]) (await load()).register(forkwright);
  const quiet = (command: Command) => {
    // Complaints about arguments look like all others; `main` writes them.
    command.exitOverride().configureOutput({ writeErr: () => {} });
    // What may be repeated starts from an empty list, which is nothing to tell a reader.
    const plain = new Help();
    command.configureHelp({
      optionDescription: (option) => plain.optionDescription(option).replace(' (default: [])', ''),
    });
    for (const child of command.commands) quiet(child);
  };
  quiet(forkwright);
  return forkwright;
}

async function main(): Promise<void> {
  allowClosedPipes();
  const forkwright = await program(process.argv[2]);
  try {
    if (process.argv.length <= 2) forkwright.outputHelp();
    else await forkwright.parseAsync();
  } catch (error) {
    if (error instanceof UserError) {
      process.exitCode = error.exitCode;
      await complain(error.diagnostics, error.exitCode);
    } else if (error instanceof CommanderError) {
      if (error.exitCode === 0) return; // --help and --version have been printed.
      const message = error.message.replace(/^error: /, '');
      const words = process.argv.slice(2).filter((word) => !word.startsWith('-') && word !== 'help');
      const diagnostic = {
        code: 'cli/usage',
        message: !message.startsWith('(outputHelp)')
          ? message
          : words.length === 0
            ? 'a command is missing'
            : `there is no command "${words.join(' ')}"`,
        hint: `see: forkwright ${[...commandPath(forkwright, process.argv.slice(2)), '--help'].join(' ')}`,
      };
      process.exitCode = 2;
      await complain([diagnostic], 2);
    } else throw error;
  }
}

/** What is wrong with the arguments: for people, or with `--json` anywhere among them, for machines. */
async function complain(diagnostics: readonly Diagnostic[], exitCode: number): Promise<void> {
  const { openTerminal } = await import('../system/terminal.ts');
  const terminal = openTerminal();
  if (!process.argv.includes('--json')) {
    const { renderDiagnostic } = await import('../document/terminal/diagnostic.ts');
    for (const diagnostic of diagnostics) terminal.err(`${renderDiagnostic(diagnostic, 'error', terminal.colorErr)}\n`);
    return;
  }
  const say = (line: object) => terminal.out(`${JSON.stringify(line)}\n`);
  for (const diagnostic of diagnostics) say({ type: 'diagnostic', severity: 'error', diagnostic });
  say({ type: 'result', command: process.argv[2], exitCode });
}

function commandPath(from: Command, [name, ...more]: readonly string[]): string[] {
  const next = from.commands.find((command) => command.name() === name);
  return next === undefined ? [] : [next.name(), ...commandPath(next, more)];
}

// Not awaited: a chunk that shares code with this one must not wait for the command to end.
void main();
