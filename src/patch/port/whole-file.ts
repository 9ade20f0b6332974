import type { Located } from '../../diff/locate.ts';
import { filePatchText } from '../../diff/write.ts';
import type { Files, TreeFile } from './files.ts';
import { findFile } from './find-file.ts';
import { type Job, type Mode, modeOf, NONE, type PortedFile, type Rest, row } from './job.ts';

/** A file that the patch makes: only where there is none, or the same one. */
export async function portNew(patch: string, located: Located, from: Files, to: Files): Promise<PortedFile> {
  const path = located.now ?? '';
  const mode = modeOf(located.patch.newMode) ?? '100644';
  const content = located.patch.hunks.flatMap((h) => h.lines.filter((l) => l.mark === '+').map((l) => l.text)).join('');
  if ((await from.read(path)) !== undefined) {
    const hint = '--from must be the tree that the patch was made for, without the patch';
    return {
      problems: [
        {
          code: 'patch/not-for-this',
          message: 'the patch makes a file that is there already',
          place: { file: path },
          hint,
        },
      ],
    };
  }
  for (const [tree, which] of [
    [from, 'old'],
    [to, 'new'],
  ] as const) {
    const why = await inTheWay(path, tree);
    if (why === undefined) continue;
    if (which === 'old')
      return {
        problems: [{ code: 'patch/not-for-this', message: why, place: { file: patch, line: located.patch.line } }],
      };
    return {
      ...NONE,
      oldChanges: [{ path, raw: content, mode }],
      rejected: filePatchText(located, located.patch.hunks),
      hunks: [row(patch, located, { outcome: 'needs-a-person', reasons: [why] })],
    };
  }
  const oldChanges = [{ path, raw: content, mode }];
  const there = await to.read(path);
  if (there?.raw === content && !there.link) {
    return { ...NONE, oldChanges, hunks: [row(patch, located, { outcome: 'already-there', newFile: path })] };
  }
  if (there !== undefined) {
    const reasons = ['the new tree has a file of this name, with other content'];
    const candidates = [{ file: path, line: 1, similarity: 0, text: '' }];
    return {
      ...NONE,
      oldChanges,
      rejected: filePatchText(located, located.patch.hunks),
      hunks: [row(patch, located, { outcome: 'needs-a-person', reasons, candidates })],
    };
  }
  return {
    hunks: [row(patch, located, { outcome: 'exact', newFile: path, notes: ['a new file'] })],
    transitions: [{ oldPath: undefined, newPath: path, before: '', after: content, oldMode: mode, newMode: mode }],
    oldChanges,
    newChanges: oldChanges,
    rejected: '',
  };
}

/** Why no file can be made at a path: a file stands where a folder is wanted, or a folder where the file is. */
export async function inTheWay(path: string, tree: Files): Promise<string | undefined> {
  const parts = path.split('/');
  for (let i = 1; i < parts.length; i++) {
    const above = parts.slice(0, i).join('/');
    if ((await tree.read(above)) !== undefined) return `${path} cannot be made: ${above} is a file`;
  }
  const isFolder = (await tree.list()).some((file) => file.startsWith(`${path}/`));
  return isFolder ? `${path} cannot be made: it is a folder` : undefined;
}

/** A file that the patch removes: only one with the content that it had. */
export async function portRemoval({ patch, located, old, to, moves }: Job): Promise<Rest> {
  const found = await findFile(old.file, to, moves);
  if ('reason' in found && found.candidates.length === 0) {
    return {
      ...NONE,
      hunks: [row(patch, located, { outcome: 'already-there', notes: ['the file is not there any more'] })],
    };
  }
  const now = 'path' in found && found.path === located.old ? await to.read(found.path) : undefined;
  if (now === undefined || now.link || now.file.text !== old.file.text) {
    const reasons = [
      now === undefined ? 'the file may be another one now' : 'the file that it removes has another content',
    ];
    return {
      ...NONE,
      rejected: filePatchText(located, located.patch.hunks),
      hunks: [row(patch, located, { outcome: 'needs-a-person', reasons })],
    };
  }
  const path = located.old ?? '';
  return {
    hunks: [row(patch, located, { outcome: 'exact', newFile: path, notes: ['the file is removed'] })],
    transitions: [
      { oldPath: path, newPath: undefined, before: now.raw, after: '', oldMode: now.mode, newMode: now.mode },
    ],
    newChanges: [{ path, raw: undefined, mode: now.mode }],
    rejected: '',
  };
}

/** A new name or mode: only where the new tree's file is as the old one was. */
export function shapeChange(
  { located, old }: Job,
  now: TreeFile | undefined,
  path: string | undefined,
  alreadyRenamed: boolean,
  target: { readonly isThere: boolean; readonly after: string },
): { what: Parameters<typeof row>[2]; to?: { path: string; mode: Mode } } | undefined {
  const wantedMode = modeOf(located.patch.newMode);
  const renames = located.now !== located.old;
  const changesMode = wantedMode !== undefined && wantedMode !== old.mode;
  if (!renames && !changesMode) return undefined;
  if (now === undefined || path === undefined)
    return { what: { outcome: 'needs-a-person', reasons: ['the file that gets another name or mode is not there'] } };
  if (renames && now.file.text !== old.file.text && !(alreadyRenamed && now.file.text === target.after)) {
    const reasons = ['the file that gets another name has another content than in the old tree'];
    return { what: { outcome: 'needs-a-person', newFile: path, reasons } };
  }
  if (renames && !alreadyRenamed && target.isThere)
    return {
      what: {
        outcome: 'needs-a-person',
        newFile: path,
        reasons: [`there is a file ${located.now} already, or a folder`],
      },
    };
  if (alreadyRenamed)
    return { what: { outcome: 'already-there', newFile: path, notes: ['the file has its new name'] } };
  if (renames && path !== located.old)
    return {
      what: { outcome: 'needs-a-person', newFile: path, reasons: [`the file that gets another name is ${path} now`] },
    };
  const mode = changesMode && wantedMode !== undefined ? wantedMode : now.mode;
  if (changesMode && !renames && now.mode === mode)
    return { what: { outcome: 'already-there', newFile: path, notes: ['the file has its new mode'] } };
  const name = renames ? (located.now ?? path) : path;
  const notes = [...(renames ? [`renamed to ${name}`] : []), ...(mode === now.mode ? [] : [`mode ${mode}`])];
  return { what: { outcome: 'exact', newFile: path, notes }, to: { path: name, mode } };
}
