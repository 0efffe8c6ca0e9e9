"""What ends a server, and that it ends then."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack

import requests

from lab.free_port import free_port

PROGRAM = """
import resource, sys, time
from flask import Flask
from appliance.config import WebTable
from webui.serving import listen, serve_at

web = WebTable(host="127.0.0.1", port=int(sys.argv[1]), threads=4)
app = Flask("endless")

@app.get("/")
def endless():
    def words():
        while True:
            yield "on "
            time.sleep(0.05)
    return words()

resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
listener = listen(web)
print("ready", flush=True)
serve_at(lambda: app, web, listener)
"""


def test_a_server_that_can_take_nobody_ends_though_an_answer_goes_on() -> None:
    """Whoever looks after it starts it again; a process that hangs would be nobody's."""
    port = free_port()
    with ExitStack() as held:
        server = held.enter_context(
            subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], stdout=subprocess.PIPE)
        )
        held.callback(server.kill)
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        answer = held.enter_context(requests.get(f"http://127.0.0.1:{port}/", stream=True, timeout=20))
        assert next(answer.iter_content(3)) == b"on "
        for _ in range(60):
            one = held.enter_context(socket.socket())
            if one.connect_ex(("127.0.0.1", port)):
                break
        assert server.wait(20) == 1
