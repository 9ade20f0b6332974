import { existsSync } from 'node:fs';
import path from 'node:path';
import { memoryChart } from './chart-memory.ts';
import { instructionsChart, testsChart } from './chart-tests.ts';
import { readExtract } from './extract.ts';
import { experimentPage } from './page.ts';
import { readPlaystation } from './playstation.ts';
import { readPublished } from './published.ts';
import { readRepeats } from './repeats.ts';
import { readSelfTestExtract } from './self-test.ts';

/** The columns of the page; the quick run is told of for its duration alone. */
export const COLUMNS = ['2.7', '3.3.0a3', '3.9'];
export const QUICK = '2.7-quick';
/** The published table's own version on its own system. */
export const WINDOWS = '3.3.0a3-msvc-x64';

/**
 * The page and its pictures, from the extracts beside them and from nothing else.
 * @param docs the folder with `experiment/`.
 * @returns the files' texts by their paths in `docs`.
 */
export function documents(docs: string): ReadonlyMap<string, string> {
  const file = (name: string) => path.join(docs, 'experiment', name);
  const published = readPublished(file('published.csv'));
  const extracts = COLUMNS.map((name) => readExtract(file(`${name}.json`)));
  const quick = existsSync(file(`${QUICK}.json`)) ? readExtract(file(`${QUICK}.json`)) : undefined;
  const windows = existsSync(file(`${WINDOWS}.json`)) ? readExtract(file(`${WINDOWS}.json`)) : undefined;
  const selfTest = existsSync(file('self-test.json')) ? readSelfTestExtract(file('self-test.json')) : undefined;
  const repeats = existsSync(file('repeats.json')) ? readRepeats(file('repeats.json')) : [];
  const playstation = existsSync(file('playstation.json')) ? readPlaystation(file('playstation.json')) : [];
  return new Map([
    ['experiment.md', experimentPage({ published, extracts, quick, selfTest, repeats, playstation, windows })],
    ['experiment/tests.svg', testsChart(published, extracts)],
    ['experiment/instructions.svg', instructionsChart(published, extracts)],
    ['experiment/memory.svg', memoryChart(extracts)],
  ]);
}
