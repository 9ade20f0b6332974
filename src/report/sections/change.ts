import { count, integer } from '../../document/format.ts';
import { code, details, fact, facts, joined, type Some, table, text, toned } from '../../document/say.ts';
import { type Block, type Cell, right } from '../../document/types.ts';
import { originFacts, originName } from '../../patch/origin.ts';
import type { RunPatch, RunRecord } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import { patchMeaning } from '../headline.ts';
import { type Section, section } from '../view.ts';

/** What each change did to the sources: why, where, a recipe's edits one by one, and the patch itself. */
export function changeSections(record: RunRecord): Section[] {
  const { patches, sides, checkout } = record;
  const made = (patch: RunPatch, id: string, title: string, python: string) =>
    section(id, title, blocks(patch, python), {
      verboseOnly: patch.verdict === 'applies' && patch.warnings.length === 0,
    });
  const own = patches.map((patch, index) => {
    const title = patches.length === 1 ? 'The change' : `The change: ${patch.recipe.id}`;
    return made(patch, `change-${index + 1}`, title, sides?.[1].checkout.pythonVersion ?? checkout.pythonVersion);
  });
  const others = (sides?.[0].patches ?? []).map((patch, index) =>
    made(patch, `baseline-change-${index + 1}`, `The baseline’s change: ${patch.recipe.id}`, checkout.pythonVersion),
  );
  return [...others, ...own];
}

function blocks(patch: RunPatch, pythonVersion: string): Some<Block>[] {
  const { recipe, origin, verdict, why, warnings, account, file, files, sha256 } = patch;
  const params = Object.entries(patch.params).map(([name, value]) => `${name} = ${value}`);
  const edits = account.length > 0 && accountTable(patch);
  return [
    text([sentence(recipe.title), sentence(recipe.why)]),
    verdict !== 'applies' && text([patchMeaning(patch, pythonVersion), why && sentence(why)], 'bad'),
    warnings.length > 0 && { kind: 'diagnostics', diagnostics: warnings },
    facts([
      origin === undefined
        ? fact('Recipe', `${recipe.id}, version ${recipe.version}, sha256 ${recipe.hash.slice(0, 16)}`)
        : [fact('From', originName(origin)), originFacts(origin).map(({ name, value }) => fact(name, value))],
      params.length > 0 && fact('Parameters', params.join(', ')),
      files.length > 0 && fact('Files', files.join(', '), { code: true }),
      fact('Patch', sha256 && `${file ?? ''} sha256 ${sha256.slice(0, 16)}`.trim()),
      fact('Declared beforehand', expectations(patch) || undefined),
    ]),
    account.some((edit) => edit.outcome === 'failed')
      ? edits
      : origin === undefined && details(`${count(account.length, 'edit')}, one by one`, edits),
    file !== undefined && {
      kind: 'diff',
      title: `${file}: ${count(patch.insertions, 'line')} added, ${integer(patch.deletions)} removed`,
      file,
    },
  ];
}

const MEMORY = {
  less: 'less memory at start-up',
  more: 'more memory at start-up',
  same: 'the same memory at start-up',
};

function expectations({ expect }: RunPatch): string {
  if (expect === undefined) return '';
  return joined(
    [
      expect.slower.length > 0 && `slower: ${expect.slower.join(', ')}`,
      expect.faster.length > 0 && `faster: ${expect.faster.join(', ')}`,
      expect.startupMemory && MEMORY[expect.startupMemory],
      expect.tests.map(({ test, why }) => `${test} (${why})`),
    ],
    '; ',
  );
}

function outcome(word: RunPatch['account'][number]['outcome']): Cell {
  return toned(word === 'applied' ? 'good' : word === 'failed' ? 'bad' : 'plain', word.replaceAll('-', ' '));
}

function accountTable({ account }: RunPatch): Block {
  return table(
    'What each edit looked for and found',
    [right('#'), 'edit', 'looked for', 'outcome', 'where and why'],
    account.map((edit) => [
      String(edit.edit + 1),
      code(edit.kind),
      code(edit.looksFor),
      outcome(edit.outcome),
      joined([edit.found.map((f) => `${f.file}:${f.line} ${f.decision}`), edit.reason || edit.why], '; '),
    ]),
  );
}
