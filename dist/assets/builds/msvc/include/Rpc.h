/* Microsoft's file systems do not tell Rpc.h from rpc.h. */
#include <rpc.h>
