import { count, integer } from '../../document/format.ts';
import { type Block, type Cell, right } from '../../document/types.ts';
import type { RunPatch, RunRecord } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import { patchMeaning } from '../headline.ts';
import type { Section } from '../view.ts';

/** What each recipe did to the sources: why, where, the edits one by one, and the patch itself. */
export function changeSections(record: RunRecord): Section[] {
  return record.patches.map((patch, index) => ({
    id: `change-${index + 1}`,
    title: record.patches.length === 1 ? 'The change' : `The change: ${patch.recipe.id}`,
    blocks: blocks(patch, record.checkout.pythonVersion),
    verboseOnly: patch.verdict === 'applies' && patch.warnings.length === 0,
  }));
}

function blocks(patch: RunPatch, pythonVersion: string): Block[] {
  const { recipe } = patch;
  const all: Block[] = [{ kind: 'text', lines: [sentence(recipe.title), sentence(recipe.why)] }];
  if (patch.verdict !== 'applies') {
    const why = patch.why === undefined ? [] : [sentence(patch.why)];
    all.push({ kind: 'text', tone: 'bad', lines: [patchMeaning(patch, pythonVersion), ...why] });
  }
  if (patch.warnings.length > 0) all.push({ kind: 'diagnostics', diagnostics: patch.warnings });
  const params = Object.entries(patch.params).map(([name, value]) => `${name} = ${value}`);
  all.push({
    kind: 'facts',
    facts: [
      { name: 'Recipe', value: `${recipe.id}, version ${recipe.version}, sha256 ${recipe.hash.slice(0, 16)}` },
      ...(params.length > 0 ? [{ name: 'Parameters', value: params.join(', ') }] : []),
      ...(patch.files.length > 0 ? [{ name: 'Files', value: patch.files.join(', '), code: true }] : []),
      ...(patch.sha256 === undefined
        ? []
        : [{ name: 'Patch', value: `${patch.file ?? ''} sha256 ${patch.sha256.slice(0, 16)}`.trim() }]),
      ...expectations(patch),
    ],
  });
  const failed = patch.account.some((edit) => edit.outcome === 'failed');
  if (patch.account.length > 0) {
    const table: Block = { kind: 'table', table: account(patch) };
    all.push(
      failed
        ? table
        : { kind: 'details', summary: `${count(patch.account.length, 'edit')}, one by one`, blocks: [table] },
    );
  }
  if (patch.file !== undefined) {
    const title = `${patch.file}: ${count(patch.insertions, 'line')} added, ${integer(patch.deletions)} removed`;
    all.push({ kind: 'diff', title, file: patch.file });
  }
  return all;
}

function expectations({ expect }: RunPatch): { name: string; value: string }[] {
  if (expect === undefined) return [];
  const memory = {
    less: 'less memory at start-up',
    more: 'more memory at start-up',
    same: 'the same memory at start-up',
  };
  const said = [
    expect.slower.length > 0 ? `slower: ${expect.slower.join(', ')}` : '',
    expect.faster.length > 0 ? `faster: ${expect.faster.join(', ')}` : '',
    expect.startupMemory === undefined ? '' : memory[expect.startupMemory],
    ...expect.tests.map(({ test, why }) => `${test} (${why})`),
  ].filter((part) => part !== '');
  return said.length === 0 ? [] : [{ name: 'Declared beforehand', value: said.join('; ') }];
}

function account(patch: RunPatch): { caption: string; columns: { title: string; align?: 'right' }[]; rows: Cell[][] } {
  const outcome = (word: RunPatch['account'][number]['outcome']): Cell => {
    if (word === 'applied') return { text: 'applied', tone: 'good', symbol: '✓' };
    if (word === 'failed') return { text: 'failed', tone: 'bad', symbol: '✗' };
    return { text: word.replaceAll('-', ' '), tone: 'plain', symbol: '○' };
  };
  return {
    caption: 'What each edit looked for and found',
    columns: [right('#'), { title: 'edit' }, { title: 'looked for' }, { title: 'outcome' }, { title: 'where and why' }],
    rows: patch.account.map((edit) => [
      { text: String(edit.edit + 1) },
      { text: edit.kind, code: true },
      { text: edit.looksFor, code: true },
      outcome(edit.outcome),
      {
        text: [...edit.found.map((f) => `${f.file}:${f.line} ${f.decision}`), edit.reason || edit.why]
          .filter((part) => part !== '')
          .join('; '),
      },
    ]),
  };
}
