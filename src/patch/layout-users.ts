import { type Member, positionalValues } from '../c/initialisers.ts';
import { columnAt, lineAt, lineText } from '../c/lex.ts';
import { macrosIn } from '../c/macros.ts';
import { type Struct, structsOf } from '../c/structs.ts';
import type { SourceFile, SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { layoutNumbers, mirrors, numbersAbout } from './layout-evidence.ts';
import { once } from './once.ts';
import { isCompiled, type OwnFile, sourcesWith } from './sources.ts';

/** A pattern for a type as it stands where something may be initialised: not behind it `*`, `,` or `;`. */
const ofType = (name: string): string => `\\b${name}\\b(?:\\([^()]*\\))?[\\s\\\\)[\\]\\d]*[\\w{]`;

/** A pattern for files that may depend on a struct's layout. */
export const layoutOf = (struct: string): string => `${ofType(struct)}|${numbersAbout(struct)}`;

/** A struct that loses members, or gets some. */
export interface LayoutChange {
  /** By its typedef's name or its tag. */
  readonly struct: string;
  /** For messages: `without co_zombieframe`, `with co_extra`. */
  readonly how: string;
  /** Before which member it is changed; `undefined` for definitions of something else of that name. */
  readonly index: (definition: Struct) => number | undefined;
  /** Behind all members: lists stay what they are, but where braces are left out. */
  readonly isAtEnd?: boolean;
  /** Whether a list, with its values at these offsets of the text as it was, is changed with it. */
  readonly isHandled: (path: string, offsets: readonly number[]) => boolean;
  /** Whether the recipe's own files are looked at as they were, or as they become. */
  readonly side: 'before' | 'after';
}

/** What depends on a layout: what would be wrong, and what may be. */
export interface LayoutUsers {
  readonly problems: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Who gives a struct's members their values by position: with a member more or less, all values behind it would be another
 * member's, and the compiler may say nothing.
 * @param own the recipe's files, one of which defines it.
 * @param others further files, which hold `layoutOf(struct)`.
 */
export async function layoutUsers(
  tree: SourceTree,
  change: LayoutChange,
  own: readonly OwnFile[],
  others: readonly SourceFile[],
): Promise<LayoutUsers> {
  const { struct, how } = change;
  const texts = new Map([
    ...own.map((f) => [f.path, f[change.side]] as const),
    ...others.map((f) => [f.path, f.text] as const),
  ]);
  const isOwn = new Set(own.map((f) => f.path));
  const names = new Set([struct, ...tagsOf([...own.map((f) => f.before), ...others.map((f) => f.text)], struct)]);
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
        const isIt = !around.has(name) && defined.names.includes(name) && change.index(defined) !== undefined;
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
  const before = definitions.map((d) => d.fields.slice(0, change.index(d)));
  const counts = before.map((fields) => fields.filter((f) => f.under === '').length);
  const index = counts.length === 0 ? 0 : Math.min(...counts);
  const members = membersOf([...texts.values()], names, around);
  const out: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const itself = new Set([...names].filter((n) => !around.has(n)));
  const isNamed = new RegExp([...names].map(ofType).join('|'));
  const macros = await macrosOf(tree, texts);
  for (const [path, text] of [...texts].sort(([a], [b]) => byCodeUnit(a, b))) {
    if (!isCompiled(path)) continue;
    out.push(...layoutNumbers(path, text, itself, how));
    for (const definition of definitions.slice(0, 1))
      warnings.push(...mirrors(path, text, definition, change.index(definition) ?? 0, itself, how));
    if (!isNamed.test(text)) continue;
    const macro = await macros(text, (m) => positionalValues(text, names, { around, members, macro: m }));
    const lists = [
      ...Map.groupBy(positionalValues(text, names, { around, members, macro }), (value) => value.list).values(),
    ];
    const open = lists.filter(
      (values) =>
        !change.isHandled(
          path,
          values.map((value) => value.offset),
        ),
    );
    const shifted = open
      .flat()
      .filter((value) =>
        change.isAtEnd === true ? value.isPart || value.isElided : value.index === undefined || value.index >= index,
      );
    for (const isPart of [false, true]) {
      const found = shifted.find((value) => value.isPart === isPart);
      if (found === undefined) continue;
      const what = isPart ? `what has a ${struct} in it` : struct;
      const given = isOwn.has(path) && change.side === 'before' ? ', or say initial: in the edit' : '';
      out.push({
        code: 'patch/positional',
        message: `${what} is initialised by position here: ${how}, values would be another member's`,
        place: { file: path, line: lineAt(text, found.offset), column: columnAt(text, found.offset) },
        detail: [lineText(text, found.offset)],
        hint: `initialise it by name first (.member = value)${given}`,
      });
    }
  }
  return { problems: out, warnings };
}

/** The members of types that have some types in them, by name: what they are, and what stands around them. */
function membersOf(
  texts: readonly string[],
  names: ReadonlySet<string>,
  around: ReadonlySet<string>,
): ReadonlyMap<string, readonly Member[]> {
  const out = new Map<string, Member[]>();
  const add = (name: string, member: Member) => out.set(name, [...(out.get(name) ?? []), member]);
  const holding = around.size === 0 ? [] : texts.filter((text) => [...names].some((name) => text.includes(name)));
  for (const { fields } of holding.flatMap((text) => structsOf(text))) {
    for (const { name, declaration } of fields) {
      for (const type of names) {
        if (!declaration.includes(type) || !isOfType(declaration, type)) continue;
        const inner = new RegExp(`\\b${type} (\\w+)((?:\\s*\\[[^\\]]*\\])*)`).exec(declaration);
        add(inner?.[1] ?? name, { isPart: around.has(type), depth: (inner?.[2]?.match(/\[/g) ?? []).length });
        // A struct without a name, that has it.
        if (inner?.[1] !== name) add(name, { isPart: true, depth: 0 });
      }
    }
  }
  return out;
}

type MacroLook = (name: string) => readonly string[] | undefined;

/** What macros stand for, by some texts and then by all of the tree; a text is read again until nothing more is asked. */
async function macrosOf(tree: SourceTree, texts: ReadonlyMap<string, string>) {
  const known = new Map<string, readonly string[] | undefined>();
  return async (text: string, read: (macro: MacroLook) => void): Promise<MacroLook> => {
    for (;;) {
      const asked = new Set<string>();
      read((name) => {
        if (!known.has(name)) asked.add(name);
        return known.get(name);
      });
      if (asked.size === 0) return (name) => known.get(name);
      for (const name of asked) {
        // Without flags, which a tree's memory of questions would lose.
        const define = new RegExp(`(?:^|\\n)[ \\t]*#[ \\t]*define[ \\t]+${name}\\b`);
        const all = [text, ...texts.values()].filter((t) => define.test(t));
        const found = all.length > 0 ? all : (await sourcesWith(tree, define, [])).map((f) => f.text);
        known.set(name, found.length === 0 ? undefined : found.flatMap((t) => macrosIn(t, name).map((m) => m.body)));
      }
    }
  };
}

/** The struct by all names that some files give it. */
export const typeNames = (texts: readonly string[], struct: string): ReadonlySet<string> =>
  once(texts, `names ${struct}`, () => findTypeNames(texts, struct));

function findTypeNames(texts: readonly string[], struct: string): ReadonlySet<string> {
  const names = new Set([struct, ...tagsOf(texts, struct)]);
  for (const name of names) {
    for (const text of texts.filter((t) => t.includes(name))) {
      for (const alias of aliases(text, name)) names.add(alias);
      for (const { names: all } of structsOf(text)) if (all.includes(name)) for (const other of all) names.add(other);
    }
  }
  return names;
}

/** The tags of the structs that a typedef names: `_ts` for `PyThreadState`. */
function tagsOf(texts: readonly string[], type: string): string[] {
  const typedef = new RegExp(`\\btypedef\\s+struct\\s+(\\w+)\\s+${type}\\s*;`, 'g');
  return texts.flatMap((text) => (text.includes(type) ? [...text.matchAll(typedef)].map(([, tag = '']) => tag) : []));
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
