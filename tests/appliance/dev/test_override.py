"""What the override file says is what was meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from appliance import config
from appliance.dev.override import toml_of, write_override
from appliance.paths import Paths

WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.dictionaries(st.sampled_from(["a", "b"]), WORDS | st.booleans() | st.integers(-9, 9) | st.lists(WORDS))
)
def test_toml_reads_back_what_was_written(values: dict[str, str | bool | int | float | list[str]]) -> None:
    assert tomllib.loads(toml_of({"box": values})) == {"box": values}


def test_the_override_wins_over_the_settings_of_the_box(tmp_path: Path) -> None:
    paths = Paths(tmp_path).ensure()
    paths.config_file.write_text("[portal]\nport = 9000\nthreads = 4\n[box]\nbell = false\n")
    write_override(paths.override_file, {"portal": {"port": 9100}})
    settings = config.load(paths)
    assert (settings.portal.port, settings.portal.threads, settings.box.bell) == (9100, 4, False)
    assert paths.override_file.stat().st_mode & 0o077 == 0
