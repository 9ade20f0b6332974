import { describe, expect, it } from 'vitest';
import { interpreterGoals } from '../../src/builds/configure/command.ts';

const HEAD = 'srcdir=\t\t../src\nBUILDEXE=\t\nBUILDPYTHON=\tpython$(BUILDEXE)\n';

describe('what make is asked for when setup.py is left out', () => {
  it('is the interpreter alone where site reads the Makefile (2.5 - 2.7.4, 3.0 - 3.2)', () => {
    expect(interpreterGoals(HEAD)).toEqual(['python']);
  });

  it('is pybuilddir.txt, too, where there is a rule for it (2.7.5, 3.3.1 and later)', () => {
    expect(interpreterGoals(`${HEAD}pybuilddir.txt: $(BUILDPYTHON)\n`)).toEqual(['python', 'pybuilddir.txt']);
  });

  it('is Lib/_sysconfigdata.py itself where the Makefile names it (3.3.0 and its alphas)', () => {
    const makefile = `${HEAD}SYSCONFIGDATA=$(srcdir)/Lib/_sysconfigdata.py\n$(SYSCONFIGDATA):\t$(BUILDPYTHON)\n`;
    expect(interpreterGoals(makefile)).toEqual(['python', '../src/Lib/_sysconfigdata.py']);
  });

  it('has the interpreter’s name of a file system that ignores case', () => {
    expect(interpreterGoals(HEAD.replace('BUILDEXE=\t', 'BUILDEXE=\t.exe'))).toEqual(['python.exe']);
  });
});
