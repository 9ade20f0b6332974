import type { Context } from '../system/context.ts';
import { isFolder } from '../system/files.ts';

/** What is named with --checkout and is no folder, and reads as a version or a tag, is got: see `forkwright source`. */
export async function checkoutNamed(name: string, ctx: Context): Promise<string> {
  if (!/^v?\d+\.\d+(?:\.\d+)?(?:(?:a|b|rc)\d+)?$/.test(name) || (await isFolder(name))) return name;
  const { obtainSource } = await import('../checkout/source/obtain.ts');
  return (await obtainSource(name, ctx)).root;
}
