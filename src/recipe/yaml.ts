import { type Alias, type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Diagnostic, Place } from '../system/diagnostic.ts';
import type { YamlPath } from './types.ts';
import { yamlWords } from './wording.ts';

export interface Yaml {
  /** `null` of an empty file. */
  readonly data: unknown;
  /** Of the deepest part of the path that is there. */
  readonly placeOf: (path: YamlPath) => Place;
  /** Of a key of the map at a path. */
  readonly keyPlace: (path: YamlPath, key: string) => Place;
  readonly valueAt: (path: YamlPath) => unknown;
}

type Range = readonly number[] | null | undefined;

/**
 * Reads one YAML document: UTF-8, no tags, no merge keys, few aliases.
 * @param what the file is of, for codes and messages: `recipe`, `target`.
 * @returns the first thing that is wrong alone: what comes after it is mostly its consequence.
 */
export function readYaml(
  file: string,
  bytes: Uint8Array,
  what: 'recipe' | 'target',
): Yaml | { readonly diagnostics: readonly Diagnostic[] } {
  const text = decode(bytes);
  if (text === undefined) {
    const hint = 'save it as text in UTF-8';
    return { diagnostics: [{ code: `${what}/not-text`, message: 'this is not text in UTF-8', place: { file }, hint }] };
  }
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, strict: true, merge: false });
  const at = (range: Range): Place => {
    if (range === null || range === undefined) return { file };
    const { line, col } = lines.linePos(range[0] ?? 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col), length: (range[1] ?? 0) - (range[0] ?? 0) };
  };
  // A tag that is not known is only a warning to the parser.
  const [wrong] = [...doc.errors, ...doc.warnings];
  if (wrong !== undefined)
    return { diagnostics: [{ code: `${what}/yaml`, ...yamlWords(wrong), place: at(wrong.pos) }] };
  const nodeAt = (path: YamlPath) => (path.length === 0 ? doc.contents : doc.getIn(path, true));
  const placeOf = (path: YamlPath): Place => {
    for (let n = path.length; n >= 0; n--) {
      const node = nodeAt(path.slice(0, n));
      if (isNode(node)) return at(node.range);
    }
    return { file };
  };
  const keyPlace = (path: YamlPath, key: string): Place => {
    const map = nodeAt(path);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    return isScalar(pair?.key) ? at(pair.key.range) : placeOf(path);
  };
  const valueAt = (path: YamlPath): unknown => {
    const node = nodeAt(path);
    return isNode(node) ? node.toJS(doc) : node;
  };
  try {
    return { data: doc.toJS({ maxAliasCount: 10 }), placeOf, keyPlace, valueAt };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const unknown = aliasOfNothing(doc);
    const message =
      unknown === undefined ? `aliases stand for more than a ${what} can be` : `nothing is called "&${unknown.source}"`;
    const hint = "write out what the aliases ('*name') stand for; put text that starts with '*' in quotes";
    return {
      diagnostics: [{ code: `${what}/alias`, message, place: at(unknown?.range ?? doc.contents?.range), hint }],
    };
  }
}

/** A file's text; `undefined` for bytes that are none. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The first alias that stands for nothing; without one there are too many of them. */
function aliasOfNothing(doc: Document): Alias | undefined {
  let unknown: Alias | undefined;
  visit(doc, {
    Alias: (_key, alias) => {
      if (alias.resolve(doc) !== undefined) return undefined;
      unknown = alias;
      return visit.BREAK;
    },
  });
  return unknown;
}
