"""The command `matinee`: where its nouns come together."""

from __future__ import annotations

from appliance.cli.root import Nouns, matinee

if isinstance(matinee, Nouns):
    matinee.homes = {"dev": "appliance.dev.command", **matinee.homes}


def main() -> None:
    """Run the command line; exit 0 done, 1 refused with one sentence, 2 wrong usage."""
    matinee(prog_name="matinee")


if __name__ == "__main__":
    main()
