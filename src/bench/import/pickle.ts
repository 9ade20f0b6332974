import { UserError } from '../../system/diagnostic.ts';

/** What a pickle held, as plain data. An instance is its class' name and its state: no class is looked up, nothing is called. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleRecord;

export class PickleRecord {
  readonly className: string;
  state: PickleValue = null;
  constructor(className: string) {
    this.className = className;
  }
}

/** A class as it stands on the stack: good for making a record of it, and for nothing else. */
class ClassName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The one function that a pickle may name: it makes an empty instance, as INST does. */
const RECONSTRUCTOR = /^copy_?reg\._reconstructor$/;
const MARK = Symbol('mark');
type Item = PickleValue | ClassName | typeof MARK;

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a pickle of protocols 0 to 5 without trust: the few opcodes that make plain data and instances, everything else is
 * refused. Python's own reader imports and calls whatever the file names; this one has nothing to call.
 * @param file for messages.
 * @throws UserError naming the byte at which it stopped.
 */
export function readPickle(bytes: Uint8Array, file: string): PickleValue {
  const reader = new Reader(bytes, file);
  for (;;) {
    const opcode = reader.opcode();
    if (opcode === '.') return reader.value();
    const step = OPCODES.get(opcode) ?? reader.fail(`the opcode ${JSON.stringify(opcode)} makes no plain data`);
    step(reader);
  }
}

/** The bytes, and the machine that a pickle is a program for: a stack, and a memo of what it refers to again. */
class Reader {
  readonly #bytes: Buffer;
  readonly #file: string;
  #at = 0;
  #opcodeAt = 0;
  readonly #memo = new Map<number, Item>();
  readonly stack: Item[] = [];

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    if (bytes.length > MOST_BYTES) this.fail(`it is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
  }

  fail(why: string): never {
    throw new UserError({
      code: 'bench/pickle',
      message: `this pickle is not read, at byte ${this.#opcodeAt}: ${why}`,
      place: { file: this.#file },
      hint: 'only data as pybench -f writes it is read; import the text that pybench printed instead',
    });
  }

  opcode(): string {
    this.#opcodeAt = this.#at;
    return this.take(1).toString('latin1');
  }

  take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) this.fail('the file ends in the middle');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) this.fail('the file ends in the middle');
    const text = this.take(end + 1 - this.#at).toString('latin1');
    return text.replace(/\r?\n$/, '');
  }

  number(text: string): number {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) this.fail(`not a number: ${text.slice(0, 40)}`);
    return value;
  }

  pop(): Item {
    const item = this.stack.pop();
    return item === undefined || item === MARK ? this.fail('something is missing') : item;
  }

  value(): PickleValue {
    return this.#plain(this.pop());
  }

  top(): PickleValue {
    const item = this.value();
    this.stack.push(item);
    return item;
  }

  /** What stands above the last mark, classes among it; the mark goes. */
  sinceMark(): Item[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) this.fail('something is missing');
    return this.stack.splice(mark).slice(1);
  }

  valuesSinceMark(): PickleValue[] {
    return this.sinceMark().map((item) => this.#plain(item));
  }

  #plain(item: Item): PickleValue {
    if (item === MARK) this.fail('something is missing');
    if (item instanceof ClassName) this.fail(`${item.name} is named where data should be`);
    return item;
  }

  remember(key = this.#memo.size): void {
    const item = this.pop();
    this.stack.push(item);
    this.#memo.set(key, item);
  }

  recall(key: number): void {
    const item = this.#memo.get(key);
    if (item === undefined) this.fail('it refers to something that is not there');
    this.stack.push(item);
  }

  className(module: PickleValue, name: PickleValue): ClassName {
    if (typeof name !== 'string' || typeof module !== 'string') this.fail('a class without a name');
    if (!/^[A-Za-z_][\w.]*$/.test(module) || !/^[A-Za-z_]\w*$/.test(name)) this.fail('a class without a proper name');
    return new ClassName(`${module}.${name}`);
  }

  /** Pushes an instance as pybench makes them, which has no arguments: what has some is a call. */
  instance(item: Item | undefined, args: readonly Item[] = []): void {
    if (!(item instanceof ClassName)) this.fail('an instance of something that is no class');
    if (args.length > 0) this.fail(`it wants ${item.name} to be called`);
    this.stack.push(new PickleRecord(item.name));
  }

  values(length: number): PickleValue[] {
    return Array.from({ length }, () => this.value()).reverse();
  }

  tuple(length: number): PickleValue[] {
    return Array.from({ length }, () => this.pop()).reverse() as PickleValue[];
  }

  /** Of what is on top. */
  setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof Map)) this.fail('items of something that is no dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null);
  }

  append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!Array.isArray(target)) this.fail('items of something that is no list');
    for (const item of items) target.push(item);
  }
}

const uint1 = (reader: Reader) => reader.take(1).readUInt8();
const int4 = (reader: Reader) => reader.take(4).readInt32LE();
const uint4 = (reader: Reader) => reader.take(4).readUInt32LE();
const decimal = (reader: Reader) => reader.number(reader.line());

/** What an opcode pushes, from the bytes behind it: named as pickletools.py has it. */
const PUSHED: Readonly<Record<string, (reader: Reader) => Item>> = {
  '(': () => MARK,
  N: () => null,
  '\x88': () => true,
  '\x89': () => false,
  I(reader) {
    const text = reader.line();
    return text === '01' || text === '00' ? text === '01' : reader.number(text);
  },
  L: (reader) => reader.number(reader.line().replace(/L$/, '')),
  F(reader) {
    const text = reader.line();
    return { inf: Infinity, '-inf': -Infinity, nan: Number.NaN }[text] ?? reader.number(text);
  },
  G: (reader) => reader.take(8).readDoubleBE(),
  J: int4,
  K: uint1,
  M: (reader) => reader.take(2).readUInt16LE(),
  '\x8a'(reader) {
    const digits = reader.take(uint1(reader));
    if (digits.length > 6) return reader.fail('a number that is too large');
    return digits.length === 0 ? 0 : digits.readIntLE(0, digits.length);
  },
  S: quoted,
  V: (reader) => reader.line().replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => fromHex(hex)),
  U: (reader) => reader.take(uint1(reader)).toString('latin1'),
  T: (reader) => reader.take(int4(reader)).toString('latin1'),
  X: (reader) => reader.take(uint4(reader)).toString('utf8'),
  '\x8c': (reader) => reader.take(uint1(reader)).toString('utf8'),
  C: (reader) => new Uint8Array(reader.take(uint1(reader))),
  ')': () => [],
  ']': () => [],
  '}': () => new Map(),
  c: (reader) => reader.className(reader.line(), reader.line()),
  '\x93'(reader) {
    const name = reader.value();
    return reader.className(reader.value(), name);
  },
  // A tuple may hold a class: what a reconstructor is given.
  t: (reader) => reader.sinceMark() as PickleValue[],
  l: (reader) => reader.sinceMark() as PickleValue[],
  '\x85': (reader) => reader.tuple(1),
  '\x86': (reader) => reader.tuple(2),
  '\x87': (reader) => reader.tuple(3),
};

/** What an opcode does to what is there. */
const DONE: Readonly<Record<string, (reader: Reader) => void>> = {
  '0': (reader) => reader.stack.pop(),
  '1': (reader) => reader.valuesSinceMark(),
  s: (reader) => reader.setItems(reader.values(2)),
  u: (reader) => reader.setItems(reader.valuesSinceMark()),
  d(reader) {
    const items = reader.valuesSinceMark();
    reader.stack.push(new Map());
    reader.setItems(items);
  },
  a: (reader) => reader.append(reader.values(1)),
  e: (reader) => reader.append(reader.valuesSinceMark()),
  p: (reader) => reader.remember(decimal(reader)),
  q: (reader) => reader.remember(uint1(reader)),
  r: (reader) => reader.remember(uint4(reader)),
  '\x94': (reader) => reader.remember(),
  g: (reader) => reader.recall(decimal(reader)),
  h: (reader) => reader.recall(uint1(reader)),
  j: (reader) => reader.recall(uint4(reader)),
  i: (reader) => reader.instance(reader.className(reader.line(), reader.line()), reader.valuesSinceMark()),
  o(reader) {
    const [made, ...args] = reader.sinceMark();
    reader.instance(made, args);
  },
  '\x81'(reader) {
    const args = reader.value();
    reader.instance(reader.pop(), Array.isArray(args) ? args : [args]);
  },
  R(reader) {
    const args = reader.pop();
    const callable = reader.pop();
    if (!(callable instanceof ClassName)) return reader.fail('a call of something that is no class');
    if (!RECONSTRUCTOR.test(callable.name) || !Array.isArray(args))
      return reader.fail(`it wants ${callable.name} to be called`);
    reader.instance((args as Item[])[0]);
  },
  b(reader) {
    const state = reader.value();
    const made = reader.top();
    if (!(made instanceof PickleRecord)) return reader.fail('a state of something that is no instance');
    made.state = state;
  },
  '\x80'(reader) {
    if (uint1(reader) > 5) return reader.fail('a newer protocol than 5');
  },
  '\x95': (reader) => reader.take(8),
};

const OPCODES: ReadonlyMap<string, (reader: Reader) => void> = new Map([
  ...Object.entries(DONE),
  ...Object.entries(PUSHED).map(
    ([opcode, made]) => [opcode, (reader: Reader) => reader.stack.push(made(reader))] as const,
  ),
]);

const fromHex = (digits: string) => String.fromCharCode(Number.parseInt(digits, 16));

function quoted(reader: Reader): string {
  const match = /^(['"])(.*)\1$/s.exec(reader.line());
  if (match === null) return reader.fail('a string without quotes');
  return (match[2] ?? '').replace(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) =>
    code.length === 3 ? fromHex(code.slice(1)) : ({ n: '\n', r: '\r', t: '\t' }[code] ?? code),
  );
}
