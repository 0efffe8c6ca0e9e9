"""Keeps the network as it must be: looks, compares, and takes the steps between, again and again."""

from __future__ import annotations

import logging
from contextlib import ExitStack

from appliance.config import Config
from appliance.errors import MatineeError, sentences
from appliance.model.network_view import ClientView, NetworkMode, ReleaseRule, UplinkState
from appliance.network import clients, leases, links, uplink
from appliance.network.names import LEASE_S
from appliance.network.parts import Parts
from appliance.network.radio import Order, Radio, Wish, step
from appliance.network.rules import Change, Device, Put, Sets, Take
from appliance.network.wanted import NOTHING, Attendees, Standing, Wanted, internet_is_open, wanted

_log = logging.getLogger(__name__)


class Keeper:
    """Use it from one thread; ``client`` from any, as it only reads what the last look left."""

    def __init__(self, config: Config, parts: Parts) -> None:
        """Nothing is touched before ``round``; ``network.bad_attendees`` if the settings can not be."""
        self._settings = config.network
        self._box = config.box.id
        self._parts = parts
        self._attendees = Attendees.parse(config.network.attendees)
        self._mode = NetworkMode(config.network.mode)
        self._standing = Standing()
        self._wanted: Wanted = NOTHING
        self._facts = uplink.Facts()
        self._rule = ReleaseRule()
        self._sets = Sets()
        self._guarded = False
        self.radio = Radio()
        self.own_addresses: tuple[str, ...] = ()
        """Where the box may be found by name: on the attendees' network, and on the crew's ports."""
        self.fault = ""

    def round(self) -> None:
        """Look, compare, act. What fails is told in ``fault`` and tried again at the next round."""
        try:
            self._round()
        except MatineeError as fault:
            if not self._guarded:
                self._parts.radio.stop()  # one that a killed service left, maybe
            self._tell(fault.sentence)
        else:
            self._tell(self._lasting_fault())

    def stop(self) -> None:
        """Leave nothing behind: each step is taken, whichever fails; then what failed is raised."""
        with ExitStack() as last_first:
            last_first.callback(self._parts.rules.ensure, None)
            last_first.callback(self._lead, NOTHING)
            last_first.callback(self._parts.names.ensure, None)
            last_first.callback(self._parts.radio.stop)

    def client(self, address: str) -> ClientView:
        """How the device at ``address`` stands; of one that is not there: not finished. Never waits."""
        device = self._device(address)
        if device is None:
            return ClientView(address)
        return clients.view(self._sets, device, self._rule, open_now=self.open_now)

    def release(self, address: str) -> ClientView:
        """Its last tap; ``network.unknown_client``."""
        device = self._known(address)
        self._change(clients.released(self._sets, device, self._rule, open_now=self.open_now))
        return self.client(address)

    def revoke(self, address: str) -> ClientView:
        """It begins anew; ``network.unknown_client``."""
        device = self._known(address)
        changes = clients.revoked(self._sets, device)
        self._change(changes)
        if changes:
            self._parts.rules.cut(address)
        return self.client(address)

    def admit_staff(self, address: str) -> ClientView:
        """It may open the console; ``network.unknown_client``."""
        self._change([Put("staff", self._known(address), clients.STAFF_S)])
        return self.client(address)

    def dismiss_staff(self, address: str) -> ClientView:
        """No longer, and what it has open is cut; ``network.unknown_client``."""
        self._change([Take("staff", self._known(address))])
        self._parts.rules.cut(address)
        return self.client(address)

    @property
    def open_now(self) -> bool:
        """Whether some phone may use the way out."""
        return internet_is_open(self._standing)

    @property
    def uplink(self) -> UplinkState:
        """What the way out is worth."""
        return self._standing.uplink

    def counts(self) -> tuple[int, int]:
        """Devices that are there, and of them those to which the internet is open."""
        sets = self._sets
        there = {lease.address for lease in leases.parse(self._parts.names.leases())}
        online = sum(device.address in there for device in sets.online) if self.open_now else 0
        return len(there & self._parts.links.neighbours().keys()), online

    def _round(self) -> None:
        parts, settings = self._parts, self._settings
        present = parts.links.present()
        radio, order = self._radio_step()
        out = uplink.port_of(
            settings.uplink, settings.uplink_interface, parts.uplink.usb_ports(), settings.interface
        )
        # Not before the rules stand: an answer to what was asked without them would be a stranger's.
        known = out in present and self._wanted is not NOTHING
        self._facts = parts.uplink.facts(out) if known else uplink.Facts()
        self._rule = parts.rule()
        worth = uplink.state(self._facts, self._attendees.network) if out else UplinkState.NONE
        self._standing = Standing(
            rule=self._rule,
            uplink=worth,
            uplink_interface=out,
            forwarding=parts.names.forwards(),
            radio=radio.state,
            certificate=parts.certificate(),
            present=present,
        )
        self._wanted = wanted(settings, self._box, self._standing)
        parts.rules.ensure(self._wanted.rules)  # first of all: nothing is open before it is guarded
        self._lead(self._wanted)
        self._guarded = True
        if order is not None:  # nobody joins before rules and links stand
            parts.radio.obey(order)
        self.radio = radio
        parts.names.ensure(self._wanted.names)
        self.own_addresses = self._found_at()
        self._sets = parts.rules.sets()
        self._change(clients.kept_up(self._sets, self._rule, open_now=self.open_now))
        self._take_back()

    def _lead(self, wanted: Wanted) -> None:
        technology = self._parts.links
        found = links.steps(wanted.links, technology.observed(wanted.links.settings))
        if found:
            _log.info("links changed steps=%s", len(found))
            technology.take(found)

    def _found_at(self) -> tuple[str, ...]:
        if not self._wanted.links.bridge:
            return ()
        crew = [one for port in self._settings.crew for one in self._parts.links.addresses(port)]
        return str(self._attendees.gateway), *(address.partition("/")[0] for address in crew)

    def _radio_step(self) -> tuple[Radio, Order | None]:
        wish = Wish.HOTSPOT if self._mode is NetworkMode.HOTSPOT else Wish.NOTHING
        return step(self.radio, wish, self._parts.radio.seen(), self._parts.clock.monotonic())

    def _take_back(self) -> None:
        if self._wanted.names is None:
            return
        given = leases.parse(self._parts.names.leases())
        now = self._parts.clock.now().timestamp()
        unused = leases.to_reclaim(
            given, self._parts.links.neighbours(), self._wanted.names.room, LEASE_S, now
        )
        if unused:
            _log.warning("addresses nobody used were taken back addresses=%s", len(unused))
            self._parts.names.reclaim(unused)

    def _change(self, changes: list[Change] | tuple[Change, ...]) -> None:
        if changes:
            self._parts.rules.change(changes)
            self._sets = self._parts.rules.sets()

    def _device(self, address: str) -> Device | None:
        mac = self._parts.links.neighbours().get(address)
        return Device(address, mac) if mac is not None else None

    def _known(self, address: str) -> Device:
        device = self._device(address)
        if device is None:
            raise MatineeError("network.unknown_client", address=address)
        return device

    def _lasting_fault(self) -> str:
        words, port = sentences(), self._settings.interface
        if self._mode is NetworkMode.NONE:
            return ""
        if port not in self._standing.present:
            return words["network.no_port"].format(port=port)
        if uplink.claims_ours(self._facts, self._attendees.network):
            return words["network.uplink_claims"]
        if self._standing.uplink is UplinkState.CAPTIVE:
            return words["network.uplink_captive"]
        return ""

    def _tell(self, fault: str) -> None:
        if fault != self.fault:
            _log.warning("network fault: %s", fault) if fault else _log.info("network as it should be again")
            self.fault = fault
