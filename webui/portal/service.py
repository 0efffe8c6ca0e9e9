"""The portal as a process: it alone writes ``audience.db``, through one writer that groups all commits."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask

from appliance.audience.community import Community
from appliance.audience.consent import Wordings
from appliance.audience.desk import Desk
from appliance.audience.four_words import FourWords, ensure_code_key
from appliance.audience.polls import Polls
from appliance.audience.receipts import Receipts
from appliance.audience.room_questions import RoomQuestions
from appliance.audience.shop import Shop
from appliance.audience.shredding import ROUND_S, PeopleShredder
from appliance.audience.signup import SignUps
from appliance.audience.voices import Voices
from appliance.clock import Clock
from appliance.config import Config
from appliance.front.address import OwnAddress
from appliance.ids import BoxId
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.console_client import ConsoleClient
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.server import ControlServer
from appliance.ipc.show_client import ShowClient
from appliance.paths import Paths, Service
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.memory import GIVE_BACK_S, give_back, keep_out_of_cores
from appliance.runtime.rounds import Rounds
from appliance.sealing_age import AgeSealer
from appliance.store.audience_rows import AudienceRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.page_rows import PageRows
from appliance.store.poll_rows import PollRows
from appliance.store.question_rows import QuestionRows
from appliance.store.voice_rows import VoiceRows
from cache.derived import Derived
from webui.portal.app import create_app
from webui.portal.counter_routes import counter_routes
from webui.portal.door_routes import door_routes
from webui.portal.doorway import Doorway
from webui.portal.evening import ShowEvents
from webui.portal.pace import GUESSES_BURST, GUESSES_PER_S, Pace
from webui.portal.portal import EXTENSION, Portal
from webui.portal.question_routes import question_routes
from webui.portal.replay import ApprovedClips
from webui.portal.stopwatch import SAVE_EACH_S, Stopwatch
from webui.portal.watching import Pieces, Viewers
from webui.serving import serve


def run_portal(paths: Paths, config: Config) -> None:
    """Serve attendees until SIGTERM; ``core.port_taken``, ``core.second_instance`` or what the store says."""
    paths.ensure()
    serve(lambda: _opened(paths, config), config.portal, Service.PORTAL, paths)


def _opened(paths: Paths, config: Config) -> Flask:
    keep_out_of_cores()
    clock = BoxClock(paths.root)
    app = open_portal(paths, config, clock)
    portal: Portal = app.extensions[EXTENSION]
    shredder = PeopleShredder(paths, portal.rows.database, Outbox(BoxId(config.box.id), clock), clock)
    Rounds("shredding", shredder.round, ROUND_S, clock).start()
    Rounds("memory", give_back, GIVE_BACK_S, clock).start()
    Rounds("stopwatch", portal.stopwatch.save, SAVE_EACH_S, clock).start()
    return app


def open_portal(paths: Paths, config: Config, clock: Clock) -> Flask:
    """Open rows and key, start the writer, build the app: in the process that will serve it.

    ``Portal.close`` of what it is built from ends what was started here.
    """
    closing = ExitStack()
    rows = AudienceRows.owner(paths)
    closing.callback(rows.database.close)
    writer = GroupWriter(rows.database)
    closing.callback(writer.close)
    outbox = Outbox(BoxId(config.box.id), clock)
    words = FourWords(ensure_code_key(paths))
    events = ShowEvents(paths)
    desk = Desk.opened(paths, config, rows, writer, outbox, words, clock)
    shop = Shop.opened(paths, config, rows, writer, outbox, words, clock)
    questions = RoomQuestions(QuestionRows(rows.database), writer, outbox, clock)
    routes = [
        *door_routes(desk, events),
        *counter_routes(shop, desk, events),
        *question_routes(questions, events),
    ]
    closing.callback(ControlServer(paths.socket(Service.PORTAL), routes, lambda work: work()).close)
    recipients = config.people.recipients
    sealer = AgeSealer(recipients) if recipients else None
    return create_app(
        Portal(
            events=events,
            clips=ApprovedClips(paths),
            rows=rows,
            sign_ups=None if sealer is None else SignUps(rows, writer, outbox, sealer, words, clock),
            receipts=None if sealer is None else Receipts(rows, writer, outbox, sealer, clock),
            shop=shop,
            desk=desk,
            community=Community(rows, desk, writer, outbox, clock),
            voices=Voices(VoiceRows(rows.database), writer, outbox, sealer, clock),
            questions=questions,
            polls=Polls(PollRows(rows.database), writer, outbox, clock),
            words=words,
            wordings=Wordings.shipped(),
            own=OwnAddress(paths, config, clock),
            doorway=Doorway(NetworkClient(paths), clock),
            capture=CaptureClient(paths),
            viewers=Viewers(config.capture.live_viewers, clock),
            pieces=Pieces(CaptureClient(paths).live, clock),
            show=ShowClient(paths),
            staff_door=ConsoleClient(paths),
            paths=paths,
            derived=Derived(paths.derived / "posters"),
            clock=clock,
            stopwatch=Stopwatch(PageRows(rows.database), clock),
            pace=Pace(clock, config.portal.burst, config.portal.per_s),
            guesses=Pace(clock, GUESSES_BURST, GUESSES_PER_S),
            closing=closing,
            console=config.console.address,
            accel=config.portal.accel,
        )
    )
