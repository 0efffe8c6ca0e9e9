"""`matinee cloud ...` on an organiser's computer, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from appliance.cli.root import matinee


def cloud(root: Path, folder: Path, *words: str) -> Result:
    noun, *rest = words
    line = ["cloud", noun, "--folder", str(folder), *rest]
    return CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(root)})


def say_where(own: Path, **bucket: str) -> None:
    own.mkdir(exist_ok=True)
    lines = [f'{key} = "{value}"' for key, value in bucket.items()]
    (own / "bucket.toml").write_text("\n".join(["[bucket]", *lines, ""]))


def test_keys_are_made_once_and_never_again(tmp_path: Path) -> None:
    first = cloud(tmp_path, tmp_path / "own", "keys")
    assert first.exit_code == 0
    assert "RECOVERY SHEET" in first.stdout
    assert 'recipients = ["age1' in first.stderr
    again = cloud(tmp_path, tmp_path / "own", "keys")
    assert (again.exit_code, again.stdout) == (1, "")


def test_an_empty_bucket_has_an_empty_report(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    say_where(tmp_path / "own", folder=str(tmp_path / "bucket"))
    assert cloud(tmp_path, tmp_path / "own", "report").stdout == "Nothing has arrived in the bucket yet.\n"
    assert json.loads(cloud(tmp_path, tmp_path / "own", "report", "--json").stdout)["events"] == []


def test_without_a_bucket_it_says_where_to_name_one(tmp_path: Path) -> None:
    done = cloud(tmp_path, tmp_path / "own", "report")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{tmp_path}/own/bucket.toml" in done.stderr


def test_a_bucket_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    say_where(tmp_path / "own", endpoint="http://127.0.0.1:9", access_key="a", secret_key="b")
    done = cloud(tmp_path, tmp_path / "own", "report")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "http://127.0.0.1:9" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_misspelt_bucket_file_is_named(tmp_path: Path) -> None:
    say_where(tmp_path / "own", endpont="http://127.0.0.1:9")
    done = cloud(tmp_path, tmp_path / "own", "report")
    assert done.exit_code == 1
    assert "bucket.toml can not be used" in done.stderr


def test_people_are_opened_into_a_file_of_ones_own_and_never_over_another(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    cloud(tmp_path, tmp_path / "own", "keys")
    say_where(tmp_path / "own", folder=str(tmp_path / "bucket"))
    target = tmp_path / "people.csv"
    assert cloud(tmp_path, tmp_path / "own", "open", "--output", str(target)).exit_code == 0
    assert target.read_text().startswith("id,at,event,")
    assert target.stat().st_mode & 0o077 == 0
    again = cloud(tmp_path, tmp_path / "own", "open", "--output", str(target))
    assert again.exit_code == 1
    assert "File exists" in again.stderr
