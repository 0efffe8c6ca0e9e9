"""Ask the capture."""

from __future__ import annotations

from appliance.ids import ClipId, EventId
from appliance.ipc.client import ControlClient, part
from appliance.model.captioned import Captioned
from appliance.model.capture import CaptureStatus, Clip, Moment, SoundLevel
from appliance.model.equipment import EquipmentView
from appliance.model.listening import HouseReaction
from appliance.model.removal import Removal, RemovalId
from appliance.model.reuse import ReuseDoubt
from appliance.paths import Paths, Service


class CaptureClient:
    """What operators, cues and the command line may ask of the capture."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.CAPTURE)

    def status(self) -> CaptureStatus:
        """Whether the house is being filmed, and by what."""
        return self._control.ask("GET", "/status", CaptureStatus)

    def sound(self) -> SoundLevel:
        """How loud it is at the microphone: it is heard for two seconds, and nothing is kept."""
        return self._control.ask("POST", "/sound", SoundLevel)

    def equipment(self) -> EquipmentView:
        """Which cameras and microphones are plugged in, and which are used."""
        return self._control.ask("GET", "/equipment", EquipmentView)

    def look(self, which: str) -> None:
        """Take one picture through the ``first`` camera or the one ``overhead``; ``seen`` gives it.

        Raises ``capture.look_later`` where nobody may look now, ``capture.nothing_seen`` and others.
        """
        self._control.ask_raw("POST", f"/look/{part(which)}")

    def seen(self, which: str) -> bytes:
        """That picture, as JPEG, for a minute; ``capture.not_seen`` if there is none."""
        return self._control.ask_raw("GET", f"/look/{part(which)}")

    def start_anew(self) -> None:
        """Take up the settings as they are now; ``capture.in_use`` while the room is filmed."""
        self._control.ask_raw("POST", "/anew")

    def mark(self, by: str = "operator") -> Moment:
        """Mark this moment; the answer means that it is saved. Its clip follows after the post-roll.

        ``by`` is what marked it, in the form of an id, never a person's name. Raises ``capture.not_allowed``
        where nothing may be filmed now, ``capture.no_camera`` where there is no picture.
        """
        return self._control.ask("POST", "/mark", Moment, {"by": by})

    def live(self, name: str) -> bytes:
        """The list, the head or a piece of what is filmed now; ``capture.not_live`` if there is none."""
        return self._control.ask_raw("GET", f"/live/{part(name)}")

    def reactions(self) -> list[HouseReaction]:
        """What the room did during films in which it was listened to, the newest first."""
        return self._control.ask("GET", "/reactions", list[HouseReaction])

    def clips(self) -> list[Clip]:
        """Every clip of this box, the newest first, also those still to be cut."""
        return self._control.ask("GET", "/clips", list[Clip])

    def doubts(self, event: EventId) -> dict[str, list[ReuseDoubt]]:
        """What speaks against showing each clip of that evening elsewhere; clips without any are left out."""
        return self._control.ask("GET", f"/doubts/{part(event)}", dict[str, list[ReuseDoubt]])

    def approve(self, clip: ClipId) -> Clip:
        """Let a clip be shown and leave the box; again is no fault. The answer means that it is saved.

        Raises ``capture.no_clip``, ``capture.not_made`` or ``capture.clip_gone``.
        """
        return self._control.ask("POST", f"/clips/{part(clip)}/approve", Clip)

    def withdraw(self, clip: ClipId) -> Clip:
        """Take a clip down for good, everywhere; again is no fault. The answer means that it is saved.

        Raises ``capture.no_clip`` or ``capture.not_made``.
        """
        return self._control.ask("POST", f"/clips/{part(clip)}/withdraw", Clip)

    def give_captions(
        self, clip: ClipId, text: str, language: str = "", begins_ms: int | None = None
    ) -> Captioned:
        """Give a clip captions, read from SRT or WebVTT; the answer means that they are saved.

        ``begins_ms``: ``text`` is a transcript of the whole item and begins at that place of it; all clips of
        the item get their words. Raises ``capture.no_captions``, ``capture.captions_elsewhere`` and others,
        each with one sentence.
        """
        given = {"text": text, "language": language, "begins_ms": begins_ms}
        return self._control.ask("POST", f"/clips/{part(clip)}/captions", Captioned, given)

    def take_captions_away(self, clip: ClipId) -> Clip:
        """A clip has no captions any more; again is no fault."""
        return self._control.ask("POST", f"/clips/{part(clip)}/captions/remove", Clip)

    def make_reel(self, event: EventId) -> None:
        """Begin the reel of what may be shown now; it comes as a clip, to be approved.

        Raises ``capture.reel_in_work`` or ``capture.reel_too_few``.
        """
        self._control.ask_raw("POST", f"/reel/{part(event)}")

    def ask_removal(self, event: EventId, asker: str, clip: ClipId | None, words: str) -> Removal:
        """Somebody asks not to be shown in ``clip``, None: in any clip of ``event``; held from the answer on.

        ``asker``: the random id of who holds the pass. Raises ``capture.no_clip`` or ``capture.long_words``.
        """
        wish = {"event": event, "asker": asker, "clip": clip, "words": words}
        return self._control.ask("POST", "/removals", Removal, wish)

    def take_back_removal(self, removal: RemovalId, asker: str) -> None:
        """They do not mind any more; ``capture.no_removal`` if it is not theirs."""
        self._control.ask_raw("POST", f"/removals/{part(removal)}/take-back", {"asker": asker})

    def not_in_it(self, removal: RemovalId, clip: ClipId) -> Clip:
        """The crew looked at the clip: whoever asked is not in it. Raises ``capture.no_removal``."""
        return self._control.ask("POST", f"/removals/{part(removal)}/not-in/{part(clip)}", Clip)
