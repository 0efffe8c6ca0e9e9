"""Sales made elsewhere: imported whole or not at all, each once, and counted beside those of the desk."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.bucket.bucket import Bucket
from appliance.bucket.opening import open_bucket
from appliance.cli.root import matinee
from appliance.clock import HeldClock
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.ids import EventId, new_id
from provisioning.cloud.figures import ItemSales
from provisioning.cloud.figures_table import table
from provisioning.cloud.report import report
from provisioning.cloud.sales import put_sales
from provisioning.cloud.sales_csv import parse

MARKET = EventId("market")
CLAIM = new_id()
HEAD = "Order ID,Created at,Lineitem sku,Amount,Currency,Quantity,Reference,Status\n"
ORDERS = (
    HEAD
    + "1001,2026-11-27T22:10:00+01:00,print,12.00,EUR,1,,paid\n"
    + "1001,2026-11-27T22:10:00+01:00,print,12.00,EUR,1,,paid\n"
    + '1002,2026-12-04 10:00:00,shirt,"25,00",EUR,1,,paid\n'
    + f"1003,2026-11-28,print,12.00,EUR,1,{CLAIM},paid\n"
    + "1004,2026-11-28,print,12.00,EUR,1,,refunded\n"
)


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    (tmp_path / "bucket").mkdir()
    opened = open_bucket(BucketTable(folder=str(tmp_path / "bucket")))
    assert opened is not None
    return opened


def box_facts(bucket: Bucket, *facts: dict[str, object]) -> None:
    head = {"kind": "paid", "currency": "EUR", "item": "print", "refunds": "", "claim": ""}
    bodies = [{"id": new_id(), "at": "2026-11-27T21:00:00.000Z", **head, **fact} for fact in facts]
    content = gzip.compress("".join(f"{json.dumps(body)}\n" for body in bodies).encode())
    key = f"boxes/box=cafe/event=market/date=2026-11-27/facts-0000000001-{len(facts):08d}.ndjson.gz"
    bucket.put(key, content, "application/gzip")


def sales_of(bucket: Bucket, cache: Path) -> dict[str, ItemSales]:
    (event,) = report(bucket, cache).events
    return {one.item: one for one in event.sales}


def test_what_was_sold_elsewhere_counts_beside_the_desk_and_nothing_twice(
    bucket: Bucket, tmp_path: Path, clock: HeldClock
) -> None:
    box_facts(
        bucket,
        {"kind": "show_started", "at": "2026-11-27T19:00:00.000Z"},
        {"payment": "p1", "claim": CLAIM, "amount_minor": 1200, "way": "online"},
        {"payment": "p2", "amount_minor": 1200},
        {"payment": "p3", "amount_minor": -1200, "refunds": "p2"},
        *({"kind": "checked_in", "subject": f"pass:{n}", "check_in": f"{n}"} for n in range(10)),
    )
    assert put_sales(bucket, MARKET, parse(ORDERS.encode()), clock).orders == 4
    sold = sales_of(bucket, tmp_path / "cache")
    assert sold["print"] == ItemSales("print", "EUR", 1, 2, 3, 3600)
    assert sold["shirt"] == ItemSales("shirt", "EUR", 0, 1, 0, 2500), "a week later is not within 72 hours"
    (event,) = report(bucket, tmp_path / "cache").events
    assert (event.boxes, event.sold_to_100) == (("cafe",), 30.0)
    assert "print: 3 sold, 2 of them elsewhere, 36.00 EUR" in table(report(bucket, tmp_path / "cache"))


def test_imported_again_and_in_part_each_order_counts_once(
    bucket: Bucket, tmp_path: Path, clock: HeldClock
) -> None:
    assert put_sales(bucket, MARKET, parse(ORDERS.encode()), clock).fresh
    first = sales_of(bucket, tmp_path / "cache")
    clock.advance(60)
    assert not put_sales(bucket, MARKET, parse(ORDERS.encode()), clock).fresh
    part = HEAD + "".join(line for line in ORDERS.splitlines(keepends=True) if line.startswith("1001"))
    assert put_sales(bucket, MARKET, parse(part.encode()), clock).fresh
    assert sales_of(bucket, tmp_path / "cache") == first


def test_a_newer_export_of_an_order_counts_instead(bucket: Bucket, tmp_path: Path, clock: HeldClock) -> None:
    put_sales(bucket, MARKET, parse(ORDERS.encode()), clock)
    assert sales_of(bucket, tmp_path / "cache")["shirt"].elsewhere == 1
    clock.advance(3600)
    returned = HEAD + '1002,2026-12-04 10:00:00,shirt,"25,00",EUR,1,,Refunded\n'
    put_sales(bucket, MARKET, parse(returned.encode()), clock)
    assert "shirt" not in sales_of(bucket, tmp_path / "cache")


def test_what_the_plan_calls_an_item_does_not_make_its_order_another(
    bucket: Bucket, tmp_path: Path, clock: HeldClock
) -> None:
    put_sales(bucket, MARKET, parse(ORDERS.encode()), clock)
    clock.advance(3600)
    put_sales(bucket, MARKET, parse(ORDERS.encode(), {"shirt": "tee"}), clock)
    sold = sales_of(bucket, tmp_path / "cache")
    assert {item: one.elsewhere for item, one in sold.items()} == {"print": 3, "tee": 1}


def test_nothing_that_may_name_a_buyer_lies_in_the_bucket(
    bucket: Bucket, tmp_path: Path, clock: HeldClock
) -> None:
    file = (
        "Name,Date,Item,Amount,Currency,Note\n"
        "Ada L.,2026-11-27,print,12,EUR,call 0123\n"
        f"7,2026-11-27,print,1,EUR,{CLAIM}\n"
    )
    put_sales(bucket, MARKET, parse(file.encode()), clock)
    (found,) = bucket.list("sales/")
    text = gzip.decompress(bucket.fetch(found.key, tmp_path / "object").read_bytes()).decode()
    assert CLAIM in text
    assert not any(word in text for word in ("Ada", "0123"))


def test_a_box_can_not_say_that_something_was_sold_elsewhere(bucket: Bucket, tmp_path: Path) -> None:
    box_facts(bucket, {"kind": "sold_elsewhere", "units": 5, "amount_minor": 1, "returned": False})
    assert sales_of(bucket, tmp_path / "cache") == {}


@pytest.mark.parametrize(
    ("content", "key", "says"),
    [
        ("Order ID,Amount\n1,12.00\n", "cloud.sales_columns", "no column for at, item, currency"),
        ("", "cloud.sales_empty", "no sale"),
        (HEAD, "", ""),
        (ORDERS + "1005,2026-11-28,print,twelve,EUR,1,,paid\n", "cloud.bad_sale", "line 7"),
        (ORDERS + "1005,soon,print,12.00,EUR,1,,paid\n", "cloud.bad_sale", "soon"),
        (ORDERS + "1005,0001-01-01T00:00:00+14:00,print,12.00,EUR,1,,paid\n", "cloud.bad_sale", "no date"),
        (ORDERS + '1005,2026-11-28,print,"1,000",JPY,1,,paid\n', "cloud.bad_sale", "no amount of JPY"),
        (ORDERS + "1005,2026-11-28,print,12.001,EUR,1,,paid\n", "cloud.bad_sale", "no amount of EUR"),
        (ORDERS + "1005,2026-11-28,print,12.00,XAU,1,,paid\n", "cloud.bad_sale", "no currency"),
        (ORDERS + "1005,2026-11-28,print,12.00,EUR,0,,paid\n", "cloud.bad_sale", "quantity"),
        (ORDERS + "1005,2026-11-28,print\n", "cloud.bad_sale", "line 7"),
        (ORDERS + ",2026-11-28,print,12.00,EUR,1,,paid\n", "cloud.bad_sale", "no order"),
        (ORDERS + '"1005,2026-11-28', "cloud.bad_sale", "line 7"),
    ],
)
def test_half_a_file_is_one_sentence_and_nothing_of_it_is_kept(
    bucket: Bucket, clock: HeldClock, content: str, key: str, says: str
) -> None:
    with pytest.raises(MatineeError) as refused:
        put_sales(bucket, MARKET, parse(content.encode()), clock)
    assert refused.value.key == (key or "cloud.sales_empty")
    assert "Nothing was imported" in refused.value.sentence
    assert says in refused.value.sentence
    assert list(bucket.list("sales/")) == []


def test_a_german_spreadsheet_and_the_shops_own_names_are_read() -> None:
    text = (
        "Bestellnummer;Datum;Artikel;Betrag;Währung\r\n"
        "#7;28.11.2026 21:05;Plakat A3;12,50 €;EUR\r\n"
        "7;28.11.2026;Plakat A3;-12,50 €;EUR\r\n"
    )
    for coded in (text.encode("utf-8-sig"), text.encode("cp1252")):
        first, back = parse(coded, {"Plakat A3": "print"})
        assert (first.order, first.item, first.amount_minor, first.returned) == ("7", "print", 1250, False)
        assert (back.returned, back.nth) == (True, 1)


@given(st.text(max_size=300) | st.text(alphabet=',;"\n\r0aé-:', max_size=300).map(HEAD.__add__))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_in_a_file_it_is_sales_or_one_sentence(text: str) -> None:
    try:
        parse(text.encode("utf-8", "surrogatepass"))
    except MatineeError as refused:
        assert "Nothing was imported" in refused.sentence


def _cloud(tmp_path: Path, *words: str) -> Result:
    own = tmp_path / "own"
    own.mkdir(exist_ok=True)
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{tmp_path}/bucket"\n')
    line = ["cloud", words[0], "--folder", str(own), *words[1:]]
    return CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(tmp_path)})


def test_as_a_person_types_it(bucket: Bucket, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    done = _cloud(tmp_path, "import-sales", str(file), "--event", "market", "--as", "shirt=tee")
    assert (done.exit_code, done.stdout) == (0, "5 lines of 4 orders are imported.\n")
    again = _cloud(tmp_path, "import-sales", str(file), "--event", "market", "--as", "shirt=tee")
    assert "Nothing was changed" in again.stdout
    assert "tee: 1 sold, 1 of them elsewhere, 25.00 EUR" in _cloud(tmp_path, "report").stdout
    file.write_text("Order ID,Amount\n1,2\n")
    half = _cloud(tmp_path, "import-sales", str(file), "--event", "market")
    assert (half.exit_code, half.stdout, half.stderr.count("\n")) == (1, "", 1)
    assert _cloud(tmp_path, "import-sales", str(file), "--event", "../up").exit_code == 1
    assert _cloud(tmp_path, "import-sales", str(tmp_path / "none"), "--event", "market").exit_code == 1
    assert _cloud(tmp_path, "import-sales", str(file), "--event", "market", "--as", "x").exit_code == 2
    assert bucket.where
