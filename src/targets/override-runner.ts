import { UserError } from '../system/diagnostic.ts';
import { wrongSshUrl } from './runners/ssh/connection.ts';
import type { TargetDescriptor } from './types.ts';

/**
 * The target with its interpreters run elsewhere: `--runner ssh://user@host/folder`.
 * @throws UserError `target/runner` for an address that cannot be used.
 */
export function overrideRunner(target: TargetDescriptor, url: string): TargetDescriptor {
  const wrong = wrongSshUrl(url);
  if (wrong !== undefined) {
    throw new UserError({
      code: 'target/runner',
      message: `--runner ${url}: ${wrong}`,
      hint: 'for example: --runner ssh://pi@board/home/pi/forkwright; below the home folder: ssh://pi@board/~/forkwright',
    });
  }
  // Another machine of the same kind: its key, say.
  const options = target.run.runner === 'ssh' ? target.run.options : undefined;
  return { ...target, run: { runner: 'ssh', url, ...(options === undefined ? {} : { options }) } };
}
