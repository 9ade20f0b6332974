/**
 * Simulates a matrix on a CI's machines, and writes the numbers of docs/scale.md.
 * `node scripts/research/simulate-fanout.ts [--refs N] [--machines N] [--cache-gb N] [--speed X] [--spread S] [--json]`: the strategies, compared.
 * `… --page`: docs/scale.md's numbers anew, from docs/scale/measured.json.
 * `… --measure RUN… --machine WORDS`: docs/scale/measured.json anew, from run folders and this machine's build store.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheFolder } from '../../src/system/cache-folder.ts';
import { compared, comparedText, subjectOf, USUAL_SIMULATION } from './simulate-fanout/compare.ts';
import { measure, measuredText, readMeasured } from './simulate-fanout/measure.ts';
import { withNumbers } from './simulate-fanout/page.ts';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const MEASURED = path.join(DOCS, 'scale', 'measured.json');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    refs: { type: 'string', default: String(USUAL_SIMULATION.refs) },
    machines: { type: 'string', default: String(USUAL_SIMULATION.machines) },
    'cache-gb': { type: 'string', default: String(USUAL_SIMULATION.cacheMegabytes / 1000) },
    speed: { type: 'string', default: String(USUAL_SIMULATION.speed) },
    spread: { type: 'string' },
    seed: { type: 'string', default: String(USUAL_SIMULATION.seed) },
    json: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    measure: { type: 'boolean', default: false },
    machine: { type: 'string', default: 'not told' },
  },
});

if (values.measure) {
  const store = path.join(cacheFolder(process.env), 'builds');
  await writeFile(MEASURED, measuredText(await measure(positionals, store, values.machine)));
}
const measured = await readMeasured(MEASURED);
if (values.page) {
  const page = path.join(DOCS, 'scale.md');
  await writeFile(page, await withNumbers(await readFile(page, 'utf8'), measured));
} else {
  const refs = positive('refs');
  const simulation = {
    refs,
    machines: positive('machines'),
    cacheMegabytes: positive('cache-gb') * 1000,
    speed: positive('speed'),
    seed: positive('seed'),
    spread: values.spread === undefined ? undefined : positive('spread'),
  };
  const found = compared(measured, simulation, await subjectOf(refs));
  process.stdout.write(values.json ? `${JSON.stringify(found, undefined, 1)}\n` : comparedText(found));
}

function positive(name: 'refs' | 'machines' | 'cache-gb' | 'speed' | 'seed' | 'spread'): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value > 0) return value;
  process.stderr.write(`--${name}: a number above 0 is expected\n`);
  process.exit(2);
}
