/**
 * Does the experiment that Forkwright was made for on 2.7 and 3.9, and writes docs/experiment.md with its pictures.
 * `node scripts/research/experiment.ts [--runs DIR] [--quick]`: runs that are in DIR (default: artifacts/experiment) are not done again.
 * `node scripts/research/experiment.ts --take RUN…`: a column from a finished run of sources that cannot be got here, such as 3.3.0a3,
 * or what is told of msvc-x64.
 * `node scripts/research/experiment.ts --emulated RUN…`: the rows for other processors from finished runs, and the page.
 * `node scripts/research/experiment.ts --page`: only the page, from docs/experiment/*.json.
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readRunRecord, runFolder } from '../../src/run/folder.ts';
import { documents } from './experiment/documents.ts';
import { extractOf, extractText } from './experiment/extract.ts';
import { type PlaystationRow, playstationRows, readPlaystation } from './experiment/playstation.ts';
import { repeatOf } from './experiment/repeats.ts';
import { furtherRuns, obtainRun, plannedRuns, samplesOf, selfTestOf } from './experiment/runs.ts';
import { selfTestExtractOf } from './experiment/self-test.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCS = path.join(ROOT, 'docs');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: path.join(ROOT, 'artifacts', 'experiment') },
    quick: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    emulated: { type: 'boolean', default: false },
    take: { type: 'boolean', default: false },
  },
});

if (values.emulated) await takeEmulated(positionals);
else if (values.take) await take(positionals);
else if (!values.page) await measure(path.resolve(values.runs), values.quick);
for (const [name, text] of documents(DOCS)) await writeFile(path.join(DOCS, name), text);

/** Each under its version and target. */
async function take(runs: readonly string[]): Promise<void> {
  for (const run of runs.map((folder) => path.resolve(folder))) {
    const record = await readRunRecord(runFolder(run));
    const { target = 'host' } = record.targets[0] ?? {};
    const name = [record.checkout.pythonVersion, ...(target === 'host' ? [] : [target])].join('-');
    const extract = extractOf(name, record, await samplesOf(record, path.basename(run), path.dirname(run)));
    await writeFile(path.join(DOCS, 'experiment', `${name}.json`), extractText(extract));
  }
}

async function takeEmulated(runs: readonly string[]): Promise<void> {
  const records = await Promise.all(runs.map((run) => readRunRecord(runFolder(path.resolve(run)))));
  const rows = records.flatMap(playstationRows);
  const file = path.join(DOCS, 'experiment', 'playstation.json');
  const key = ({ python, target }: PlaystationRow) => `${python} ${target}`;
  const others = readPlaystation(file).filter((row) => !rows.some((own) => key(own) === key(row)));
  await writeFile(file, `${JSON.stringify([...others, ...rows], null, 1)}\n`);
}

async function measure(runs: string, quick: boolean): Promise<void> {
  for (const run of plannedRuns(quick)) {
    console.error(`experiment: ${run.name}`);
    const record = await obtainRun(run, runs);
    const extract = extractOf(run.name, record, await samplesOf(record, run.name, runs));
    await writeFile(path.join(DOCS, 'experiment', `${run.name}.json`), extractText(extract));
  }
  const repeats = [];
  for (const name of await furtherRuns(runs, plannedRuns(quick))) {
    const record = await readRunRecord(runFolder(path.join(runs, name)));
    repeats.push(repeatOf(extractOf(name, record, await samplesOf(record, name, runs))));
  }
  await writeFile(path.join(DOCS, 'experiment', 'repeats.json'), `${JSON.stringify(repeats, null, 1)}\n`);
  const test = await selfTestOf(runs);
  if (test === undefined) return;
  await writeFile(
    path.join(DOCS, 'experiment', 'self-test.json'),
    `${JSON.stringify(selfTestExtractOf(test), null, 1)}\n`,
  );
}
