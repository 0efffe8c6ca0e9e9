"""What a person is told about a licence."""

from __future__ import annotations

from typing import assert_never

from appliance.errors import MatineeError
from appliance.model.licence import Ruling, Standing


def words(ruling: Ruling) -> str:
    """Why the film is not simply allowed; empty if it is."""
    moment = f"{ruling.moment:%d %B %Y, %H:%M}" if ruling.moment is not None else ""
    match ruling.standing:
        case Standing.ALLOWED:
            return ""
        case Standing.EARLY:
            return f"its licence begins on {moment}"
        case Standing.LATE:
            return f"its licence ended on {moment}"
        case Standing.ELSEWHERE:
            return "its licence names other venues or countries"
        case Standing.UNSURE:
            return "its licence has a date, and nobody has told this box the time"
        case _:
            assert_never(ruling.standing)


def refusal(title: str, ruling: Ruling) -> MatineeError:
    """The refusal of a film that must not be shown."""
    return MatineeError("licence.outside", title=title, why=words(ruling))
