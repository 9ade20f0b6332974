import type { Context } from '../../system/context.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { applyOld } from './apply-old.ts';
import { defects } from './check-result.ts';
import { reversed } from './exact.ts';
import type { Change, Files, TreeFile } from './files.ts';
import { findFile, type Moves } from './find-file.ts';
import { restore, type TextFile } from './lines.ts';
import { describeSite, outlineOf } from './outline.ts';
import type { Located } from './paths.ts';
import { filePair, type HunkFound, placeHunk, withPlacements } from './place-hunk.ts';
import type { Candidate, OldHunk, PortedHunk } from './types.ts';
import { sitesOf } from './verify-place.ts';
import type { FileTransition } from './write-patch.ts';

export type PortedFile =
  | { readonly problems: readonly Diagnostic[] }
  | {
      readonly hunks: readonly PortedHunk[];
      readonly transitions: readonly FileTransition[];
      /** What the patch makes of the tree that it was made for. */
      readonly oldChanges: readonly Change[];
      readonly newChanges: readonly Change[];
      /** The hunks that were not placed, as a diff. */
      readonly rejected: string;
    };

type Mode = TreeFile['mode'];

const modeOf = (mode: string | undefined): Mode | undefined =>
  mode === '100755' || mode === '100644' ? mode : undefined;

/** Ports what a patch says of one file. */
export async function portFile(
  patch: string,
  located: Located,
  from: Files,
  to: Files,
  moves: Moves | undefined,
  ctx: Pick<Context, 'env' | 'signal'>,
): Promise<PortedFile> {
  if (located.old === undefined) return portNew(patch, located, from, to);
  const old = await from.read(located.old);
  if (old === undefined) throw new Error(`${located.old} was there a moment ago`);
  const applied = applyOld(old.file, located.patch, patch);
  if ('problem' in applied) return { problems: [applied.problem] };
  const mode = modeOf(located.patch.newMode) ?? old.mode;
  const oldChanges: Change[] = [
    {
      path: located.now ?? located.old,
      raw: located.now === undefined ? undefined : restore(applied.after, old.file.crlf),
      mode,
    },
  ];
  if (located.now !== undefined && located.now !== located.old && !located.patch.copied)
    oldChanges.push({ path: located.old, raw: undefined, mode });
  const job = { patch, located, old, to, moves, ctx };
  if (located.now === undefined) return { ...(await portRemoval(job)), oldChanges };
  return { ...(await portChange(job, applied.hunks, applied.after, applied.notes)), oldChanges };
}

interface Job {
  readonly patch: string;
  readonly located: Located;
  readonly old: TreeFile;
  readonly to: Files;
  readonly moves: Moves | undefined;
  readonly ctx: Pick<Context, 'env' | 'signal'>;
}

type Rest = Omit<Extract<PortedFile, { hunks: unknown }>, 'oldChanges'>;

/** A row of the report for what is not a hunk: a file that comes, goes, or changes its name or mode. */
function row(
  patch: string,
  located: Located,
  what: {
    outcome: PortedHunk['outcome'];
    newFile?: string | undefined;
    notes?: string[];
    reasons?: string[];
    candidates?: Candidate[];
  },
): PortedHunk {
  return {
    patch,
    patchLine: located.patch.line,
    oldFile: located.old ?? located.now ?? '',
    oldLine: 1,
    within: 'the file',
    quote: what.outcome === 'needs-a-person' ? located.patch.hunks.flatMap(quoteOf) : [],
    newLine: what.newFile === undefined ? undefined : 1,
    ...what,
    notes: what.notes ?? [],
    reasons: what.reasons ?? [],
    candidates: what.candidates ?? [],
  };
}

const NONE = { transitions: [], newChanges: [], rejected: '' } as const;

async function portNew(patch: string, located: Located, from: Files, to: Files): Promise<PortedFile> {
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
  const oldChanges = [{ path, raw: content, mode }];
  const there = await to.read(path);
  if (there?.raw === content) {
    return { ...NONE, oldChanges, hunks: [row(patch, located, { outcome: 'already-there', newFile: path })] };
  }
  if (there !== undefined) {
    const reasons = ['the new tree has a file of this name, with other content'];
    const candidates = [{ file: path, line: 1, similarity: 0, text: '' }];
    return {
      ...NONE,
      oldChanges,
      rejected: rejectedText(located, located.patch.hunks),
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

async function portRemoval({ patch, located, old, to, moves }: Job): Promise<Rest> {
  const found = await findFile(old.file, to, moves);
  if ('reason' in found && found.candidates.length === 0) {
    return {
      ...NONE,
      hunks: [row(patch, located, { outcome: 'already-there', notes: ['the file is not there any more'] })],
    };
  }
  const now = 'path' in found && found.path === located.old ? await to.read(found.path) : undefined;
  if (now === undefined || now.file.text !== old.file.text) {
    const reasons = [
      now === undefined ? 'the file may be another one now' : 'the file that it removes has another content',
    ];
    return {
      ...NONE,
      rejected: rejectedText(located, located.patch.hunks),
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

async function portChange(job: Job, hunks: readonly OldHunk[], after: string, notes: readonly string[]): Promise<Rest> {
  const { patch, located, old, to, moves, ctx } = job;
  const renames = located.now !== located.old;
  const alreadyRenamed =
    renames && (await to.read(located.old ?? '')) === undefined ? await to.read(located.now ?? '') : undefined;
  const found =
    alreadyRenamed === undefined
      ? await findFile(old.file, to, moves)
      : { path: located.now ?? '', how: 'same path' as const };
  const now = 'path' in found ? await to.read(found.path) : undefined;
  const moved = 'path' in found && found.how !== 'same path' ? [`the file is ${found.path} now (${found.how})`] : [];
  const pair = filePair(old.file, after, now?.file, to, ctx);
  const results: HunkFound[] = [];
  try {
    const back = reversed(hunks, old.file);
    for (const [i, hunk] of hunks.entries()) {
      const b = back[i];
      if (b === undefined) throw new Error('a hunk without its reverse');
      const result = await placeHunk(pair, hunk, b);
      results.push(
        'reasons' in result && 'reason' in found
          ? {
              reasons: [found.reason, ...result.reasons],
              candidates: [
                ...found.candidates.map((c) => ({ file: c.path, line: 1, similarity: c.similarity, text: '' })),
                ...result.candidates,
              ],
            }
          : result,
      );
    }
  } finally {
    await pair.merge?.close();
  }
  refuseOverlaps(results);
  const extra = [...notes, ...moved];
  const rows: PortedHunk[] = [];
  const transitions: FileTransition[] = [];
  const changes = await changesOf(results, to, old.file, after);
  const shape = shapeChange(job, now, 'path' in found ? found.path : undefined, alreadyRenamed !== undefined);
  if (shape !== undefined) rows.push(row(patch, located, shape.what));
  for (const [i, hunk] of hunks.entries()) {
    const result = results[i];
    if (result !== undefined) rows.push(hunkRow(patch, old.file, hunk, result, i === 0 ? extra : moved, now?.file));
  }
  const newChanges: Change[] = [];
  for (const { path, now: there, text } of changes) {
    const move =
      shape?.to !== undefined && 'path' in found && path === found.path ? shape.to : { path, mode: there.mode };
    transitions.push({
      oldPath: path,
      newPath: move.path,
      before: there.raw,
      after: text,
      oldMode: there.mode,
      newMode: move.mode,
    });
    if (move.path !== path) newChanges.push({ path, raw: undefined, mode: there.mode });
    newChanges.push({ path: move.path, raw: text, mode: move.mode });
  }
  if (shape?.to !== undefined && now !== undefined && 'path' in found && !changes.some((c) => c.path === found.path)) {
    transitions.push({
      oldPath: found.path,
      newPath: shape.to.path,
      before: now.raw,
      after: now.raw,
      oldMode: now.mode,
      newMode: shape.to.mode,
    });
    if (shape.to.path !== found.path) newChanges.push({ path: found.path, raw: undefined, mode: now.mode });
    newChanges.push({ path: shape.to.path, raw: now.raw, mode: shape.to.mode });
  }
  const left = hunks.filter((_, i) => 'reasons' in (results[i] ?? { reasons: [] }));
  const rejectShape = shape?.what.outcome === 'needs-a-person';
  return {
    hunks: rows,
    transitions,
    newChanges,
    rejected:
      left.length === 0 && !rejectShape
        ? ''
        : rejectedText(
            located,
            left.map((h) => h.hunk),
          ),
  };
}

/** A new name or mode: only where the new tree's file is as the old one was. */
function shapeChange(
  { located, old, to: _to }: Job,
  now: TreeFile | undefined,
  path: string | undefined,
  alreadyRenamed: boolean,
): { what: Parameters<typeof row>[2]; to?: { path: string; mode: Mode } } | undefined {
  const wantedMode = modeOf(located.patch.newMode);
  const renames = located.now !== located.old;
  const changesMode = wantedMode !== undefined && wantedMode !== old.mode;
  if (!renames && !changesMode) return undefined;
  if (located.patch.copied)
    return { what: { outcome: 'needs-a-person', reasons: ['the patch copies a file: do that by hand'] } };
  if (now === undefined || path === undefined)
    return { what: { outcome: 'needs-a-person', reasons: ['the file that gets another name or mode is not there'] } };
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

/** Two hunks that want the same lines: neither is placed. */
function refuseOverlaps(results: HunkFound[]): void {
  const taken = results.flatMap((r, i) => ('placements' in r ? r.placements.map((p) => ({ ...p, i })) : []));
  taken.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || a.end - b.end));
  for (const [n, place] of taken.entries()) {
    const previous = taken[n - 1];
    if (previous === undefined || previous.file !== place.file || previous.i === place.i) continue;
    const both = place.start === previous.start && place.end === place.start && previous.end === previous.start;
    if (place.start >= previous.end && !both) continue;
    for (const i of [previous.i, place.i])
      results[i] = { reasons: ['another hunk of the patch wants the same lines'], candidates: [] };
  }
}

interface FileResult {
  readonly path: string;
  readonly now: TreeFile;
  readonly text: string;
}

/** The files with what was placed in them. One that cannot be read as C afterwards is left, and its hunks with it. */
async function changesOf(results: HunkFound[], to: Files, old: TextFile, after: string): Promise<FileResult[]> {
  const tolerated = /\.[ch]$/.test(old.path)
    ? Math.max(0, (await defects(old.path, after)) - (await defects(old.path, old.text)))
    : 0;
  for (;;) {
    const paths = new Set(results.flatMap((r) => ('placements' in r ? r.placements.map((p) => p.file) : [])));
    const out: FileResult[] = [];
    let spoilt: string | undefined;
    for (const path of paths) {
      const now = await to.read(path);
      if (now === undefined) throw new Error(`${path} was there a moment ago`);
      const text = withPlacements(
        now.file,
        results.flatMap((r) => ('placements' in r ? r.placements.filter((p) => p.file === path) : [])),
      );
      if (/\.[ch]$/.test(path) && (await defects(path, text)) > (await defects(path, now.file.text)) + tolerated)
        spoilt = path;
      out.push({ path, now, text: restore(text, now.file.crlf) });
    }
    if (spoilt === undefined) return out;
    for (const [i, r] of results.entries()) {
      if ('placements' in r && r.placements.some((p) => p.file === spoilt))
        results[i] = {
          reasons: [`${spoilt} could not be read as C any more`],
          candidates: [{ file: spoilt, line: r.at.line + 1, similarity: 1, text: '' }],
        };
    }
  }
}

function hunkRow(
  patch: string,
  old: TextFile,
  hunk: OldHunk,
  found: HunkFound,
  notes: readonly string[],
  now: TextFile | undefined,
): PortedHunk {
  const first = hunk.pieces[0];
  const [site] = first === undefined ? [] : sitesOf(old, first.start, first.end, first.inserted);
  const common = {
    patch,
    patchLine: hunk.hunk.line,
    oldFile: old.path,
    oldLine: (first?.start ?? hunk.start) + 1,
    within: site === undefined ? 'top level' : describeSite(site),
  };
  if ('placements' in found) {
    return {
      ...common,
      outcome: found.how,
      newFile: found.at.file,
      newLine: found.at.line + 1,
      notes: [...notes, ...found.notes, ...strangers(old, hunk, now)],
      reasons: [],
      candidates: [],
      quote: [],
    };
  }
  const { keys = [] } = site ?? {};
  const [region] = now === undefined || keys.length === 0 ? [] : outlineOf(now).regions(keys);
  const own =
    region === undefined || now === undefined
      ? []
      : [{ file: now.path, line: region.start + 1, similarity: 0, text: `${keys[0]} starts here` }];
  return {
    ...common,
    outcome: 'needs-a-person',
    notes,
    reasons: found.reasons,
    candidates: [...found.candidates, ...own],
    quote: quoteOf(hunk.hunk),
  };
}

/** Names that a hunk brings in, that its old file has elsewhere, and that the new file does not have at all. */
function strangers(old: TextFile, hunk: OldHunk, now: TextFile | undefined): string[] {
  if (now === undefined || !/\.[ch]$/.test(old.path)) return [];
  const names = (text: string) =>
    new Set(text.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, ' ').match(/[A-Za-z_]\w{2,}/g));
  const has = names(now.text);
  const had = names(old.text);
  const brought = names(hunk.pieces.flatMap((p) => p.inserted).join(''));
  const lost = [...brought].filter((name) => had.has(name) && !has.has(name));
  return lost.length === 0 ? [] : [`check: ${now.path} does not mention ${lost.slice(0, 4).join(', ')} any more`];
}

type Hunk = Located['patch']['hunks'][number];

function quoteOf(hunk: Hunk): string[] {
  const range = (start: number, count: number) => (count === 1 ? `${start}` : `${start},${count}`);
  const lines = hunk.lines.flatMap(({ mark, text }) =>
    text.endsWith('\n') ? [mark + text.slice(0, -1)] : [mark + text, '\\ No newline at end of file'],
  );
  const section = hunk.section === '' ? '' : ` ${hunk.section}`;
  return [`@@ -${range(hunk.oldStart, hunk.oldCount)} +${range(hunk.newStart, hunk.newCount)} @@${section}`, ...lines];
}

/** Hunks in their old form. */
function rejectedText(located: Located, hunks: readonly Hunk[]): string {
  const { patch, old, now } = located;
  const head: string[] = [];
  if (patch.git || patch.oldMode !== undefined || patch.newMode !== undefined) {
    head.push(`diff --git a/${old ?? now} b/${now ?? old}`);
    if (patch.copied) head.push(`copy from ${old}`, `copy to ${now}`);
    else if (patch.renamed) head.push(`rename from ${old}`, `rename to ${now}`);
    if (old === undefined) head.push(`new file mode ${patch.newMode ?? '100644'}`);
    else if (now === undefined) head.push(`deleted file mode ${patch.oldMode ?? '100644'}`);
    else if (patch.newMode !== undefined && patch.oldMode !== undefined)
      head.push(`old mode ${patch.oldMode}`, `new mode ${patch.newMode}`);
  }
  if (hunks.length > 0)
    head.push(
      `--- ${old === undefined ? '/dev/null' : `a/${old}`}`,
      `+++ ${now === undefined ? '/dev/null' : `b/${now}`}`,
    );
  return `${[...head, ...hunks.flatMap(quoteOf)].join('\n')}\n`;
}
