/** The runner's side of the contract: a workspace, files for commands, inputs in the environment; and what it would make of the log. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';

export interface Job {
  /** The folder with action.yml and dist/. */
  readonly action: string;
  readonly workspace: string;
  readonly event: { readonly name: string; readonly payload: unknown };
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A line that the runner obeys. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly log: string;
  readonly commands: readonly Command[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export async function runJob(job: Job, scratch: string): Promise<Ended> {
  const folder = await mkdtemp(path.join(scratch, 'job-'));
  const temp = path.join(folder, 'temp');
  await mkdir(temp);
  const files = Object.fromEntries(
    ['OUTPUT', 'STEP_SUMMARY', 'ENV', 'PATH', 'STATE'].map((name) => [`GITHUB_${name}`, path.join(folder, name)]),
  );
  for (const file of Object.values(files)) await writeFile(file, '');
  const event = path.join(folder, 'event.json');
  await writeFile(event, JSON.stringify(job.event.payload));
  const inputs = Object.entries({ ...(await defaultInputs(job.action)), ...job.inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const env = {
    ...process.env,
    ...Object.fromEntries(inputs),
    ...files,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'somebody',
    GITHUB_EVENT_NAME: job.event.name,
    GITHUB_EVENT_PATH: event,
    GITHUB_JOB: 'measure',
    GITHUB_REPOSITORY: 'octo/cpython',
    GITHUB_RUN_ID: '4711',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKFLOW: 'fork',
    GITHUB_WORKSPACE: job.workspace,
    RUNNER_TEMP: temp,
    ...job.env,
  };
  const child = spawn(process.execPath, [path.join(job.action, 'dist/main.js')], {
    cwd: job.workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    exitCode,
    log,
    commands: log.split(/\r\n|\r|\n/).flatMap((line) => commandOf(line) ?? []),
    outputs: fileCommands(await readFile(files.GITHUB_OUTPUT ?? '', 'utf8')),
    summary: await readFile(files.GITHUB_STEP_SUMMARY ?? '', 'utf8'),
  };
}

const unescaped = (text: string) =>
  text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%25/g, '%');

/** As actions/runner reads a line (ActionCommand.cs): `::name key=value,…::message` at its start, `##[name …]message` anywhere in it. */
export function commandOf(line: string): Command | undefined {
  const [, name, given = '', message = ''] =
    /^::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line.trimStart()) ??
    /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/.exec(line) ??
    [];
  if (name === undefined) return undefined;
  const properties = given.split(/[,;]/).flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at), unescaped(pair.slice(at + 1))] as const];
  });
  return { name, properties: Object.fromEntries(properties), message: unescaped(message) };
}

/** `name<<END`, lines, `END`, or `name=value`. */
function fileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i += 1) {
    const [, name = '', end = ''] = /^([^=<]+)<<(.+)$/.exec(lines[i] ?? '') ?? [];
    if (name === '') continue;
    const until = lines.indexOf(end, i + 1);
    values[name] = lines.slice(i + 1, until).join('\n');
    i = until;
  }
  return values;
}

/** What the runner puts in for inputs that a workflow does not name: their defaults in action.yml. */
export async function defaultInputs(action: string): Promise<Record<string, string>> {
  const { inputs } = parse(await readFile(path.join(action, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  };
  const values = Object.entries(inputs).map(([name, input]) => [name, String(input.default ?? '')]);
  return { ...Object.fromEntries(values), token: TOKEN };
}

/** What `github.token` stands for. */
export const TOKEN = 'ghs_not_a_real_token_0123456789';
