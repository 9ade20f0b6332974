/**
 * What make is asked for when setup.py is left out: the interpreter, and the file without which its `site` finds no
 * build-time variables. From 2.7.5 and 3.3.1 on that is pybuilddir.txt, in 3.3.0 and its alphas Lib/_sysconfigdata.py
 * itself; older versions read the Makefile, and need none.
 * @param makefile the text of the configured Makefile.
 */
export function interpreterGoals(makefile: string): readonly string[] {
  const variable = (name: string) => new RegExp(`^${name}=[ \\t]*(.*?)\\s*$`, 'm').exec(makefile)?.[1];
  const interpreter =
    variable('BUILDPYTHON') === 'python$(BUILDEXE)' ? `python${variable('BUILDEXE') ?? ''}` : 'python';
  if (/^pybuilddir\.txt:/m.test(makefile)) return [interpreter, 'pybuilddir.txt'];
  const data = variable('SYSCONFIGDATA')?.replaceAll('$(srcdir)', variable('srcdir') ?? '.');
  return data === undefined ? [interpreter] : [interpreter, data];
}
