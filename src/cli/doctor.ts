import pc from 'picocolors';
import { driverOf } from '../builds/drivers.ts';
import { openCheckout } from '../checkout/index.ts';
import { paragraph } from '../document/terminal/columns.ts';
import { table } from '../document/terminal/table.ts';
import { UserError } from '../system/diagnostic.ts';
import { defaultTarget } from '../targets/descriptors.ts';
import { forVersion } from '../targets/for-version.ts';
import { installCommand } from '../targets/install.ts';
import { targetFor } from '../targets/resolve.ts';
import { findToolchain } from '../targets/toolchain.ts';
import type { Requirement } from '../targets/types.ts';
import type { CommandContext, Outcome } from './frame.ts';

interface DoctorRequest {
  readonly target: readonly string[];
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly checkout?: string;
  readonly bench?: boolean;
  readonly sysroot?: string;
}

/** What targets need here, what of it is there, and how to get the rest. @throws UserError */
export async function doctor(options: DoctorRequest, ctx: CommandContext): Promise<Outcome> {
  if (options.bench) {
    if (options.fix) {
      throw new UserError({
        code: 'cli/bench-changes-nothing',
        message: '--bench changes nothing on this machine, so there is no --fix with it',
        hint: 'leave out --fix: what a person can do is said beside each finding',
      });
    }
    const { benchDoctor } = await import('./bench-doctor.ts');
    return benchDoctor(ctx);
  }
  const names = options.target.length === 0 ? [defaultTarget()] : options.target;
  const targets = await Promise.all(names.map((name) => targetFor(name, ctx, { sysroot: options.sysroot })));
  const look = () =>
    Promise.all(
      targets.map(async (target) => {
        const driver = driverOf(target);
        return { target, needs: await driver.requirements(target, ctx), way: await driver.way?.(target, ctx) };
      }),
    );
  let all = await look();
  if (options.fix) {
    const packages = [
      ...new Set(
        all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined).flatMap((need) => need.packages)),
      ),
    ];
    if (packages.length > 0) {
      const { installPackages } = await import('./install.ts');
      await installPackages(packages, options.yes ?? false, ctx);
      all = await look();
    }
  }
  const quirks =
    options.checkout === undefined ? [] : await checkoutQuirks(options.checkout, targets[0]?.name ?? 'host', ctx);
  const missing = all.flatMap(({ needs }) => needs.filter((need) => need.found === undefined));
  const required = missing.filter((need) => !need.optional);
  const c = pc.createColors(ctx.terminal.colorOut);
  const text = all.map(({ target, needs, way }) =>
    [
      c.bold(`Target ${target.name}`),
      needsTable(needs, ctx),
      ...(way === undefined ? [] : [paragraph(`Way: ${way.text}`, ctx.terminal.width, '  ')]),
    ].join('\n'),
  );
  for (const quirk of quirks) text.push(`${c.bold('Quirk')} ${quirk.id}: ${quirk.why}`);
  if (required.length > 0)
    text.push(
      `${c.bold('Missing')}: ${required.map((need) => need.need).join(', ')}.\n${await howToGet(required, ctx)}`,
    );
  else if (missing.length > 0)
    text.push(`Everything that is needed is here. For what is optional:\n${await howToGet(missing, ctx)}`);
  else text.push('Everything is here.');
  return {
    exitCode: required.length === 0 ? 0 : 1,
    data: { targets: all.map(({ target, needs, way }) => ({ target: target.name, requirements: needs, way })), quirks },
    text: text.join('\n\n'),
  };
}

function needsTable(needs: readonly Requirement[], ctx: CommandContext): string {
  const rows = needs.map((need) => [
    `  ${need.found !== undefined ? 'ok' : need.optional ? 'optional' : 'MISSING'}`,
    need.need,
    need.found === undefined
      ? need.why
      : [need.found.version, need.found.path].filter((part) => part !== '').join('  '),
  ]);
  return table(rows, ctx.terminal.tableWidth);
}

/** The command that installs what packages bring, then what there are no packages for, in the targets' own words. */
async function howToGet(needs: readonly Requirement[], ctx: CommandContext): Promise<string> {
  const packages = [...new Set(needs.flatMap((need) => need.packages))];
  const words = [
    ...new Set(needs.filter((need) => need.packages.length === 0).map((need) => need.install ?? need.why)),
  ];
  return [
    ...(packages.length === 0 ? [] : [`Install with:\n  ${await installCommand(packages, ctx)}`]),
    ...words.map((text) => paragraph(text, ctx.terminal.width, '  ')),
  ].join('\n');
}

/** What is done about this version with this compiler, before it goes wrong. */
async function checkoutQuirks(dir: string, targetName: string, ctx: CommandContext) {
  const checkout = await openCheckout(dir, ctx);
  const target = forVersion(await targetFor(targetName, ctx), checkout.version);
  const { quirks } = driverOf(target);
  if (quirks === undefined) return [];
  const toolchain = await findToolchain(target, ctx);
  return quirks(checkout.version, toolchain.cc);
}
