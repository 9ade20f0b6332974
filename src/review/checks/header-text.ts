import { deadRanges, findConditionals } from '../../c/conditionals.ts';
import { codeTokens, lineOf, lineStarts } from '../../c/lex.ts';
import { type Struct, structsOf } from '../../c/structs.ts';
import { definitions } from './names.ts';

/** What a header says with a name, and where: an offset. */
interface Said {
  readonly said: string;
  readonly at: number;
}

/** One side of a header, with what the check of the ABI asks of it, each worked out once. */
export class HeaderText {
  readonly path: string;
  readonly text: string;
  #lines: readonly number[] | undefined;
  #structs: readonly Struct[] | undefined;
  #macros: ReadonlyMap<string, Said> | undefined;
  #functions: ReadonlyMap<string, Said> | undefined;
  #unlimited: readonly (readonly [number, number])[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get structs(): readonly Struct[] {
    this.#structs ??= structsOf(this.text);
    return this.#structs;
  }

  get macros(): ReadonlyMap<string, Said> {
    this.#macros ??= definitions(this.text);
    return this.#macros;
  }

  /** Declarations by their names: `PyAPI_FUNC(type) name(parameters)`. */
  get functions(): ReadonlyMap<string, Said> {
    this.#functions ??= new Map(
      [...this.text.matchAll(/\bPyAPI_(?:FUNC|DATA)\s*\(([^)]*)\)\s*\*?\s*(\w+)[^;]*;/g)].map((match) => [
        match[2] ?? '',
        { said: codeTokens(match[0]).join(' '), at: match.index },
      ]),
    );
    return this.#functions;
  }

  /** The line of an offset, from 1. */
  line(at: number): number {
    this.#lines ??= lineStarts(this.text);
    return lineOf(this.#lines, at);
  }

  /** For whom the line at an offset is. */
  audience(at: number): 'internal' | 'public' | 'public, but not in the limited API' {
    if (isInternal(this.path)) return 'internal';
    if (this.path.startsWith('Include/cpython/')) return 'public, but not in the limited API';
    this.#unlimited ??= unlimitedRanges(this.text);
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
