import type { SourceTree } from '../../checkout/types.ts';
import { checkDiff } from '../../diff/apply.ts';
import { type Fuzz, fuzzOf } from '../../diff/fuzz.ts';
import { locate } from '../../diff/locate.ts';
import { asMail } from '../../diff/mail.ts';
import { parsePatch } from '../../diff/read.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import { type FileTransition, writeDiff } from '../../diff/write.ts';
import type { Context } from '../../system/context.ts';
import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { describeBase } from '../message.ts';
import { Files, type Moves, type TreeFile } from './files.ts';
import { checkByGit, refuseTangledNames, refuseUnportable } from './git-reading.ts';
import { portFile } from './port-file.ts';
import type { Accept, PortedChange, PortedPatch, PortResult, Unfinished } from './types.ts';
import type { How } from './whole-file.ts';

interface PortRequest {
  /** Patch files in the order in which they apply; their text as latin1. */
  readonly patches: readonly { readonly name: string; readonly text: string }[];
  /** The tree that the first patch was made for. */
  readonly from: SourceTree;
  readonly to: SourceTree;
  /** Where git saw files of `from` move to, when both are of one repository. */
  readonly moves?: Moves | undefined;
  /** How many leading folders of the patches' paths are left out, as `patch -p` has it; else it is told by what is there. */
  readonly strip?: number | undefined;
  /** What goes into the result; default: what is proven. */
  readonly accept?: Accept | undefined;
  readonly resolution?: How['resolution'];
  /** Plain diffs become mails, so that `git am` makes a commit of each. */
  readonly asMails?: boolean | undefined;
}

/**
 * Carries patches from the tree that they were made for to another one, change by change, each with its grade; what is not
 * placed is in the result with the reasons.
 * @throws UserError (exit code 2) when a file is not a patch, or does not apply to `from`; nothing is ported then.
 */
export async function portPatches(request: PortRequest, ctx: Pick<Context, 'env' | 'signal'>): Promise<PortResult> {
  const [from, to] = [new Files(request.from), new Files(request.to)];
  const patches: PortedPatch[] = [];
  for (const { name, text } of request.patches) {
    for (const parsed of parsePatch(text, name)) patches.push(await portOne(parsed, from, to, request, ctx));
  }
  return { patches, complete: patches.every((patch) => patch.complete) };
}

async function portOne(
  parsed: ParsedPatch,
  from: Files,
  to: Files,
  request: PortRequest,
  ctx: Pick<Context, 'env' | 'signal'>,
): Promise<PortedPatch> {
  refuseUnportable(parsed);
  const place = await locate(parsed, from, request.strip);
  const { files: located } = place;
  refuseTangledNames(parsed, located);
  const touched = [...new Set(located.flatMap(({ old, now }) => [old, now]))].filter((name) => name !== undefined);
  const before = await statesOf(from, touched);
  const changes: PortedChange[] = [];
  const unfinished: Unfinished[] = [];
  const transitions: FileTransition[] = [];
  const rejected: string[] = [];
  const problems: Diagnostic[] = [];
  const how = { moves: request.moves, accept: request.accept ?? 'proven', resolution: request.resolution };
  for (const file of located) {
    const ported = await portFile(parsed.name, file, from, to, how, ctx);
    if ('problems' in ported) {
      problems.push(...ported.problems);
      continue;
    }
    changes.push(...ported.changes);
    unfinished.push(...ported.unfinished);
    if (ported.rejected !== '') rejected.push(ported.rejected);
    from.apply(ported.oldChanges);
    transitions.push(...ported.transitions);
    to.apply(ported.newChanges);
  }
  if (problems.length > 0) {
    const texts = [...before].flatMap(([name, file]) => (file === undefined ? [] : [[name, file.raw] as const]));
    const fuzz = await fuzzOf(place, new Map(texts), ctx);
    throw new UserError(problems.map((problem) => (fuzz === undefined ? problem : withFuzz(problem, fuzz))));
  }
  await checkByGit(parsed, place, before, await statesOf(from, touched), ctx);
  const left = changes.filter(({ outcome }) => outcome === 'needs-a-person').length;
  const diffs = joined(transitions).map((transition) => {
    const written = writeDiff(transition);
    checkDiff(written.text, transition);
    return written;
  });
  const { tree: old } = from;
  const letter = request.asMails && !parsed.isMail ? asMail(parsed) : parsed;
  const text = diffs.length === 0 ? '' : portedMessage(letter, old, to.tree, left) + diffs.map((d) => d.text).join('');
  return {
    name: parsed.name,
    changes,
    unfinished,
    complete: left === 0,
    text,
    rejected: rejected.join(''),
    insertions: diffs.reduce((sum, d) => sum + d.insertions, 0),
    deletions: diffs.reduce((sum, d) => sum + d.deletions, 0),
  };
}

/** A hunk that does not fit, with what patch(1) would do with it. */
const withFuzz = (problem: Diagnostic, { detail, hint }: Fuzz): Diagnostic =>
  problem.related === undefined ? problem : { ...problem, detail: [...(problem.detail ?? []), ...detail], hint };

async function statesOf(tree: Files, names: readonly string[]): Promise<Map<string, TreeFile | undefined>> {
  const out = new Map<string, TreeFile | undefined>();
  for (const name of names) out.set(name, await tree.read(name));
  return out;
}

/** Changes of one file that follow each other, as one: hunks of several old files may belong to it now. */
function joined(transitions: readonly FileTransition[]): FileTransition[] {
  const out: FileTransition[] = [];
  for (const next of transitions) {
    const at = out.findIndex((t) => t.newPath !== undefined && t.newPath === next.oldPath);
    const before = out[at];
    if (before === undefined) out.push(next);
    else out[at] = { ...next, oldPath: before.oldPath, before: before.before, oldMode: before.oldMode };
  }
  return out;
}

/** A tree in one line: its version, and which bytes. */
function treeLine(tree: Pick<SourceTree, 'version' | 'base'>): string {
  const { base } = tree;
  const describe = base.kind === 'git' && base.describe !== undefined ? ` (${base.describe})` : '';
  return `Python ${tree.version.text}, ${describeBase(base)}${describe}`;
}

const TRAILER = /^[A-Za-z][A-Za-z0-9-]*: /;

/**
 * What stands before the diff in the ported patch: the old message, author and date of a mail included, with trailers
 * that say where the patch was ported from and to.
 * @param rest how many changes are left out: a patch that is not whole says so.
 */
function portedMessage(
  parsed: Pick<ParsedPatch, 'message' | 'isMail'>,
  from: Pick<SourceTree, 'version' | 'base'>,
  to: Pick<SourceTree, 'version' | 'base'>,
  rest: number,
): string {
  const trailers = [
    `Ported-From: ${treeLine(from)}`,
    `Ported-To: ${treeLine(to)}`,
    ...(rest === 0 ? [] : [`Ported-Partly: ${rest} ${rest === 1 ? 'change is' : 'changes are'} not in this patch`]),
  ].join('\n');
  const text = parsed.message.replace(/\s+$/, '');
  const last = text.slice(text.lastIndexOf('\n\n') + 1).trim();
  const headerOnly = parsed.isMail && !text.includes('\n\n');
  const follows = text !== '' && !headerOnly && last.split('\n').every((l) => TRAILER.test(l) || /^\s/.test(l));
  const gap = text === '' ? '' : follows ? '\n' : '\n\n';
  return `${text}${gap}${trailers}\n${parsed.isMail ? '---\n' : ''}\n`;
}
