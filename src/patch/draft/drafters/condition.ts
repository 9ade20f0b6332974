import type { Branch, Group as IfGroup } from '../../../c/conditionals.ts';
import { codeTokens, tokens, wordOffsets } from '../../../c/lex.ts';
import type { Edit } from '../../../recipe/schema.ts';
import type { Group } from '../groups.ts';

/** Conditions of `#if`s that become others. */
export function* conditionEdits(group: Group): Iterable<Iterable<Edit>> {
  const { before } = group.file;
  const now = conditionsIn(group.added);
  const branches = group.file.source.conditionals.groups.flatMap((g) => g.branches.map((branch) => ({ g, branch })));
  const here = branches
    .filter(({ branch: b }) => b.condition !== undefined && group.start <= b.start && b.start < group.end)
    .sort((a, b) => a.branch.start - b.branch.start);
  if (now.length !== here.length) return;
  for (const [i, { g, branch }] of here.entries()) {
    const [old] = conditionsIn(before.slice(branch.start, branch.bodyStart));
    const other = now[i];
    if (old !== undefined && other !== undefined && old !== other) yield changing(group, g, branch, old, other);
  }
}

/** The conditions of directives, `#ifdef X` as `defined(X)`. */
function conditionsIn(lines: string): string[] {
  const joined = lines.replace(/\\\r?\n/g, ' ');
  return [...joined.matchAll(/^[ \t]*#[ \t]*(?:el)?if(n?def)?\b(.*)/gm)].map(([, def, rest = '']) => {
    const code = rest
      .replace(/\/\*.*?\*\/|\/\/.*/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    return def === undefined ? code : `${def === 'ndef' ? '!' : ''}defined(${code})`;
  });
}

function* changing(group: Group, around: IfGroup, branch: Branch, old: string, now: string): Iterable<Edit> {
  for (const [term, by] of terms(old, now)) {
    const others = group.file.source.conditionals.groups
      .flatMap((g) => g.branches)
      .filter((b) => b !== branch && b.condition !== undefined && says(group, b, term));
    const labels = labelsFor(group, around, term, by);
    for (const more of labels === undefined ? [{}] : [{ labels }, {}])
      for (const where of narrowings(group, branch, others))
        yield { kind: 'edit-condition', if: term, with: by, ...more, ...where };
  }
}

/** How an edit may say which of the branches it means that are alike. */
export function* narrowings(
  group: Group,
  branch: Branch,
  others: readonly Branch[],
): Iterable<{ readonly in?: string; readonly holds?: string }> {
  const name = functionAt(group, branch);
  yield {};
  if (name !== undefined) yield { in: name };
  const isElsewhere = (word: string, b: Branch) =>
    wordOffsets(group.file.before.slice(b.bodyStart, b.bodyEnd), word).length > 0;
  const within = others.filter((b) => functionAt(group, b) === name);
  for (const holds of wordsIn(group, branch)) {
    if (!others.some((b) => isElsewhere(holds, b))) yield { holds };
    else if (name !== undefined && !within.some((b) => isElsewhere(holds, b))) yield { holds, in: name };
  }
}

/** Whether a directive may say a term: its names are there. */
function says({ file }: Group, { start, bodyStart }: Branch, term: string): boolean {
  const words = new Set(codeTokens(file.before.slice(start, bodyStart)));
  return codeTokens(term).every((t) => !name.test(t) || t === 'defined' || words.has(t));
}

const name = /^[A-Za-z_]\w*$/;

/** What changes of a condition: one name where that is all, a part that more is put beside, the whole. */
function* terms(old: string, now: string): Iterable<readonly [string, string]> {
  const [was, is] = [codeTokens(old), codeTokens(now)];
  if (was.length === is.length) {
    const other = was.flatMap((t, i) => (t === is[i] ? [] : [[t, is[i] ?? ''] as const]));
    const [first] = other;
    if (
      first !== undefined &&
      other.every(([t, n]) => t === first[0] && n === first[1] && name.test(t) && name.test(n))
    )
      yield [`defined(${first[0]})`, `defined(${first[1]})`];
  }
  const bare = /^!(defined\(\w+\))$/.exec(old)?.[1];
  if (bare !== undefined && now.startsWith('!(') && now.endsWith(')')) yield [bare, now.slice(2, -1)];
  yield [old, now];
}

/** The words of the comments behind `#else` and `#endif` that change with the condition. */
function labelsFor({ file }: Group, { branches, endifStart, end }: IfGroup, term: string, by: string) {
  const [, old] = /^!?defined\((\w+)\)$/.exec(term) ?? [];
  const [, now] = /^!?defined\((\w+)\)$/.exec(by) ?? [];
  if (old === undefined || now === undefined) return undefined;
  const lines = [...branches.slice(1).map((b) => [b.start, b.bodyStart] as const), [endifStart, end] as const];
  const changes = lines.some(
    ([s, e]) => file.before.slice(s, e).includes(old) && file.groups.some((g) => g.start < e && s < g.end),
  );
  return changes ? { [old]: now } : undefined;
}

function functionAt({ file }: Group, { bodyStart }: Branch): string | undefined {
  const assignment = file.source.assignmentFor(bodyStart);
  if (assignment === undefined) return undefined;
  const unit = file.source.units(assignment).find((u) => u.start <= bodyStart && bodyStart < u.end);
  return /^(?:(\w+)\(\)|var (\w+))$/
    .exec(unit?.keys[0] ?? '')
    ?.slice(1)
    .find(Boolean);
}

/** How many words are tried. */
const WORDS = 24;

/** The words under a condition, those first that stand nowhere else. */
function wordsIn({ file }: Group, { bodyStart, bodyEnd }: Branch): string[] {
  const words = new Set<string>();
  for (const t of tokens(file.before, bodyStart, Math.min(bodyEnd, bodyStart + 20_000))) {
    if (t.kind !== 'word') continue;
    words.add(file.before.slice(t.start, t.end));
    if (words.size > 200) break;
  }
  const count = (word: string) => file.source.offsetsOf(word).length;
  return [...words].sort((a, b) => count(a) - count(b)).slice(0, WORDS);
}
