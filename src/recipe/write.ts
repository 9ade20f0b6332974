import path from 'node:path';
import { Document, isMap, isScalar, isSeq, type Node, Scalar, visit } from 'yaml';
import { packageRoot } from '../system/assets.ts';
import type { Edit } from './schema.ts';

/** The line by which editors check a recipe, from the folder that it lies in. */
export function schemaLine(folder: string): string {
  const schema = path.relative(folder, path.join(packageRoot(), 'recipes/recipe.schema.json')).replaceAll('\\', '/');
  return `# yaml-language-server: $schema=${schema.startsWith('.') ? schema : `./${schema}`}`;
}

/** A member of a recipe's head, or an edit, and a word about it for whoever reads the file. */
export interface Remarked<T> {
  readonly value: T;
  readonly remark?: string | undefined;
}

/**
 * A recipe as YAML.
 * @param head its members in their order, `edits` apart. @param folder where it will lie.
 */
export function writeRecipe(
  head: Readonly<Record<string, Remarked<unknown>>>,
  edits: readonly Remarked<Edit>[],
  folder: string,
): string {
  const members = Object.fromEntries(Object.entries(head).map(([name, { value }]) => [name, value]));
  const doc = new Document({ ...members, edits: edits.map(({ value: { kind, ...edit } }) => ({ [kind]: edit })) });
  doc.commentBefore = schemaLine(folder).slice(1);
  visit(doc, {
    Scalar: (_, node) => {
      // As they stand: a fold would hide where a line of code ends.
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
    },
  });
  for (const [name, { remark }] of Object.entries(head))
    if (remark !== undefined) remarkOn(doc.get(name, true), remark);
  const list = doc.get('edits');
  if (isSeq(list))
    for (const [i, { remark }] of edits.entries()) if (remark !== undefined) remarkBefore(list.items[i], remark);
  return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function remarkOn(node: unknown, remark: string): void {
  if (isScalar(node) || isMap(node) || isSeq(node)) node.comment = ` ${remark}`;
}

function remarkBefore(node: unknown, remark: string): void {
  if (isMap(node)) (node as Node).commentBefore = ` ${remark}`;
}
