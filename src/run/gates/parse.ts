import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { nearestSettings } from '../../targets/settings.ts';

/** What a limit is of: nothing (`tests`), a ratio (`regression>2%`), bytes (`startup-memory>+1k`). */
type Unit = 'none' | 'ratio' | 'bytes';

export const GATES = {
  build: { unit: 'none', fails: 'an interpreter does not build' },
  conditions: { unit: 'none', fails: 'baseline and patched were built under different conditions' },
  drift: { unit: 'none', fails: 'the sources have drifted from a recipe, or two recipes conflict' },
  tests: { unit: 'none', fails: 'CPython’s tests end in a way that was not declared' },
  regression: { unit: 'ratio', fails: 'all tests together are slower by more than that, 95% sure' },
  'test-regression': { unit: 'ratio', fails: 'a test is slower by more than that, and that was not declared' },
  instructions: { unit: 'ratio', fails: 'all tests together execute more instructions by more than that' },
  'startup-memory': { unit: 'bytes', fails: 'the started interpreter holds more bytes by more than that' },
  growth: { unit: 'bytes', fails: 'functions that are called once leave more bytes behind by more than that' },
  size: { unit: 'bytes', fails: 'code and data of the interpreter are larger by more than that' },
} as const satisfies Record<string, { readonly unit: Unit; readonly fails: string }>;

type GateName = keyof typeof GATES;

export interface Gate {
  readonly name: GateName;
  readonly text: string;
  /** A fraction (0.02 for 2%), or bytes; 0 where none was given or the gate has none. */
  readonly limit: number;
}

const NUMBER = String.raw`\+?\s*(\d+(?:\.\d+)?)`;
const LIMITS: Readonly<Record<Exclude<Unit, 'none'>, RegExp>> = {
  ratio: new RegExp(`^>\\s*${NUMBER}\\s*%$`),
  bytes: new RegExp(`^>\\s*${NUMBER}\\s*([bkm])?$`, 'i'),
};
const EXAMPLES: Readonly<Record<Unit, string>> = { none: '', ratio: '>2%', bytes: '>+1k' };
const FACTORS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 * 1024 };

/**
 * Reads `regression>2%, startup-memory>+1k, tests, drift`: gates separated by commas or line ends. k and m are KiB and MiB.
 * @param source what the text is called in messages: `--fail-on`, a file.
 * @param at where in `source` the text begins.
 * @throws UserError with line and column of each gate that cannot be read.
 */
export function parseGates(text: string, source: string, at = { line: 1, column: 1 }): readonly Gate[] {
  const gates: Gate[] = [];
  const problems: UserError['diagnostics'][number][] = [];
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    for (const match of row.matchAll(/[^,]+/g)) {
      const written = match[0].trim();
      if (written === '') continue;
      const column = match.index + match[0].indexOf(written) + (index === 0 ? at.column : 1);
      const gate = parseGate(written);
      if ('name' in gate) {
        gates.push(gate);
        continue;
      }
      const place = { file: source, line: at.line + index, column: column + gate.at, length: written.length - gate.at };
      problems.push({ code: 'run/gate', message: gate.message, place, hint: gate.hint });
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return gates;
}

interface Misread {
  readonly at: number;
  readonly message: string;
  readonly hint: string;
}

function parseGate(text: string): Gate | Misread {
  const [name = ''] = /^[^\s>=<]*/.exec(text) ?? [];
  const all = Object.keys(GATES).sort(byCodeUnit).join(', ');
  if (!Object.hasOwn(GATES, name)) {
    return { at: 0, message: `there is no gate ${JSON.stringify(name || text)}`, hint: `the gates are: ${all}` };
  }
  const known = name as GateName;
  const { unit } = GATES[known];
  const rest = text.slice(name.length).trim();
  if (rest === '') return { name: known, text, limit: 0 };
  const at = text.indexOf(rest, name.length);
  if (unit === 'none') return { at, message: `the gate ${name} has no limit`, hint: `write: ${name}` };
  const limit = LIMITS[unit].exec(rest);
  if (limit === null) {
    const hint = `write it as ${name}${EXAMPLES[unit]}`;
    return { at, message: `the limit of the gate ${name} cannot be read: ${JSON.stringify(rest)}`, hint };
  }
  const value = Number(limit[1]);
  return {
    name: known,
    text,
    limit: unit === 'ratio' ? value / 100 : value * (FACTORS[limit[2]?.toLowerCase() ?? 'b'] ?? 1),
  };
}

/**
 * The gates of the `forkwright.yml` that is nearest above `folder`: one text, or a list. None where it says none.
 * @throws UserError with line and column of what cannot be read.
 */
export async function settingsGates(folder: string): Promise<readonly Gate[]> {
  const settings = await nearestSettings(folder);
  if (settings === undefined) return [];
  const { isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const { file } = settings;
  const lineCounter = new LineCounter();
  const document = parseDocument(Buffer.from(settings.bytes).toString(), { lineCounter });
  const [error] = document.errors;
  const placed = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col };
  };
  const refuse = (offset: number, message: string): never => {
    const hint = 'gates: regression>2%, startup-memory>+1k, tests, drift';
    const problem: Diagnostic = { code: 'run/gate', message, place: placed(offset), hint };
    throw new UserError(problem);
  };
  if (error !== undefined) return refuse(error.pos[0], error.message.split('\n')[0] ?? 'this is no YAML');
  const node = document.get('gates', true) as unknown;
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) return [];
  return (isSeq(node) ? node.items : [node]).flatMap((item) => {
    if (!isScalar(item) || typeof item.value !== 'string') {
      const range = (item as { range?: readonly number[] } | undefined)?.range;
      return refuse(range?.[0] ?? 0, 'a gate is a text, such as regression>2%');
    }
    const start = placed(item.range?.[0] ?? 0);
    // Of a block the first line is the one below its sign, of a quoted text the first letter the one behind its quote.
    const block = item.type === 'BLOCK_LITERAL' || item.type === 'BLOCK_FOLDED';
    const quoted = item.type === 'QUOTE_SINGLE' || item.type === 'QUOTE_DOUBLE';
    return parseGates(
      item.value,
      file,
      block ? { line: start.line + 1, column: 1 } : { line: start.line, column: start.column + (quoted ? 1 : 0) },
    );
  });
}
