/* What Go programs need of Windows and Wine 8 lacks. Built as bcryptprimitives.dll, which each Go program loads.

   x86_64-w64-mingw32-gcc -shared -o bcryptprimitives.dll bcryptprimitives.c -ladvapi32 */

#include <string.h>
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size) {
	return SystemFunction036(data, (ULONG)size);
}

/* os.Root.Remove asks for FileDispositionInformationEx, and takes Wine's "not implemented" for a failure. It gets
   FileDispositionInformation, which is the same without what POSIX adds. */

typedef LONG NTAPI set_information(HANDLE, void *status, void *data, ULONG size, int class);

static set_information *original;

static LONG NTAPI set_dispositions(HANDLE file, void *status, void *data, ULONG size, int class) {
	BOOLEAN removed;
	if (class != 64)
		return original(file, status, data, size, class);
	removed = *(ULONG *)data & 1;
	return original(file, status, &removed, sizeof removed, 13);
}

/* DllMain puts a jump to set_dispositions in the place of NtSetInformationFile, and keeps a copy of that: a few
   instructions that work at any address. */
BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, void *reserved) {
	BYTE jump[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov rax, ...; jmp rax */
	void *to = (void *)set_dispositions;
	BYTE *at = (BYTE *)GetProcAddress(GetModuleHandleA("ntdll"), "NtSetInformationFile");
	BYTE *copy;
	DWORD before;
	if (reason != DLL_PROCESS_ATTACH)
		return TRUE;
	memcpy(jump + 2, &to, sizeof to);
	copy = VirtualAlloc(NULL, 64, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
	if (!at || !copy || !VirtualProtect(at, sizeof jump, PAGE_EXECUTE_READWRITE, &before))
		return FALSE;
	memcpy(copy, at, 32);
	original = (set_information *)copy;
	memcpy(at, jump, sizeof jump);
	return TRUE;
}
