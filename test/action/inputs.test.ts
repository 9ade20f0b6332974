import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { commitsOfPull } from '../../src/action/event.ts';
import { choiceOf, gatesOf, givenBy, RUN_INPUTS, runInputs, switchOf } from '../../src/action/inputs.ts';
import type { Context } from '../../src/system/context.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { requestFrom } from '../../src/work/request.ts';

const root = path.resolve(import.meta.dirname, '../..');
const given = (inputs: Readonly<Record<string, string>>) =>
  givenBy(Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])));
const read = (inputs: Readonly<Record<string, string>>) => runInputs(given(inputs), '/out');
const problem = (inputs: Readonly<Record<string, string>>) => {
  try {
    read(inputs);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics[0]?.message;
  }
};

test('action.yml and the code know the same inputs', async () => {
  const { inputs, runs } = parse(await readFile(path.join(root, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
    readonly runs: object;
  };
  const others = [
    'command',
    'recipes',
    'cell',
    'fail-on',
    'comment',
    'comment-id',
    'token',
    'artifact-name',
    'cache',
    'mask',
    'run',
    'run-id',
  ];
  expect(Object.keys(inputs).sort()).toEqual([...RUN_INPUTS, ...others].sort());
  expect(runs).toEqual({ using: 'node24', main: 'dist/main.js' });
  // Its defaults are those of the command line.
  const defaults = Object.entries(inputs).filter(([name]) => (RUN_INPUTS as readonly string[]).includes(name));
  const values = Object.fromEntries(defaults.map(([name, input]) => [name, input.default]));
  const ctx = { env: {}, signal: new AbortController().signal } as Context;
  const request = async (options: ReturnType<typeof read>['options']) =>
    requestFrom([{ recipe: 'a', params: {} }], { ...options, launcher: 'none' }, ['build'], ctx);
  expect(await request(read({ recipes: 'a', ...values }).options)).toEqual(
    await request(read({ recipes: 'a' }).options),
  );
});

test('inputs become the request that the command line would make', async () => {
  const { recipes, options, args } = read({
    recipes: 'remove-zombieframe\n ./mine/b.yaml',
    params: 'remove-zombieframe.abi=keep-field\nx=a b',
    targets: 'host, ps3-linux',
    checkout: 'my tree',
    quick: 'true',
    pairs: '9',
    'cpython-tests': 'test_gc,test_sys',
    cflags: '-O0 -g0',
    'configure-options': '--disable-ipv6\n--with-x=a b',
    launcher: 'none',
  });
  expect(recipes).toEqual(['remove-zombieframe', './mine/b.yaml']);
  expect(options).toMatchObject({
    checkout: 'my tree',
    target: ['host', 'ps3-linux'],
    quick: true,
    pairs: 9,
    cpythonTests: ['test_gc', 'test_sys'],
    cflags: '-O0 -g0',
    configureOption: ['--disable-ipv6', '--with-x=a b'],
    out: '/out',
    param: [
      { recipe: 'remove-zombieframe', name: 'abi', value: 'keep-field' },
      { recipe: undefined, name: 'x', value: 'a b' },
    ],
  });
  expect(args.slice(-3)).toEqual(['--', 'remove-zombieframe', './mine/b.yaml']);
});

test.each([
  [{}, 'the input "recipes": no change is named'],
  [{ recipes: 'a', pairs: 'many' }, 'the input "pairs"'],
  [{ recipes: 'a', params: 'x' }, 'the input "params"'],
  [{ recipes: 'a', modules: 'some' }, 'the input "modules"'],
  [{ recipes: 'a', quick: 'yes' }, 'the input "quick": "yes" is neither true nor false'],
  [{ recipes: 'a', 'cpython-tests': 'rm -rf' }, 'the input "cpython-tests"'],
])('%j: %s', (inputs, message) => {
  expect(problem(inputs)).toContain(message);
});

test('no value becomes an option of its own', () => {
  const values = fc.oneof(
    fc.constantFrom('--pgo', '-j9', '--out=/etc', '--', '-- --resume', '=', '--help', '-h'),
    fc.string(),
  );
  fc.assert(
    fc.property(values, values, values, (checkout, recipes, cflags) => {
      const inputs = { checkout, recipes: `a ${recipes.replace(/\0/g, '')}`, cflags };
      if (problem(inputs) !== undefined) return;
      const { options } = read(inputs);
      expect(options).toMatchObject({ out: '/out', modules: 'all' });
      expect(options.pgo).toBeUndefined();
      expect('jobs' in options).toBe(false);
      expect(options.checkout).toBe(checkout.trim() || '.');
    }),
  );
});

test('words for a choice and a switch', () => {
  expect(switchOf(given({ cache: 'False' }), 'cache', true)).toBe(false);
  expect(choiceOf(given({}), 'command', ['run', 'comment'])).toBe('run');
  expect(() => choiceOf(given({ command: 'rm' }), 'command', ['run', 'comment'])).toThrow('there is no "rm"');
});

const words = ['run', '--checkout=../cpython', `--ref=${'a'.repeat(40)}`, '--target=ps3-linux', '--param=x=1'];
const cell = JSON.stringify([...words, '--quick', '--out=runs/one', '--', 'remove-zombieframe', './mine/b.yaml']);

test('a cell of a plan says all of it; only the run folder is where the Action wants it', () => {
  const { recipes, options, args } = read({ cell, modules: 'all', pgo: 'false' });
  expect(recipes).toEqual(['remove-zombieframe', './mine/b.yaml']);
  expect(options).toMatchObject({
    checkout: '../cpython',
    ref: 'a'.repeat(40),
    target: ['ps3-linux'],
    quick: true,
    out: '/out',
  });
  expect(args).not.toContain('--out=runs/one');
});

test.each([
  [{ cell, recipes: 'arena-size' }, 'the input "recipes": a cell says this itself'],
  [{ cell: 'remove-zombieframe' }, 'the input "cell": "remove-zombieframe" is no cell of a plan'],
  [{ cell: '["merge","--","x"]' }, 'is no cell of a plan'],
  [{ cell: '["run","--target=host"]' }, 'is no cell of a plan'],
  [{ cell: '["run","--"]' }, 'is no cell of a plan'],
  [{ cell: '["run","--nonsense=1","--","x"]' }, 'the input "cell": unknown option'],
])('%j is refused', (inputs, message) => {
  expect(problem(inputs)).toContain(message);
});

test('gates: the input’s, else the cell’s, else those of forkwright.yml', async () => {
  const gated = JSON.parse(cell) as string[];
  gated.splice(1, 0, '--fail-on=growth>+1k');
  const { options } = read({ cell: JSON.stringify(gated) });
  const names = async (failOn: string) =>
    (await gatesOf(given({ 'fail-on': failOn }), '/nowhere', options.failOn)).map(({ name }) => name);
  expect(await names('')).toEqual(['growth']);
  expect(await names('tests')).toEqual(['tests']);
});

test('without a change it is the pull request’s commits, and only where there is one', () => {
  const base = 'a'.repeat(40);
  const event = { GITHUB_EVENT_NAME: 'pull_request' };
  expect(commitsOfPull(event, { pull_request: { base: { sha: base } } })).toBe(`${base}..HEAD`);
  expect(commitsOfPull(event, { pull_request: { base: { sha: '--upload-pack=x' } } })).toBeUndefined();
  expect(commitsOfPull({ GITHUB_EVENT_NAME: 'push' }, { pull_request: { base: { sha: base } } })).toBeUndefined();
  expect(runInputs(given({}), '/out', `${base}..HEAD`).recipes).toEqual([`${base}..HEAD`]);
  expect(runInputs(given({ recipes: 'a' }), '/out', `${base}..HEAD`).recipes).toEqual(['a']);
  expect(() => runInputs(given({}), '/out')).toThrow(/no change is named/);
});
