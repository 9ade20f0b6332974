import { type GitContext, openGit, orNot } from './git.ts';
import { blobId } from './latin1.ts';
import type { SourceTree } from './types.ts';

/**
 * The files of a work tree whose line ends git converts: CRLF here, LF in the repository, by its attributes or
 * core.autocrlf. Like `git apply`, it is not asked whether the repository's own copy has CRLF by mistake.
 * @param paths only these; all by default.
 */
async function convertedFiles(root: string, paths: readonly string[], ctx: GitContext): Promise<ReadonlySet<string>> {
  const git = await openGit(root, ctx);
  const setting = await orNot(git.raw('config', 'core.autocrlf'));
  const auto = /^(?:true|yes|on|1|input)\s*$/i.test(setting ?? '');
  const said = (await orNot(git.raw('ls-files', '--eol', '-z', '--', ...paths.map((p) => `:(literal)${p}`)))) ?? '';
  const out = new Set<string>();
  for (const line of said.split('\0')) {
    const [, ends, attributes = '', path = ''] = /^i\/\S*\s+w\/(\S*)\s+attr\/(.*?)\s*\t(.*)$/s.exec(line) ?? [];
    const isText = attributes === '' ? auto : /^text|eol=/.test(attributes);
    if ((ends === 'crlf' || ends === 'mixed') && isText) out.add(path);
  }
  return out;
}

/** A folder's tree with the line ends that its repository keeps; `undefined` when they are those of the folder. */
export async function storedTree(
  tree: SourceTree,
  root: string,
  paths: readonly string[],
  ctx: GitContext,
): Promise<SourceTree | undefined> {
  const converted = await convertedFiles(root, paths, ctx);
  if (converted.size === 0) return undefined;
  return {
    ...tree,
    read: async (path) => {
      const file = await tree.read(path);
      if (file === undefined || !converted.has(path)) return file;
      const text = file.text.replaceAll('\r\n', '\n');
      return { ...file, text, blob: blobId(text) };
    },
  };
}
