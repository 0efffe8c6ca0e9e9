from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from appliance.errors import MatineeError
from webui.look import dress
from webui.look.problem import sentence_of
from webui.look.ticket_words import ticket_words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This ticket is not good: not paid."),
        ("de", "Dieses Ticket gilt nicht: nicht bezahlt."),
        ("ar", "هذه التذكرة غير صالحة: غير مدفوعة."),
    ],
)
def test_why_a_ticket_is_not_good_is_said_in_the_language_of_the_page(language: str, words: str) -> None:
    app = Flask(__name__)
    dress(app)
    with app.test_request_context(), force_locale(language):
        assert sentence_of(MatineeError("door.ticket_refused", reason="not paid")) == words


def test_what_the_shop_itself_wrote_stands_as_it_is() -> None:
    app = Flask(__name__)
    dress(app)
    with app.test_request_context(), force_locale("de"):
        assert ticket_words("blocked: 100 % staff only") == "gesperrt: 100 % staff only"
        assert ticket_words("a word that nobody knows 100%") == "a word that nobody knows 100%"
        assert ticket_words("") == ""
