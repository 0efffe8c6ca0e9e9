"""Which names are in memory, and for whom."""

from __future__ import annotations

import pytest

from appliance.audience.tickets import Ticket, sealed
from appliance.errors import MatineeError
from appliance.model.door import GuestKey, GuestLine
from appliance.sealing_age import AgeSealer
from webui.console.guest_book import GuestBook

ANN, BO = "phone of Ann", "phone of Bo"


def line(key: GuestKey, name: str) -> GuestLine:
    one = sealed(Ticket(name), "csv", AgeSealer([key.recipient]))
    return GuestLine(name, one.sealed, one.people, "")


def names(book: GuestBook, viewer: str, lines: list[GuestLine]) -> list[str]:
    return [guest.words.name for guest in book.read(viewer, lines)]


def test_a_new_key_shuts_out_who_had_the_old_one_and_forgets_its_names() -> None:
    book = GuestBook()
    old_words, old = book.begin(ANN)
    lines = [line(old, "Ada"), line(old, "Grace")]
    book.unlock(BO, old, old_words)
    assert names(book, BO, lines) == ["Ada", "Grace"]
    _, new = book.begin(ANN)
    assert not book.is_open(BO)
    assert book.known == 0
    with pytest.raises(MatineeError):
        book.read(BO, lines)
    assert names(book, ANN, [*lines, line(new, "Mary")]) == ["Mary"]
    book.unlock(BO, old, old_words)  # who still knows an old key reads by that key only
    assert names(book, BO, [*lines, line(new, "Mary")]) == ["Ada", "Grace"]
    assert names(book, ANN, lines) == []


def test_only_names_that_are_on_the_list_stay_in_memory() -> None:
    book = GuestBook()
    _, key = book.begin(ANN)
    lines = [line(key, name) for name in ("Ada", "Grace", "Mary")]
    assert len(names(book, ANN, lines)) == book.known == 3
    assert names(book, ANN, lines[:1]) == ["Ada"]
    assert book.known == 1
    book.lock(ANN)
    assert book.known == 0
