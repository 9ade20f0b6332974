import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { StartupMemory, VariantMemory } from '../../src/bench/memory/types.ts';
import { comparisonJson } from '../../src/report/comparison-json.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown/render.ts';
import { reportView } from '../../src/report/report-view.ts';
import { renderTerminal } from '../../src/report/terminal/render.ts';
import { runRecordSchema } from '../../src/run/types.ts';
import { patch, record, target } from './records.ts';

const variant = (bytes: number, blocks: number, own: number, more: Partial<VariantMemory> = {}): VariantMemory => ({
  exact: { bytes, blocks, peakBytes: bytes + 36_000 },
  collected: { bytes: bytes - 12_000, blocks: blocks - 360 },
  taken: { bytes: 892_584, blocks: 508, arenaBytes: 1_310_720, arenas: 5 },
  resident: { bytes: own + 3_301_376, ownBytes: own },
  ...more,
});

/** 2.7.18 as it was measured, with figures of 3.x beside them in `more`. */
function memory(baseline: Partial<VariantMemory> = {}, patched: Partial<VariantMemory> = {}): StartupMemory {
  const types = [
    { type: 'frame', baseline: { blocks: 96, bytes: 45_808 }, patched: { blocks: 14, bytes: 8128 } },
    { type: 'code', baseline: { blocks: 518, bytes: 66_304 }, patched: { blocks: 518, bytes: 62_160 } },
    { type: 'unicode', baseline: { blocks: 1, bytes: 40 }, patched: { blocks: 1, bytes: 30 } },
  ];
  const collectedTypes = [
    { type: 'frame', baseline: { blocks: 96, bytes: 45_808 }, patched: { blocks: 1, bytes: 552 } },
  ];
  const sizes = [
    { size: 128, baseline: 551, patched: 33 },
    ...Array.from({ length: 20 }, (_, i) => ({ size: 400 + 8 * i, baseline: 20 - i, patched: 0 })),
  ];
  return {
    schemaVersion: 1,
    repeats: 3,
    points: [
      {
        name: 'pass',
        code: 'pass',
        variants: {
          baseline: variant(1_947_307, 12_888, 2_678_784, baseline),
          patched: variant(1_905_483, 12_806, 2_637_824, patched),
        },
        types,
        collectedTypes,
        sizes,
      },
      {
        name: 'imports',
        code: 'import site, json',
        variants: {
          baseline: variant(2_069_949, 13_659, 2_859_008),
          patched: variant(2_020_421, 13_562, 2_813_952),
        },
        types,
        collectedTypes,
        sizes,
      },
    ],
    methods: { exact: 'malloc counter, preloaded; PyObject_Malloc led to malloc', resident: 'Rss of /proc/self' },
    problems: [],
  };
}

const CLAIM = patch({ expect: { tests: [], faster: [], slower: [], startupClaim: 'some 50k on a PlayStation 3' } });
const run = (measured: StartupMemory) => record({ patches: [CLAIM], targets: [target({ memory: measured })] });
const plain = (text: string) => text.replaceAll('\u202f', ' ');
const terminal = (measured: StartupMemory, verbose = false) =>
  plain(renderTerminal(reportView(run(measured)), { width: 80, color: false, verbose }));
/** The section, on one line. */
const section = (measured: StartupMemory, verbose = false) =>
  (terminal(measured, verbose).split(/\nMemory at start-up ─+\n/)[1] ?? '').split(/\n[^\n]* ──+\n/)[0] ?? '';
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('start-up memory in the report', () => {
  test('the sentence stands in the headline, the answer on the first screen', () => {
    const screen = flat(terminal(memory()).split('\n').slice(0, 24).join('\n'));
    expect(screen).toContain(
      '41 824 B less at start-up (the published claim: some 50k on a PlayStation 3); +0.41% time overall',
    );
    expect(screen).toContain(
      '✓ Memory 41 824 B less at start-up. The published claim: some 50k on a PlayStation 3. After “import site, json”: −49 528 B. As it runs, with pymalloc: the operating system sees 40.0 KiB less in use and pymalloc reserves the same 1.25 MiB in arenas.',
    );
  });

  test('without a published claim nothing is said of one', () => {
    const text = plain(
      renderTerminal(reportView(record({ targets: [target({ memory: memory() })] })), { width: 80, color: false }),
    );
    expect(text).not.toContain('claim');
    expect(flat(text)).toContain('41 824 B less at start-up; +0.41% time overall');
  });

  test('bars and figures of both points, with pymalloc and without', () => {
    const text = section(memory());
    expect(text).toMatch(
      /After “pass”, without pymalloc\nbaseline +█+ +1 947 307 B\npatched +█+ +1 905 483 B \(−41 824 B\)\n/,
    );
    expect(text).toMatch(
      /After “import site, json”, with pymalloc\nbaseline +█+ +2 203 304 B\npatched +█+ +2 203 304 B \(the same\)\n/,
    );
    expect(text).toMatch(/live blocks +12 888 +12 806 +−82\n/);
    expect(text).not.toMatch(/live blocks +13 659/);
    expect(section(memory(), true)).toMatch(/live blocks +13 659 +13 562 +−97\n/);
    expect(text).toMatch(/live bytes after gc.collect\(\) +1 935 307 +1 893 483 +−41 824 B\n/);
    expect(text).toMatch(/with pymalloc: arenas +1 310 720 +1 310 720 +same\n/);
    expect(text).toMatch(/resident, its own pages +2 678 784 +2 637 824 +−40 960 B\n/);
  });

  test('what is held on purpose is told apart from garbage and free lists', () => {
    const measured = memory({}, { collected: { bytes: 1_885_404, blocks: 12_426 } });
    expect(flat(section(measured))).toContain(
      'left to chance: −49 903 B after “pass” and −49 528 B after “import site',
    );
  });

  test('types account for every byte, and the free lists are told apart from what is held', () => {
    const text = section(memory());
    expect(text).toMatch(/frame +96 → 14 +45 808 → 8128 +−37 680 B\n/);
    expect(text).toMatch(/code +518 +66 304 → 62 160 +−4144 B\n/);
    expect(text).toMatch(/everything else +12 273 +1 835 155 → 1 835 165 +\+10 B\n/);
    expect(flat(text)).toContain('96 frame objects of 45 808 B on baseline, 1 of 552 B patched.');
  });

  test('C names of types are those of the version', () => {
    expect(section(memory())).toMatch(/\nunicode /);
    const builds = target().builds.map((one) => ({ ...one, build: { ...one.build, pythonVersion: '3.9.2' } }));
    const text = renderTerminal(reportView(record({ targets: [target({ memory: memory(), builds })] })), {
      width: 80,
      color: false,
    });
    expect(text).toMatch(/\nstr /);
    expect(text).not.toMatch(/\nunicode /);
  });

  test('sizes of blocks are folded away, the largest differences first', () => {
    expect(section(memory())).not.toContain('128 B');
    const text = section(memory(), true);
    expect(text).toMatch(/128 B +551 +33 +−66 304 B\n/);
    expect(text).toContain('9 more sizes are in run.json.');
  });

  test('repeats agree to the byte, or the spread is told', () => {
    expect(flat(section(memory()))).toContain('comes from 3 processes, which agree to the byte.');
    const spread = memory({ exact: { bytes: 1_947_307, blocks: 12_888, peakBytes: 2_000_000, spreadBytes: 448 } });
    expect(flat(section(spread))).toContain('the median of 3 processes; they differ by up to 448 B.');
  });

  test('the method is named', () => {
    expect(flat(section(memory()))).toContain(
      'Live bytes: malloc counter, preloaded; PyObject_Malloc led to malloc. Resident: Rss of /proc/self.',
    );
  });

  test.each([
    [1_947_307, /○ Memory +the same at start-up/, 'takes as much as before at start-up'],
    [1_947_467, /✗ Memory +160 B more at start-up/, 'takes 160 B more at start-up'],
  ])('a patched interpreter with %d bytes', (bytes, answer, sentence) => {
    const text = terminal(memory({}, { exact: { bytes, blocks: 1, peakBytes: bytes } }));
    expect(text).toMatch(answer);
    expect(flat(text)).toContain(sentence);
  });

  test('what the operating system sees: nothing, or fewer arenas', () => {
    const same = memory({}, { resident: { bytes: 5_980_160, ownBytes: 2_678_784 } });
    expect(flat(section(same))).toContain(
      'the operating system sees nothing of it and pymalloc reserves the same 1.25 MiB',
    );
    const fewer = memory({}, { taken: { bytes: 892_584, blocks: 508, arenaBytes: 1_048_576, arenas: 4 } });
    expect(flat(section(fewer))).toContain('pymalloc reserves 1.00 MiB in arenas instead of 1.25 MiB');
  });

  test('without the counter, pymalloc’s own account decides', () => {
    const of = (bytes: number): VariantMemory => ({ pymalloc: { bytes, blocks: 14_818 } });
    const measured: StartupMemory = {
      ...memory(),
      points: [
        {
          name: 'pass',
          code: 'pass',
          variants: { baseline: of(1_288_016), patched: of(1_229_600) },
          types: [],
          collectedTypes: [],
          sizes: [],
        },
      ],
      methods: { pymalloc: 'sys.getallocatedblocks()' },
      problems: [{ figure: 'exact', why: 'linked statically' }],
    };
    const text = flat(section(measured));
    expect(text).toContain('saves 58 416 B at start-up');
    expect(text).toContain('Not measured: linked statically.');
    expect(text).not.toContain('agree to the byte');
  });

  test('what could not be measured is told with its reason', () => {
    const measured: StartupMemory = {
      ...memory(),
      points: [],
      methods: {},
      problems: [{ figure: 'exact', variant: 'patched', why: 'ended by SIGSEGV' }],
    };
    expect(terminal(measured)).toMatch(/– Memory +not measured\. Ended by SIGSEGV\./);
    expect(section(measured)).toContain('Not measured on patched: ended by SIGSEGV.');
    expect(terminal(measured)).not.toMatch(/(less|more|same) at start-up/);
  });

  test('80 columns are enough', () => {
    expect(
      section(memory(), true)
        .split('\n')
        .filter((line) => stringWidth(line) > 80),
    ).toEqual([]);
  });

  test('the page draws it without scripts, and never by colour alone', () => {
    const html = plain(renderHtml(reportView(run(memory()))));
    expect(html).toContain('aria-label="patched: 1 905 483 B (−41 824 B)"');
    expect(html).toContain('Blocks by size, after “pass”');
    expect(html).not.toMatch(/<script|https?:/);
  });

  test('markdown and JSON tell the same', () => {
    const markdown = plain(renderMarkdown(reportView(run(memory()))));
    expect(markdown).toContain('some 50k on a PlayStation 3');
    expect(markdown).toMatch(/\| live bytes \| 1 947 307 \| 1 905 483 \| −41 824 B \|/);
    const json = comparisonJson(run(memory())) as { targets: { memory: StartupMemory }[] };
    expect(json.targets[0]?.memory).toEqual(memory());
  });

  test('a record survives the round trip', () => {
    const json = JSON.parse(JSON.stringify(run(memory())));
    expect(runRecordSchema.parse(json)).toEqual(json);
  });
});
