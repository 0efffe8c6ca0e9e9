"""Cut a clip: packets of the ring become a film, a picture and a description, each whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from appliance.bucket.parts import digests
from appliance.capture.packet import Packet, Stream
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, Sha256
from appliance.model.capture import LANDSCAPE, ClipFile, Faces, Moment, NewClip
from appliance.store.outbox import rfc3339
from cache.durable import left_over, write_whole

_TOLERANCE_MS = 250


@dataclass(frozen=True, slots=True)
class Film:
    """What a written film turned out to be, read back from it."""

    duration_ms: int
    width: int
    height: int
    starts_with_key: bool


class Cutter(Protocol):
    """Writes films; the technology behind a cut. Faults are ``capture.cut_failed`` or ``OSError``."""

    def mux(self, packets: Sequence[Packet], path: Path) -> None:
        """Write ``packets`` (a video key frame first) as MP4, without encoding anything again."""
        ...

    def level(self, path: Path) -> None:
        """Bring the sound of the film at ``path`` to the loudness of all clips, in place; silence stays."""
        ...

    def look(self, path: Path) -> Film:
        """Open a film that was written and tell what is in it."""
        ...

    def picture(self, film: Path, at_ms: int, path: Path) -> None:
        """Write the picture at ``at_ms`` of ``film`` as JPEG."""
        ...


@dataclass(frozen=True, slots=True)
class CutOrder:
    """Everything a cut needs: nothing is asked back."""

    moment: Moment
    moment_us: int
    """The moment on the packets' clock."""
    packets: tuple[Packet, ...]
    box: BoxId
    clock_trust: str


class Description(msgspec.Struct, frozen=True):
    """The JSON beside a clip. Written last: where it is, the other files are whole."""

    clip: str
    cut: str
    box: str
    event: str
    show: str
    item: str
    moment: str
    marked_by: str
    reason: str
    at: str
    clock: str
    position_ms: int
    moment_ms: int
    duration_ms: int
    width: int
    height: int
    size_bytes: int
    sha256: str
    picture_size_bytes: int
    picture_sha256: str
    faces: Faces = Faces.AS_FILMED


def file_name(clip: ClipId, kind: str, cut: str = LANDSCAPE) -> str:
    """``<clip>.<cut>.<kind>``, as in the bucket (CONTRACT.md)."""
    return f"{clip}.{cut}.{kind}"


def make_clip(
    order: CutOrder, folder: Path, cutter: Cutter, sign: Callable[[Path], None] = lambda _: None,
    blur: Callable[[Path], None] | None = None,
) -> NewClip:  # fmt: skip
    """Write all files of the clip into ``folder``; if that fails, none is left there.

    ``sign`` puts credentials into the finished film, in place, before anything is said of its bytes; ``blur``
    covers every face in it before that: no other cut then has any.

    Raises ``capture.nothing_kept`` or ``capture.cut_failed``.
    """
    if not order.packets:
        raise MatineeError("capture.nothing_kept")
    try:
        return _make(order, folder, cutter, sign, blur)
    except OSError as fault:
        remove_clip(order.moment.clip, folder)
        raise MatineeError("capture.cut_failed", fault=fault.strerror or fault) from fault
    except MatineeError:
        remove_clip(order.moment.clip, folder)
        raise


def remove_clip(clip: ClipId, folder: Path) -> None:
    """Remove whatever there is of the clip's landscape cut, the description first, also parts."""
    remove_cut(clip, LANDSCAPE, folder)


def remove_cut(clip: ClipId, cut: str, folder: Path) -> None:
    """Remove whatever there is of one cut of ``clip``, the description first, also parts."""
    for kind in ("json", "jpg", "mp4"):
        path = folder / file_name(clip, kind, cut)
        path.unlink(missing_ok=True)
        for part in left_over(path):
            part.unlink(missing_ok=True)


def find_clip(clip: ClipId, folder: Path) -> NewClip | None:
    """Return ``clip`` if all its files were written before the box died; None if one is not as it was."""
    path = folder / file_name(clip, "json")
    try:
        said = msgspec.json.decode(path.read_bytes(), type=Description)
        files = tuple(file_of(folder, clip, kind) for kind in ("mp4", "jpg", "json"))
    except (OSError, msgspec.DecodeError):
        return None
    if (files[0].sha256, files[1].sha256) != (said.sha256, said.picture_sha256):
        return None
    return NewClip(clip, said.duration_ms, said.moment_ms, said.width, said.height, files, said.faces)


def _make(
    order: CutOrder, folder: Path, cutter: Cutter, sign: Callable[[Path], None],
    blur: Callable[[Path], None] | None,
) -> NewClip:  # fmt: skip
    clip, packets = order.moment.clip, order.packets
    film_path = folder / file_name(clip, "mp4")
    picture_path = folder / file_name(clip, "jpg")
    found: list[Film] = []

    def write_film(path: Path) -> None:
        cutter.mux(packets, path)
        if blur is not None:
            blur(path)
        cutter.level(path)
        found.append(_checked(cutter.look(path), packets))
        sign(path)

    write_whole(film_path, write_film)
    film = found[0]
    moment_ms = min(max(0, (order.moment_us - packets[0].pts_us) // 1000), film.duration_ms)
    write_whole(picture_path, lambda path: cutter.picture(film_path, moment_ms, path))
    files = (file_of(folder, clip, "mp4"), file_of(folder, clip, "jpg"))
    faces = Faces.AS_FILMED if blur is None else Faces.BLURRED
    described = msgspec.structs.replace(_describe(order, film, moment_ms, files), faces=faces)
    text = msgspec.json.format(msgspec.json.encode(described), indent=2)
    write_whole(folder / file_name(clip, "json"), text)
    whole = (*files, file_of(folder, clip, "json"))
    return NewClip(clip, film.duration_ms, moment_ms, film.width, film.height, whole, faces)


def _describe(order: CutOrder, film: Film, moment_ms: int, files: tuple[ClipFile, ClipFile]) -> Description:
    moment = order.moment
    return Description(
        clip=moment.clip,
        cut=LANDSCAPE,
        box=order.box,
        event=moment.event,
        show=moment.show,
        item=moment.item,
        moment=moment.id,
        marked_by=moment.by,
        reason=moment.reason,
        at=rfc3339(moment.at),
        clock=order.clock_trust,
        position_ms=moment.position_ms,
        moment_ms=moment_ms,
        duration_ms=film.duration_ms,
        width=film.width,
        height=film.height,
        size_bytes=files[0].size_bytes,
        sha256=files[0].sha256,
        picture_size_bytes=files[1].size_bytes,
        picture_sha256=files[1].sha256,
    )


def _checked(film: Film, packets: Sequence[Packet]) -> Film:
    shown = [packet for packet in packets if packet.stream is Stream.VIDEO]
    expected_ms = (max(packet.pts_us + packet.duration_us for packet in shown) - packets[0].pts_us) // 1000
    if not film.starts_with_key or abs(film.duration_ms - expected_ms) > _TOLERANCE_MS:
        raise MatineeError(
            "capture.cut_failed", fault=f"{film.duration_ms} ms came back instead of {expected_ms} ms"
        )
    return film


def file_of(folder: Path, clip: ClipId, kind: str, cut: str = LANDSCAPE) -> ClipFile:
    """The file of that kind and cut as it lies there, with its hash."""
    path = folder / file_name(clip, kind, cut)
    found = digests(path)
    parts = tuple(Sha256(part.hex()) for part in found.parts)
    return ClipFile(cut, kind, path.name, path.stat().st_size, Sha256(found.whole), parts)
