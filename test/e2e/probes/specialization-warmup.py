"""Calls a function until an addition in it is specialised for integers."""
import dis

from common import tell


def function(one, other):
    return one + other


def specialised():
    return any(i.opname == 'BINARY_OP_ADD_INT' for i in dis.get_instructions(function, adaptive=True))


def calls(limit):
    for count in range(limit):
        if specialised():
            return count
        function(1000, 1000)
    return 0


tell(calls_before_an_addition_is_specialised=calls(10000))
