"""The text of nginx's settings: a pure function of ``Front``."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from textwrap import indent

from appliance.front.settings import ACCEL, Front

_STAFF = """
        if ($crooked) { return 400; }
        if ($garbled) { return 400; }
        set $asked $http_host;  # with its port, as browsers name it in Origin
        gzip off;  # a page that holds a secret and repeats what was sent is not compressed (BREACH)
        limit_conn each 48;
        proxy_read_timeout 120s;  # a new passphrase on a board that only just starts; few people, and ours
        location / {
            proxy_pass http://127.0.0.1:@CONSOLE@;
        }
        location = /remote/events {
            proxy_buffering off;
            proxy_read_timeout 60s;
            proxy_pass http://127.0.0.1:@CONSOLE@;
        }
        location ~ ^/setup/ {  # films come in here, by the gigabyte; a prefix would turn /setup into /setup/
            client_max_body_size 0;
            proxy_request_buffering off;
            proxy_read_timeout 600s;
            proxy_pass http://127.0.0.1:@CONSOLE@;
        }
        location ~ ^/desk/(clips|lists)/ {  # a transcript, a guest list
            client_max_body_size 2m;
            client_body_buffer_size 2m;
            proxy_pass http://127.0.0.1:@CONSOLE@;
        }
        location /static/ {
            gzip on;
            proxy_pass http://127.0.0.1:@CONSOLE@;
        }"""

PASSED = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "HX-Request",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Origin",
    "Range",
    "Sec-Fetch-Site",
    "Tus-Resumable",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
    "User-Agent",
    "X-CSRF-Token",
)
"""Every header that a page of ours looks at, beside Host, Content-Type and Content-Length."""

_MARK = re.compile(r"@([A-Z_]+)@")


def front_text(front: Front) -> str:
    """Return nginx.conf for ``front``. The same value gives the same text."""
    parts = {
        "USER": f"user {front.user};" if front.user else "",
        "WORK": str(front.work),
        "PORTAL": str(front.portal),
        "CONSOLE": str(front.console),
        "GUESTS_NET": front.guests_net,
        "PASSED": "\n".join(f"    proxy_set_header {name} {_variable(name)};" for name in PASSED),
        "PASSED_VALUES": "$content_type" + "".join(_variable(name) for name in PASSED),
        "GUESTS": _lines(_guests(front)),
        "WIRE": _lines(_wire(front)),
        "DOOR": _lines(_door(front)),
    }
    parts["FILMS"] = indent(films_text(front.media, front.clips, front.sound).rstrip(), " " * 8)
    parts["STAFF"] = _filled(_STAFF.strip("\n"), parts)
    return _filled(_template("nginx.conf"), parts)


def films_text(media: Path, clips: Path, sound: Path) -> str:
    """The locations from which nginx sends films, clips and described sound, which lie in these folders."""
    folders = {"MEDIA": str(media), "CLIPS": str(clips), "SOUND": str(sound)}
    return _filled(_template("films.conf"), {"ACCEL": ACCEL, **folders})


def _template(name: str) -> str:
    return resources.files("appliance.front").joinpath(name).read_text("utf-8")


def _variable(header: str) -> str:
    """What nginx calls the value of ``header`` of a request."""
    return "$http_" + header.lower().replace("-", "_")


def _guests(front: Front) -> list[str]:
    plain = [f"listen {address}:{front.http};" for address in front.guests]
    if front.certificate is None:
        return plain
    return [*plain, *(f"listen {address}:{front.https} ssl http2;" for address in front.guests), *_tls(front)]


def _wire(front: Front) -> list[str]:
    """The default of all own addresses: what is not the attendees' (nginx asks the kernel which it was)."""
    plain = [f"listen {front.wire}:{front.http} default_server backlog=1024;"]
    if front.certificate is None:
        return plain
    tls = f"listen {front.wire}:{front.https} default_server ssl http2 backlog=1024;"
    return [*plain, tls, *_tls(front)]


def _door(front: Front) -> list[str]:
    """Whoever the network lets through to this port is a device of the staff."""
    return [
        *(
            f"listen {address}:{front.staff} ssl http2;"
            for address in dict.fromkeys((*front.guests, front.wire))
        ),
        *_tls(front),
    ]


def _tls(front: Front) -> list[str]:
    good = front.certificate
    chain, key = (good.chain, good.key) if good else (front.door_chain, front.door_key)
    mark = [f"# {good.mark}"] if good else []
    return [*mark, f"ssl_certificate {chain};", f"ssl_certificate_key {key};"]


def _lines(lines: list[str]) -> str:
    return "\n".join(f"        {line}" for line in lines)


def _filled(text: str, parts: dict[str, str]) -> str:
    return _MARK.sub(lambda mark: parts[mark[1]], text)
