import type { Format, Part, Torn } from './part.ts';
import { wholeLines } from './whole-lines.ts';

const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<\?[\s\S]*?(?:\?>|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!(?:[^>"']|"[^"]*"|'[^']*')*>|<(\/?)([\w:.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|</g;
const STEP = /^([\w:.-]+)((?:\[@[\w:.-]+=(?:"[^"]*"|'[^']*')\])*)$/;
const WANTED = /\[@([\w:.-]+)=("[^"]*"|'[^']*')\]/g;

interface Step {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

interface Element extends Step {
  readonly start: number;
  readonly inner: number;
}

const attributesOf = (text: string) =>
  new Map(
    [...text.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g)].map((m) => [m[1] ?? '', (m[2] ?? '').slice(1, -1)]),
  );

/** `ItemGroup/ClCompile[@Include="a.c"]`, from the outside; `undefined` when it is no such path. */
function readPath(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  // A slash inside of quotes is of a value.
  for (const step of path.match(/(?:[^/"']|"[^"]*"|'[^']*')+/g) ?? []) {
    const read = STEP.exec(step.trim());
    if (read === null) return undefined;
    const attributes = [...(read[2] ?? '').matchAll(WANTED)].map(
      (m) => [m[1] ?? '', (m[2] ?? '').slice(1, -1)] as const,
    );
    steps.push({ name: read[1] ?? '', attributes: new Map(attributes) });
  }
  return steps;
}

const isStep = (is: Step, wanted: Step | undefined) =>
  is.name === wanted?.name && [...wanted.attributes].every(([name, value]) => is.attributes.get(name) === value);

/** Reads elements; `found` is told each with those around it, outermost first and itself last. */
function walk(
  text: string,
  found: (path: readonly Element[], end: number, innerEnd: number) => void,
): Torn | undefined {
  const open: Element[] = [];
  for (const { 0: token, 1: closes, 2: name, 3: attributes = '', 4: empty, index } of text.matchAll(TOKEN)) {
    if (token === '<') return { offset: index, why: '"<" begins no element' };
    if (name === undefined) continue;
    const end = index + token.length;
    if (closes === '/') {
      if (open.at(-1)?.name !== name) return { offset: index, why: `</${name}> closes nothing` };
      found(open, end, index);
      open.pop();
      continue;
    }
    open.push({ name, attributes: attributesOf(attributes), start: index, inner: end });
    if (empty !== '/') continue;
    found(open, end, end);
    open.pop();
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { offset: last.start, why: `<${last.name}> is not closed` };
}

/** Elements by the end of their path and by attributes. */
function partsOf(text: string, name: string): readonly Part[] {
  const path = readPath(name);
  if (path === undefined) return [];
  const out: Part[] = [];
  walk(text, (open, end, innerEnd) => {
    const element = open.at(-1);
    if (element === undefined || open.length < path.length) return;
    if (!open.slice(-path.length).every((is, i) => isStep(is, path[i]))) return;
    out.push(wholeLines(text, { start: element.start, end }, { start: element.inner, end: innerEnd }));
  });
  return out.sort((a, b) => a.start - b.start);
}

export const xml: Format = { parts: partsOf, torn: (text) => walk(text, () => {}) };
