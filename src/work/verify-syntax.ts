import { readFile } from 'node:fs/promises';
import { checkSyntax, type SyntaxCheck } from '../builds/check-syntax.ts';
import type { Checkout } from '../checkout/types.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { withFileProblems } from '../system/files.ts';

/**
 * Compiles what patches touch, and says what came of it: each new error and warning, and what could not be compiled.
 * @param pyconfig a pyconfig.h to compile with; default: configure makes one.
 * @throws UserError when it cannot be read.
 */
export async function verifySyntax(
  checkout: Checkout,
  patches: readonly GeneratedPatch[],
  ctx: Context,
  pyconfig?: string,
): Promise<{ readonly fine: boolean; readonly checks: readonly SyntaxCheck[] }> {
  const checks = await checkSyntax(checkout, patches, ctx, pyconfig && (await headerAt(pyconfig)));
  for (const { file, defines, verdict, problems } of checks) {
    for (const diagnostic of problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
    const how = `${file} with ${defines.map((define) => `-D${define}`).join(' ')}`;
    if (verdict === 'not-checkable') {
      const text = `${how}: not checked, for it does not compile without the patch either`;
      ctx.emit({ type: 'message', level: 'warning', text });
    } else ctx.emit({ type: 'message', level: 'verbose', text: `${how}: ${verdict}` });
  }
  const count = (verdict: SyntaxCheck['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  const text =
    checks.length === 0
      ? 'the patches touch no C: nothing to compile'
      : `compiled ${new Set(checks.map((check) => check.file)).size} files ${checks.length} ways: ${count('fine')} as before, ${count('worse')} worse, ${count('not-checkable')} not checkable`;
  ctx.emit({ type: 'message', level: 'info', text });
  return { fine: count('worse') === 0, checks };
}

const headerAt = (file: string): Promise<string> => withFileProblems(`read ${file}`, () => readFile(file, 'latin1'));
