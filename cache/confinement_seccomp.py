"""System calls that remain, by libseccomp: the only caller of it."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Sequence
from dataclasses import dataclass

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_CMP_MASKED_EQ = 7
_CLONE_THREAD = 0x00010000
_AT_EMPTY_PATH = 0x1000
_ALL_BITS = (1 << 64) - 1
_ONLY_WITH = (
    ("clone", 0, _CLONE_THREAD, _CLONE_THREAD),
    ("newfstatat", 3, _AT_EMPTY_PATH, _AT_EMPTY_PATH),
    ("statx", 2, _AT_EMPTY_PATH, _AT_EMPTY_PATH),
    ("prlimit64", 2, _ALL_BITS, 0),
)
"""Calls that stay if some bits of an argument are so: threads, looks at what is open, limits as they are."""


class _Compare(ctypes.Structure):
    """``struct scmp_arg_cmp`` of libseccomp."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """A set of calls: either those alone are allowed, or those alone are refused."""

    calls: tuple[str, ...]
    allow_only_these: bool


_READ_WRITE = "read readv pread64 preadv write writev lseek fstat fcntl close dup poll ppoll select"
_MEMORY = "mmap munmap mprotect mremap madvise brk membarrier"
_THREADS = """
    futex futex_waitv set_robust_list get_robust_list rseq set_tid_address sched_yield sched_getaffinity
    sched_setaffinity sched_getparam sched_getscheduler gettid getpid exit exit_group arch_prctl
"""
_TIME = "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getrusage"
_SIGNALS = "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall tgkill"
_ABOUT_ITSELF = "getrandom getuid geteuid getgid getegid uname getrlimit sysinfo getcpu"
_NEVER_NEEDED = """
    socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg ptrace process_vm_readv
    process_vm_writev mount umount2 pivot_root chroot setns unshare bpf perf_event_open keyctl add_key
    request_key kexec_load init_module finit_module reboot swapon userfaultfd io_uring_setup
    open_by_handle_at mknod mknodat kill pidfd_send_signal pidfd_getfd
"""

READ_WHAT_IS_OPEN = Filter(
    tuple(f"{_READ_WRITE} {_MEMORY} {_THREADS} {_TIME} {_SIGNALS} {_ABOUT_ITSELF}".split()),
    allow_only_these=True,
)
"""A parser with its file open: threads, yes; new files, programs, processes and sockets, no."""

READ_BELOW = Filter(
    (*READ_WHAT_IS_OPEN.calls, "openat", "getdents64", "newfstatat"),
    allow_only_these=True,
)
"""A walker of folders: it opens more, and Landlock says where."""

RUN_A_CONVERTER = Filter(tuple(_NEVER_NEEDED.split()), allow_only_these=False)
"""A converter has to open files and load libraries; it never needs any of these."""


def enter(library: ctypes.CDLL, kept: Filter) -> None:
    """Install ``kept`` for this process, for good: refused calls fail with EPERM.

    ``library`` was loaded while files could still be opened. Raises ``OSError`` if the kernel will not.
    """
    default, other = (
        (_refuse(errno.EPERM), _ALLOW) if kept.allow_only_these else (_ALLOW, _refuse(errno.EPERM))
    )
    context = library.seccomp_init(default)
    if not context:
        raise OSError(errno.ENOSYS, "seccomp_init")
    try:
        for name in kept.calls:
            _rule(library, context, other, name)
        if kept.allow_only_these:
            for name, argument, bits, value in _ONLY_WITH:
                if name in kept.calls:
                    continue
                compare = _Compare(argument, _CMP_MASKED_EQ, bits, value)
                _rule(library, context, _ALLOW, name, [compare])
            # Its arguments lie in memory, out of a filter's sight: "not there" makes the C library use clone.
            _rule(library, context, _refuse(errno.ENOSYS), "clone3")
        fault = library.seccomp_load(context)
        if fault != 0:
            raise OSError(-fault, "seccomp_load")
    finally:
        library.seccomp_release(context)


def _refuse(with_errno: int) -> int:
    return _ERRNO | with_errno


def _rule(
    library: ctypes.CDLL, context: int, action: int, name: str, compare: Sequence[_Compare] = ()
) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number < 0:  # another processor has no such call
        return
    array = (_Compare * len(compare))(*compare)
    fault = library.seccomp_rule_add_array(context, action, number, len(compare), array)
    if fault != 0:
        raise OSError(-fault, f"seccomp_rule_add {name}")


def load() -> ctypes.CDLL:
    """Load libseccomp; ``OSError`` if it is not there."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Compare),
    ]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    library.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]
    return library
