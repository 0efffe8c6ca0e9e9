"""The venue's Wi-Fi for who asks: one try at a time, requests of the boot file, and what the page shows."""

from __future__ import annotations

import threading
from contextlib import suppress

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.wifi_view import HeardNetwork, WifiState, WifiView
from appliance.network.fallback import Fallback
from appliance.network.venue_wifi import (
    RadioSeen,
    Step,
    Try,
    VenueRadio,
    Wanted,
    check,
    judged,
    listed,
)
from appliance.requested import Requests
from appliance.requested import Wanted as Request

_FRESH_S = 30.0
_ROUND_S = 2.0
_ASKED = msgspec.json.Decoder(list[Wanted])


class WifiDesk:
    """Safe to use from any thread; the radio is asked by one at a time."""

    def __init__(
        self,
        radio: VenueRadio,
        country: str,
        requests: Requests,
        clock: Clock,
        fallback: Fallback | None = None,
    ) -> None:
        """``country``: where the radio stands (ISO 3166); without it no radio sends."""
        self._radio = radio
        self._country = country
        self._requests = requests
        self._clock = clock
        self._fallback = fallback if country else None
        self._heard: list[HeardNetwork] = []
        self._lock = threading.Lock()
        self._try: Try | None = None
        self._fault = ""
        self._scanned: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="venue-wifi", daemon=True)

    def start(self) -> None:
        """Go round on a thread of its own: a radio that takes its time holds no phone up."""
        self._thread.start()

    def stop(self) -> None:
        """No more rounds."""
        self._stopping.set()

    def view(self) -> WifiView:
        """As of now; listens anew if that was long ago and the radio is free."""
        with self._lock:
            seen = self._look()
            if not seen.there:
                return WifiView(country=self._country)
            own = None if self._fallback is None else self._fallback.own
            if own is None:  # an access point hears nobody: what was heard before it stands
                self._listen(seen)
                self._heard = self._radio.heard()
            joined = seen.ssid if seen.step is Step.JOINED else ""
            state = WifiState.JOINED if joined else WifiState.AWAY
            return WifiView(
                WifiState.JOINING if self._try else state,
                listed(self._heard, self._radio.known(), joined),
                self._heard_s(),
                self._country,
                self._try.ssid if self._try else "",
                self._fault,
                "" if own is None else own.ssid,
                "" if own is None else own.password,
            )

    def own(self) -> WifiView:
        """The box's own Wi-Fi alone. The radio is not asked: it may be in use, and this is asked often."""
        own = None if self._fallback is None else self._fallback.own
        return WifiView() if own is None else WifiView(own_ssid=own.ssid, own_password=own.password)

    def scan(self) -> None:
        """Listen anew; while a network is being joined that would disturb it. ``wifi.no_radio``."""
        with self._lock:
            seen = self._look()
            if not seen.there:
                raise MatineeError("wifi.no_radio")
            self._scanned = None
            self._listen(seen)

    def join(self, wanted: Wanted) -> None:
        """Keep it, and begin to join it; ``wifi.*`` if that can not work, or another is being joined."""
        with self._lock:
            seen = self._look()
            if not seen.there:
                raise MatineeError("wifi.no_radio")
            if self._try is not None:
                raise MatineeError("wifi.one_at_a_time", ssid=self._try.ssid)
            check(wanted, self._country, self._radio.heard() or self._heard, self._radio.known())
            handle = self._radio.keep(wanted)
            self._fault, self._try = "", Try(wanted.ssid, self._clock.monotonic())
            if self._fallback is not None:
                self._fallback.joining()
            self._radio.join(handle)

    def forget(self, ssid: str) -> None:
        """Because a person pressed it."""
        with self._lock:
            self._radio.forget(ssid)

    def round(self) -> None:
        """See what became of a try; take up what card or stick asked for, once somebody can."""
        with self._lock, suppress(MatineeError):
            if self._try is not None:
                self._look()
            self._take_up()
            if self._fallback is not None:
                self._fall_back(self._fallback)

    def _fall_back(self, fallback: Fallback) -> None:
        """Before it is an access point, the radio listens once more: then it hears nobody."""
        seen = self._radio.seen()
        if seen.there and fallback.own is None and self._scanned is None:
            self._listen(seen)
            self._heard = self._radio.heard()
        fallback.round(seen)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.round()
            self._clock.wait(self._stopping, _ROUND_S)

    def _look(self) -> RadioSeen:
        seen = self._radio.seen()
        before = self._try
        self._try, said = judged(before, seen, self._clock.monotonic())
        if before is not None and self._try is None:
            self._fault = said
        return seen

    def _listen(self, seen: RadioSeen) -> None:
        now = self._clock.monotonic()
        if seen.step is Step.MOVING or (self._scanned is not None and now - self._scanned < _FRESH_S):
            return
        self._radio.scan()
        self._scanned = now

    def _heard_s(self) -> int | None:
        return None if self._scanned is None else int(self._clock.monotonic() - self._scanned)

    def _take_up(self) -> None:
        text = self._requests.text(Request.WIFI)
        if not text or not self._radio.seen().there:
            return
        for one in _ASKED.decode(text):
            self._radio.keep(one)
        self._requests.done(Request.WIFI)
