import { UserError } from '../../system/diagnostic.ts';

/** What a pickle held, as plain data. An instance is its class' name and its state: no class is looked up, nothing is called. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
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
  if (bytes.length > MOST_BYTES) throw refused(file, 0, `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
  return new Reader(bytes, file).read();
}

function refused(file: string, at: number, why: string): UserError {
  return new UserError({
    code: 'bench/pickle',
    message: `this pickle is not read, at byte ${at}: ${why}`,
    place: { file },
    hint: 'only data as pybench -f writes it is read; import the text that pybench printed instead',
  });
}

class Reader {
  private readonly bytes: Buffer;
  private readonly file: string;
  private at = 0;
  private opcodeAt = 0;
  private readonly stack: Item[] = [];
  private readonly memo = new Map<number, Item>();

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.file = file;
  }

  read(): PickleValue {
    for (;;) {
      this.opcodeAt = this.at;
      const opcode = String.fromCharCode(this.take(1)[0] ?? 0);
      if (opcode === '.') return this.value();
      this.step(opcode);
    }
  }

  private fail(why: string): never {
    throw refused(this.file, this.opcodeAt, why);
  }

  private take(length: number): Buffer {
    if (length < 0 || this.at + length > this.bytes.length) this.fail('the file ends in the middle');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) this.fail('the file ends in the middle');
    const text = this.bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text.replace(/\r$/, '');
  }

  private pop(): Item {
    const item = this.stack.pop();
    if (item === undefined || item === MARK) this.fail('something is missing');
    return item;
  }

  private value(): PickleValue {
    const item = this.pop();
    if (item instanceof ClassName) this.fail(`${item.name} is named where data should be`);
    return item as PickleValue;
  }

  private top(): PickleValue {
    const item = this.value();
    this.stack.push(item);
    return item;
  }

  private sinceMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) this.fail('something is missing');
    return this.stack
      .splice(mark)
      .slice(1)
      .map((item) => this.plain(item));
  }

  private plain(item: Item): PickleValue {
    if (item === MARK || item instanceof ClassName) this.fail('a class is named where data should be');
    return item as PickleValue;
  }

  private number(text: string): number {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) this.fail(`not a number: ${text.slice(0, 40)}`);
    return value;
  }

  private quoted(): string {
    const text = this.line();
    const match = /^(['"])(.*)\1$/s.exec(text);
    if (match === null) this.fail('a string without quotes');
    return (match[2] ?? '').replace(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) =>
      code.startsWith('x') && code.length === 3
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : ({ n: '\n', r: '\r', t: '\t' }[code] ?? code),
    );
  }

  private remember(key: number): void {
    const item = this.stack.at(-1);
    if (item === undefined || item === MARK) this.fail('something is missing');
    this.memo.set(key, item);
  }

  private recall(key: number): void {
    const item = this.memo.get(key);
    if (item === undefined) this.fail('it refers to something that is not there');
    this.stack.push(item);
  }

  private className(module: string, name: string): ClassName {
    if (!/^[A-Za-z_][\w.]*$/.test(module) || !/^[A-Za-z_]\w*$/.test(name)) this.fail('a class without a proper name');
    return new ClassName(`${module}.${name}`);
  }

  private instance(item: Item | undefined, args: readonly PickleValue[]): PickleRecord {
    if (!(item instanceof ClassName)) this.fail('an instance of something that is no class');
    // An instance as pybench makes them has no arguments: what has some is a call.
    if (args.length > 0) this.fail(`it wants ${item.name} to be called`);
    return new PickleRecord(item.name);
  }

  private setItems(target: PickleValue, items: readonly PickleValue[]): void {
    if (!(target instanceof Map)) this.fail('items of something that is no dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null);
  }

  private append(target: PickleValue, items: readonly PickleValue[]): void {
    if (!Array.isArray(target)) this.fail('items of something that is no list');
    for (const item of items) target.push(item);
  }

  private reduce(): void {
    const args = this.pop();
    const callable = this.pop();
    if (!(callable instanceof ClassName)) this.fail('a call of something that is no class');
    if (!RECONSTRUCTOR.test(callable.name) || !Array.isArray(args)) this.fail(`it wants ${callable.name} to be called`);
    const [made] = args as unknown as Item[];
    this.stack.push(this.instance(made, []));
  }

  private step(opcode: string): void {
    const { stack } = this;
    switch (opcode) {
      case '(':
        stack.push(MARK);
        return;
      case '0':
        stack.pop();
        return;
      case '1':
        this.sinceMark();
        return;
      case 'N':
        stack.push(null);
        return;
      case '\x88':
      case '\x89':
        stack.push(opcode === '\x88');
        return;
      case 'I': {
        const text = this.line();
        stack.push(text === '01' ? true : text === '00' ? false : this.number(text));
        return;
      }
      case 'L':
        stack.push(this.number(this.line().replace(/L$/, '')));
        return;
      case 'F': {
        const text = this.line();
        const special = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN }[text];
        stack.push(special ?? this.number(text));
        return;
      }
      case 'G':
        stack.push(this.take(8).readDoubleBE());
        return;
      case 'J':
        stack.push(this.take(4).readInt32LE());
        return;
      case 'K':
        stack.push(this.take(1)[0] ?? 0);
        return;
      case 'M':
        stack.push(this.take(2).readUInt16LE());
        return;
      case '\x8a': {
        const digits = this.take(this.take(1)[0] ?? 0);
        if (digits.length > 6) this.fail('a number that is too large');
        stack.push(digits.length === 0 ? 0 : digits.readIntLE(0, digits.length));
        return;
      }
      case 'S':
        stack.push(this.quoted());
        return;
      case 'V':
        stack.push(
          this.line().replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        );
        return;
      case 'U':
        stack.push(this.take(this.take(1)[0] ?? 0).toString('latin1'));
        return;
      case 'T':
        stack.push(this.take(this.take(4).readInt32LE()).toString('latin1'));
        return;
      case 'X':
        stack.push(this.take(this.take(4).readUInt32LE()).toString('utf8'));
        return;
      case '\x8c':
        stack.push(this.take(this.take(1)[0] ?? 0).toString('utf8'));
        return;
      case 'C':
        stack.push(new Uint8Array(this.take(this.take(1)[0] ?? 0)));
        return;
      case ')':
      case ']':
        stack.push([]);
        return;
      case 't':
      case 'l':
        this.tuple();
        return;
      case '\x85':
      case '\x86':
      case '\x87': {
        const items = stack.splice(-(opcode.charCodeAt(0) - 0x84));
        stack.push(items as PickleValue[]);
        return;
      }
      case '}':
        stack.push(new Map());
        return;
      case 'd': {
        const made = new Map<PickleValue, PickleValue>();
        this.setItems(made, this.sinceMark());
        stack.push(made);
        return;
      }
      case 's': {
        const item = this.value();
        const key = this.value();
        this.setItems(this.top(), [key, item]);
        return;
      }
      case 'u': {
        const items = this.sinceMark();
        this.setItems(this.top(), items);
        return;
      }
      case 'a': {
        const item = this.value();
        this.append(this.top(), [item]);
        return;
      }
      case 'e': {
        const items = this.sinceMark();
        this.append(this.top(), items);
        return;
      }
      case 'p':
        this.remember(this.number(this.line()));
        return;
      case 'q':
        this.remember(this.take(1)[0] ?? 0);
        return;
      case 'r':
        this.remember(this.take(4).readUInt32LE());
        return;
      case '\x94':
        this.remember(this.memo.size);
        return;
      case 'g':
        this.recall(this.number(this.line()));
        return;
      case 'h':
        this.recall(this.take(1)[0] ?? 0);
        return;
      case 'j':
        this.recall(this.take(4).readUInt32LE());
        return;
      case 'c':
        stack.push(this.className(this.line(), this.line()));
        return;
      case '\x93': {
        const name = this.value();
        const module = this.value();
        if (typeof name !== 'string' || typeof module !== 'string') this.fail('a class without a name');
        stack.push(this.className(module, name));
        return;
      }
      case 'i': {
        const made = this.className(this.line(), this.line());
        stack.push(this.instance(made, this.sinceMark()));
        return;
      }
      case 'o': {
        const mark = stack.lastIndexOf(MARK);
        if (mark < 0) this.fail('something is missing');
        const [, made, ...args] = stack.splice(mark);
        stack.push(
          this.instance(
            made,
            args.map((item) => this.plain(item)),
          ),
        );
        return;
      }
      case '\x81': {
        const args = this.value();
        const made = this.pop();
        stack.push(this.instance(made, Array.isArray(args) ? args : [args]));
        return;
      }
      case 'R':
        this.reduce();
        return;
      case 'b': {
        const state = this.value();
        const made = this.top();
        if (!(made instanceof PickleRecord)) this.fail('a state of something that is no instance');
        made.state = state;
        return;
      }
      case '\x80':
        if ((this.take(1)[0] ?? 0) > 5) this.fail('a newer protocol than 5');
        return;
      case '\x95':
        this.take(8);
        return;
      default:
        this.fail(`the opcode ${JSON.stringify(opcode)} makes no plain data`);
    }
  }

  /** A tuple may hold a class: what a reconstructor is given. */
  private tuple(): void {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) this.fail('something is missing');
    const items = this.stack.splice(mark).slice(1);
    this.stack.push(items as PickleValue[]);
  }
}
