"""How whoever starts the box gets into its remote."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.config import Config
from appliance.paths import Paths
from webui.console import staff


@dataclass(frozen=True, slots=True)
class SignIn:
    """Both ways in."""

    link: str
    """Signs one browser in, once."""
    passphrase: str
    """Of the operator just made; empty if there was one already."""


def sign_in(paths: Paths, config: Config) -> SignIn:
    """Make the first operator if there is none, and a link that is good until it is used."""
    passphrase = staff.ensure_operator(paths) or ""
    return SignIn(new_link(paths, config), passphrase)


def new_link(paths: Paths, config: Config) -> str:
    """The address of one more link for one more browser."""
    return config.console.address + staff.make_link(paths, until_used=True)
