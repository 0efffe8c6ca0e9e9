"""What a metered line may carry, said on Setup and kept by sync."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from appliance.paths import Paths
from lab.staff_room import Person
from lab.sync_process import SyncProcess


@pytest.fixture
def pushing(paths: Paths, tmp_path: Path) -> Iterator[Paths]:
    (tmp_path / "bucket").mkdir()
    paths.config_file.write_text(f'[bucket]\nfolder = "{tmp_path / "bucket"}"\n[uplink]\nmb_per_day = 300\n')
    with SyncProcess(paths):
        yield paths


def test_limits_are_kept_and_what_can_not_be_meant_is_refused(pushing: Paths, operator: Person) -> None:
    del pushing
    assert 'value="300"' in operator.browser.get("/setup").text
    said = {"mb_per_day": "250", "mb_per_event": "", "clips_from": "23:00", "clips_until": "07:00"}
    assert operator.post("/setup/uplink", **said).status_code == 303
    page = operator.browser.get("/setup").text
    assert 'value="250"' in page
    assert 'value="23:00"' in page
    refused = operator.post("/setup/uplink", **{**said, "clips_until": ""})
    assert "such as 23:00 and 07:00" in unescape(refused.text)
    refused = operator.post("/setup/uplink", **{**said, "mb_per_day": "lots"})
    assert "number of megabytes" in unescape(refused.text)
    assert 'value="250"' in operator.browser.get("/setup").text
