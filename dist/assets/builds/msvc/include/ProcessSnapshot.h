/* Not in mingw-w64 10: what posixmodule.c asks of a snapshot of a process. Values and layout are those of Microsoft's
   documentation (processsnapshot.h). */
#ifndef FORKWRIGHT_PROCESSSNAPSHOT_H
#define FORKWRIGHT_PROCESSSNAPSHOT_H
#include <windows.h>

typedef HANDLE HPSS;
typedef enum { PSS_CAPTURE_NONE = 0 } PSS_CAPTURE_FLAGS;
typedef enum { PSS_QUERY_PROCESS_INFORMATION = 0 } PSS_QUERY_INFORMATION_CLASS;
typedef int PSS_PROCESS_FLAGS;
typedef struct {
    DWORD ExitStatus;
    void *PebBaseAddress;
    ULONG_PTR AffinityMask;
    LONG BasePriority;
    DWORD ProcessId;
    DWORD ParentProcessId;
    PSS_PROCESS_FLAGS Flags;
    FILETIME CreateTime;
    FILETIME ExitTime;
    FILETIME KernelTime;
    FILETIME UserTime;
    DWORD PriorityClass;
    ULONG_PTR PeakVirtualSize;
    ULONG_PTR VirtualSize;
    DWORD PageFaultCount;
    ULONG_PTR PeakWorkingSetSize;
    ULONG_PTR WorkingSetSize;
    ULONG_PTR QuotaPeakPagedPoolUsage;
    ULONG_PTR QuotaPagedPoolUsage;
    ULONG_PTR QuotaPeakNonPagedPoolUsage;
    ULONG_PTR QuotaNonPagedPoolUsage;
    ULONG_PTR PagefileUsage;
    ULONG_PTR PeakPagefileUsage;
    ULONG_PTR PrivateUsage;
    DWORD ExecuteFlags;
    wchar_t ImageFileName[MAX_PATH];
} PSS_PROCESS_INFORMATION;

__declspec(dllimport) DWORD __stdcall PssCaptureSnapshot(HANDLE process, PSS_CAPTURE_FLAGS flags, DWORD context, HPSS *snapshot);
__declspec(dllimport) DWORD __stdcall PssQuerySnapshot(HPSS snapshot, PSS_QUERY_INFORMATION_CLASS kind, void *buffer, DWORD size);
__declspec(dllimport) DWORD __stdcall PssFreeSnapshot(HANDLE process, HPSS snapshot);
#endif
