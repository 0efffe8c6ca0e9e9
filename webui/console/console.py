"""What the console's pages have at hand."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import cast

from flask import current_app

from appliance.clock import Clock
from appliance.config import Config
from appliance.front.address import OwnAddress
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.offers_client import OffersClient
from appliance.ipc.portal_client import PortalClient
from appliance.ipc.questions_client import QuestionsClient
from appliance.ipc.show_client import ShowClient
from appliance.ipc.sync_client import SyncClient
from appliance.paper.queue import Printing
from appliance.paths import Paths
from appliance.store.keeping_rows import KeepingRows
from provisioning.drafts import Drafts
from provisioning.intake import Intake
from provisioning.load_desk import LoadDesk
from provisioning.pack_shelf import PackShelf
from provisioning.permit_audit import PermitAudit
from provisioning.rehearsal_desk import RehearsalDesk
from provisioning.rehearsal_show import WallTest
from webui.console.admissions import Admissions
from webui.console.doorman import Doorman
from webui.console.guest_book import GuestBook
from webui.console.house import House
from webui.console.live_picture import LivePicture
from webui.console.pairing import Pairing
from webui.console.sessions import Sessions
from webui.console.vitals import Vitals
from webui.console.watch import Watch

EXTENSION = "console"


@dataclass(frozen=True, slots=True)
class Console:
    """The parts of the app, wired in ``service``."""

    paths: Paths
    config: Config
    sessions: Sessions
    doorman: Doorman
    show: ShowClient
    capture: CaptureClient
    sync: SyncClient
    house: House
    watch: Watch
    picture: LivePicture
    vitals: Vitals
    own: OwnAddress
    network: NetworkClient
    admissions: Admissions
    pairing: Pairing
    portal: PortalClient
    """The door."""
    offers: OffersClient
    """The counter."""
    questions: QuestionsClient
    """What the room asks."""
    paper: Printing
    """Its printers."""
    book: GuestBook
    guests: IPv4Network
    """Whoever comes from there is an attendee, until staff let that device in."""
    intake: Intake
    """Films that people bring over the page."""
    clock: Clock
    packs: PackShelf
    """Formats that others licensed."""
    drafts: Drafts
    """Evenings that are being written."""
    load_desk: LoadDesk
    permit_audit: PermitAudit
    keeping: KeepingRows
    """How long things stay here, as somebody said."""
    rehearsals: RehearsalDesk
    test_film: WallTest


def here() -> Console:
    """The parts of the app that answers this request."""
    return cast("Console", current_app.extensions[EXTENSION])
