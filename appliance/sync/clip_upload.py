"""A clip goes up in parts: after a cut, a restart or a power cut it goes on where it stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from appliance.bucket.parts import Parts, Stretch
from appliance.errors import MatineeError
from appliance.store.upload_rows import Upload, UploadRows
from appliance.sync.part_flights import MOST, Flight, Flights

_log = logging.getLogger(__name__)

Underway = Callable[[int, int], None]
May = Callable[[int], bool]


class ClipUpload:
    """One part landed a step, the next one on its way meanwhile. Use it from one thread."""

    def __init__(self, parts: Parts, rows: UploadRows, look_s: Callable[[], float]) -> None:
        """``rows`` outlive a power cut, ``parts`` are the bucket's; ``look_s``: between two looks."""
        self._parts = parts
        self._rows = rows
        self._look_s = look_s
        self._flights = Flights()
        self._upload: Upload | None = None
        """Whose parts are on their way."""
        self._unbroken: int | None = None
        """The object that began here and that no cut has met: its parts need not go one at a time."""
        self._sure: int | None = None
        """The object of which no answer was lost since the bucket was asked what it has."""

    def step(
        self, number: int, key: str, content_type: str, wanted: Sequence[Stretch],
        underway: Underway, may: May = lambda _: True,
    ) -> bool:  # fmt: skip
        """Bring one more part of object ``number`` up; True once the whole is in the bucket.

        ``wanted``: all parts of it. ``underway`` hears how much of the whole is up, often. ``may`` is asked
        before another part begins: whether so many bytes may be under way. Raises what the bucket raises.
        """
        if self._upload is not None and self._upload.number != number:
            self.settle()
        upload = self._upload = self._rows.of(number) or self._begin(number, key, content_type, wanted)
        self._flights.most = MOST if self._unbroken == number else 1
        up = sum(wanted[of_it - 1].length for of_it in upload.parts)

        def look(size: int = upload.size_bytes) -> None:
            underway(up + self._flights.done_bytes, size)

        try:
            if self._sure != number:
                upload = self._upload = self._asked(upload, wanted)
            return self._go_on(upload, wanted, look, may)
        except MatineeError as fault:
            self._unbroken = self._sure = None
            self.settle(look)
            if fault.facts.get("damaged") or fault.key == "card.unreadable":
                self._rows.doubt(number)  # on its way, or on the card: the file is read again
            if fault.key != "bucket.no_upload":
                raise
            self._rows.forget(number)  # it begins anew after the back-off
            raise MatineeError("bucket.away", where=fault.facts["where"], fault=fault.sentence) from fault

    def flies(self, number: int) -> bool:
        """Whether parts of object ``number`` are on their way."""
        return self._upload is not None and self._upload.number == number and bool(self._flights.numbers)

    def settle(self, look: Callable[[], None] = lambda: None) -> None:
        """Wait for what is on its way, and note what of it the bucket has; faults come again by themselves.

        ``look`` is called often meanwhile.
        """
        while self._flights.numbers:
            self._flights.wait(self._look_s())
            look()
            for flight in self._flights.take():
                self._note(flight)
        self._upload = None

    def forget(self, number: int) -> None:
        """Object ``number`` is whole, and noted to be."""
        self._rows.forget(number)

    def tidy(self) -> None:
        """Tell the bucket of uploads that nobody goes on with."""
        self.settle()
        for orphan in self._rows.orphans():
            self._parts.abort(orphan.key, orphan.id)
            self._rows.forget(orphan.number)

    def _go_on(self, upload: Upload, wanted: Sequence[Stretch], look: Callable[[], None], may: May) -> bool:
        while True:
            more = self._begin_next(upload, wanted, may)
            if not self._flights.numbers:
                return len(upload.parts) == len(wanted) and self._complete(upload)
            self._flights.wait(self._look_s(), for_room=more)
            look()
            ended = self._flights.take()
            for flight in ended:
                self._note(flight)
            for flight in ended:
                if flight.fault is not None:
                    raise flight.fault
            if ended:
                return False

    def _begin(self, number: int, key: str, content_type: str, wanted: Sequence[Stretch]) -> Upload:
        size = wanted[-1].offset + wanted[-1].length
        digests = tuple(part.sha256 for part in wanted)
        upload = Upload(number, key, self._parts.begin(key, content_type), size, digests)
        self._rows.begin(upload)
        self._unbroken = self._sure = number
        return upload

    def _asked(self, upload: Upload, wanted: Sequence[Stretch]) -> Upload:
        """After a cut or a start: parts that arrived, though their answer did not, are noted, not sent again.

        Parts leave in order, so the first that the bucket does not have ends it.
        """
        for number in upload.missing(len(wanted)):
            stored = self._parts.stored(upload.key, upload.id, number, wanted[number - 1])
            if stored is None:
                break
            self._rows.add(upload, number, stored)
        self._sure = upload.number
        return self._rows.of(upload.number) or upload

    def _begin_next(self, upload: Upload, wanted: Sequence[Stretch], may: May) -> bool:
        """Begin what may begin now; whether more would, had it room."""
        send = partial(self._parts.put, upload.key, upload.id)
        for number in upload.missing(len(wanted)):
            if number in self._flights.numbers:
                continue
            if not self._flights.has_room:
                return True
            part = wanted[number - 1]
            if not may(self._flights.under_way_bytes + part.length):
                return False
            self._flights.start(number, part, send)
        return False

    def _complete(self, upload: Upload) -> bool:
        parts = [upload.parts[number] for number in sorted(upload.parts)]
        ended = self._parts.complete(upload.key, upload.id, parts)
        _log.info("whole object=%s parts=%s %s", upload.number, len(parts), ended)
        self._upload = None
        return True

    def _note(self, flight: Flight) -> None:
        if flight.stored is not None and self._upload is not None:
            self._rows.add(self._upload, flight.number, flight.stored)
