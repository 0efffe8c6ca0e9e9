"""What stands in the terminal when the house is open: where to look, and how to stop."""

from __future__ import annotations

from appliance.dev.house import House
from appliance.dev.staff_link import SignIn


def front_page(house: House, sign_in: SignIn) -> list[str]:
    """A calm block of lines."""
    if house.screen.virtual:
        screen = f"on a virtual display, {house.screen.name}: the remote shows it live"
    else:
        screen = f"on display {house.screen.name}"
    return [
        "",
        f"Matinee is ready: {house.title}",
        "",
        f"  Attendees   {house.config.portal.address}/",
        f"  Remote      {house.config.console.address}/remote",
        f"              sign in with one tap: {sign_in.link}",
        *([f"              or with the words: {sign_in.passphrase}"] if sign_in.passphrase else []),
        f"  Projector   {screen}",
        f"  Bucket      {house.bucket.endpoint}, bucket {house.bucket.name}",
        f"  Commands    export MATINEE_ROOT={house.paths.root}",
        "",
        "  Ctrl-C stops everything, in order.",
        "",
    ]
