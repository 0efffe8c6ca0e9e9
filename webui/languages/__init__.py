"""Languages: which one a page is in, and what that changes in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel, get_babel, get_locale
from markupsafe import Markup

from webui.languages.catalogues import Catalogues

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "ar": "العربية"}
"""Languages of pages, each in its own name. The first is what stands in templates and code."""

FALLBACK = "en"
ARGUMENT = "lang"
"""In a URL: what somebody chose."""

_WITHOUT_A_PAGE = range(300, 400)
_HOME = "matinee-home-language"
_TRANSLATED = "matinee-translated"


def speak(app: Flask, home: Callable[[], str] | None, translated: Collection[str] | None) -> None:
    """Let ``app`` answer in the reader's language.

    ``home`` says which language to use if the reader has none of ours. ``translated`` names the blueprints
    whose pages have translations; None: all.
    """
    app.extensions[_HOME] = home
    app.extensions[_TRANSLATED] = translated
    Babel(app, default_locale=FALLBACK, locale_selector=_select)
    with app.app_context():
        get_babel(app).instance.domain_instance = Catalogues()
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(to=to, in_language=in_language, switch=switch)
    app.context_processor(_frame)
    app.url_defaults(_keep_choice)
    app.after_request(_say_language)


def current() -> str:
    """The language of the page that is being made; English outside of one."""
    locale = get_locale()
    return FALLBACK if locale is None else str(locale.language)


def chosen() -> str | None:
    """The language that somebody chose, if it is one of ours."""
    asked = request.args.get(ARGUMENT) if has_request_context() else None
    return asked if asked in LANGUAGES else None


def to(path: str) -> str:
    """``path`` of ours, keeping the language that somebody chose."""
    language = chosen()
    if language is None:
        return path
    head, mark, anchor = path.partition("#")
    return f"{head}{'&' if '?' in head else '?'}{ARGUMENT}={language}{mark}{anchor}"


def switch() -> list[tuple[str, str, str, bool]]:
    """(language, its name, this page in it, if it is in it) for each language; none where there is only one.

    A page that answers a form leads to the first.
    """
    if not _is_translated():
        return []
    page = quote(request.path) if request.method == "GET" and request.url_rule is not None else "/"
    now = current()
    return [(code, name, f"{page}?{ARGUMENT}={code}", code == now) for code, name in LANGUAGES.items()]


def direction(language: str) -> str:
    """``ltr`` or ``rtl``; ``auto`` for a language that nobody knows."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "auto"


def in_language(language: str) -> Markup:
    """The attributes of an element whose words are in ``language``, whatever the page's is."""
    return Markup('lang="{}" dir="{}"').format(language, direction(language))


def _select() -> str:
    if not _is_translated():
        return FALLBACK
    return chosen() or request.accept_languages.best_match(list(LANGUAGES)) or _home()


def _is_translated() -> bool:
    translated = cast("Collection[str] | None", current_app.extensions[_TRANSLATED])
    return translated is None or request.blueprint in translated


def _home() -> str:
    home = cast("Callable[[], str] | None", current_app.extensions[_HOME])
    language = home().partition("-")[0] if home is not None else FALLBACK
    return language if language in LANGUAGES else FALLBACK


def _frame() -> dict[str, str]:
    language = current()
    return {"lang": language, "dir": direction(language)}


def _keep_choice(endpoint: str, values: dict[str, Any]) -> None:
    language = chosen()
    if language is not None and not endpoint.startswith("look."):
        values.setdefault(ARGUMENT, language)


def _say_language(response: Response) -> Response:
    if response.mimetype == "text/html" and response.status_code not in _WITHOUT_A_PAGE:
        response.headers.setdefault("Content-Language", current())
        response.vary.add("Accept-Language")
    return response
