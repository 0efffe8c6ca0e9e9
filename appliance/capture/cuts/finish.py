"""The files of one more cut, each whole or not there: film, picture, and the description last."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from appliance.capture.cut import Cutter, Description, file_name, file_of, remove_cut
from appliance.capture.cuts.encode import encode
from appliance.capture.cuts.shape import Shape
from appliance.capture.cuts.template import NO_WORDS, stretch, template_of, words_of
from appliance.capture.provenance.credentials import NoSeal, Seal
from appliance.capture.provenance.sealing import sign_cut
from appliance.errors import MatineeError
from appliance.model.capture import LANDSCAPE, REEL, Clip, NewCut
from appliance.model.event import Event
from cache.durable import write_whole

if TYPE_CHECKING:
    from appliance.capture.cuts.sights import FindFaces, Sight

_decoder = msgspec.json.Decoder(Description)


@dataclass(frozen=True, slots=True)
class Room:
    """What a cut is made with."""

    folder: Path
    cutter: Cutter
    shapes: dict[str, Shape]
    find_faces: FindFaces | None = None
    seal: Seal = field(default_factory=NoSeal)


def missing_cuts(clip: Clip, event: Event, room: Room) -> list[str]:
    """Cuts that the template of the clip's part of the evening asks for and that are not there yet."""
    wanted = template_of(event, clip).cuts
    there = {file.cut for file in clip.files}
    return [cut for cut in wanted if cut in room.shapes and cut not in there]


def make_cut(clip: Clip, cut: str, event: Event, room: Room) -> NewCut:
    """Make ``cut`` of a clip whose landscape film is on the card; if that fails nothing is left of it.

    Raises ``capture.cut_failed``, or ``capture.clip_gone`` if the film is not there any more.
    """
    film = clip.file("mp4")
    if film is None or not (room.folder / film.name).exists():
        raise MatineeError("capture.clip_gone", name=f"{clip.id}.{LANDSCAPE}.mp4")
    try:
        return _make(clip, cut, event, room, room.folder / film.name)
    except OSError as fault:
        remove_cut(clip.id, cut, room.folder)
        raise MatineeError("capture.cut_failed", fault=fault.strerror or fault) from fault
    except MatineeError:
        remove_cut(clip.id, cut, room.folder)
        raise


def _make(clip: Clip, cut: str, event: Event, room: Room, film: Path) -> NewCut:
    from appliance.capture.cuts.sights import see  # noqa: PLC0415 numpy: where nothing is filmed nothing is cut

    shape, template = room.shapes[cut], template_of(event, clip)
    sights = see(film, room.find_faces)
    between_ms = stretch(clip.duration_ms, clip.moment_ms, template.longest_ms)
    words = NO_WORDS if clip.by == REEL else words_of(event, clip.item)  # it has its own
    path = room.folder / file_name(clip.id, "mp4", cut)
    said = _decoder.decode((room.folder / file_name(clip.id, "json")).read_bytes())
    sign = sign_cut(room.seal, said, cut, event, film)

    def write_film(into: Path) -> None:
        encode(film, shape, between_ms, sights, words, into)
        sign(into)

    write_whole(path, write_film)
    picture_ms = best_ms(sights, between_ms) - between_ms[0]
    picture = room.folder / file_name(clip.id, "jpg", cut)
    write_whole(picture, lambda into: room.cutter.picture(path, picture_ms, into))
    files = tuple(file_of(room.folder, clip.id, kind, cut) for kind in ("mp4", "jpg"))
    described = msgspec.structs.replace(
        said,
        cut=cut,
        moment_ms=max(0, clip.moment_ms - between_ms[0]),
        duration_ms=between_ms[1] - between_ms[0],
        width=shape.width,
        height=shape.height,
        size_bytes=files[0].size_bytes,
        sha256=files[0].sha256,
        picture_size_bytes=files[1].size_bytes,
        picture_sha256=files[1].sha256,
    )
    text = msgspec.json.format(msgspec.json.encode(described), indent=2)
    write_whole(room.folder / file_name(clip.id, "json", cut), text)
    return NewCut(clip.id, cut, (*files, file_of(room.folder, clip.id, "json", cut)))


def best_ms(sights: list[Sight], between_ms: tuple[int, int]) -> int:
    """When the best picture of that stretch is: faces, sharpness, exposure; its begin if nothing was seen."""
    inside = [sight for sight in sights if between_ms[0] <= sight.at_s * 1000 < between_ms[1]]
    best = max(inside, key=lambda sight: sight.worth, default=None)
    return between_ms[0] if best is None else round(best.at_s * 1000)
