"""A tablet that speaks OSC over TCP: Debian's liblo, by ctypes. It only sends."""

from __future__ import annotations

import ctypes
import ctypes.util


class Liblo:
    """One address of a show."""

    def __init__(self, port: int) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("lo") or "liblo.so.7")
        self._library.lo_address_new_from_url.restype = ctypes.c_void_p
        self._library.lo_address_new_from_url.argtypes = (ctypes.c_char_p,)
        self._library.lo_address_set_stream_slip.argtypes = (ctypes.c_void_p, ctypes.c_int)
        self._library.lo_address_free.argtypes = (ctypes.c_void_p,)
        self._library.lo_message_new.restype = ctypes.c_void_p
        self._library.lo_message_free.argtypes = (ctypes.c_void_p,)
        self._library.lo_send_message.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
        self._address = self._library.lo_address_new_from_url(f"osc.tcp://127.0.0.1:{port}/".encode())
        self._library.lo_address_set_stream_slip(self._address, 1)

    def say(self, path: str) -> None:
        message = self._library.lo_message_new()
        assert self._library.lo_send_message(self._address, path.encode(), message) > 0
        self._library.lo_message_free(message)

    def close(self) -> None:
        self._library.lo_address_free(self._address)
