import type { Range } from '../../c/source.ts';
import { logicalLines } from './logical-lines.ts';
import type { Format, Part } from './part.ts';

type Line = Range &
  (
    | { readonly kind: 'recipe' | 'other' | 'unknown' }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'rule'; readonly targets: readonly string[] }
  );

const VARIABLE = /^ *(?:export +|override +)*([^\s:#=?+!$]+)[ \t]*(?:::?|[?+!])?=/;
const OTHER = /^[ \t]*(?:#|$)|^ *-?(?:include|export|unexport|vpath|if\w*|else|endif|define|endef|@)\b|^@\w+@\s*$/;
/** What a reference hides: `$(OBJS:.o=.c)`, `$(call f,$(x))`. */
const REFERENCE = /\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|@\w+@/g;

function readLine(text: string, { start, end }: Range): Line {
  const line = text.slice(start, end).replace(/\r?\n$/, '');
  const at = { start, end };
  if (line.startsWith('\t') && line.trim() !== '') return { ...at, kind: 'recipe' };
  const name = VARIABLE.exec(line)?.[1];
  if (name !== undefined) return { ...at, kind: 'variable', name };
  if (OTHER.test(line)) return { ...at, kind: 'other' };
  const colon = line.replace(REFERENCE, (x) => '_'.repeat(x.length)).indexOf(':');
  if (colon <= 0) return { ...at, kind: 'unknown' };
  const targets = line.slice(0, colon).replaceAll('\\', ' ').split(/\s+/);
  return { ...at, kind: 'rule', targets };
}

const readLines = (text: string): readonly Line[] => logicalLines(text).map((range) => readLine(text, range));

/** Rules by one of their targets, with the recipe; variables, with the lines that a backslash adds. */
function partsOf(text: string, name: string): readonly Part[] {
  const lines = readLines(text);
  const [, bare = name, sign] = /^(.*?)\s*([:=])?$/.exec(name) ?? [];
  return lines.flatMap((line, i): Part[] => {
    if (line.kind === 'variable' && line.name === bare && sign !== ':') return [variable(text, line)];
    if (line.kind !== 'rule' || !line.targets.includes(bare) || sign === '=') return [];
    let end = line.end;
    for (let j = i + 1; j < lines.length; j++) {
      const next = lines[j] as Line;
      if (next.kind === 'recipe') end = next.end;
      else if (next.kind !== 'other') break;
    }
    return [{ start: line.start, end, inner: { start: line.end, end }, indent: '\t' }];
  });
}

function variable(text: string, { start, end }: Range): Part {
  const first = text.indexOf('\n', start) + 1;
  if (first === 0 || first >= end) return { start, end };
  const indent = /^[ \t]*/.exec(text.slice(first, end))?.[0] ?? '';
  return { start, end, inner: { start: first, end }, indent, glue: ' \\' };
}

/** What make reads behind a tab where no rule is above. */
const NO_COMMAND = /^\s*(?:#|[\w.-]+\s*[:?+!]?=)/;

/** Lines that make would not read, or commands without a target. */
function torn(text: string): ReturnType<Format['torn']> {
  let inRule = false;
  for (const { kind, start, end } of readLines(text)) {
    if (kind === 'unknown') return { offset: start, why: 'make does not read this line: a command begins with a tab' };
    if (kind === 'recipe' && !inRule && !NO_COMMAND.test(text.slice(start, end)))
      return { offset: start, why: 'this command is of no target' };
    inRule = kind === 'rule' || (inRule && kind !== 'variable');
  }
  return undefined;
}

export const makefile: Format = { parts: partsOf, torn };
