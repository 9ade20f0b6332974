import { count, integer } from '../../document/format.ts';
import { code, details, fact, facts, joined, type Some, table, text, toned } from '../../document/say.ts';
import { type Block, type Cell, right } from '../../document/types.ts';
import type { RunPatch, RunRecord } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import { patchMeaning } from '../headline.ts';
import { type Section, section } from '../view.ts';

/** What each recipe did to the sources: why, where, the edits one by one, and the patch itself. */
export function changeSections(record: RunRecord): Section[] {
  return record.patches.map((patch, index) =>
    section(
      `change-${index + 1}`,
      record.patches.length === 1 ? 'The change' : `The change: ${patch.recipe.id}`,
      blocks(patch, record.checkout.pythonVersion),
      { verboseOnly: patch.verdict === 'applies' && patch.warnings.length === 0 },
    ),
  );
}

function blocks(patch: RunPatch, pythonVersion: string): Some<Block>[] {
  const { recipe, verdict, why, warnings, account, file, files, sha256 } = patch;
  const params = Object.entries(patch.params).map(([name, value]) => `${name} = ${value}`);
  const edits = account.length > 0 && accountTable(patch);
  return [
    text([sentence(recipe.title), sentence(recipe.why)]),
    verdict !== 'applies' && text([patchMeaning(patch, pythonVersion), why && sentence(why)], 'bad'),
    warnings.length > 0 && { kind: 'diagnostics', diagnostics: warnings },
    facts([
      fact('Recipe', `${recipe.id}, version ${recipe.version}, sha256 ${recipe.hash.slice(0, 16)}`),
      params.length > 0 && fact('Parameters', params.join(', ')),
      files.length > 0 && fact('Files', files.join(', '), { code: true }),
      fact('Patch', sha256 && `${file ?? ''} sha256 ${sha256.slice(0, 16)}`.trim()),
      fact('Declared beforehand', expectations(patch) || undefined),
    ]),
    account.some((edit) => edit.outcome === 'failed')
      ? edits
      : details(`${count(account.length, 'edit')}, one by one`, edits),
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
