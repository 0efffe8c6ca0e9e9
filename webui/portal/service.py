"""The portal as a process: it alone writes ``audience.db``, through one writer that groups all commits."""

from __future__ import annotations

from flask import Flask

from appliance.audience.consent import Wordings
from appliance.audience.offers import Offers
from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.passes import Passes
from appliance.audience.signup import SignUps
from appliance.clock import Clock, RealClock
from appliance.config import Config
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.sealing_age import AgeSealer
from appliance.store.audience_rows import AudienceRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from cache.derived import Derived
from webui.portal.app import create_app
from webui.portal.evening import ShowEvents
from webui.portal.pace import Pace
from webui.portal.portal import Portal
from webui.portal.replay import ApprovedClips
from webui.serving import serve


def run_portal(paths: Paths, config: Config) -> None:
    """Serve attendees until SIGTERM; ``core.port_taken``, ``core.second_instance`` or what the store says."""
    paths.ensure()
    serve(lambda: open_portal(paths, config, RealClock()), config.portal, Service.PORTAL, paths)


def open_portal(paths: Paths, config: Config, clock: Clock) -> Flask:
    """Open rows and key, start the writer, build the app: in the process that will serve it."""
    rows = AudienceRows.owner(paths)
    writer = GroupWriter(rows.database)
    box = BoxId(config.box.id)
    outbox = Outbox(box, clock)
    recipients = config.people.recipients
    sealer = AgeSealer(recipients) if recipients else None
    return create_app(
        Portal(
            events=ShowEvents(paths),
            clips=ApprovedClips(paths),
            rows=rows,
            sign_ups=SignUps(rows, writer, outbox, sealer, clock) if sealer is not None else None,
            offers=Offers(rows, writer, outbox, clock),
            passes=Passes(box, ensure_pass_key(paths)),
            wordings=Wordings.shipped(),
            address=config.portal.address,
            media=paths.media,
            derived=Derived(paths.derived / "posters"),
            clock=clock,
            pace=Pace(clock, config.portal.burst, config.portal.per_s),
            accel=config.portal.accel,
        )
    )
