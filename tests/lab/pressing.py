"""An operator who presses until what is wanted is on."""

from __future__ import annotations

from appliance.dev.operator import Operator
from appliance.model.show_view import Phase, ShowView, Verb
from e2e.box import eventually


def item_of(view: ShowView) -> str:
    """Id of what is on; empty before the first item."""
    return view.items[view.index].id if view.index is not None else ""


def go_to(operator: Operator, item: str) -> None:
    """Press until that item is on, which comes later this evening."""

    def is_on() -> bool:
        view = operator.view()
        if item_of(view) == item:
            return True
        operator.press(Verb.GO if view.phase in {Phase.STANDBY, Phase.HELD, Phase.WAITING} else Verb.NEXT)
        return False

    eventually(is_on, 60)
