"""The stylesheet, named by its own hash, so that it may be kept for ever."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib import resources

from markupsafe import Markup

_SOURCE = resources.files("webui.look").joinpath("matinee.css").read_text("utf-8")

CSS = re.sub(r"/\*.*?\*/|(?<=[{};,])\s+|\s+(?=[{}])", "", _SOURCE, flags=re.DOTALL).strip()
"""The whole stylesheet, as it goes out: without comments and indentation."""

_DIGEST = sha256(CSS.encode())

PATH = f"/look/matinee-{_DIGEST.hexdigest()[:16]}.css"
"""Where an app serves it; the name changes with the content."""

TAG = Markup("<style>{}</style>").format(Markup(CSS))  # noqa: S704 our own file
"""The stylesheet inside a page."""

STYLE_SOURCE = f"'sha256-{b64encode(_DIGEST.digest()).decode()}'"
"""Content-Security-Policy's name for exactly that element (CSP Level 3, hash-source)."""
