"""An internet behind the venue's router: all names lead to one address, with pages and an echo on 443."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lab.wifi import INTERNET, VENUE_GATEWAY, Venue

ONLINE = b"NetworkManager is online\n"


class Internet:
    """Levers: ``sign_in`` puts the venue's own page before everything."""

    def __init__(self) -> None:
        self.sign_in = False
        self.asked: list[tuple[str, str]] = []
        """Who asked, and for what."""


@contextmanager
def internet(venue: Venue, folder: Path) -> Iterator[Internet]:
    """Served until the end; DNS by dnsmasq on the venue's router."""
    levers = Internet()
    outside = venue.outside
    settings = folder / "internet.conf"
    settings.write_text(
        f"port=53\nlisten-address={VENUE_GATEWAY}\nbind-interfaces\nno-resolv\nno-hosts\nkeep-in-foreground\n"
        f"pid-file\naddress=/#/{INTERNET}\nlocal=/#/\naddress=/inside.example/10.41.0.1\n",
        "ascii",
    )
    dnsmasq = subprocess.Popen(
        outside.command("dnsmasq", f"--conf-file={settings}"), stderr=subprocess.DEVNULL
    )
    server = _Server(levers, outside.socket())
    takes = outside.socket()
    takes.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    takes.bind((INTERNET, 443))
    takes.listen(64)
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.02,)),
        threading.Thread(target=_echo, args=(takes,)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield levers
    finally:
        server.shutdown()
        server.server_close()
        with suppress(OSError):
            takes.shutdown(socket.SHUT_RDWR)
        takes.close()
        for thread in threads:
            thread.join()
        dnsmasq.terminate()
        dnsmasq.wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, levers: Internet, sock: socket.socket) -> None:
        super().__init__((INTERNET, 80), _Page, bind_and_activate=False)
        self.socket.close()
        self.socket = sock
        self.levers = levers
        self.server_bind()
        self.server_activate()

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)


class _Page(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        levers = self.server.levers
        levers.asked.append((self.client_address[0], self.path))
        if levers.sign_in:
            self.send_response(302)
            self.send_header("Location", "http://venue.example/sign-in")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = ONLINE if self.path == "/nm" else b"<!doctype html><title>The internet</title><p>The internet."
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def _echo(listener: socket.socket) -> None:
    """Give back what comes, on each connection."""
    while True:
        try:
            taken, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_echo_one, args=(taken,), daemon=True).start()


def _echo_one(taken: socket.socket) -> None:
    with taken, suppress(OSError):
        while piece := taken.recv(65536):
            taken.sendall(piece)
