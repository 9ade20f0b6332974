import { positionalValues } from '../c/initialisers.ts';
import { columnAt, lineAt, lineText } from '../c/lex.ts';
import { type Struct, structsOf } from '../c/structs.ts';
import type { SourceFile, SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { isCompiled, type OwnFile, sourcesWith } from './sources.ts';

/** A pattern for a type as it stands where something may be initialised: not behind it `*`, `,` or `;`. */
export const ofType = (name: string): string => `\\b${name}\\b[\\s\\\\)[\\]\\d]*[\\w{]`;

/**
 * Who gives a struct's members their values by position: without one of them, all values behind it would be another
 * member's, and the compiler may say nothing.
 * @param struct by its typedef's name or its tag.
 * @param field the member that goes.
 * @param own the recipe's files, one of which defines it.
 * @param others further files, which hold `ofType(struct)`.
 */
export async function layoutUsers(
  tree: SourceTree,
  struct: string,
  field: string,
  own: readonly OwnFile[],
  others: readonly SourceFile[],
): Promise<Diagnostic[]> {
  const texts = new Map([
    ...own.map((f) => [f.path, f.after] as const),
    ...others.map((f) => [f.path, f.text] as const),
  ]);
  const names = new Set([struct]);
  // Types of which it is a part: where in their lists its values stand is not known.
  const around = new Set<string>();
  const definitions: Struct[] = [];
  for (const name of names) {
    const found = name === struct ? others : await sourcesWith(tree, new RegExp(ofType(name)), own);
    for (const { path, text } of found) texts.set(path, text);
    for (const text of [...own.map((f) => f.before), ...found.map((f) => f.text)]) {
      if (!text.includes(name)) continue;
      for (const alias of aliases(text, name)) {
        names.add(alias);
        if (around.has(name)) around.add(alias);
      }
      for (const defined of structsOf(text)) {
        const isIt = !around.has(name) && defined.names.includes(name) && defined.fields.some((f) => f.name === field);
        if (isIt) definitions.push(defined);
        const isPart = defined.fields.some((f) => isOfType(f.declaration, name));
        for (const other of isIt || isPart ? defined.names : []) {
          if (isPart && !names.has(other)) around.add(other);
          names.add(other);
        }
      }
    }
  }
  // Members that only some settings have may not be there.
  const before = definitions.map((d) =>
    d.fields.slice(
      0,
      d.fields.findIndex((f) => f.name === field),
    ),
  );
  const index = Math.min(...before.map((fields) => fields.filter((f) => f.under === '').length));
  const out: Diagnostic[] = [];
  const look = (path: string, text: string, types: ReadonlySet<string>, from: number, what: string) => {
    for (const { offset, index: at } of positionalValues(text, types)) {
      if (at !== undefined && at < from) continue;
      out.push({
        code: 'patch/positional',
        message: `${what} is initialised by position here: without ${field}, values would be another member's`,
        place: { file: path, line: lineAt(text, offset), column: columnAt(text, offset) },
        detail: [lineText(text, offset)],
        hint: 'initialise it by name first (.member = value)',
      });
      return;
    }
  };
  const itself = new Set([...names].filter((n) => !around.has(n)));
  for (const [path, text] of [...texts].sort(([a], [b]) => byCodeUnit(a, b))) {
    if (!isCompiled(path)) continue;
    look(path, text, itself, index, struct);
    if (around.size > 0) look(path, text, around, 0, `what has a ${struct} in it`);
  }
  return out;
}

/** Other names of a type, by typedefs and macros. */
function aliases(text: string, of: string): string[] {
  const said = text.matchAll(
    /\btypedef\s+(?:const\s+)?(?:struct\s+|union\s+)?(\w+)\s+(\w+)\s*;|^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(?:struct[ \t]+)?(\w+)[ \t]*$/gm,
  );
  return [...said].flatMap(([, type = '', name = '', macro = '', as = '']) =>
    type === of ? [name] : as === of ? [macro] : [],
  );
}

const isOfType = (declaration: string, type: string): boolean =>
  new RegExp(`(?:^|[{;] )(?:const |struct |union |volatile )*${type} \\w+(?:\\s*\\[[^\\]]*\\])*(?:\\s*[,;]|$)`).test(
    declaration,
  );
