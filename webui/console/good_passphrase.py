"""Which passphrases will do: long enough, and none that everybody tries first."""

from __future__ import annotations

from functools import cache, reduce
from typing import Protocol

from appliance.audience.four_words import tidy
from appliance.errors import MatineeError
from webui.console.passphrase import new_passphrase

SHORTEST = 10
LONGEST = 200
_LOOKED_AT = 72
"""Letters that are judged: the search takes longer the more there are, and these are enough to say yes."""
_GUESSES = 1e8
"""What "safely unguessable" begins at (zxcvbn, score 3): 25 years at one guess each 8 s."""


class _Judge(Protocol):
    def __call__(self, password: str, user_inputs: list[str]) -> dict[str, object]: ...


def check(typed: str, again: str, *known: str) -> None:
    """Refuse what is short, common, or made of words this box is known by (``known``).

    Raises ``passphrase.differs``, ``passphrase.short``, ``passphrase.long``, ``passphrase.common``.
    """
    if typed != again:
        raise MatineeError("passphrase.differs")
    if len(typed) > LONGEST:
        raise MatineeError("passphrase.long", most=LONGEST)
    kept = tidy(typed).replace("-", " ")
    if len(kept) < SHORTEST:
        raise MatineeError("passphrase.short", least=SHORTEST, example=new_passphrase())
    names = ("matinee", "cinema", *(tidy(name) for name in known if name))
    unknown = reduce(lambda left, name: left.replace(name, ""), names, tidy(typed)).strip("-")
    judged = _judge()(kept[:_LOOKED_AT], list(names))
    if len(unknown) < SHORTEST // 2 or float(str(judged["guesses"])) < _GUESSES:
        raise MatineeError("passphrase.common", example=new_passphrase())


@cache
def _judge() -> _Judge:
    """The lists of common words are large: read when the first passphrase is chosen."""
    from zxcvbn import zxcvbn  # noqa: PLC0415

    found: _Judge = zxcvbn
    return found
