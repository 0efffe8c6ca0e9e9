"""What the portal answers at its control socket: what the room asks. It alone writes its rows."""

from __future__ import annotations

from appliance.audience.room_questions import RoomQuestions
from appliance.errors import MatineeError
from appliance.ipc.server import Request, Route
from appliance.model.question import Questions, QuestionWish
from webui.portal.evening import EventSource


def question_routes(questions: RoomQuestions, events: EventSource) -> list[Route]:
    """Every act is durable before it is answered; the same again changes nothing."""

    def look(_request: Request) -> Questions:
        evening = events.tonight()
        if evening is None:
            return Questions()
        expected = any(item.questions for item in evening.event.programme.everything)
        return Questions(evening.talk is not None, expected, questions.all(evening.event.id))

    def become(request: Request) -> Questions:
        wish, evening = request.decode(QuestionWish), events.tonight()
        if evening is None:
            raise MatineeError("portal.no_event")
        questions.become(evening.event.id, wish.question, wish.state)
        return look(request)

    return [Route("GET", "/questions", look), Route("POST", "/questions", become)]
