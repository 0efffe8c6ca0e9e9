"""Ask the portal for what the room asks: it alone writes that down."""

from __future__ import annotations

from appliance.ids import QuestionId
from appliance.ipc.client import ControlClient
from appliance.model.question import Questions, QuestionState, QuestionWish
from appliance.paths import Paths, Service


class QuestionsClient:
    """What the host's page may ask. Each raises what ``ControlClient.ask`` raises."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.PORTAL, timeout_s=12.0)

    def all(self) -> Questions:
        """Everything that was asked tonight."""
        return self._control.ask("GET", "/questions", Questions)

    def become(self, question: QuestionId, state: QuestionState) -> Questions:
        """It stands so now; ``audience.question_gone`` if whoever asked took it back."""
        return self._control.ask("POST", "/questions", Questions, QuestionWish(question, state))
