import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import { UserError } from '../system/diagnostic.ts';
import { openTerminal } from '../system/terminal.ts';
import * as apply from './commands/apply.ts';
import * as bench from './commands/bench.ts';
import * as build from './commands/build.ts';
import * as cache from './commands/cache.ts';
import * as clean from './commands/clean.ts';
import * as doctor from './commands/doctor.ts';
import * as generate from './commands/generate.ts';
import * as recipes from './commands/recipes.ts';
import * as report from './commands/report.ts';
import * as run from './commands/run.ts';
import * as source from './commands/source.ts';
import * as targets from './commands/targets.ts';
import { renderDiagnostic } from './diagnostics.ts';
import { packageVersion } from './version.ts';

// In the order in which a newcomer meets them.
const COMMANDS = [run, recipes, source, generate, apply, build, bench, report, targets, doctor, cache, clean];

const EPILOG = `
Exit codes: 0 done; 1 the answer is no (drift, tests differ, …); 2 the request or this machine is not right; 70 a bug.

Start here:
  $ forkwright source 2.7                                      # get a CPython
  $ forkwright run remove-zombieframe --checkout DIR --quick   # patch, build, test, measure, report`;

function program(): Command {
  const forkwright = new Command('forkwright')
    .description('What happens to my CPython, on my targets, if I make this change?')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .showSuggestionAfterError()
    .addHelpText('after', EPILOG);
  for (const { register } of COMMANDS) register(forkwright);
  const quiet = (command: Command) => {
    // Complaints about arguments look like all others; `main` writes them.
    command.exitOverride().configureOutput({ writeErr: () => {} });
    for (const child of command.commands) quiet(child);
  };
  quiet(forkwright);
  return forkwright;
}

async function main(): Promise<void> {
  enableCompileCache();
  const forkwright = program();
  try {
    if (process.argv.length <= 2) {
      forkwright.outputHelp();
      return;
    }
    await forkwright.parseAsync();
  } catch (error) {
    const terminal = openTerminal();
    if (error instanceof UserError) {
      for (const diagnostic of error.diagnostics) {
        terminal.err(`${renderDiagnostic(diagnostic, 'error', terminal.colorErr)}\n`);
      }
      process.exitCode = error.exitCode;
    } else if (error instanceof CommanderError) {
      if (error.exitCode === 0) return; // --help and --version have been printed.
      const message = error.message.replace(/^error: /, '');
      const diagnostic = {
        code: 'cli/usage',
        message: message === '(outputHelp)' ? 'a command is missing' : message,
        hint: `see: forkwright ${[...commandPath(forkwright), '--help'].join(' ')}`,
      };
      terminal.err(`${renderDiagnostic(diagnostic, 'error', terminal.colorErr)}\n`);
      process.exitCode = 2;
    } else throw error;
  }
}

/** The command that the arguments name, for the hint. */
function commandPath(from: Command): string[] {
  const found: string[] = [];
  let at = from;
  for (const argument of process.argv.slice(2)) {
    const next = at.commands.find((command) => command.name() === argument);
    if (next === undefined) break;
    found.push(argument);
    at = next;
  }
  return found;
}

// Not awaited: a chunk that shares code with this one must not wait for the command to end.
void main();
