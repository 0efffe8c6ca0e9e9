from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from appliance.cli.show import show as group
from appliance.errors import MatineeError
from appliance.model.callout import Callout
from appliance.paths import Paths
from lab.full_evening import MANIFEST
from lab.show_process import ShowProcess


@pytest.fixture
def show(paths: Paths) -> Iterator[ShowProcess]:
    made = ShowProcess(paths, '[osc]\nlisten = ""\n')
    made.load(MANIFEST)
    yield made
    made.stop()


def say(show: ShowProcess, *words: str) -> Result:
    return CliRunner().invoke(group, words, obj=show.paths)


def test_a_person_at_a_terminal_can_do_all_of_it(show: ShowProcess) -> None:
    for words in [
        ("later", "15"),
        ("take-out", "talk"),
        ("put-in", "talk", "--before", "break"),
        ("swap", "trailer", "spare"),
        ("stretch", "break", "5"),
        ("go",),
        ("enter", "short"),
        ("seek", "0:07"),
        ("lights", "35%", "--fade", "0"),
        ("lights", "half"),
        ("volume", "80"),
        ("fire", "dim"),
        ("trigger", "bar-bell"),
        ("call-out", "Whose bicycle is that?"),
        ("clock-is-right",),
        ("cues",),
    ]:
        done = say(show, *words)
        assert (words, done.exit_code, done.exception) == (words, 0, None)
    view = show.client.status()
    assert [item.id for item in view.items] == [
        "doors",
        "welcome",
        "spare",
        "short",
        "talk",
        "break",
        "closing",
    ]
    assert (view.late_s, view.items[5].duration_ms, view.position_ms) == (900, 310_000, 7000)
    assert (view.volume, view.call) == (0.8, "The bar is closing")
    assert view.callout == Callout("Whose bicycle is that?")
    say(show, "call-out")
    assert show.client.status().callout is None
    assert "bar-bell" not in say(show, "cues").output
    assert "bell" in say(show, "cues").output


def test_what_makes_no_sense_is_refused_in_a_sentence(show: ShowProcess) -> None:
    assert isinstance(say(show, "seek", "1:00").exception, MatineeError)
    assert say(show, "seek", "soon").exit_code == click.UsageError.exit_code
    assert say(show, "lights", "blue").exit_code == click.UsageError.exit_code
    assert say(show, "volume", "180").exit_code == click.UsageError.exit_code
