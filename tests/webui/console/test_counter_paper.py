"""Slips at the counter: printed beside the hand-over, printed again, and told when the printer is off."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.config import BoxTable, Config, WebTable
from appliance.config_house import PrinterTable, TillTable
from appliance.paper import queue
from lab.desk_room import Steward, said
from lab.free_port import free_port
from lab.market import Market, market
from lab.printers import Tray, printer, read_escpos, read_zpl
from lab.shop import BUNDLED
from lab.staff_room import until
from webui.console.console import Console

TOKEN = "a-token-for-the-till"


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def config(ports: tuple[int, int]) -> Config:
    receipts, labels = (f"127.0.0.1:{port}" for port in ports)
    return Config(
        box=BoxTable(id="lab"), console=WebTable(port=8001), till=TillTable(token=TOKEN),
        printer=PrinterTable(receipts=receipts, labels=labels, automatic=True),
    )  # fmt: skip


@pytest.fixture
def house(request: pytest.FixtureRequest) -> Iterator[Market]:
    yield from market(request, BUNDLED)


@pytest.fixture
def steward(house: Market, console: Console) -> Iterator[Steward]:
    console.paper.start()
    yield house.steward()
    console.paper.stop()


def _jobs(tray: Tray, many: int) -> list[bytes]:
    until(lambda: len(tray.jobs) >= many)
    return tray.jobs


def test_what_is_paid_is_on_paper_and_the_same_press_prints_once(
    steward: Steward, house: Market, ports: tuple[int, int]
) -> None:
    claim = house.claim(steward, house.reserve("print"))
    fields = {"claim": claim, "way": "cash", "desk": "2", "nonce": steward.nonce()}
    with printer(ports[0]) as tray:
        page = steward.post("/desk/counter/hand-over", **fields).text
        steward.post("/desk/counter/hand-over", **fields)
        assert said(page) == "Hand it over"
        (slip,) = (read_escpos(job) for job in _jobs(tray, 1))
        (line,) = house.shop.rows.payments(house.event.id)
        text = "\n".join(slip.lines)
        for words in (
            "Harbour Film Club",
            "The print",
            "12.00 EUR",
            "Cash",
            "Desk 2",
            "Tax in it, 7 %",
            "0.79",
        ):
            assert words in " ".join(text.split()), words
        assert line.id in text
        again = re.search(r'action="(/desk/counter/print/receipt/[^"]+)"', page)
        assert again
        steward.post(again[1])
        assert _jobs(tray, 2)[1] == tray.jobs[0]
        entry = {"item": "entry", "amount": "8", "way": "cash", "nonce": steward.nonce()}
        for _ in range(2):
            steward.post("/desk/counter/receive", **entry)
        steward.post("/desk/counter/print/pick-list")  # after all that waited before
        heads = ["".join(read_escpos(job).lines) for job in _jobs(tray, 4)]
        assert ("Entry" in heads[2], "To be collected" in heads[3]) == (True, True)


def test_a_printer_that_is_off_is_one_sentence_and_nothing_of_the_hand_over_waits(
    steward: Steward, house: Market, console: Console, ports: tuple[int, int]
) -> None:
    claim = house.claim(steward, house.reserve("print"))
    assert said(steward.post("/desk/counter/hand-over", claim=claim, way="cash").text) == "Hand it over"
    until(lambda: console.paper.view()[0].failed == 1)
    page = steward.browser.get("/desk/counter").text
    assert page.count(f"The printer at 127.0.0.1:{ports[0]} does not answer") == 1
    with printer(ports[0]) as tray:
        steward.post("/desk/counter/print/again")
        assert "The print" in "\n".join(read_escpos(_jobs(tray, 1)[0]).lines)
    until(lambda: "does not answer" not in steward.browser.get("/desk/counter").text)


def test_labels_and_the_pick_list_name_things_and_four_words_and_nobody(
    steward: Steward, house: Market, ports: tuple[int, int]
) -> None:
    codes = [house.code(house.reserve(drop, kind)) for drop, kind in (("print", ""), ("evening", "l"))]
    with printer(ports[1]) as tray:
        steward.post("/desk/counter/print/labels")
        squares = [read_zpl(job)[1][-1].text for job in _jobs(tray, 2)]
    assert sorted(squares) == sorted(codes)
    with printer(ports[0]) as tray:
        steward.post("/desk/counter/print/pick-list")
        text = " ".join("\n".join(read_escpos(_jobs(tray, 1)[0]).lines).split())
    assert all(code in text for code in codes)
    assert "The talk afterwards" in text


def test_labels_of_more_parcels_than_jobs_wait_are_printed_all_the_same(
    house: Market, console: Console, ports: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_JOBS", 2)
    for drop, kind in (("print", ""), ("shirt", "m"), ("shirt", "l")):
        house.reserve(drop, kind)
    assert house.steward().post("/desk/counter/print/labels").status_code == 303
    with printer(ports[1]) as tray:
        console.paper.start()
        assert _jobs(tray, 1)[0].count(b"^XA") == 3
        console.paper.stop()


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_every_file_opens_in_every_language(
    steward: Steward, house: Market, language: str, tmp_path: Path
) -> None:
    code = house.code(house.reserve("print"))
    steward.post("/desk/counter/hand-over", claim=house.claim(steward, house.reserve("print")), way="cash")
    (line,) = house.shop.rows.payments(house.event.id)
    for name in (f"receipt/{line.id}", "pick-list", "labels"):
        answer = steward.browser.get(f"/desk/counter/{name}.pdf?lang={language}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        (tmp_path / "a.pdf").write_bytes(answer.data)
        command = ["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert ("12.00" if "receipt" in name else code.split("-")[0]) in text
    assert steward.browser.get("/desk/counter/receipt/none.pdf").status_code == 404


def test_only_staff_print(house: Market) -> None:
    nobody = house.nobody()
    doors = {"/sign-in", "/pair"}  # the second while the box knows nobody at all
    for path in ("pick-list.pdf", "labels.pdf", "receipt/x.pdf"):
        assert nobody.get(f"/desk/counter/{path}").headers["Location"] in doors
    assert nobody.post("/desk/counter/print/labels").status_code == 401


def _asked(house: Market, token: str = TOKEN) -> Callable[..., object]:
    browser = house.nobody()

    def ask(path: str, **headers: str):  # type: ignore[no-untyped-def] # noqa: ANN202
        return browser.get(f"/api/v1/counter/{path}", headers={"Authorization": f"Bearer {token}", **headers})

    return ask


def test_a_till_reads_stock_and_sales_with_its_token_and_goes_on_from_its_cursor(
    steward: Steward, house: Market
) -> None:
    ask = _asked(house)
    steward.post("/desk/counter/hand-over", claim=house.claim(steward, house.reserve("print")), way="cash")
    stock = ask("stock")  # type: ignore[call-arg]
    piles = {(pile["item"], pile["size"]): pile for pile in stock.get_json()["piles"]}  # type: ignore[attr-defined]
    assert (piles["print", ""]["left"], piles["evening", "l"]["left"]) == (2, 1)
    etag = stock.headers["ETag"]  # type: ignore[attr-defined]
    assert ask("stock", **{"If-None-Match": etag}).status_code == 304  # type: ignore[attr-defined]
    first = ask("sales").get_json()  # type: ignore[attr-defined]
    assert [(line["item"], line["amount"]) for line in first["sales"]] == [("print", "12.00")]
    steward.post("/desk/counter/receive", item="donation", amount="7,50", way="reader")
    assert ask("stock", **{"If-None-Match": etag}).status_code == 304  # type: ignore[attr-defined]
    house.reserve("shirt", "m")
    assert ask("stock", **{"If-None-Match": etag}).status_code == 200  # type: ignore[attr-defined]
    more = ask(f"sales?after={first['next']}").get_json()  # type: ignore[attr-defined]
    assert [(line["item"], line["amount"], line["way"]) for line in more["sales"]] == [
        ("donation", "7.50", "reader")
    ]
    rest = ask(f"sales?after={more['next']}").get_json()  # type: ignore[attr-defined]
    assert (rest["sales"], rest["next"], rest["more"]) == ([], more["next"], False)
    gone = ask("sales?after=of-another-evening")
    assert gone.status_code == 410  # type: ignore[attr-defined]
    assert gone.mimetype == "application/problem+json"  # type: ignore[attr-defined]


@pytest.mark.parametrize("token", ["", "a-token-for-the-tilL", "é"])
def test_without_the_token_nothing_is_told(house: Market, token: str) -> None:
    for path in ("stock", "sales"):
        answer = _asked(house, token)(path)
        assert answer.status_code == 401  # type: ignore[attr-defined]
    assert house.nobody().get("/api/v1/counter/stock").status_code == 401
