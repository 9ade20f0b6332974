import { deadRanges, findConditionals } from '../../c/conditionals.ts';
import { codeTokens, lineOf, lineStarts } from '../../c/lex.ts';
import { type Struct, structsOf } from '../../c/structs.ts';
import { definitions } from './input.ts';

/** What a header says with a name, and where: an offset. */
interface Said {
  readonly said: string;
  readonly at: number;
}

/** One side of a header, with what the check of the ABI asks of it. */
export class HeaderText {
  readonly path: string;
  readonly text: string;
  readonly structs: readonly Struct[];
  readonly macros: ReadonlyMap<string, Said>;
  /** Declarations by their names: `PyAPI_FUNC(type) name(parameters)`. */
  readonly functions: ReadonlyMap<string, Said>;
  readonly #lines: readonly number[];
  readonly #unlimited: readonly (readonly [number, number])[];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.structs = structsOf(text);
    this.macros = definitions(text);
    const declared = text.matchAll(/\bPyAPI_(?:FUNC|DATA)\s*\(([^)]*)\)\s*\*?\s*(\w+)[^;]*;/g);
    this.functions = new Map(
      Array.from(declared, ({ 0: all, 2: name = '', index }) => [name, { said: codeTokens(all).join(' '), at: index }]),
    );
    this.#lines = lineStarts(text);
    this.#unlimited = unlimitedRanges(text);
  }

  line(at: number): number {
    return lineOf(this.#lines, at);
  }

  audience(at: number): 'internal' | 'public' | 'public, but not in the limited API' {
    if (isInternal(this.path)) return 'internal';
    if (this.path.startsWith('Include/cpython/')) return 'public, but not in the limited API';
    const unlimited = this.#unlimited.some(([start, end]) => start <= at && at < end);
    return unlimited ? 'public, but not in the limited API' : 'public';
  }
}

export const isInternal = (path: string): boolean => path.startsWith('Include/internal/');

/** What Py_LIMITED_API hides. A guard against being included twice, and all else, is the same with it and without. */
function unlimitedRanges(text: string): readonly (readonly [number, number])[] {
  const conditionals = findConditionals(text);
  const dead = (limited: boolean) => deadRanges(conditionals, new Map([['defined(Py_LIMITED_API)', limited]]));
  const always = new Set(dead(false).map(([start]) => start));
  return dead(true).filter(([start]) => !always.has(start));
}
