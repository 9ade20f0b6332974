import pc from 'picocolors';
import { type Disturbance, findDisturbances } from '../bench/disturbances.ts';
import { paragraph } from '../document/terminal/columns.ts';
import type { CommandContext, Outcome } from './frame.ts';

/** `forkwright doctor --bench`: what on this machine disturbs measuring, and what a person can do. Only reads. */
export async function benchDoctor(ctx: CommandContext): Promise<Outcome> {
  const found = await findDisturbances();
  const disturbing = found.filter(({ disturbs }) => disturbs);
  const quiet = found.filter(({ disturbs }) => !disturbs);
  const { width, colorOut } = ctx.terminal;
  const c = pc.createColors(colorOut);
  const tell = ({ id, state, effect, advice }: Disturbance, sign: string) =>
    [`${sign} ${c.bold(TITLE[id])}: ${state}`, paragraph(`${effect}.`, width, '    '), doing(advice, width)].join('\n');
  const verdict =
    disturbing.length === 0
      ? 'Nothing that was looked at disturbs measuring here.'
      : `${disturbing.length} of ${found.length} disturb. Verdicts stay honest all the same (pairs, control, self-test): it only takes more pairs to reach one. See what this machine can tell apart: forkwright bench --self-test --checkout DIR --quick --plant 2,5,10`;
  const text = [
    paragraph(verdict, width),
    ...disturbing.map((one) => tell(one, c.yellow('!'))),
    ...(quiet.length === 0
      ? []
      : [quiet.map(({ id, state }) => paragraph(`✓ ${TITLE[id]}: ${state}`, width)).join('\n')]),
    'Nothing was changed.',
  ].join('\n\n');
  return { exitCode: 0, data: { disturbances: found }, text };
}

const doing = (advice: string, width: number) => paragraph(`→ ${advice}`, width, '    ');

const TITLE: Readonly<Record<Disturbance['id'], string>> = {
  load: 'Load',
  'cpu-quota': 'CPU quota of the container',
  governor: 'Clock governor',
  turbo: 'Turbo',
  smt: 'Threads of a core (SMT)',
  virtualisation: 'Virtual machine',
  emulation: 'Emulator',
  swap: 'Memory and swap',
  aslr: 'Address randomisation',
  pinning: 'Pinning',
  system: 'System',
};
