"""Pages as a browser without JavaScript reads them."""

from __future__ import annotations

from appliance.dev.page import parse

PAGE = """
<a href="/programme">Programme</a>
<form method="post" action="/join">
  <input type="hidden" name="nonce" value="n1"><input name="name">
  <input type="email" name="email" value="a@b.c">
  <input type="checkbox" name="news" value="yes"><input type="checkbox" name="clips" value="yes" checked>
  <select name="seat"><option value="1">one</option><option value="2" selected>two</option></select>
  <textarea name="words"></textarea><button name="go" value="now">Go</button>
</form>
<form action="?"><button>Look again</button></form>
"""


def test_a_form_has_what_stands_in_it_and_knows_what_could_be_ticked() -> None:
    page = parse("http://box/first?x=1", 200, PAGE)
    form = page.form("/join")
    assert form is not None
    assert (form.action, form.method) == ("http://box/join", "POST")
    assert form.fields == {
        "nonce": "n1",
        "name": "",
        "email": "a@b.c",
        "clips": "yes",
        "seat": "2",
        "words": "",
        "go": "now",
    }
    assert "news" in form.names
    assert page.links == ("http://box/programme",)


def test_a_form_that_is_not_there_is_none() -> None:
    assert parse("http://box/", 200, PAGE).form("/drops/poster/claim") is None
