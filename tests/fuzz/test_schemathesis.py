"""schemathesis on the console's own description, against the real console and show."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.paths import Paths
from lab.staff_room import House, staffed_house

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

Fuzzed = Callable[[str, int], None]

EXAMPLES = 300
VERSION = "schemathesis==4.*"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with staffed_house(Paths(tmp_path_factory.mktemp("api") / "box").ensure()) as house:
        yield house


@pytest.fixture(scope="module")
def program(pytestconfig: pytest.Config) -> Path:
    """In an environment of its own, made once: it brings thirty packages that nothing else here needs."""
    assert pytestconfig.cache is not None
    place = Path(pytestconfig.cache.mkdir("schemathesis"))
    found = place / "venv" / "bin" / "schemathesis"
    if not found.is_file():
        subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
        subprocess.run([place / "venv" / "bin" / "pip", "install", "-q", VERSION], check=True)
    return found


def test_thousands_of_requests_and_no_answer_that_is_not_described(
    house: House, program: Path, fuzzed: Fuzzed
) -> None:
    url = house.address
    session, csrf = house.sign_in()
    cookie = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    done = subprocess.run(
        [
            *(program, "run", f"{url}/api/v1/openapi.json", "--max-examples", str(EXAMPLES), "--seed", "7"),
            *("-H", f"Cookie: {cookie}", "-H", f"X-CSRF-Token: {csrf}"),
            *("--checks", CHECKS, "--no-color", "--continue-on-failure"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    generated = re.search(r"([\d,]+) generated", done.stdout)
    fuzzed("requests to the API (schemathesis)", int(generated[1].replace(",", "")) if generated else 0)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
