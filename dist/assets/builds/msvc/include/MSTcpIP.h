/* Microsoft's file systems do not tell MSTcpIP.h from mstcpip.h. */
#include <mstcpip.h>
