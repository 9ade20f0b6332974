import { describe, expect, test } from 'vitest';
import { PickleRecord, readPickle } from '../../../src/bench/import/pickle.ts';
import { looksLikePickle, readPybenchPickle } from '../../../src/bench/import/read.ts';
import { UserError } from '../../../src/system/diagnostic.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const read = (text: string) => readPickle(bytes(text), 'x.pickle');

describe('plain data', () => {
  test('protocol 0, as Python 2 writes it', () => {
    // pickle.dumps({'a': [1, 2.5, None, True, 'x\n', 3L], 'b': (u'\u20ac',)})
    const made = read(
      "(dp0\nS'a'\np1\n(lp2\nI1\naF2.5\naNaI01\naS'x\\n'\np3\naL3L\nasS'b'\np4\n(V\\u20ac\np5\ntp6\ns.",
    );
    expect(made).toEqual(
      new Map<string, unknown>([
        ['a', [1, 2.5, null, true, 'x\n', 3]],
        ['b', ['€']],
      ]),
    );
  });

  test('protocols 2 and 4', () => {
    expect(read('\x80\x02}q\x00(U\x01aq\x01K\x01U\x01bq\x02G?\xf8\x00\x00\x00\x00\x00\x00u.')).toEqual(
      new Map([
        ['a', 1],
        ['b', 1.5],
      ]),
    );
    expect(read('\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01\x8c\x01z\x94e.')).toEqual([1, 'z']);
  });

  test('an instance is its class’ name and its state, whatever the class', () => {
    const old = read("(i__main__\nBenchmark\np1\n(dp2\nS'warp'\np3\nI10\nsb.");
    const reconstructed = read(
      "ccopy_reg\n_reconstructor\n(c__main__\nBenchmark\nc__builtin__\nobject\nNtR(dS'warp'\nI10\nsb.",
    );
    const modern = read('\x80\x02c__main__\nBenchmark\n)\x81}U\x04warpK\nsb.');
    for (const made of [old, reconstructed, modern]) {
      expect(made).toBeInstanceOf(PickleRecord);
      expect(made).toMatchObject({ className: '__main__.Benchmark', state: new Map([['warp', 10]]) });
    }
  });
});

test.each([
  ['a call of a function', "cos\nsystem\n(S'touch /tmp/owned'\ntR.", 'it wants os.system to be called'],
  ['a call in disguise of an old instance', "(S'touch /tmp/owned'\nios\nsystem\n.", 'it wants os.system to be called'],
  ['OBJ with arguments', "(cos\nsystem\nS'x'\no.", 'it wants os.system to be called'],
  ['NEWOBJ with arguments', '\x80\x02cos\nsystem\nU\x01x\x85\x81.', 'it wants os.system to be called'],
  ['eval by its name on the stack', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.', 'builtins.eval'],
  ['a persistent id', 'Pabc\n.', 'makes no plain data'],
  ['an extension code', '\x80\x02\x82\x01.', 'makes no plain data'],
  ['a file that ends in the middle', "(dS'a'\n", 'ends in the middle'],
  ['a length beyond the file', '\x80\x02X\xff\xff\xff\xff.', 'ends in the middle'],
  ['a reference to nothing', 'g7\n.', 'not there'],
  ['nothing at all', '.', 'missing'],
])('%s is refused, and nothing is run', (_, text, why) => {
  expect(() => read(text)).toThrow(UserError);
  expect(() => read(text)).toThrow(why);
});

describe('what pybench -f writes', () => {
  const pickle =
    "(i__main__\nBenchmark\n(dS'tests'\n(dS'Recursion'\n(iCalls\nRecursion\n(dS'times'\n(lF0.2\naF0.1\nasS'rounds'\nI500\n" +
    "sS'operations'\nI5\nsS'version'\nF2\nsbssS'warp'\nI10\nsS'rounds'\nI2\nsS'version'\nF2\nsS'timer'\nS'time.time'\n" +
    "sS'machine_details'\n(dS'python'\nS'2.7.18'\nsS'platform'\nS'Linux'\nssb.";

  test('becomes the minimum and the mean of the rounds, in milliseconds', () => {
    expect(looksLikePickle(bytes(pickle))).toBe(true);
    const found = readPybenchPickle(bytes(pickle), 'b.pickle');
    expect(found).toMatchObject({
      form: 'pybench-pickle',
      version: '2.0',
      warp: 10,
      rounds: 2,
      pythonVersion: '2.7.18',
    });
    expect(found.tests).toHaveLength(1);
    expect(found.tests[0]).toMatchObject({ test: 'Recursion', minMs: 100, rounds: 500, operations: 5 });
    expect(found.tests[0]?.avgMs).toBeCloseTo(150, 9);
  });

  test('another pickle is not taken for one', () => {
    expect(() => readPybenchPickle(bytes('(lp0\nI1\na.'), 'x')).toThrow('holds no benchmark');
  });
});
