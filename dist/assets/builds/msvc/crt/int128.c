/* Division of 128-bit numbers: LLVM's run-time library, which is not installed for Windows, has it under these names.
   3.11's _decimal divides by 64-bit numbers alone. */
typedef unsigned long long half;
typedef unsigned __int128 whole;

/* high < divisor, so the quotient is a half. */
static inline half divide(half high, half low, half divisor, half *rest)
{
    half quotient;
    __asm__("divq %4" : "=a"(quotient), "=d"(*rest) : "a"(low), "d"(high), "r"(divisor) : "cc");
    return quotient;
}

static whole divided(whole number, whole divisor, whole *rest)
{
    half rest_half;
    if (divisor >> 64 == 0) {
        half by = (half)divisor;
        half high = (half)(number >> 64) / by;
        half low = divide((half)(number >> 64) % by, (half)number, by, &rest_half);
        *rest = rest_half;
        return (whole)high << 64 | low;
    }
    /* By hand, digit by digit: the quotient has at most 64 of them. */
    whole quotient = 0, left = number >> 64;
    for (int bit = 63; bit >= 0; bit--) {
        left = left << 1 | ((half)number >> bit & 1);
        quotient <<= 1;
        if (left >= divisor) {
            left -= divisor;
            quotient |= 1;
        }
    }
    *rest = left;
    return quotient;
}

whole __udivti3(whole number, whole divisor)
{
    whole rest;
    return divided(number, divisor, &rest);
}

whole __umodti3(whole number, whole divisor)
{
    whole rest;
    divided(number, divisor, &rest);
    return rest;
}
