import type {
  CpythonTestComparison,
  CpythonTestRow,
  GrowthResult,
  SampleHeader,
  SpeedComparison,
  TestRow,
  TestVerdict,
} from '../../src/bench/types.ts';
import type { Build, Variant } from '../../src/builds/types.ts';
import type { RunPatch, RunRecord, TargetResult } from '../../src/run/types.ts';

/** Records of runs as they come out of the pipeline, made up for the tests of what is rendered from them. */

const TESTS = (
  'BuiltinFunctionCalls BuiltinMethodLookup CompareFloats CompareFloatsIntegers CompareIntegers ' +
  'CompareInternedStrings CompareLongs CompareStrings CompareUnicode ComplexPythonFunctionCalls ConcatStrings ' +
  'ConcatUnicode CreateInstances CreateNewInstances CreateStringsWithConcat CreateUnicodeWithConcat DictCreation ' +
  'DictWithFloatKeys DictWithIntegerKeys DictWithStringKeys ForLoops IfThenElse ListSlicing NestedForLoops ' +
  'NestedListComprehensions NormalClassAttribute NormalInstanceAttribute PythonFunctionCalls PythonMethodCalls ' +
  'Recursion SecondImport SecondPackageImport SecondSubmoduleImport SimpleComplexArithmetic SimpleDictManipulation ' +
  'SimpleFloatArithmetic SimpleIntFloatArithmetic SimpleIntegerArithmetic SimpleListComprehensions ' +
  'SimpleListManipulation SimpleLongArithmetic SmallLists SmallTuples SpecialClassAttribute ' +
  'SpecialInstanceAttribute StringMappings StringPredicates StringSlicing TryExcept TryFinally TryRaiseExcept ' +
  'TupleSlicing UnicodeMappings UnicodePredicates UnicodeProperties UnicodeSlicing WithFinally WithRaiseExcept'
).split(' ');
const CALLS: Readonly<Record<string, number>> = {
  PythonFunctionCalls: 1.059,
  TryFinally: 1.049,
  ComplexPythonFunctionCalls: 1.041,
  PythonMethodCalls: 1.034,
  Recursion: 1.008,
};

/** The same numbers on every machine (Lehmer's generator): between 0 and 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const HEX = '0123456789abcdef';
const hash = (seed: number) => {
  const next = random(seed);
  return Array.from({ length: 64 }, () => HEX[Math.floor(next() * 16)]).join('');
};

export function countRows(tests: readonly TestRow[]): Record<TestVerdict, number> {
  const counts = { faster: 0, slower: 0, 'no-change': 0, inconclusive: 0, missing: 0, failed: 0 };
  for (const row of tests) counts[row.verdict] += 1;
  return counts;
}

/** A suite of 58 tests. `spread` is the half-width of an interval, as a fraction. */
export function speed(seed: number, spread: number, more: Partial<SpeedComparison> = {}): SpeedComparison {
  const next = random(seed);
  const threshold = more.threshold ?? 0.012;
  const tests = TESTS.map((test): TestRow => {
    const ratio = (CALLS[test] ?? 1) * (1 + (next() - 0.48) * 0.012);
    const low = ratio - spread * (0.5 + next());
    const high = ratio + spread * (0.5 + next());
    const ms = 2 + next() * 30;
    const inside = low > 1 - threshold && high < 1 + threshold;
    const verdict =
      low > 1 + threshold ? 'slower' : high < 1 - threshold ? 'faster' : inside ? 'no-change' : 'inconclusive';
    return {
      test,
      verdict,
      estimate: { ratio, low, high },
      p: verdict === 'slower' ? 0.00003 : next(),
      q: verdict === 'slower' ? 0.0004 : 0.2 + next() * 0.8,
      pairs: 16,
      minBaselineMs: ms,
      minPatchedMs: ms * ratio,
      avgBaselineMs: ms * 1.02,
      avgPatchedMs: ms * ratio * 1.03,
      bound: verdict === 'no-change' ? Math.max(high - 1, 1 - low) : undefined,
      pairsToSettle: verdict === 'inconclusive' ? 24 + Math.floor(next() * 60) : undefined,
      declared: test in CALLS ? 'slower' : undefined,
    };
  });
  return {
    schemaVersion: 1,
    suite: 'pybench',
    pybench: { version: '2.0', origin: 'Tools/pybench of the checkout', sha256: hash(7), converted: false },
    clock: 'cpu',
    pairs: 16,
    pairsPlanned: 16,
    geometricMean: { ratio: 1.0041, low: 1.0019, high: 1.0065 },
    counts: countRows(tests),
    tests,
    threshold,
    noiseFloor: threshold,
    falseDiscoveryRate: 0.05,
    ...more,
  };
}

const each = <T>(value: T): Record<string, T> => Object.fromEntries(TESTS.map((test) => [test, value]));

/** The header of the samples that `speed` could have been computed from. */
export function header(): SampleHeader {
  const clocks = {
    cpu: { name: 'os.times', resolution: 0.000001 },
    wall: { name: 'time.time', resolution: 0.0000002 },
  };
  const facts = {
    version: '2.7.18',
    implementation: 'CPython',
    executable: '/python',
    platform: 'linux2',
    hashRandomisation: 1,
  };
  return {
    type: 'header',
    schemaVersion: 1,
    suite: 'pybench',
    pybench: { version: '2.0', origin: 'Tools/pybench of the checkout', sha256: hash(7), converted: false },
    settings: {
      pairs: 16,
      seed: 20_260_101,
      testTimeoutMs: 60_000,
      blockMs: 5,
      repeats: 1,
      cpu: 1,
      layouts: 'each-pair',
    },
    tests: TESTS,
    loops: each(1000),
    repeats: each(1),
    variants: { baseline: { buildKey: hash(11).slice(0, 16), pythonVersion: '2.7.18' } },
    clock: 'cpu',
    defaultRounds: each(100_000),
    operations: each(100),
    uncalibrated: ['SmallLists'],
    workers: { baseline: { ...facts, clocks } },
    pinnedCpu: 1,
    layouts: { baseline: 16, patched: 16 },
    startedAt: '2026-11-22T21:08:00.000Z',
  };
}

const ROOT = '/home/ada/.cache/forkwright/builds';

export function build(variant: Variant, target: string, version: string): Build {
  const seed = variant === 'baseline' ? 11 : variant === 'patched' ? 12 : 13;
  const key = hash(seed + target.length).slice(0, 16);
  const cross = target === 'host' ? [] : ['--build=x86_64-linux-gnu', '--host=powerpc64-linux-gnu'];
  return {
    schemaVersion: 1,
    key,
    fingerprint: hash(seed + target.length),
    inputs: { pgo: false },
    target,
    pythonVersion: version,
    root: `${ROOT}/${key}`,
    src: `${ROOT}/${key}/src`,
    obj: `${ROOT}/${key}/obj`,
    python: `${ROOT}/${key}/obj/python`,
    pythonSha256: hash(seed + 100),
    commands: {
      configure: ['$ROOT/src/configure', ...cross, '--prefix=$ROOT/install', 'OPT=-DNDEBUG -g -O3 -Wall'],
      make: ['make', '-j2', 'python', 'sharedmods'],
    },
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', SOURCE_DATE_EPOCH: '1587340800' },
    pyconfigSha256: hash(21 + target.length),
    makefileSha256: hash(22 + target.length),
    compiler:
      target === 'host'
        ? { path: '/usr/bin/gcc', version: 'gcc (Debian 12.2.0-14+deb12u1) 12.2.0' }
        : { path: '/usr/bin/powerpc64-linux-gnu-gcc', version: 'powerpc64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0' },
    tools: [{ name: 'make', path: '/usr/bin/make', version: 'GNU Make 4.3' }],
    quirks: [],
    missingModules: ['_bsddb', '_tkinter', 'bsddb185', 'dbm', 'gdbm', 'sunaudiodev'],
    configureReused: variant === 'patched',
    durationsMs: { tree: 900, configure: variant === 'patched' ? 0 : 15_800, make: 69_300 },
    logs: { configure: `${ROOT}/${key}/configure.log`, make: `${ROOT}/${key}/make.log` },
  };
}

export const builds = (
  target: string,
  version = '2.7.18',
  variants: readonly Variant[] = ['baseline', 'patched', 'control'],
): TargetResult['builds'] =>
  variants.map((variant) => ({ variant, hit: variant === 'control', build: build(variant, target, version) }));

export function cpythonTests(special: readonly CpythonTestRow[] = []): CpythonTestComparison {
  const names = [
    'test_frame',
    'test_code',
    'test_sys',
    'test_gc',
    'test_generators',
    'test_marshal',
    'test_inspect',
    'test_traceback',
  ];
  const rows = names.map(
    (test): CpythonTestRow =>
      special.find((row) => row.test === test) ?? {
        test,
        baseline: 'passed',
        patched: 'passed',
        onlyBaseline: [],
        onlyPatched: [],
        verdict: 'same',
      },
  );
  return { set: 'quick', rows, unexpected: rows.filter((row) => row.verdict === 'unexpected').length };
}

export const DECLARED: CpythonTestRow = {
  test: 'test_gc',
  baseline: 'passed',
  patched: 'failed',
  onlyBaseline: [],
  onlyPatched: ['test_gc.GCTests.test_get_count'],
  verdict: 'expected',
  why: 'a full collection empties the free list, not the zombies',
};

export const growth = (baseline: number, patched: number): GrowthResult => ({
  functions: 20_000,
  growth: {
    baseline: { beforeBytes: 7_372_800, afterBytes: 7_372_800 + baseline, grownBytes: baseline },
    patched: { beforeBytes: 7_331_840, afterBytes: 7_331_840 + patched, grownBytes: patched },
  },
  method: 'VmRSS of /proc/self/status before and after',
});

export const PATCH_FILE = 'patches/remove-zombieframe.patch';

/** A patch as generated, shortened: what a diff must quote, nothing more. Latin-1 bytes. */
export const PATCH_TEXT = `From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: Forkwright <forkwright@localhost>
Subject: [PATCH] Stop keeping a dead frame on every code object

Recipe: remove-zombieframe 1.0.0
Upstream-Status: Inappropriate [fork policy]
---
diff --git a/Include/code.h b/Include/code.h
--- a/Include/code.h
+++ b/Include/code.h
@@ -24,3 +24,2 @@ typedef struct {
     PyObject *co_lnotab;
-    void *co_zombieframe;     /* for optimization only (see frameobject.c) */
     PyObject *co_weakreflist;
diff --git a/Objects/frameobject.c b/Objects/frameobject.c
--- a/Objects/frameobject.c
+++ b/Objects/frameobject.c
@@ -462,5 +462,3 @@ frame_dealloc(PyFrameObject *f)
     co = f->f_code;
-    if (co->co_zombieframe == NULL)
-        co->co_zombieframe = f;
-    else if (numfree < PyFrame_MAXFREELIST) {
+    if (numfree < PyFrame_MAXFREELIST) {
         ++numfree;
`;

export function patch(more: Partial<RunPatch> = {}): RunPatch {
  return {
    recipe: {
      id: 'remove-zombieframe',
      title: 'Stop keeping a dead frame on every code object',
      why: 'Every code object that ever ran keeps one frame for itself: an unbounded cache beside the bounded frame free list.',
      version: '1.0.0',
      hash: hash(31),
    },
    params: { abi: 'drop-field' },
    verdict: 'applies',
    file: PATCH_FILE,
    sha256: hash(32),
    insertions: 12,
    deletions: 61,
    files: ['Include/code.h', 'Lib/test/test_sys.py', 'Objects/codeobject.c', 'Objects/frameobject.c'],
    expect: {
      tests: [{ test: 'test_gc.test_get_count', why: 'a full collection empties the free list, not the zombies' }],
      faster: [],
      slower: Object.keys(CALLS),
      startupMemory: 'less',
    },
    account: [
      {
        edit: 0,
        kind: 'fold',
        looksFor: '$CO->co_zombieframe == NULL',
        why: 'the slot is never free to take',
        found: [
          { file: 'Objects/frameobject.c', line: 464, text: 'co->co_zombieframe == NULL', decision: 'folded to false' },
        ],
        outcome: 'applied',
        reason: 'matched once, as declared',
      },
      {
        edit: 1,
        kind: 'drop-field',
        looksFor: 'PyCodeObject.co_zombieframe',
        why: 'nothing keeps a frame there any more',
        found: [{ file: 'Include/code.h', line: 25, text: 'void *co_zombieframe;', decision: 'removed' }],
        outcome: 'applied',
        reason: 'matched once, as declared',
      },
    ],
    warnings: [],
    ...more,
  };
}

export const target = (more: Partial<TargetResult> = {}): TargetResult => ({
  target: 'host',
  title: 'this machine: Linux on x86-64',
  builds: builds('host'),
  conditionsDiffer: [],
  tests: cpythonTests([DECLARED]),
  speed: speed(5, 0.008),
  bench: { header: header(), samples: 'samples/host.jsonl' },
  growth: growth(10_240_000, 0),
  limits: [],
  ...more,
});

export const crossTarget = (more: Partial<TargetResult> = {}): TargetResult => ({
  target: 'ps3-linux',
  title: 'PlayStation 3 under Linux: big-endian PowerPC',
  builds: builds('ps3-linux', '2.7.18', ['baseline', 'patched']),
  conditionsDiffer: [],
  tests: cpythonTests([DECLARED]),
  speedSkipped: 'the time that an emulator takes says nothing about the machine that it emulates',
  growth: growth(9_830_400, 65_536),
  limits: ['runs under qemu-ppc64: functional only, times are not ranked'],
  ...more,
});

export function record(more: Partial<RunRecord> = {}): RunRecord {
  return {
    schemaVersion: 1,
    id: '2026-11-22-remove-zombieframe',
    forkwright: '0.1.0',
    startedAt: '2026-11-22T21:04:05.000Z',
    finishedAt: '2026-11-22T21:12:47.000Z',
    state: 'finished',
    commandLine: ['forkwright', 'run', 'remove-zombieframe', '--checkout', '../cpython', '--target', 'host'],
    checkout: {
      root: '/home/ada/cpython',
      pythonVersion: '2.7.18',
      flavour: { kind: 'release', name: 'CPython', evidence: ['Include/patchlevel.h'] },
      base: { kind: 'tarball', name: 'Python-2.7.18.tar.xz', sha256: hash(41), treeHash: hash(42) },
      localChanges: [],
    },
    machine: {
      os: 'Linux 6.1.0',
      arch: 'x64',
      cpu: 'AMD EPYC 7B13',
      cores: 2,
      memoryBytes: 25_769_803_776,
      loadAverage: [0.42, 0.51, 0.38],
    },
    patches: [patch()],
    targets: [target()],
    verdict: { ok: true, lines: [] },
    timingsMs: { patch: 640, build: 172_000, tests: 61_000, growth: 2_400, speed: 283_000 },
    ...more,
  };
}

export const everythingFine = () => record();

export const twoTargets = () => record({ id: 'two-targets', targets: [target(), crossTarget()] });

export const threeTargets = () =>
  record({
    id: 'three-targets',
    targets: [
      target(),
      crossTarget(),
      crossTarget({ target: 'ps3-psl1ght', title: 'PlayStation 3, homebrew', tests: undefined, growth: undefined }),
    ],
  });

export const drifted = () =>
  record({
    id: 'drifted',
    patches: [
      patch({
        verdict: 'drifted',
        why: 'load not guarded, Objects/frameobject.c:797',
        file: undefined,
        sha256: undefined,
        insertions: 0,
        deletions: 0,
        files: [],
        account: [
          {
            edit: 2,
            kind: 'drop-guarded-load',
            looksFor: 'f = $CO->co_zombieframe; if (f != NULL)',
            why: 'the slot is always empty',
            found: [
              {
                file: 'Objects/frameobject.c',
                line: 797,
                text: 'f = code->co_zombieframe;',
                decision: 'not guarded by a test against NULL',
              },
            ],
            outcome: 'failed',
            reason: 'matched 0 times, declared: exactly once',
          },
        ],
        warnings: [
          {
            code: 'patch/drifted',
            message: 'the load of co_zombieframe is not guarded by a test against NULL',
            place: { file: 'Objects/frameobject.c', line: 797, column: 5, length: 24 },
            hint: 'The fork changed this function: see `forkwright generate --explain`, then extend the recipe.',
            detail: ['    f = code->co_zombieframe;', '    f->f_back = back;'],
          },
        ],
      }),
    ],
    targets: [],
    verdict: { ok: false, lines: ['remove-zombieframe: drifted.'] },
    timingsMs: { patch: 210 },
  });

export const notApplicable = () =>
  record({
    id: 'not-applicable',
    checkout: {
      ...record().checkout,
      pythonVersion: '3.13.5',
      base: { kind: 'git', commit: hash(43).slice(0, 40), describe: 'v3.13.5', dirty: true, treeHash: hash(44) },
      localChanges: ['Objects/frameobject.c'],
    },
    patches: [
      patch({
        verdict: 'not-applicable',
        why: 'co_zombieframe was removed upstream in 3.11',
        file: undefined,
        sha256: undefined,
        files: [],
        insertions: 0,
        deletions: 0,
        account: [],
        expect: undefined,
      }),
    ],
    targets: [],
    verdict: { ok: false, lines: [] },
  });

export const buildFailed = () =>
  record({
    id: 'build-failed',
    targets: [
      target({
        builds: builds('host', '2.7.18', ['baseline']),
        tests: undefined,
        speed: undefined,
        bench: undefined,
        growth: undefined,
        buildFailure: [
          {
            code: 'build/compile-error',
            message: '‘PyCodeObject’ has no member named ‘co_zombieframe’',
            place: { file: 'Python/ceval.c', line: 1187, column: 21 },
            hint: 'This line is outside of the recipe’s files: a second user of the field. Add the file to the recipe.',
            detail: [
              '    if (co->co_zombieframe != NULL)',
              '          ^~',
              'log: /home/ada/.cache/forkwright/builds/6f/make.log',
            ],
          },
        ],
      }),
    ],
    verdict: { ok: false, lines: ['host: does not build.'] },
  });

export const testsDiffer = () =>
  record({
    id: 'tests-differ',
    targets: [
      target({
        tests: cpythonTests([
          DECLARED,
          {
            test: 'test_sys',
            baseline: 'passed',
            patched: 'failed',
            onlyBaseline: [],
            onlyPatched: ['test_sys.SizeofTest.test_objecttypes', 'test_sys.SizeofTest.test_gc_head_size'],
            verdict: 'unexpected',
          },
          {
            test: 'test_inspect',
            baseline: 'failed',
            patched: 'failed',
            onlyBaseline: [],
            onlyPatched: [],
            verdict: 'same',
          },
          {
            test: 'test_marshal',
            baseline: 'skipped',
            patched: 'skipped',
            onlyBaseline: [],
            onlyPatched: [],
            verdict: 'same',
          },
          {
            test: 'test_generators',
            baseline: 'passed',
            patched: 'crashed',
            onlyBaseline: [],
            onlyPatched: [],
            verdict: 'unexpected',
          },
        ]),
      }),
    ],
    verdict: { ok: false, lines: [] },
  });

/** Few pairs on a noisy machine; a test that only one side has, and one that fails. */
export const inconclusive = () => {
  const noisy = speed(9, 0.06, {
    pairs: 5,
    geometricMean: { ratio: 1.0122, low: 0.9951, high: 1.0296 },
    noiseFloor: undefined,
    threshold: 0.01,
  });
  const tests = noisy.tests.map((row): TestRow => {
    if (row.test === 'DictCreation')
      return { test: row.test, verdict: 'missing', pairs: 0, note: 'uses has_key, which Python 3 does not have' };
    if (row.test === 'TryExcept')
      return { test: row.test, verdict: 'failed', pairs: 2, note: 'patched: SystemError: NULL result without error' };
    if (row.test === 'SmallTuples')
      return {
        ...row,
        verdict: 'slower',
        estimate: { ratio: 1.92, low: 1.61, high: 2.3 },
        q: 0.012,
        bound: undefined,
        pairsToSettle: undefined,
      };
    if (row.test === 'SmallLists')
      return {
        ...row,
        verdict: 'faster',
        estimate: { ratio: 0.86, low: 0.81, high: 0.91 },
        q: 0.021,
        bound: undefined,
        pairsToSettle: undefined,
      };
    return row;
  });
  return record({
    id: 'inconclusive',
    targets: [target({ speed: { ...noisy, tests, counts: countRows(tests) }, growth: undefined, tests: undefined })],
  });
};

export const stopped = () =>
  record({
    id: 'stopped',
    state: 'stopped',
    finishedAt: undefined,
    targets: [
      target({
        tests: undefined,
        speed: undefined,
        bench: undefined,
        growth: undefined,
        builds: builds('host', '2.7.18', ['baseline']),
      }),
    ],
    verdict: { ok: false, lines: ['host: baseline and patched build under identical conditions.'] },
    timingsMs: { patch: 640, build: 91_000 },
  });

export const differentConditions = () =>
  record({
    id: 'different-conditions',
    targets: [
      target({
        builds: builds('host').map((b) =>
          b.variant === 'patched' ? { ...b, build: { ...b.build, pyconfigSha256: hash(99) } } : b,
        ),
        conditionsDiffer: ['pyconfig.h differs: HAVE_GETENTROPY'],
        speed: undefined,
        bench: undefined,
        speedSkipped: 'the builds differ in more than the patch',
      }),
    ],
    verdict: { ok: false, lines: [] },
  });

/** What a stranger could put into names and messages. */
export const hostileStrings = () => {
  const evil =
    '<script>alert(1)</script> | `rm -rf` | **bold** [x](javascript:alert(1)) ![i](http://example.com/x.png) @ada #1';
  const suite = speed(5, 0.008);
  const tests = suite.tests.map(
    (row, i): TestRow =>
      i === 0
        ? {
            ...row,
            test: `${evil}\u001b[31m`,
            declared: 'slower',
            note: 'line one\nline two | <img src=x onerror=alert(1)>',
          }
        : row,
  );
  return record({
    id: 'hostile"><script>alert(2)</script>',
    commandLine: ['forkwright', 'run', '"><script>alert(3)</script>'],
    patches: [
      patch({
        recipe: {
          ...patch().recipe,
          id: 'evil</title><script>',
          title: `${evil} \u202egnp.exe`,
          why: '</style><style>*{display:none}',
        },
        file: 'patches/evil "><img src=x>.patch',
        warnings: [
          {
            code: 'patch/second-user',
            message: evil,
            place: { file: '</code>a.c', line: 1 },
            hint: '$(reboot) $x^2$',
            detail: ['```', '</pre><script>alert(4)</script>', '\u001b]0;title\u0007'],
          },
        ],
      }),
    ],
    targets: [
      target({
        target: 'host"onload="alert(5)',
        title: '# <h1>not a heading</h1>',
        speed: { ...suite, suite: '<b>pybench</b>', tests },
        tests: cpythonTests([{ ...DECLARED, why: evil, onlyPatched: ['<svg onload=alert(6)>', '\u0000\u009b2J'] }]),
      }),
    ],
  });
};
