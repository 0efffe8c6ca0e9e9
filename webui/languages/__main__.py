"""``python -m webui.languages``: bring the catalogues up to what is marked, and say what is missing."""

from __future__ import annotations

import sys

from webui.languages import FALLBACK, LANGUAGES
from webui.languages.gather import bring_up

if __name__ == "__main__":
    for language in LANGUAGES:
        if language != FALLBACK:
            sys.stdout.write(f"{language}.po: {bring_up(language)} still to be translated\n")
