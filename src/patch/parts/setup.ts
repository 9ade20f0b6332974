import { logicalLines } from './logical-lines.ts';
import type { Format, Part } from './part.ts';

/** A module's line of Modules/Setup: `_asyncio _asynciomodule.c`, with a condition of configure before it, or commented out. */
const MODULE =
  /^[ \t]*#?[ \t]?(?:@\w+@)?([A-Za-z_][\w.]*)[ \t]+\S*(?:[^\n]*\s)?\S*(?:\.(?:c|cc|cpp|cxx|c\+\+|m|mm|o|a|so|sl|def)\b|\$\()/;

function partsOf(text: string, name: string): readonly Part[] {
  return logicalLines(text).filter(({ start, end }) => MODULE.exec(text.slice(start, end))?.[1] === name);
}

export const setup: Format = { parts: partsOf, torn: () => undefined };
