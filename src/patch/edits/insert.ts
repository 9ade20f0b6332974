import { lineEnd, newlineAt, withNewlines } from '../../c/lex.ts';
import { endOf, nodesAround, startOf } from '../../c/view.ts';
import { matchPattern } from '../match.ts';
import type { Pattern } from '../pattern.ts';
import type { Finder, Site } from '../site.ts';
import { fill, type Template } from '../template.ts';
import { boundRanges, hiddenCode } from './hidden-code.ts';
import { indentAt, problemAt, startsLine } from './removal.ts';

export interface InsertOptions {
  readonly anchor: Pattern;
  readonly where: 'before' | 'after';
  readonly lines: Template;
}

/** Lines go in before or after a statement of a shape, inside a function, with that statement's indentation. */
export function insertFinder(options: InsertOptions): Finder {
  return {
    anchor: options.anchor.words[0] ?? '',
    looksFor: `${options.anchor.text}, to insert ${options.where} it`,
    find: (view, { pure }) => {
      const sites: Site[] = [];
      for (const node of nodesAround(view, options.anchor.words[0] ?? '', new Set([options.anchor.root.type]))) {
        const bindings = matchPattern(options.anchor, node);
        if (bindings === undefined) continue;
        const { text } = view.source;
        const extent = { start: startOf(view, node), end: endOf(view, node) };
        const site = { extent, deletes: [], inserts: [], decision: `inserted ${options.where} it` };
        const refuse = (message: string): Site => ({
          ...site,
          problem: problemAt(view, node, 'insert-place', message, 'choose another anchor in the recipe'),
        });
        const labelled = node.parent?.type === 'labeled_statement' ? node.parent : undefined;
        if ((labelled ?? node).parent?.type !== 'compound_statement') {
          sites.push(refuse('the anchor is the body of another statement: lines beside it would not belong to it'));
          continue;
        }
        if (!startsLine(text, extent.start)) {
          sites.push(refuse('the anchor does not start its line'));
          continue;
        }
        if (labelled !== undefined && options.where === 'before' && options.lines.declares) {
          sites.push(refuse('the anchor has a label, behind which C wants a statement: no declaration can come there'));
          continue;
        }
        const indent = indentAt(text, extent.start);
        const filled = fill(options.lines, bindings, { view, pure, matched: undefined, indent });
        if ('lost' in filled) {
          sites.push(refuse(`${filled.lost.text} ${filled.why}, and it has effects`));
          continue;
        }
        const bound = new Map([...bindings].filter(([name]) => options.lines.slots.some((s) => s.name === name)));
        const hidden = hiddenCode(view, boundRanges(view, bound), bound);
        if (hidden !== undefined) {
          sites.push({ ...site, problem: hidden });
          continue;
        }
        const newline = newlineAt(text, options.where === 'before' ? extent.start : extent.end);
        const [lines = ''] = filled.pieces;
        const block = withNewlines(
          (/^#|^\r?\n/.test(lines) ? '' : indent) + lines.replace(/[ \t]+$/, '').replace(/\r?\n$/, ''),
          newline,
        );
        const before = options.where === 'before';
        const raw = before
          ? { at: extent.start - indent.length, text: block + newline }
          : { at: lineEnd(text, extent.end), text: newline + block };
        const there = before ? text.slice(0, raw.at).endsWith(raw.text) : text.startsWith(raw.text, raw.at);
        sites.push(
          there ? { ...site, done: true, decision: 'already there' } : { ...site, raw: [raw], taken: filled.taken },
        );
      }
      return sites;
    },
  };
}
