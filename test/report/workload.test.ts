import { expect, test } from 'vitest';
import type { WorkloadResult } from '../../src/bench/workload/types.ts';
import { renderView } from '../../src/report/render-view.ts';
import { reportView } from '../../src/report/report-view.ts';
import { runRecordSchema } from '../../src/run/types.ts';
import { record, target } from './records.ts';

const amount = (bytes: number, blocks = 1) => ({ bytes, blocks });
const MIB = 1024 * 1024;
const workload: WorkloadResult = {
  schemaVersion: 1,
  program: 'app.py --requests 10',
  workers: 4,
  pairs: 9,
  figures: [
    { name: 'peak', baseline: 20 * MIB, patched: 25 * MIB, ratio: 1.25, low: 1.24, high: 1.27, verdict: 'more' },
    { name: 'worker', baseline: 4 * MIB, patched: 2 * MIB, ratio: 0.5, low: 0.4, high: 1.1, verdict: 'inconclusive' },
  ],
  curve: ['start', 'request 1', 'end'].map((mark, i) => ({ mark, baseline: i * MIB, patched: 2 * i * MIB })),
  live: ['start', 'request 1', 'end'].map((mark, i) => ({ mark, baseline: i * 1000, patched: i * 2000 })),
  types: [{ type: 'list', baseline: amount(0, 0), patched: amount(5600, 100) }],
  classes: [{ type: 'app.Node', baseline: amount(0, 0), patched: amount(4800, 100) }],
  stacks: [
    { stack: ['list_repeat', '_PyEval_EvalFrameDefault'], baseline: amount(0, 0), patched: amount(2500, 25) },
    { stack: ['<new>', 'type_call'], baseline: amount(500, 5), patched: amount(0, 0) },
  ],
  load: [1.5, 2],
  problems: [{ what: 'sites', variant: 'patched', why: 'no `nm`' }],
};

const show = (format: 'terminal' | 'markdown' | 'html', result: WorkloadResult = workload) => {
  const made = record({ targets: [target({ workload: result })] });
  const read = runRecordSchema.parse(JSON.parse(JSON.stringify(made)));
  const text = renderView(reportView(read as typeof made), format, { width: 120, color: false, verbose: true });
  return text.replaceAll('\u202f', ' ').replace(/\s+/g, ' ');
};

test.each(['terminal', 'markdown', 'html'] as const)(
  '%s: what is more, with its interval, who asked, and what is not known',
  (format) => {
    const text = show(format);
    expect(text).toMatch(/\+25\.0% at the most: 20\.0 MiB → 25\.0 MiB/);
    expect(text).toMatch(/a worker’s own pages.*inconclusive/);
    expect(text).toMatch(/2500 B more live at the end.*list_repeat/);
    expect(text).toMatch(/500 B fewer live at the end/);
    expect(text).toContain('agree to the byte: exact');
    expect(text).toContain('Not measured on patched: no `nm`'.replaceAll('`', format === 'markdown' ? '\\`' : '`'));
    expect(text).toContain('app.Node');
  },
);

test('the page draws both curves and the graph, and no name of a function is markup there', () => {
  const page = show('html');
  expect(page.match(/<figure class="trend"/g)).toHaveLength(2);
  expect(page.match(/<figure class="flame"/g)).toHaveLength(2);
  expect(page).not.toContain('<new>');
  expect(page).toContain('&lt;new&gt;');
});

test('where nothing was measured, the first screen says why', () => {
  const none = { ...workload, figures: [], curve: [], live: [], types: [], classes: [], stacks: [] };
  const text = show('terminal', { ...none, problems: [{ what: 'system', variant: 'baseline', why: 'it failed' }] });
  expect(text).toMatch(/Memory under load not measured\. It failed/);
});
