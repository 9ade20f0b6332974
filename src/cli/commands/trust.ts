import { UserError } from '../../system/diagnostic.ts';
import { option } from '../../work/options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'trust',
  summary: 'let the targets of a forkwright.yml start what they name',
  description:
    'Show what the targets of the nearest forkwright.yml would run, and trust them after asking. Anything they say later that differs must be trusted again.',
  options: { yes: option('-y, --yes', 'trust without asking') },
  help: '\nExample:\n  $ forkwright trust',
  async run(_, { yes = false }, ctx) {
    const { builtInTargets, userTargets } = await import('../../targets/load.ts');
    const { HOST } = await import('../../targets/descriptors.ts');
    const { printableText } = await import('../../document/printable.ts');
    const { isTrusted, trust, wouldRun } = await import('../../targets/trust.ts');
    const { file, targets } = await userTargets(process.cwd(), [HOST, ...(await builtInTargets())]);
    if (file === undefined || targets.length === 0) {
      const text = file === undefined ? 'There is no forkwright.yml here or above.' : `${file} describes no targets.`;
      return { exitCode: 0, data: { file, targets: [] }, text: `${text} Nothing needs to be trusted.` };
    }
    const known = await Promise.all(targets.map((target) => isTrusted(target, file, ctx.env)));
    const data = targets.map((target, i) => ({
      name: target.name,
      runs: wouldRun(target),
      trusted: known[i] === true,
    }));
    const shown = data.map(({ name, runs, trusted }) =>
      [`${name}${trusted ? ' (trusted)' : ''}`, ...(runs.length === 0 ? ['nothing of its own'] : runs)]
        .map(printableText)
        .join('\n    '),
    );
    const list = [`Targets of ${file}:`, ...shown.map((one) => `  ${one}`)].join('\n');
    if (known.every(Boolean)) return { exitCode: 0, data: { file, targets: data }, text: `${list}\nAll are trusted.` };
    if (!yes) {
      const answer = await ctx.terminal.ask(`${list}\nTrust them? [y/N] `);
      if (!/^(y|yes)$/i.test(answer ?? '')) {
        throw new UserError({
          code: 'cli/not-trusted',
          message: answer === undefined ? 'there is nobody to ask: nothing was trusted' : 'nothing was trusted',
          place: { file },
          detail: shown,
          hint: 'look at the file; `forkwright trust --yes` trusts it without asking',
        });
      }
    }
    await trust(targets, file, ctx.env);
    const now = data.map((one) => ({ ...one, trusted: true }));
    return { exitCode: 0, data: { file, targets: now }, text: `${list}\nTrusted.` };
  },
});
