"""The public page as HTML, in each of our languages. Flask renders; nothing is served from here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from flask import Flask, render_template
from flask_babel import gettext
from markupsafe import Markup

from appliance.audience.consent import Wordings
from appliance.audience.signup import LONGEST_EMAIL, LONGEST_NAME
from appliance.model.network_view import PORTAL_NAME
from provisioning.cloud.public_page import NextDate, PublicPage
from provisioning.cloud.schema_org import screening_event
from webui.languages import FALLBACK, LANGUAGES
from webui.look import dress
from webui.look.gate_words import gated
from webui.look.stylesheet import STYLE_SOURCE

MOST_COMING = 6
"""Places that one form may ask for."""


def page(facts: PublicPage, language: str, script: str = "", address: str = "") -> bytes:
    """One page in ``language``. ``script``: the file beside it that takes sign-ups; empty: none.

    ``address``: where the page will be found, with a slash at its end; empty: nobody knows.
    """
    event = facts.event
    wording = Wordings.shipped().on_page(language, event.organiser.name, event.venue.region)
    with _app().test_request_context(f"/?lang={language}"):
        form = facts.form if script else None
        sign_up = None if form is None else _json({
            "event": event.id,
            "recipients": form.recipients,
            "post": {"url": form.form.url, "fields": dict(form.form.fields)},
            "purposes": {str(purpose): sentence for purpose, sentence in wording.purposes.items()},
            "wording": {
                "sha256": wording.sha256, "version": wording.version,
                "text": wording.text, "language": wording.language,
            },
            "words": _words(event.organiser.name),
        })  # fmt: skip
        return render_template(
            "public/page.html",
            page=facts, event=event, wording=wording, script=script, sign_up=sign_up,
            ends=None if form is None else form.form.ends.astimezone(event.starts.tzinfo),
            schema=_json(screening_event(event, facts.ends, address, facts.now)),
            policy=_policy("" if form is None else form.form.url),
            languages=_languages(language),
            longest_name=LONGEST_NAME, longest_email=LONGEST_EMAIL, most_coming=MOST_COMING,
        ).encode()  # fmt: skip


def pass_page(facts: PublicPage, language: str, script: str) -> bytes:
    """Where a letter's link to a pass leads: the code is drawn by ``script``, the pass is in no file."""
    with _app().test_request_context(f"/?lang={language}"):
        return render_template(
            "public/pass.html",
            event=facts.event, script=script, policy=_policy(""), at=f"http://{PORTAL_NAME}/p/", languages=[],
        ).encode()  # fmt: skip


def front(dates: tuple[NextDate, ...], language: str = FALLBACK) -> bytes:
    """What stands at ``public/``: coming evenings, and where a pass leads while its box is away."""
    with _app().test_request_context(f"/?lang={language}"):
        return render_template("public/front.html", dates=dates, policy=_policy(""), languages=[]).encode()


def _words(organiser: str) -> Mapping[str, str]:
    """What the script says."""
    return {
        "sending": gettext("Sending …"),
        "saved": gettext("Saved: you are on the list. See you there."),
        "waiting": gettext(
            "Not sent yet: there is no connection. It is kept on this phone, locked, and tried again."
        ),
        "refused": gettext(
            "Not saved: this page takes no more sign-ups. Please sign up at the door, or ask %(organiser)s.",
            organiser=organiser,
        ),
        "forgotten": gettext(
            "Saved: you will be forgotten. Name and address are dropped before anybody can use them."
        ),
        "bad_email": gettext("This is not an e-mail address. Correct it, or leave it empty."),
        "news_without_email": gettext("To be written to, please give an address, or untick the first box."),
    }


def _policy(posts_to: str) -> str:
    """Content-Security-Policy, as a meta tag can say it (CSP Level 3, section 3.3)."""
    there = urlsplit(posts_to)
    posts = f" {there.scheme}://{there.netloc}" if posts_to else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src {STYLE_SOURCE}; img-src 'self' data:; "
        f"media-src 'self'; connect-src 'self'{posts}; form-action 'none'; base-uri 'none'"
    )


def _languages(now: str) -> list[tuple[str, str, str, bool]]:
    return [(code, name, f"{code}.html", code == now) for code, name in LANGUAGES.items()]


def _json(value: Any) -> Markup:  # noqa: ANN401 whatever JSON can say
    """For a script element: nothing in it can end that element (HTML, section 4.12.1.3)."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


@cache
def _app() -> Flask:
    app = Flask("webui.public")
    dress(app, inline=True)
    app.jinja_env.globals["gate_words"] = gated
    return app
