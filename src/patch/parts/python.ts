import type { Format, Part } from './part.ts';
import { type PythonLine, pythonLines } from './python-lines.ts';

const HEAD = /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)/;

/** Functions and classes by their qualified name, `Foo.bar`, with decorators: by indentation, as Python has it. */
function partsOf(text: string, name: string): readonly Part[] {
  const { lines } = pythonLines(text);
  const textOf = (line: PythonLine) => text.slice(line.start, line.end);
  const around: { readonly name: string; readonly indent: number }[] = [];
  const out: Part[] = [];
  lines.forEach((head, i) => {
    if (head.kind !== 'code') return;
    while ((around.at(-1)?.indent ?? -1) >= head.indent) around.pop();
    const own = HEAD.exec(textOf(head))?.[1];
    if (own === undefined) return;
    around.push({ name: own, indent: head.indent });
    if (around.map((a) => a.name).join('.') === name) out.push(partAt(text, lines, i));
  });
  return out;
}

/** The function or class whose head is at `at` in the lines. */
function partAt(text: string, lines: readonly PythonLine[], at: number): Part {
  const head = lines[at] as PythonLine;
  let start = head.start;
  for (let i = at - 1; i >= 0; i--) {
    const line = lines[i] as PythonLine;
    if (line.kind === 'blank' || (line.kind === 'code' && line.indent !== head.indent)) break;
    if (line.kind === 'code') {
      if (!/^[ \t]*@/.test(text.slice(line.start, line.end))) break;
      start = line.start;
    }
  }
  let last = at;
  /** Lines of the body on which statements begin, and comments. */
  const body: PythonLine[] = [];
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i] as PythonLine;
    if (line.kind === 'blank' || (line.kind === 'comment' && line.indent <= head.indent)) continue;
    if (line.kind === 'code' && line.indent <= head.indent) break;
    if (line.kind === 'code' || line.kind === 'comment') body.push(line);
    last = i;
  }
  const end = (lines[last] as PythonLine).end;
  const first = body.find((line) => line.kind === 'code');
  if (first === undefined) return { start, end };
  const isDocstring = /^[ \t]*[rRuU]?["']/.test(text.slice(first.start, first.end));
  const from = isDocstring ? body[body.indexOf(first) + 1] : body[0];
  const indent = /^[ \t]*/.exec(text.slice(first.start, first.end))?.[0] ?? '';
  return { start, end, inner: { start: from?.start ?? end, end }, indent };
}

const EMPTY = 'the block before it is empty';
const DEEPER = 'it is indented more than the line before it';

/** What Python itself would not read: brackets without partner, indentation that fits nothing around it. */
function torn(text: string): ReturnType<Format['torn']> {
  const { lines, torn: bracket } = pythonLines(text);
  if (bracket !== undefined) return bracket;
  const levels = [0];
  let opens = false;
  for (const line of lines) {
    if (line.kind === 'code') {
      const deepest = levels.at(-1) ?? 0;
      if (line.indent > deepest !== opens) return { offset: line.start, why: opens ? EMPTY : DEEPER };
      if (opens) levels.push(line.indent);
      while ((levels.at(-1) ?? 0) > line.indent) levels.pop();
      if (levels.at(-1) !== line.indent) return { offset: line.start, why: 'its indentation fits no line before it' };
    }
    if (line.kind !== 'blank' && line.kind !== 'comment') opens = line.opens;
  }
  return opens ? { offset: text.length, why: EMPTY } : undefined;
}

export const python: Format = { parts: partsOf, torn };
