"""Boxes: certified, withdrawn, and what a courier brought from one without internet."""

from __future__ import annotations

import io
import tempfile
import zipfile
from http import HTTPStatus
from pathlib import Path

import msgspec
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import SLUG, BoxId
from cache.durable import write_whole
from cache.probe_sandbox import SandboxedProbe
from provisioning.box_file import NAME
from provisioning.cloud.box_certificates import certify_box, certify_clips, certify_passes
from provisioning.cloud.box_files import BoxWishes, write_box_file
from provisioning.cloud.keys import RECIPIENTS, read_recipients, read_secret
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.take_in import take_in
from provisioning.key_request import LARGEST_BYTES, spoken
from provisioning.key_request import read as read_request
from webui.organiser.window import here

pages = Blueprint("boxes", __name__)

MOST_COURIER_BYTES = 1 << 40
RECEIPT_FILE = "receipt.json"
LIST_FILE = "boxes.json"


class Known(msgspec.Struct, frozen=True):
    """A box that was certified here."""

    box: str
    at: str
    names: tuple[str, ...]
    """Under which its keys are withdrawn."""
    withdrawn: bool = False
    words: str = ""
    """Of the request that was certified; empty: its keys were made here."""


_decoder = msgspec.json.Decoder(tuple[Known, ...])


@pages.get("/boxes")
def boxes() -> str:
    """The page."""
    return _page()


@pages.post("/boxes/certify")
def certify() -> ResponseReturnValue:
    """Make a box's certificates, and hand them over as one file for its keys folder."""
    window, box = here(), request.form.get("box", "").strip()
    if not SLUG.fullmatch(box):
        return _page(MatineeError("organiser.bad_box", box=box).sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    folder = window.folder.folder
    with window.one_at_a_time, tempfile.TemporaryDirectory(dir=folder) as made:
        into = Path(made)
        try:
            _known()  # before anything is made: what is forgotten can not be withdrawn
            films = certify_box(folder, BoxId(box), into)
            passes = certify_passes(folder, BoxId(box), into, request.form.get("pass_key", "").strip())
            certify_clips(folder, BoxId(box), into)
        except MatineeError as fault:
            return _page(fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
        _remember(Known(box, f"{window.clock.now():%Y-%m-%d %H:%M}", _with_earlier(box, passes, films)))
        packed = _packed(into)
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{box}-keys.zip"'
    return response


@pages.post("/boxes/file")
def box_file() -> ResponseReturnValue:
    """`box.matinee`: keys, bucket, Wi-Fi, and the certificates that the box asked for."""
    window, form, sent = here(), request.form, request.files.get("request")
    ssid = form.get("ssid", "").strip()
    wishes = BoxWishes(
        form.get("name", "").strip(),
        form.get("country", "").strip().upper(),
        ((ssid, form.get("password", "")),) if ssid else (),
        sent.stream.read(LARGEST_BYTES + 1) if sent is not None and sent.filename else None,
    )
    try:
        with window.one_at_a_time:
            made = write_box_file(window.folder, wishes, window.clock.now())
            if made.box is not None:
                names = _with_earlier(made.box, *(name.removeprefix("key:") for name in made.names))
                _remember(Known(made.box, f"{window.clock.now():%Y-%m-%d %H:%M}", names, words=made.words))
    except MatineeError as fault:
        return _page(fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    response = Response(made.content, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return response


@pages.post("/boxes/words")
def words() -> ResponseReturnValue:
    """Which request that is, before it is certified: the same words stand on the box's own page."""
    sent = request.files.get("request")
    content = sent.stream.read(LARGEST_BYTES + 1) if sent is not None else b""
    try:
        asked = read_request(content)
    except MatineeError as fault:
        return _page(fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(said=f"{asked.box} asks: {spoken(content)}. Certify it only if the box says the same words.")


@pages.post("/boxes/withdraw")
def withdraw() -> ResponseReturnValue:
    """Withdraw a box's keys, or whatever was named, at every box."""
    window, box = here(), request.form.get("box", "")
    signer = ensure_publish_key(window.folder.folder)
    try:
        publisher = Publisher(window.folder.bucket(), signer, SandboxedProbe(), window.clock)
        with window.one_at_a_time:
            known = next((one for one in _known() if one.box == box), None) if box else None
            withdrawn = publisher.revoke(known.names if known else request.form.get("names", "").split())
            if known:
                _remember(msgspec.structs.replace(known, withdrawn=True))
    except MatineeError as fault:
        return _page(fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(said=f"Withdrawn everywhere: {', '.join(withdrawn)}. Boxes learn it when they next look.")


@pages.post("/boxes/courier")
def take() -> ResponseReturnValue:
    """Take a courier's file into the bucket, and offer the receipt."""
    window, sent = here(), request.files.get("file")
    if sent is None or not sent.filename:
        return _page(MatineeError("organiser.no_file").sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    folder = window.folder.folder
    with window.one_at_a_time, tempfile.TemporaryDirectory(dir=folder) as scratch:
        file = Path(scratch) / "courier"
        try:
            sent.save(file)
            done = take_in(
                file, read_secret(folder), window.folder.bucket(), folder, ensure_publish_key(folder),
                request.form.get("told", "").strip(),
            )  # fmt: skip
        except MatineeError as fault:
            return _page(fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
        except OSError as fault:
            wrong = MatineeError("cloud.not_read", path=sent.filename, fault=fault.strerror or fault)
            return _page(wrong.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
        write_whole(folder / RECEIPT_FILE, done.receipt.read_bytes())
    window.watch.look_again()
    return _page(
        said=f"Box {done.box}: {done.objects} objects, {done.fresh} of them new. All of it is in the bucket.",
        receipt=True,
    )


@pages.get("/boxes/receipt")
def receipt() -> Response:
    """The last receipt, for the box."""
    try:
        content = (here().folder.folder / RECEIPT_FILE).read_bytes()
    except OSError as fault:
        raise MatineeError("organiser.no_file") from fault
    response = Response(content, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{RECEIPT_FILE}"'
    return response


def _page(fault: str = "", said: str = "", *, receipt: bool = False) -> str:
    folder = here().folder.folder
    made = (folder / RECIPIENTS).exists()
    known: tuple[Known, ...] = ()
    try:
        known = _known()
    except MatineeError as unread:
        fault = fault or unread.sentence
    return render_template(
        "organiser/boxes.html",
        fault=fault,
        said=said,
        receipt=receipt,
        known=known,
        recipients=read_recipients(folder) if made else (),
        publish_key=ensure_publish_key(folder).public_key if made else "",
    )


def _packed(folder: Path) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(path.name, path.read_bytes())
    return into.getvalue()


def _with_earlier(box: str, *keys: str) -> tuple[str, ...]:
    """Names of a box's keys, those of earlier certificates too: they may be the ones that it has."""
    earlier = next((one.names for one in _known() if one.box == box), ())
    return tuple(dict.fromkeys((*earlier, *(f"key:{key}" for key in keys))))


def _known() -> tuple[Known, ...]:
    """All that were certified; ``organiser.boxes_unread``: taken for none, they could not be withdrawn."""
    path = here().folder.folder / LIST_FILE
    try:
        return _decoder.decode(path.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as fault:
        raise MatineeError("organiser.boxes_unread", path=path, fault=fault.strerror or fault) from fault
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise MatineeError("organiser.boxes_unread", path=path, fault="it is damaged") from fault


def _remember(one: Known) -> None:
    others = tuple(other for other in _known() if other.box != one.box)
    known = tuple(sorted((*others, one), key=lambda known: known.box))
    write_whole(here().folder.folder / LIST_FILE, msgspec.json.encode(known), 0o600)
