"""The console as a process: it alone writes ``console.db``."""

from __future__ import annotations

from ipaddress import IPv4Interface

from flask import Flask

from appliance.clock import Clock
from appliance.config import Config
from appliance.front.address import OwnAddress
from appliance.front.expiry import certificate_issues
from appliance.health.checks import run_checks
from appliance.health.permits import permit_issues
from appliance.health.power import power_issues
from appliance.health.powering import open_power
from appliance.ids import BoxId
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.offers_client import OffersClient
from appliance.ipc.player_client import PlayerClient
from appliance.ipc.portal_client import PortalClient
from appliance.ipc.questions_client import QuestionsClient
from appliance.ipc.server import ControlServer
from appliance.ipc.show_client import ShowClient
from appliance.ipc.sync_client import SyncClient
from appliance.paper.queue import Printing
from appliance.paths import Paths, Service
from appliance.requested import Requests
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.memory import GIVE_BACK_S, give_back
from appliance.runtime.presence import is_up
from appliance.runtime.rounds import Rounds
from appliance.store.console_rows import StaffRows
from appliance.store.keeping_rows import KeepingRows
from appliance.store.outbox import Outbox
from cache.boards import this_board
from cache.room import Room
from provisioning.drafts import Drafts
from provisioning.fitting import Fitting
from provisioning.intake import Intake
from provisioning.load_desk import LoadDesk
from provisioning.media_door import sync_door
from provisioning.pack_shelf import PackShelf
from provisioning.permit_audit import ROUND_S, PermitAudit
from provisioning.rehearsal_desk import RehearsalDesk
from provisioning.rehearsal_film import EVENT as TEST_FILM
from provisioning.rehearsal_look import RoomReader
from provisioning.rehearsal_show import WallTest
from provisioning.uploads import Uploads
from webui.console.admissions import Admissions
from webui.console.app import create_app
from webui.console.console import Console
from webui.console.doorman import Doorman
from webui.console.first_sight import first_light_route
from webui.console.guest_book import GuestBook
from webui.console.house import House
from webui.console.live_picture import LivePicture
from webui.console.pairing import Pairing
from webui.console.sessions import Sessions
from webui.console.setup_phones import sights_counted
from webui.console.staff import staff_routes
from webui.console.vitals import Vitals
from webui.console.watch import Services, Watch
from webui.serving import ON_STOP, serve

_VANISHED_S = 10.0
"""A remote is sent something each five seconds; the place of a phone out of reach is free after this."""


def run_console(paths: Paths, config: Config) -> None:
    """Serve the staff until SIGTERM; ``core.port_taken``, ``core.second_instance`` or what the store says."""
    paths.ensure()
    serve(
        lambda: open_console(paths, config, BoxClock(paths.root)),
        config.console,
        Service.CONSOLE,
        paths,
        vanished_s=_VANISHED_S,
    )


def open_console(paths: Paths, config: Config, clock: Clock) -> Flask:
    """Open the rows, listen at the control socket, begin to watch, build the app: in the serving process."""
    sessions = Sessions(StaffRows.owner(paths), clock)
    console = furnish(paths, config, clock, sessions)
    routes = [*staff_routes(sessions), *console.admissions.routes(), first_light_route(console)]
    ControlServer(paths.socket(Service.CONSOLE), routes, lambda work: work())
    console.watch.start()
    console.intake.start()
    console.paper.start()
    Rounds("memory", give_back, GIVE_BACK_S, clock).start()
    Rounds("permit-audit", console.permit_audit.round, ROUND_S, clock).start()
    app = create_app(console)

    def stop() -> None:
        console.watch.stop()
        console.intake.stop()
        console.paper.stop()

    app.extensions[ON_STOP] = stop
    return app


def furnish(paths: Paths, config: Config, clock: Clock, sessions: Sessions) -> Console:
    """Wire the parts. Nothing runs yet."""
    show, player, house = ShowClient(paths), PlayerClient(paths), House(paths)
    capture, sync = CaptureClient(paths), SyncClient(paths)
    packs = PackShelf(paths.packs)
    power = open_power(config.power.nut)
    own, network = OwnAddress(paths, config, clock), NetworkClient(paths)
    guests = IPv4Interface(config.network.attendees).network
    pairing = Pairing(sessions, Requests(paths.requests), clock, config.box.pairing_code)
    others = [service for service in Service if service is not Service.CONSOLE]
    return Console(
        config=config,
        paths=paths,
        sessions=sessions,
        doorman=Doorman(clock),
        show=show,
        capture=capture,
        sync=sync,
        house=house,
        watch=Watch(Services(show, player, capture, sync, network), house, config, clock),
        picture=LivePicture(player.picture, clock),
        vitals=Vitals(
            lambda: [
                *run_checks(paths, {service: is_up(paths, config, service) for service in others}, clock),
                *power_issues(power.read(), clock.now()),
                *certificate_issues(paths, clock.now(), clock.trust),
                *permit_issues(paths, clock.now(), clock.trust),
            ],
            clock,
        ),
        own=own,
        network=network,
        admissions=Admissions(network, guests, own, pairing, clock),
        pairing=pairing,
        portal=PortalClient(paths),
        offers=OffersClient(paths),
        questions=QuestionsClient(paths),
        paper=Printing(config.printer, clock),
        book=GuestBook(),
        guests=guests,
        intake=Intake(
            Uploads(paths.uploads, clock, Room(paths.media)),
            sync_door(paths),
            Fitting(this_board(), trial=True),
            paths.derived,
            clock,
        ),
        clock=clock,
        packs=packs,
        drafts=Drafts(paths.drafts),
        rehearsals=RehearsalDesk(
            paths,
            clock,
            RoomReader(
                paths,
                clock,
                Fitting(this_board()),
                player,
                capture,
                network,
                lambda: sights_counted(config, own),
                power,
            ).read,
            lights=config.lights.technology != "none",
        ),
        test_film=WallTest(paths, sync_door(paths), Fitting(this_board(), trial=True), show),
        permit_audit=PermitAudit(paths, sessions.database, Outbox(BoxId(config.box.id), clock), clock),
        keeping=KeepingRows(sessions.database),
        load_desk=LoadDesk(
            paths,
            sync_door(paths),
            Fitting(this_board(), trial=True),
            lambda event: show.load(event, leaving=TEST_FILM),
            packs.picture,
        ),
    )
