from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from appliance.front.captive import FAMILIES, Question, Standing, answer
from appliance.front.names import is_own, plain

PORTAL = "http://matinee.internal"
HOSTS = st.one_of(
    st.text(max_size=60), st.sampled_from([h for f in FAMILIES for q in f.question for h in q.hosts])
)
PATHS = st.one_of(
    st.text(max_size=60), st.sampled_from([p for f in FAMILIES for q in f.question for p in q.paths])
)


def test_every_family_of_the_plan_is_known_and_says_where_it_is_written() -> None:
    wanted = {"Apple", "Android", "Windows", "Firefox", "NetworkManager", "Kindle", "Samsung", "ChromeOS"}
    assert wanted <= {family.name for family in FAMILIES}
    for family in FAMILIES:
        assert family.question
        assert family.source
        assert all(urlsplit(source).scheme == "https" for source in family.source), family.name


def test_no_question_is_answered_in_two_ways() -> None:
    seen: dict[tuple[str, str], Question] = {}
    for family in FAMILIES:
        for question in family.question:
            for host in question.hosts:
                for path in question.paths:
                    assert (host, path) not in seen
                    seen[host, path] = question


@given(HOSTS, PATHS, st.sampled_from(Standing))
def test_a_redirect_leads_to_one_place_and_is_never_kept(host: str, path: str, standing: Standing) -> None:
    told = answer(host, path, standing, PORTAL)
    if told is None:
        assert standing is Standing.ONLINE
        return
    assert told.headers["Cache-Control"] == "no-store"
    assert told.status in {200, 204, 302}
    assert told.headers.get("Location") == (f"{PORTAL}/" if told.status == 302 else None)
    if standing is Standing.NEW:
        assert told.status == 302


@given(HOSTS, PATHS)
def test_with_and_without_an_uplink_a_system_hears_the_same_yes(host: str, path: str) -> None:
    offline, online = (answer(host, path, how, PORTAL) for how in (Standing.OFFLINE, Standing.ONLINE))
    assert offline is not None
    assert online == (None if offline.status == 302 else offline)


@given(st.text(max_size=80))
def test_any_host_has_a_plain_form_that_stays(host: str) -> None:
    once = plain(host)
    assert not once.endswith(":80")
    is_own(once, {"matinee.internal"})


def test_names_are_compared_as_browsers_write_them() -> None:
    own = {"matinee.internal"}
    for host in (
        "matinee.internal",
        "Matinee.Internal:80",
        "matinee.internal.",
        "10.41.0.1:80",
        "192.168.1.9",
    ):
        assert is_own(plain(host), own), host
    for host in (
        "evil.example",
        "matinee.internal.evil.example",
        "8.8.8.8",
        "169.254.169.254",
        "",
        "[::2]:80",
    ):
        assert not is_own(plain(host), own), host
