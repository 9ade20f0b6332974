import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';
import { assetPath } from '../system/assets.ts';

export type { Node, Parser, Tree };

let parser: Promise<Parser> | undefined;

/** A WebAssembly file: the build's own copy, which fits the bundled code; in the sources, the package's. */
function wasmFile(module: string): string {
  try {
    return assetPath(`wasm/${path.basename(module)}`);
  } catch {
    return createRequire(import.meta.url).resolve(module);
  }
}

/** The C parser, made when first asked for: starting WebAssembly takes some tens of milliseconds. */
export function cParser(): Promise<Parser> {
  parser ??= start();
  return parser;
}

async function start(): Promise<Parser> {
  // The optimising compiler would work longer on the grammar's tables than all the parsing takes: measured, it doubles
  // the CPU time of a process that generates one patch. The flags imply each other only when given at start-up.
  for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
  const [runtime, grammar] = await Promise.all([
    readFile(wasmFile('web-tree-sitter/web-tree-sitter.wasm')),
    readFile(wasmFile('tree-sitter-c/tree-sitter-c.wasm')),
  ]);
  await Parser.init({ wasmBinary: runtime });
  const made = new Parser();
  made.setLanguage(await Language.load(grammar));
  return made;
}

/** Parses text that was masked before. The caller deletes the tree when done. */
export function parseC(made: Parser, text: string): Tree {
  const tree = made.parse(text);
  if (tree === null) throw new Error('the C parser returned no tree');
  return tree;
}
