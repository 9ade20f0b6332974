"""Looks for the integers that are the same object however they are made."""
from common import tell


def shared(number):
    text = str(number)
    one, other = int(text), int(text)
    return one is other


def furthest(step):
    number = 0
    while shared(number + step):
        number += step
    return number


tell(least_shared_integer=furthest(-1), greatest_shared_integer=furthest(1))
