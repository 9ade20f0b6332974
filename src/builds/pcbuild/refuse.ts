import { type Place, UserError } from '../../system/diagnostic.ts';

/** Ends the reading of a project: what stands there could change the result, and is not understood. */
export function refuse(message: string, place: Place, hint?: string): never {
  throw new UserError({
    code: 'pcbuild/not-understood',
    message,
    place,
    hint: hint ?? 'The project is not built: guessing what this means could build something else than MSBuild does.',
  });
}
