import { logicalLines } from './logical-lines.ts';
import type { Format, Part } from './part.ts';

/** A module's line of Modules/Setup: `_asyncio _asynciomodule.c`, with a condition of configure before it, or commented out. */
const MODULE = /^[ \t]*#?[ \t]?(?:@\w+@)?([A-Za-z_][\w.]*)[ \t]/;
/** What it is made of; English has none of that. */
const MADE_OF = /\.(?:c|cc|cpp|cxx|m|mm|o|a|so|sl|def)\b|\.c\+\+|\$\(/;

function partsOf(text: string, name: string): readonly Part[] {
  return logicalLines(text).filter(({ start, end }) => {
    const line = text.slice(start, end);
    return MODULE.exec(line)?.[1] === name && MADE_OF.test(line);
  });
}

export const setup: Format = { parts: partsOf, torn: () => undefined };
