"""Questions from the room, as phones ask them and as the crew's process hears of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from appliance.audience.room_questions import MOST_OF_ONE
from appliance.audience.shredding import PeopleShredder
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, QuestionId, new_secret
from appliance.ipc.questions_client import QuestionsClient
from appliance.model.keeping import Keeping
from appliance.model.programme import ItemKind
from appliance.model.question import LONGEST_QUESTION, QuestionState
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Outbox
from lab.audience import Evening, Phone

Asked = Callable[..., int]


@pytest.fixture
def talk(evening: Evening) -> Evening:
    """The talk is on."""
    items = evening.event.programme.items
    evening.enter(next(at for at, item in enumerate(items) if item.questions))
    return evening


@pytest.fixture
def crew(paths: Paths, phone: Phone) -> QuestionsClient:
    assert phone
    return QuestionsClient(paths)


def ask(phone: Phone, capability: str, text: str = "Who built the boat?", nonce: str = "") -> int:
    form = {"text": text, "nonce": nonce or new_secret()}
    return phone.post(f"/pass/{capability}/questions", form).status_code


def heard(crew: QuestionsClient) -> list[tuple[str, str]]:
    return [(one.text, one.state.value) for one in crew.all().all]


def test_they_are_taken_during_the_talk_and_not_before(
    phone: Phone, evening: Evening, crew: QuestionsClient
) -> None:
    capability = phone.capability()
    assert ask(phone, capability) == 409
    assert "Questions are taken during the talk" in phone.get(f"/pass/{capability}/questions").text
    assert (crew.all().open, crew.all().expected) == (False, True)
    films = [at for at, item in enumerate(evening.event.programme.items) if item.kind is ItemKind.FEATURE]
    assert not any(evening.event.programme.items[at].questions for at in films)
    evening.enter(next(at for at, item in enumerate(evening.event.programme.items) if item.questions))
    assert "Ask one" in phone.get(f"/pass/{capability}").text
    assert json.loads(phone.get("/api/v1/drops").text)["questions"] is True
    assert crew.all().open
    assert ask(phone, capability) == 303
    assert heard(crew) == [("Who built the boat?", "waits")]


@pytest.mark.parametrize("phase", [Phase.PANIC, Phase.HELD, Phase.OVER])
def test_nobody_is_asked_while_the_evening_stands_still(phone: Phone, talk: Evening, phase: Phase) -> None:
    capability = phone.capability()
    at = next(at for at, item in enumerate(talk.event.programme.items) if item.questions)
    talk.enter(at, phase)
    assert ask(phone, capability) == 409


def test_the_same_form_again_is_the_same_question(
    phone: Phone, talk: Evening, crew: QuestionsClient, rows: AudienceRows
) -> None:
    assert talk
    capability, nonce = phone.capability(), new_secret()
    assert [ask(phone, capability, nonce=nonce) for _ in range(3)] == [303] * 3
    assert len(heard(crew)) == 1
    assert ask(phone, capability, "Another?", nonce=nonce) == 400, "gone back to, with other words in it"
    assert ask(phone, phone.capability(), nonce=nonce) == 400, "somebody else's form"
    (fact,) = rows.database.query("SELECT body FROM outbox WHERE kind = 'question_asked'")
    assert "boat" not in fact["body"], "no word of it leaves the box"
    assert capability not in fact["body"]


def test_what_is_wrong_is_said_beside_what_was_typed(
    phone: Phone, talk: Evening, crew: QuestionsClient
) -> None:
    assert talk
    capability = phone.capability()
    long = "why <b>" + "?" * LONGEST_QUESTION
    answer = phone.post(f"/pass/{capability}/questions", {"text": long, "nonce": new_secret()})
    assert answer.status_code == 422
    assert "207 letters long" in answer.text
    assert "why &lt;b&gt;" in answer.text
    assert ask(phone, capability, "\u202e \x07 ") == 422
    assert ask(phone, capability, nonce="short") == 400
    assert heard(crew) == []


def test_one_pass_does_not_fill_the_list(phone: Phone, talk: Evening, crew: QuestionsClient) -> None:
    assert talk
    capability, other = phone.capability(), phone.capability()
    assert [ask(phone, capability, f"And {number}?") for number in range(4)] == [303, 303, 303, 422]
    assert ask(phone, other) == 303
    first = crew.all().all[0]
    crew.become(first.id, QuestionState.ANSWERED)
    assert ask(phone, capability, "Now?") == 303


def test_whoever_asked_sees_what_became_of_it_and_may_take_it_back(
    phone: Phone, talk: Evening, crew: QuestionsClient
) -> None:
    assert talk
    capability, other, nonce = phone.capability(), phone.capability(), new_secret()
    ask(phone, capability, nonce=nonce)
    (asked,) = crew.all().all
    crew.become(asked.id, QuestionState.SHOWN)
    assert "it is your turn" in phone.get(f"/pass/{capability}/questions").text
    assert "Who built" not in phone.get(f"/pass/{other}/questions").text
    assert phone.post(f"/pass/{other}/questions/{asked.id}/back", {}).status_code == 303
    assert len(heard(crew)) == 1, "it is not theirs"
    assert phone.post(f"/pass/{capability}/questions/{asked.id}/back", {}).status_code == 303
    assert heard(crew) == []
    assert ask(phone, capability, nonce=nonce) == 400, "a late copy of the form asks nothing again"
    with pytest.raises(MatineeError, match="taken it back"):
        crew.become(asked.id, QuestionState.ANSWERED)


def test_the_next_one_on_the_screen_means_the_one_before_was_answered(
    phone: Phone, talk: Evening, crew: QuestionsClient
) -> None:
    assert talk
    for text in ("One?", "Two?"):
        ask(phone, phone.capability(), text)
    one, two = crew.all().all
    crew.become(one.id, QuestionState.SHOWN)
    crew.become(two.id, QuestionState.SHOWN)
    assert heard(crew) == [("One?", "answered"), ("Two?", "shown")]
    with pytest.raises(MatineeError):
        crew.become(QuestionId("none"), QuestionState.ASIDE)


def test_asking_and_taking_back_without_end_comes_to_an_end(
    phone: Phone, talk: Evening, crew: QuestionsClient, clock: HeldClock
) -> None:
    assert talk
    capability, answers = phone.capability(), []
    for number in range(MOST_OF_ONE + 1):
        clock.advance(60)
        answers.append(ask(phone, capability, f"And {number}?"))
        for asked in crew.all().all:
            phone.post(f"/pass/{capability}/questions/{asked.id}/back", {})
    assert answers == [303] * MOST_OF_ONE + [422]


def test_what_was_taken_back_is_not_on_the_card_any_more(
    phone: Phone, talk: Evening, crew: QuestionsClient, paths: Paths
) -> None:
    assert talk
    capabilities = [phone.capability() for _ in range(3)]
    for number, capability in enumerate(capabilities):
        ask(phone, capability, f"CANARY-{number} who built the boat?")
    for capability, asked in zip(capabilities, crew.all().all, strict=True):
        phone.post(f"/pass/{capability}/questions/{asked.id}/back", {})
    owner = AudienceRows.owner(paths)
    with owner.database.shredding():
        pass  # what the hourly round does at its end: the journal is emptied
    owner.database.close()
    assert not [path for path in paths.root.rglob("*.db*") if b"CANARY" in path.read_bytes()]


def test_nothing_of_who_asked_reaches_the_crew(phone: Phone, talk: Evening, crew: QuestionsClient) -> None:
    assert talk
    capability = phone.capability(name="Ada Lovelace", email="ada@example.org")
    ask(phone, capability)
    (asked,) = crew.all().all
    assert "Ada" not in repr(asked)
    assert not hasattr(asked, "attendee")


def test_who_is_forgotten_is_forgotten_with_their_questions(
    phone: Phone, talk: Evening, crew: QuestionsClient
) -> None:
    assert talk
    capability = phone.capability()
    ask(phone, capability)
    phone.post(f"/pass/{capability}/receipt", {"act": "erased"})
    assert heard(crew) == []


def test_questions_go_with_the_evenings_other_words(
    phone: Phone, talk: Evening, crew: QuestionsClient, paths: Paths, clock: HeldClock
) -> None:
    assert talk
    ask(phone, phone.capability())
    owner = AudienceRows.owner(paths)
    shredder = PeopleShredder(paths, owner.database, Outbox(BoxId("box"), clock), clock)
    shredder.round()
    assert len(heard(crew)) == 1
    clock.advance(timedelta(days=Keeping().people_days + 1).total_seconds())
    shredder.round()
    assert heard(crew) == []
    owner.database.close()
