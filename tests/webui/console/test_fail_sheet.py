"""The sheet of all that a rehearsal can find: what the code says, to take away."""

from __future__ import annotations

import csv
import io

from appliance.errors import sentences
from appliance.model.rehearsal_fails import FAILS, Fail
from lab.staff_room import Person


def test_every_fail_state_is_on_the_sheet_with_what_to_do(operator: Person) -> None:
    answer = operator.browser.get("/help/fail-states.csv")
    assert answer.mimetype == "text/csv"
    head, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert head == ["check", "what is wrong", "what to do", "how grave"]
    words = sentences()
    assert len(rows) == len(Fail)
    for fail, row in zip(Fail, rows, strict=True):
        facts = FAILS[fail]
        assert row[1:3] == [words[facts.wrong], words[facts.remedy]]
        assert row[3] == ("" if facts.is_grave else "Can wait")
    assert "/help/fail-states.csv" in operator.browser.get("/help/rehearsal").get_data(as_text=True)
