import type { Context } from '../system/context.ts';
import type { TargetDescriptor } from './types.ts';

/** The variables of a target's toolchain: the user's, else the descriptor's own. */
export function toolchainEnvironment(
  { toolchain }: Pick<TargetDescriptor, 'toolchain'>,
  ctx: Pick<Context, 'env'>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, { default: own }] of Object.entries(toolchain?.environment ?? {})) {
    const given = ctx.env[name];
    // A default may name variables before it.
    values[name] = given === undefined || given === '' ? expand(own, values) : given;
  }
  return values;
}

/** `text` with each `${NAME}` of `values` written out; others stay as they are. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

export function expandTarget(target: TargetDescriptor, ctx: Pick<Context, 'env'>): TargetDescriptor {
  const values = toolchainEnvironment(target, ctx);
  if (Object.keys(values).length === 0) return target;
  const visit = (_: string, value: unknown) => (typeof value === 'string' ? expand(value, values) : value);
  const expanded: TargetDescriptor = JSON.parse(JSON.stringify(target), visit);
  const environment = target.toolchain?.environment;
  return { ...expanded, toolchain: { ...expanded.toolchain, environment } };
}
