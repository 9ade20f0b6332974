# Converts pybench's 2.0 test modules to Python 3 with the lib2to3 of the interpreter that runs this:
#
#   python convert.py FROM_FOLDER TO_FOLDER NAME.py...
#
# Nothing else is written: lib2to3 would leave its grammar tables beside its sources.

import io
import os
import sys

from lib2to3.pgen2 import driver

load_grammar = driver.load_grammar


def load_grammar_without_saving(*arguments, **options):
    options['save'] = False
    return load_grammar(*arguments, **options)


driver.load_grammar = load_grammar_without_saving

from lib2to3 import refactor


def main():
    source, destination = sys.argv[1:3]
    tool = refactor.RefactoringTool(refactor.get_fixers_from_package('lib2to3.fixes'))
    for name in sys.argv[3:]:
        f = io.open(os.path.join(source, name), encoding='latin-1')
        text = f.read()
        f.close()
        as_text = type(text)  # `u''` is no syntax for 3.0 - 3.2
        if text[-1:] != as_text('\n'):
            text += as_text('\n')
        tree = tool.refactor_string(text, name)
        f = io.open(os.path.join(destination, name), 'w', encoding='latin-1', newline='\n')
        f.write(as_text(tree))
        f.close()
    print('converted')


main()
