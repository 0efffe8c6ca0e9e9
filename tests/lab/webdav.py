"""A real WebDAV server: nginx with its dav modules, one folder, one account."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.config import BucketTable
from lab.free_port import free_port

ACCOUNT, PASSWORD = "club", "a password"
_SETTINGS = """\
load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
daemon off;
pid {folder}/pid;
error_log {folder}/log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    client_max_body_size 100m;
    server {{
        listen 127.0.0.1:{port};
        location /dav/ {{
            root {folder}/files;
            auth_basic "dav";
            auth_basic_user_file {folder}/users;
            dav_methods PUT DELETE MKCOL COPY MOVE;
            dav_ext_methods PROPFIND OPTIONS;
        }}
        location / {{ return 200 "<html>Welcome to Hotel Meridian</html>"; }}
    }}
}}
"""


@contextmanager
def webdav_server(folder: Path) -> Iterator[BucketTable]:
    """``[bucket]`` of an account on a server that runs until the end of the block."""
    port = free_port()
    for name in ("files/dav", "body"):
        (folder / name).mkdir(parents=True)
    (folder / "users").write_text(f"{ACCOUNT}:{{PLAIN}}{PASSWORD}\n")
    (folder / "nginx.conf").write_text(_SETTINGS.format(folder=folder, port=port))
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "log"), "-g", f"user {_user()};"]
    server = subprocess.Popen(command)
    try:
        _await(port, server)
        yield BucketTable(webdav=f"http://127.0.0.1:{port}/dav", access_key=ACCOUNT, secret_key=PASSWORD)
    finally:
        server.terminate()
        server.wait(30)


def _user() -> str:
    return "root" if os.geteuid() == 0 else "nobody"


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    while True:
        assert server.poll() is None, "nginx ended"
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
