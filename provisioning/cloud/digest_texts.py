"""The morning's texts: a newsletter block as HTML and Markdown, an Atom feed, posts for networks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from markupsafe import Markup

from appliance.store.outbox import rfc3339
from provisioning.cloud.digest import Digest, DigestClip

_Date = tuple[str, datetime, str, str]
"""Title, beginning, venue, address of its page."""
_ATOM = "http://www.w3.org/2005/Atom"
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-!|>~&<])")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)

NETWORKS: Mapping[str, int] = {"mastodon": 500, "bluesky": 300, "instagram": 2200}
"""Characters that a post may have."""

_WORDS = {
    "en": {"last": "Last night", "next": "Next dates", "near": "In the neighbourhood", "watch": "Watch",
           "was": "Last night: {title}, {venue}.", "then": "Next: {title}, {when}, {venue}."},
    "de": {"last": "Gestern Abend", "next": "Die nächsten Termine", "near": "In der Nachbarschaft",
           "watch": "Ansehen", "was": "Gestern Abend: {title}, {venue}.",
           "then": "Als Nächstes: {title}, {when}, {venue}."},
}  # fmt: skip
_DIV = Markup('<div style="max-width:36rem;font:16px/1.5 sans-serif;color:#1a1206;background:#ffffff">')
_H2 = Markup('<h2 style="font-size:20px;line-height:1.2;margin:24px 0 12px">{}</h2>')


def newsletter_html(digest: Digest) -> str:
    """A block to paste into a mailing: styles inside, no script, every word escaped."""
    words = _words(digest)
    parts = [_DIV]
    if digest.clips:
        parts.append(_H2.format(words["last"]))
        parts += [_clip_html(clip, words["watch"]) for clip in digest.clips]
    for heading, lines in ((words["next"], _dates(digest)), (words["near"], _near(digest))):
        if lines:
            items = Markup().join(
                Markup('<li style="margin:0 0 8px"><strong>{}</strong><br>{}, {}</li>').format(
                    _linked(_clean(title), page), _when(starts, digest.language), _clean(venue)
                )
                for title, starts, venue, page in lines
            )
            parts.append(_H2.format(heading) + Markup('<ul style="padding:0 0 0 20px">{}</ul>').format(items))
    return str(Markup("\n").join([*parts, Markup("</div>\n")]))


def newsletter_markdown(digest: Digest) -> str:
    """The same as Markdown."""
    words, lines = _words(digest), list[str]()
    if digest.clips:
        lines += [f"## {words['last']}", ""]
    for clip in digest.clips:
        if clip.picture and _is_address(clip.picture):
            lines += [f"[![{_marked(clip.title)}]({_url(clip.picture)})]({_url(clip.film)})", ""]
        told = (
            f"**{_marked(clip.title)}** \u2014 {_marked(clip.event.title)}, {_marked(clip.event.venue.name)}"
        )
        lines += [f"{told} [{words['watch']}]({_url(clip.film)})" if _is_address(clip.film) else told, ""]
    for heading, found in ((words["next"], _dates(digest)), (words["near"], _near(digest))):
        if found:
            lines += [f"## {heading}", ""]
            for title, starts, venue, page in found:
                name = f"[{_marked(title)}]({_url(page)})" if page else _marked(title)
                lines.append(f"* **{name}**, {_when(starts, digest.language)}, {_marked(venue)}")
            lines.append("")
    return "\n".join(lines)


def _dates(digest: Digest) -> list[_Date]:
    return [(o.event.title, o.event.starts, o.event.venue.name, o.event.public_page) for o in digest.coming]


def _near(digest: Digest) -> list[_Date]:
    return [(one.title, one.starts, one.venue, one.page) for one in digest.neighbours]


def feed(digest: Digest) -> bytes:
    """Clips and coming evenings as Atom (RFC 4287); an entry keeps its id from morning to morning."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    organiser = _clean(digest.organiser) or "Matinee"
    _add(root, "id", "urn:matinee:digest:" + re.sub(r"[^a-z0-9]+", "-", organiser.casefold()))
    _add(root, "title", organiser)
    _add(root, "updated", rfc3339(digest.made_at))
    _add(_add(root, "author"), "name", organiser)
    for clip in digest.clips:
        entry = _entry(root, f"urn:matinee:clip:{clip.event.id}:{_name(clip)}", clip.title, clip.event.starts,
                       clip.film, f"{clip.event.title}, {clip.event.venue.name}")  # fmt: skip
        if _is_address(clip.film):  # what a program that posts takes along
            ET.SubElement(entry, f"{{{_ATOM}}}link", href=clip.film, rel="enclosure", type="video/mp4")
    for one in digest.coming:
        told = f"{_when(one.event.starts, digest.language)}, {one.event.venue.name}. {one.event.text}"
        _entry(root, f"urn:matinee:event:{one.event.id}", one.event.title, digest.made_at,
               one.event.public_page, told)  # fmt: skip
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def posts(digest: Digest) -> dict[str, str]:
    """A text for each clip and network, by file name, no longer than the network takes. Nothing is sent."""
    words, found = _words(digest), {}
    after = digest.coming[0].event if digest.coming else None
    then = "" if after is None else words["then"].format(
        title=_clean(after.title), when=_when(after.starts, digest.language), venue=_clean(after.venue.name)
    )  # fmt: skip
    for clip in digest.clips:
        was = words["was"].format(title=_clean(clip.event.title), venue=_clean(clip.event.venue.name))
        link = clip.film if _is_address(clip.film) else ""
        for network, longest in NETWORKS.items():
            told = "\n\n".join(part for part in (_clean(clip.title), was, then) if part)
            room = longest - len(link) - 2
            told = told if len(told) <= room else f"{told[: room - 1].rstrip()}\u2026"
            name = f"{clip.event.id}-{_name(clip)}-{network}.txt"
            found[name] = "\n\n".join(part for part in (told, link) if part) + "\n"
    return found


def _clip_html(clip: DigestClip, watch: str) -> Markup:
    told = Markup("<strong>{}</strong><br>{}, {}").format(
        _clean(clip.title), _clean(clip.event.title), _clean(clip.event.venue.name)
    )
    if not _is_address(clip.film):
        return Markup("<p>{}</p>").format(told)
    picture = Markup()
    if _is_address(clip.picture):
        picture = Markup(
            '<a href="{}"><img src="{}" alt="{}" width="576"'
            ' style="display:block;width:100%;height:auto;border:0"></a>'
        ).format(clip.film, clip.picture, _clean(clip.title))
    return Markup("<p>{}{} {}</p>").format(picture, told, _linked(watch, clip.film))


def _linked(title: str, page: str) -> Markup:
    if not _is_address(page):
        return Markup("{}").format(title)
    return Markup('<a href="{}" style="color:#7a4b00">{}</a>').format(page, title)


def _entry(root: ET.Element, name: str, title: str, updated: datetime, link: str, told: str) -> ET.Element:
    entry = _add(root, "entry")
    _add(entry, "id", name)
    _add(entry, "title", _clean(title))
    _add(entry, "updated", rfc3339(updated))
    _add(entry, "summary", _clean(told).strip())
    if _is_address(link):
        ET.SubElement(entry, f"{{{_ATOM}}}link", href=link, rel="alternate")
    return entry


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    child.text = text or None
    return child


def _name(clip: DigestClip) -> str:
    return clip.film.rpartition("/")[2].partition(".")[0]


def _is_address(text: str) -> bool:
    return _SCHEME.match(text) is not None


def _url(text: str) -> str:
    return text.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def _clean(text: str) -> str:
    return " ".join(_UNPRINTED.sub("", text).split())


def _marked(text: str) -> str:
    return _MARKS.sub(r"\\\1", _clean(text))


def _words(digest: Digest) -> Mapping[str, str]:
    return _WORDS.get(digest.language, _WORDS["en"])


def _when(at: datetime, language: str) -> str:
    """In the time of the place, as the plan has it; ``UTC`` is said where nothing else is known."""
    zone = " UTC" if at.tzinfo is UTC else ""
    return f"{at:%d.%m.%Y, %H:%M}{zone}" if language == "de" else f"{at:%-d %B %Y, %H:%M}{zone}"
