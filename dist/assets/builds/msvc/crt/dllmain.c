/* The DllMain of DLLs that have none. */
int __stdcall DllMain(void *module, unsigned long reason, void *reserved)
{
    (void)module;
    (void)reason;
    (void)reserved;
    return 1;
}
