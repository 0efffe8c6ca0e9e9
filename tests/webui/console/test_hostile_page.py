"""An unpaired box, its organiser in Chromium, and another tab that wants the box for somebody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.config import BoxTable, Config, WebTable
from appliance.ipc.console_client import ConsoleClient
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from lab.axe import violations
from lab.browser import open_chromium
from lab.free_port import free_port
from lab.staff_room import Process, until

WORDS = "seven quiet lamps again"
HOSTILE = """<!doctype html><title>Win a film</title>
<form id="f" method="post" action="{box}{path}" target="{target}">{fields}<button>Win</button></form>
<iframe name="inner" id="inner" {src}></iframe>
<script>
document.cookie = "matinee_session=planted; path=/";
document.cookie = "matinee_pairing=planted; path=/pair";
</script>"""


class Evil(BaseHTTPRequestHandler):
    """Serves whatever page the test made last."""

    page = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def evil() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f":{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def box(paths: Paths) -> Iterator[str]:
    port = free_port()
    paths.config_file.write_text(f'[console]\nport = {port}\n[box]\nid = "lab"\n')
    config = Config(box=BoxTable(id="lab"), console=WebTable(port=port))
    console = Process(paths, Service.CONSOLE)
    until(lambda: is_up(paths, config, Service.CONSOLE))
    yield config.console.address
    console.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium("--host-resolver-rules=MAP *.example 127.0.0.1") as browser:
        yield browser


def attack(page: Page, evil: str, box: str, path: str, fields: dict[str, str], host: str) -> str:
    """What the page of ``evil`` gets when its form is sent to the box."""
    inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    Evil.page = HOSTILE.format(box=box, path=path, target="_self", fields=inputs, src="")
    page.goto(f"http://{host}{evil}")
    page.get_by_role("button", name="Win").click()
    page.wait_for_url(f"{box}{path}")
    return page.inner_text("body")


def code(paths: Paths) -> str:
    return ConsoleClient(paths).first_light().qr.rpartition("=")[2]


def test_another_tab_neither_pairs_the_box_nor_takes_it_from_its_organiser(
    paths: Paths, box: str, chromium: Browser, evil: str
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()

    # Even with the right code a form of another page does nothing, from another site and from another port.
    for host in ("evil.example", "127.0.0.1"):
        said = attack(page, evil, box, "/pair", {"code": code(paths)}, host)
        assert "did not come from this box's own pages" in said
    assert code(paths), "the code was not used up"

    # It can not lay the page under a button of its own.
    Evil.page = HOSTILE.format(box=box, path="/pair", target="inner", fields="", src=f'src="{box}/pair"')
    with page.expect_response(f"{box}/pair") as framed:
        page.goto(f"http://evil.example{evil}")
    assert framed.value.headers["content-security-policy"].count("frame-ancestors 'none'") == 1
    page.wait_for_load_state()
    assert all(frame.get_by_label("Code", exact=True).count() == 0 for frame in page.frames)

    # Nor ask for the page by a name of its own that leads to the box.
    port = box.rpartition(":")[2]
    rebound = page.goto(f"http://rebound.example:{port}/pair")
    assert rebound is not None
    assert rebound.status == 421

    # What it planted in the browser (cookies know no ports) is not what the organiser is known by.
    planted = {cookie["name"]: cookie["value"] for cookie in context.cookies(box)}
    assert planted["matinee_session"] == "planted"
    page.goto(ConsoleClient(paths).first_light().qr)
    assert violations(page) == []
    page.get_by_label("Your passphrase from now on").fill(WORDS)
    page.get_by_label("The same once more").fill(WORDS)
    page.get_by_role("button", name="This box is mine").click()
    page.wait_for_url(f"{box}/setup/event")
    session = {cookie["name"]: cookie["value"] for cookie in context.cookies(box)}["matinee_session"]
    assert session not in ("", "planted")

    # The organiser is signed in now; the other tab has neither token nor origin.
    for path, fields in (("/setup/staff/link", {"role": "organiser"}), ("/setup/staff/sign-out", {})):
        said = attack(page, evil, box, path, {**fields, "csrf": "0" * 64}, "evil.example")
        assert "did not come from this box's own pages" in said
    page.context.add_cookies([{"name": "matinee_session", "value": session, "url": box}])
    page.goto(f"{box}/setup/staff")
    assert violations(page) == []
    page.get_by_role("button", name="Make a link for one operator").click()
    expect(page.get_by_role("img", name="Signs one operator in")).to_be_visible()
    assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    context.close()
