from __future__ import annotations

import pytest

from appliance import config
from appliance.errors import MatineeError
from appliance.paths import Paths


def test_a_box_without_a_file_has_the_defaults(paths: Paths) -> None:
    assert config.load(paths) == config.Config()


def test_the_override_of_a_run_wins_key_by_key(paths: Paths) -> None:
    paths.config_file.write_text('[portal]\nport = 80\nurl = "http://matinee.local"\n')
    paths.override_file.write_text("[portal]\nport = 8123\n")
    loaded = config.load(paths)
    assert (loaded.portal.port, loaded.portal.url) == (8123, "http://matinee.local")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[portal]\nport = 0\n", "port"),
        ("[portal]\nprot = 80\n", "prot"),
        ("[[portal\n", "TOML"),
        ("portal = 3\n", "portal"),
    ],
)
def test_a_wrong_setting_is_named(paths: Paths, text: str, word: str) -> None:
    paths.config_file.write_text(text)
    with pytest.raises(MatineeError) as caught:
        config.load(paths)
    assert caught.value.key == "core.bad_config"
    assert word in caught.value.sentence or word == "TOML"
