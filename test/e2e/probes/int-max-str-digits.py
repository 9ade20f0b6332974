"""Looks for the longest string of digits that int() takes."""
from common import tell


def taken(digits):
    try:
        int('9' * digits)
    except ValueError:
        return False
    return True


low, high = 1, 100000
while high - low > 1:
    middle = (low + high) // 2
    if taken(middle):
        low = middle
    else:
        high = middle
tell(digits_that_int_takes=low)
