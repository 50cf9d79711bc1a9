"""Run a program that cannot reach the network: `python -m pipeline.ingest.office.confine SECONDS PROGRAM …`.

A filter of system calls (seccomp) refuses every socket but local ones and every io_uring; it binds the program and all
that it starts, and needs no privilege. Where the kernel or the processor does not support it, nothing is run.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
import sys

NOT_CONFINED = 97
"""Exit status where the filter cannot be set; the program was not started."""

FILE_LIMIT = 1 << 30
"""Bytes of one file that the program may write."""

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_IO_URING_SETUP = 425
_X32 = 0x40000000
"""From here on are the numbers of x86-64's second set of system calls."""

_AF_UNIX = 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EACCES, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2


def build_filter(machine: str) -> bytes:
    """Return the filter for a processor as classic BPF (linux/filter.h, linux/seccomp.h).

    Raises:
        KeyError: no filter is known for the processor.
    """
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 5, 0, _X32),
        (_EQUAL, 4, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 2, _SOCKET[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def forbid_network() -> None:
    """Refuse the network to this process and all that it starts, for good.

    Raises:
        OSError: the kernel does not support it.
        KeyError: no filter is known for the processor.
    """
    code = ctypes.create_string_buffer(build_filter(platform.machine()))
    program = _Program(len(code.raw) // 8, ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "the filter of system calls cannot be set")


def main(arguments: list[str]) -> None:
    """Set the limits and become the program."""
    seconds, *command = arguments
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        forbid_network()
    except (OSError, KeyError, AttributeError):
        sys.exit(NOT_CONFINED)
    os.execv(command[0], command)  # noqa: S606 - the caller's program, without a shell


if __name__ == "__main__":
    main(sys.argv[1:])
