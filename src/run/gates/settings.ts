import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { nearestSettings } from '../../targets/settings.ts';
import { type Gate, parseGates } from './parse.ts';

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
