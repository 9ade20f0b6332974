import { findConditionals } from '../../c/conditionals.ts';
import { cParser } from '../../c/parser.ts';
import { CSource } from '../../c/source.ts';
import { openView } from '../../c/view.ts';

/** What a C file has of what the grammar cannot read, and of `#if`s without a partner. */
export async function defects(path: string, text: string): Promise<number> {
  const source = new CSource(path, text);
  const view = openView(await cParser(), source, { start: 0, end: text.length }, new Map());
  const count = view.errors.length;
  view.tree.delete();
  return count + 1000 * findConditionals(text).unbalanced.length;
}
