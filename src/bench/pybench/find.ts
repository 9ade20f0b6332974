import path from 'node:path';
import type { Checkout } from '../../checkout/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { type PybenchContents, type PybenchFolder, readPybench } from './folder.ts';

/** A pybench for an interpreter, and whether it has to be converted to Python 3 first. */
export interface FoundPybench extends PybenchFolder {
  readonly contents: PybenchContents;
  readonly convert: boolean;
}

export interface PybenchRequest {
  readonly checkout: Pick<Checkout, 'root' | 'version' | 'layout'>;
  /** A folder that the user named: nothing else is tried then. */
  readonly folder?: string | undefined;
  /** Ways to get one that the checkout does not have: its git history, `forkwright source pybench`. Asked in order. */
  readonly providers?: readonly (() => Promise<PybenchFolder | undefined>)[] | undefined;
}

/**
 * Finds a pybench that the checkout's interpreter can run: one that runs as it is before one that must be converted.
 * @throws UserError when there is none, with what was tried.
 */
export async function findPybench(request: PybenchRequest): Promise<FoundPybench> {
  const { checkout, folder } = request;
  if (folder !== undefined) {
    const found = await look({ folder: path.resolve(folder), origin: `the folder ${folder}` }, checkout);
    if (found !== undefined) return found;
    throw new UserError({
      code: 'bench/not-pybench',
      message: `there is no pybench.py in ${folder}`,
      hint: 'name the folder that holds pybench.py, such as Tools/pybench of CPython 2.7 or 3.6',
    });
  }
  const own = checkout.layout.pybench;
  const candidates = [
    ...(own === undefined
      ? []
      : [async () => ({ folder: path.join(checkout.root, own), origin: `the checkout's own ${own}` })]),
    ...(request.providers ?? []),
  ];
  let convertible: FoundPybench | undefined;
  for (const candidate of candidates) {
    const where = await candidate();
    const found = where === undefined ? undefined : await look(where, checkout);
    if (found !== undefined && !found.convert) return found;
    convertible ??= found;
  }
  if (convertible !== undefined) return convertible;
  throw new UserError({
    code: 'bench/no-pybench',
    message: `CPython ${checkout.version.text} has no pybench of its own (it was removed for 3.7), and none was found elsewhere`,
    hint: 'get one with `forkwright source pybench`, or name a folder: --pybench DIR (Tools/pybench of any CPython up to 3.6)',
  });
}

async function look(where: PybenchFolder, checkout: PybenchRequest['checkout']): Promise<FoundPybench | undefined> {
  const contents = await readPybench(where.folder);
  if (contents === undefined) return undefined;
  return { ...where, contents, convert: checkout.version.major >= 3 && contents.python2 };
}
