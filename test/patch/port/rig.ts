import { parsePatch } from '../../../src/diff/read.ts';
import { writeDiff } from '../../../src/diff/write.ts';
import { portPatches } from '../../../src/patch/port/port.ts';
import type { Accept, PortedChange, PortResult } from '../../../src/patch/port/types.ts';
import { memoryTree } from '../memory-tree.ts';

type Texts = Readonly<Record<string, string>>;

const ctx = { env: { PATH: process.env.PATH }, signal: new AbortController().signal };

/** The patch between two states of files, as git writes it. */
export function diffOf(before: Texts, after: Texts): string {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((p) => before[p] !== after[p]);
  return paths
    .map((path) => {
      const [oldPath, newPath] = [before[path], after[path]].map((text) => (text === undefined ? undefined : path));
      const texts = { before: before[path] ?? '', after: after[path] ?? '' };
      return writeDiff({ oldPath, newPath, ...texts, oldMode: '100644', newMode: '100644' }).text;
    })
    .join('');
}

/** A patch that says what a person did, where diff may tell it another way: `count` lines from `start` (from 0) become others. */
export function handMade(
  path: string,
  text: string,
  start: number,
  count: number,
  inserted: readonly string[],
): string {
  const lines = text.split('\n').slice(0, -1);
  const [from, to] = [Math.max(0, start - 3), Math.min(lines.length, start + count + 3)];
  const [above, gone, below] = [
    lines.slice(from, start),
    lines.slice(start, start + count),
    lines.slice(start + count, to),
  ];
  const marked = [...above.map((l) => ` ${l}`), ...gone.map((l) => `-${l}`), ...inserted.map((l) => `+${l}`)];
  const counts = [to - from, to - from - count + inserted.length];
  return `--- a/${path}\n+++ b/${path}\n@@ -${from + 1},${counts[0]} +${from + 1},${counts[1]} @@\n${[...marked, ...below.map((l) => ` ${l}`)].join('\n')}\n`;
}

export const portText = (patch: string, from: Texts, to: Texts, accept?: Accept): Promise<PortResult> =>
  portPatches(
    {
      patches: [{ name: 'my.patch', text: patch }],
      from: memoryTree(from, '3.9.2'),
      to: memoryTree(to, '3.11.2'),
      accept,
    },
    ctx,
  );

/** Ports the change from `before` to `after`, made in `from`'s files, to another tree. */
export const portChange = (from: Texts, after: Texts, to: Texts): Promise<PortResult> =>
  portText(diffOf(from, { ...from, ...after }), from, to);

export const hunks = (result: PortResult): readonly PortedChange[] => result.patches.flatMap((p) => p.changes);

/** `exact Objects/a.c:12`, or why not. */
export const outcomes = (result: PortResult): string[] =>
  hunks(result).map((h) =>
    h.outcome === 'needs-a-person'
      ? `needs-a-person: ${h.reasons.join(' | ')}`
      : `${h.outcome} ${h.newFile}:${h.newLine}`,
  );

/** The files after a ported patch, applied by a simple applier that trusts nothing but the lines: throws where one differs. */
export function applyPorted(result: PortResult, to: Texts): Record<string, string> {
  const out: Record<string, string> = { ...to };
  for (const { text } of result.patches) {
    if (text === '') continue;
    for (const file of parsePatch(text, 'ported').flatMap((p) => p.files)) {
      const [from, path] = [file.oldPath?.slice(2), file.newPath?.slice(2)];
      const lines = (from === undefined ? '' : (out[from] ?? '')).match(/[^\n]*\n|[^\n]+$/g) ?? [];
      const made: string[] = [];
      let at = 0;
      for (const hunk of file.hunks) {
        while (at < hunk.oldStart - (hunk.oldLines === 0 ? 0 : 1)) made.push(lines[at++] ?? '');
        for (const { mark, text: line } of hunk.lines) {
          if (mark !== '+' && lines[at++] !== line) throw new Error(`line ${at} of ${from} is not ${line}`);
          if (mark !== '-') made.push(line);
        }
      }
      if (from !== undefined && from !== path) delete out[from];
      if (path !== undefined) out[path] = [...made, ...lines.slice(at)].join('');
    }
  }
  return out;
}
