/* Microsoft's SDK has the protocol numbers as an enumeration (ws2def.h), mingw-w64 partly as macros, which then hide the
   macros of the same name that CPython's socketmodule.c defines to tell that a number is there. */
#ifndef FORKWRIGHT_WINSOCK2_H
#define FORKWRIGHT_WINSOCK2_H
#include_next <winsock2.h>
#undef IPPROTO_HOPOPTS
#undef IPPROTO_ICMP
#undef IPPROTO_IGMP
#undef IPPROTO_GGP
#undef IPPROTO_IPV4
#undef IPPROTO_ST
#undef IPPROTO_TCP
#undef IPPROTO_CBT
#undef IPPROTO_EGP
#undef IPPROTO_IGP
#undef IPPROTO_PUP
#undef IPPROTO_UDP
#undef IPPROTO_IDP
#undef IPPROTO_RDP
#undef IPPROTO_IPV6
#undef IPPROTO_ROUTING
#undef IPPROTO_FRAGMENT
#undef IPPROTO_ESP
#undef IPPROTO_AH
#undef IPPROTO_ICMPV6
#undef IPPROTO_NONE
#undef IPPROTO_DSTOPTS
#undef IPPROTO_ND
#undef IPPROTO_ICLFXBM
#undef IPPROTO_PIM
#undef IPPROTO_PGM
#undef IPPROTO_L2TP
#undef IPPROTO_SCTP
#undef IPPROTO_RAW
#undef IPPROTO_MAX
/* https://www.iana.org/assignments/protocol-numbers */
enum {
    IPPROTO_HOPOPTS = 0,
    IPPROTO_ICMP = 1,
    IPPROTO_IGMP = 2,
    IPPROTO_GGP = 3,
    IPPROTO_IPV4 = 4,
    IPPROTO_ST = 5,
    IPPROTO_TCP = 6,
    IPPROTO_CBT = 7,
    IPPROTO_EGP = 8,
    IPPROTO_IGP = 9,
    IPPROTO_PUP = 12,
    IPPROTO_UDP = 17,
    IPPROTO_IDP = 22,
    IPPROTO_RDP = 27,
    IPPROTO_IPV6 = 41,
    IPPROTO_ROUTING = 43,
    IPPROTO_FRAGMENT = 44,
    IPPROTO_ESP = 50,
    IPPROTO_AH = 51,
    IPPROTO_ICMPV6 = 58,
    IPPROTO_NONE = 59,
    IPPROTO_DSTOPTS = 60,
    IPPROTO_ND = 77,
    IPPROTO_ICLFXBM = 78,
    IPPROTO_PIM = 103,
    IPPROTO_PGM = 113,
    IPPROTO_L2TP = 115,
    IPPROTO_SCTP = 132,
    IPPROTO_RAW = 255,
    IPPROTO_MAX = 256
};
#endif
