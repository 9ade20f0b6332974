import type { Sought } from '../checkout/sought.ts';
import type { SourceFile, SourceTree } from '../checkout/types.ts';
import { sha256 } from '../system/hash.ts';

export type Question =
  | { readonly kind: 'read'; readonly path: string }
  | { readonly kind: 'list'; readonly under: string | undefined }
  | {
      readonly kind: 'containing';
      readonly text: string;
      readonly isPattern: boolean;
      readonly endings: readonly string[];
    };

/** A question with its answer: equal texts for equal answers. */
export interface Recorded {
  readonly question: Question;
  readonly answer: string;
}

/** Asks a tree, for the answer alone. */
export async function ask(tree: SourceTree, question: Question): Promise<string> {
  switch (question.kind) {
    case 'read':
      return fileAnswer(await tree.read(question.path));
    case 'list':
      return namesAnswer(await tree.list(question.under));
    case 'containing':
      return namesAnswer((await tree.filesContaining?.(soughtOf(question), question.endings)) ?? []);
  }
}

const written = (sought: Sought) =>
  typeof sought === 'string' ? { text: sought, isPattern: false } : { text: sought.source, isPattern: true };
const soughtOf = ({ text, isPattern }: ReturnType<typeof written>): Sought => (isPattern ? new RegExp(text) : text);
const fileAnswer = (file: SourceFile | undefined): string =>
  file === undefined ? 'none' : `${file.blob} ${file.executable}`;
const namesAnswer = (names: readonly string[]): string => sha256(names.join('\0'));

/** The tree, writing down what is asked of it and what it answers, in the order of the questions. */
export function recordingTree(tree: SourceTree): {
  readonly tree: SourceTree;
  readonly asked: () => Promise<readonly Recorded[]>;
} {
  const records: Promise<Recorded>[] = [];
  const record = <T>(question: Question, reply: Promise<T>, text: (reply: T) => string): Promise<T> => {
    const recorded = reply.then((value) => ({ question, answer: text(value) }));
    recorded.catch(() => {}); // Whoever asked is told.
    records.push(recorded);
    return reply;
  };
  const { filesContaining } = tree;
  return {
    tree: {
      version: tree.version,
      base: tree.base,
      label: tree.label,
      list: (under) => record({ kind: 'list', under }, tree.list(under), namesAnswer),
      read: (path) => record({ kind: 'read', path }, tree.read(path), fileAnswer),
      ...(filesContaining === undefined
        ? {}
        : {
            filesContaining: (sought, endings) =>
              record(
                { kind: 'containing', ...written(sought), endings },
                filesContaining.call(tree, sought, endings),
                namesAnswer,
              ),
          }),
    },
    asked: () => Promise.all(records),
  };
}
