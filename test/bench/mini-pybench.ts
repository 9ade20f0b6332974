import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Own modules in the manner of pybench's: Python 2 syntax in one of them, something that went away in another. */
const FILES: Readonly<Record<string, string>> = {
  'pybench.py': "__version__ = '2.0'\nraise RuntimeError, 'never imported'\n",
  'Setup.py': 'from Loops import *\n',
  'Loops.py': `from pybench import Test

class Additions(Test):
    operations = 2
    rounds = 20000

    def test(self):
        a = 1
        for i in xrange(self.rounds):
            b = a + i
            b = b + a

    def calibrate(self):
        for i in xrange(self.rounds):
            pass

class Nothing(Test):
    rounds = 20000

    def test(self):
        for i in xrange(self.rounds):
            pass

    def calibrate(self):
        for i in xrange(self.rounds):
            pass
`,
  'Olden.py': `from pybench import Test
import string

class Compared(Test):
    rounds = 5000

    def test(self):
        for i in xrange(self.rounds):
            cmp(i, 3)
            string.join(['a', 'b'], '-')

class HasKey(Test):
    rounds = 5000

    def test(self):
        has = {}.has_key
        for i in xrange(self.rounds):
            has(i)

class Raised(Test):
    rounds = 5000

    def test(self):
        for i in xrange(self.rounds):
            try:
                raise ValueError, 'x'
            except ValueError, e:
                pass
`,
};

const PYTHON_3: Readonly<Record<string, string>> = {
  'pybench.py': "__version__ = '2.1'\n",
  'Loops.py': FILES['Loops.py']?.replaceAll('xrange', 'range') ?? '',
};

/** Writes the modules into a folder; `2.1` is what runs on Python 3 as it is. */
export async function writeMiniPybench(folder: string, version: '2.0' | '2.1'): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(version === '2.0' ? FILES : PYTHON_3)) {
    await writeFile(path.join(folder, name), text, 'latin1');
  }
  return folder;
}
