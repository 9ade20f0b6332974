import type { Macros } from './declared-macros.ts';

const DEFINE = /^[ \t]*#[ \t]*define[ \t]+(\w+)(?![\w(])[ \t]*([^\r\n]*)/gm;
const CAST = /^\((?:const |unsigned |struct )*\w+ ?\*+\)$/;

/** Macros, with those that a file defines as a cast to a pointer and as nothing else: `#define FREECAST (char *)`. */
export function castsOf(text: string, macros: Macros): Macros {
  if (!text.includes('*)')) return macros;
  const casts = new Set<string>();
  const others = new Set<string>();
  for (const [, name = '', value = ''] of text.matchAll(DEFINE)) {
    const bare = value
      .replace(/\/\*.*?\*\/|\/\/.*/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    (CAST.test(bare) ? casts : others).add(name);
  }
  const found = [...casts].filter((name) => !others.has(name) && !Object.hasOwn(macros, name));
  return found.length === 0 ? macros : { ...macros, ...Object.fromEntries(found.map((name) => [name, 'nothing'])) };
}
