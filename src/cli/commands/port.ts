import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { PortedPatch } from '../../patch/port/index.ts';
import { makeFolder, writeFileAtomic } from '../../system/files.ts';
import { holding } from '../../system/held.ts';
import { type OptionTable, option, usage, type ValuesOf } from '../../work/options.ts';
import type { PortTask } from '../../work/port-todo.ts';
import { RECIPE_OPTIONS, STRIP_OPTION } from '../../work/run-options.ts';
import { type CommandContext, command, type Outcome } from '../frame.ts';
import type { SharedOptions } from '../options.ts';

const OPTIONS = {
  from: option(
    '--from <dir|ref>',
    'the tree that the first patch was made for: a folder, or a ref of the checkout’s repository',
  ),
  checkout: { ...RECIPE_OPTIONS.checkout, text: 'the CPython source tree that the patches are carried to' },
  strip: { ...STRIP_OPTION, flags: '-p, --strip <n>' },
  accept: option('--accept <grade>', 'what goes into the result: what is proven, or what is likely, too', {
    choices: ['proven', 'likely'],
    otherwise: 'likely',
  }),
  output: option('-o, --output <file>', 'write what was placed to a file; what is left to do goes to FILE.todo'),
  outDir: option(
    '--out-dir <dir>',
    'write a file a patch, and an order file `series`; what is left to do goes to DIR/todo',
  ),
  continue: option('--continue <todo>', 'go on after the conflicts in that folder were resolved'),
} as const satisfies OptionTable;

export const register = command({
  name: 'port',
  summary: 'carry a hand-written patch to another version',
  description:
    'Carry patches from the version that they were made for to another. Each change gets a grade: proven to belong where it is placed, likely, there already, a conflict, or gone. What was placed is written; the rest is shown with the reasons, and left in a folder to be resolved. Nothing is written to the checkout.',
  args: { '[patch...]': 'patch files, in the order in which they apply' },
  options: OPTIONS,
  help: `
Exit codes: 0 all is proven, or there already; 1 a person is needed; 2 the request is not right (the patch does not apply to --from, …);
3 all is placed, and some of it is likely, not proven: the report names it.

Examples:
  $ forkwright port my.patch --from ../Python-3.9.2 --checkout ../cpython-3.11 -o my-3.11.patch
  $ forkwright port --continue my-3.11.patch.todo
  $ forkwright port debian/patches/*.patch --from v3.11.2 -C ../cpython --out-dir ported
  $ forkwright port 0001-*.patch 0002-*.patch --from v3.9.2 -C ../cpython | git -C ../cpython am`,
  run: port,
});

export async function port(
  files: readonly string[],
  options: SharedOptions & ValuesOf<typeof OPTIONS>,
  ctx: CommandContext,
): Promise<Outcome> {
  const { quiet } = options;
  const { readTodo, writeTodo } = await import('../../work/port-todo.ts');
  const goesOn = options.continue === undefined ? undefined : await readTodo(path.resolve(options.continue), ctx);
  if (goesOn !== undefined && files.length > 0)
    throw usage('with --continue no patches are named: the folder names them', 'leave them out');
  const task = goesOn?.todo.request ?? taskOf(files, options);
  const { portFiles } = await import('../../work/port.ts');
  const { portReport } = await import('../port-report.ts');
  const asMails = task.outDir === undefined && task.patches.length > 1;
  const how = { ...task, asMails, said: goesOn?.todo.resolutions };
  const { checkout, from, result } = await portFiles(task.patches, how, ctx);
  const { complete, patches } = result;
  const isProven = patches.every(({ changes }) =>
    changes.every(({ grade, evidence }) => grade === 'proven' || (grade === 'upstream' && evidence === undefined)),
  );
  const exitCode = complete ? (isProven ? 0 : 3) : 1;
  const report = (color: boolean) => portReport(result, color, ctx.terminal.tableWidth);
  const bytes = Buffer.from(patches.map((patch) => patch.text).join(''), 'latin1');
  const { output, outDir } = task;
  const toFiles = output !== undefined || outDir !== undefined;
  // Before anything is written: it computes for long where the patch is long.
  const said = !toFiles || (quiet && exitCode === 0) ? '' : report(ctx.terminal.colorOut);
  // Stopped in time nothing is written; after this, all that is to be.
  ctx.signal.throwIfAborted();
  const written: string[] = [];
  const put = async (file: string, content: string | Uint8Array) => {
    await writeFileAtomic(path.resolve(file), content);
    written.push(file);
  };
  const todo = options.continue ?? (outDir === undefined ? `${output}.todo` : path.join(outDir, 'todo'));
  await holding(async () => {
    if (output !== undefined && bytes.length > 0) await put(output, bytes);
    if (output !== undefined && !complete)
      await put(`${output}.rej`, Buffer.from(patches.map((patch) => patch.rejected).join(''), 'latin1'));
    // What was left once is done.
    if (output !== undefined && complete && goesOn !== undefined) await rm(`${output}.rej`, { force: true });
    if (outDir !== undefined) {
      await makeFolder(path.resolve(outDir));
      const names = namesIn(patches);
      for (const [name, { text }] of names)
        if (text !== '') await put(path.join(outDir, name), Buffer.from(text, 'latin1'));
      const order = names.filter(([, { text }]) => text !== '').map(([name]) => `${name}\n`);
      await put(path.join(outDir, 'series'), order.join(''));
    }
    if (toFiles && (!complete || existsSync(path.resolve(todo))))
      await writeTodo(path.resolve(todo), task, result, goesOn?.todo);
  });
  const data = { checkout: checkout.root, from: from.label, complete, accept: task.accept, written, patches };
  const left = goesOn === undefined || goesOn.open.length === 0 ? [] : ['', 'still to be resolved:', ...goesOn.open];
  const end = [ending(complete, bytes.length, written, toFiles ? todo : undefined), ...left].join('\n');
  if (toFiles) return { exitCode, written: written.length > 0, data, text: said === '' ? '' : `${said}\n\n${end}` };
  // The patch goes to stdout, where a pipe waits for it; what became of it is for the person.
  if (!ctx.json && !(ctx.quiet && exitCode === 0))
    ctx.terminal.err(`${report(ctx.terminal.colorErr)}\n${end === '' ? '' : `\n${end}\n`}`);
  return { exitCode, data, text: complete ? bytes : '' };
}

/** What the words of the command line ask for. @throws UserError */
function taskOf(files: readonly string[], options: SharedOptions & ValuesOf<typeof OPTIONS>): PortTask {
  const { from, checkout, strip, accept, output, outDir } = options;
  if (files.length === 0) throw usage('a patch is missing', 'name patch files in their order');
  if (from === undefined) throw usage('--from is missing', 'name the tree that the first patch was made for');
  if (output !== undefined && outDir !== undefined)
    throw usage('--output and --out-dir do not go together', 'name one of them');
  const at = (name: string) => path.resolve(name);
  return {
    patches: files.map(at),
    from: existsSync(at(from)) ? at(from) : from,
    checkout: at(checkout),
    strip,
    accept,
    output: output === undefined || output === '-' ? undefined : at(output),
    outDir: outDir === undefined ? undefined : at(outDir),
  };
}

/** The file of each patch: as the old one is called; of several in one file, numbered. */
function namesIn(patches: readonly PortedPatch[]): readonly (readonly [string, PortedPatch])[] {
  const taken = new Set<string>(['series', 'todo']);
  return patches.map((patch) => {
    const { name: stem, ext } = path.parse(patch.name);
    let name = `${stem}${ext}`;
    for (let n = 2; taken.has(name); n++) name = `${stem}-${n}${ext}`;
    taken.add(name);
    return [name, patch] as const;
  });
}

function ending(complete: boolean, size: number, written: readonly string[], todo: string | undefined): string {
  const wrote = written.length === 0 ? '' : `wrote ${written.join(', ')}`;
  if (complete) return size === 0 ? 'everything is there already, or left out: there is nothing to write' : wrote;
  if (todo === undefined)
    return 'nothing was written: a person is needed for the changes above; -o FILE writes what was placed, and what is left to do';
  return `${size === 0 ? 'nothing could be placed' : `${wrote}, which is NOT THE WHOLE PATCH`}
to go on: edit the files between the marks in ${todo} (delete a rest.diff to leave it out), then
  forkwright port --continue ${todo}`;
}
