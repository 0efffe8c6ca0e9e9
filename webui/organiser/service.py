"""The window as a process: one for each organiser's folder, on this computer alone."""

from __future__ import annotations

import socket
from collections.abc import Callable

from flask import Flask

from appliance.bucket.bucket import Bucket
from appliance.clock import Clock, RealClock
from appliance.config import WebTable
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.runtime.lock import locked
from cache.room import Room
from provisioning.cloud.bucket_watch import BucketWatch
from provisioning.cloud.event_shelf import EventShelf
from provisioning.cloud.film_shelf import FilmShelf
from provisioning.cloud.keys import told_recipients
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.works import PutPage, Workshop
from provisioning.jobs import Jobs
from provisioning.uploads import Uploads
from webui.organiser.app import create_app
from webui.organiser.door import Door, new_address, read_note, write_note
from webui.organiser.window import Window
from webui.public.publishing import PagePublisher
from webui.serving import ON_STOP, listen, serve_at

_LOOPBACK = "127.0.0.1"
_THREADS = 16


def run_window(folder: OrganiserFolder, port: int, show: Callable[[str], None]) -> None:
    """Open the window and serve it until it is closed; ``show`` is given the address that opens it, once.

    ``port`` 0: any that is free. Where the window is open already, ``show`` is given another address of it.
    Raises ``cloud.keys_not_written``, ``core.port_taken``.
    """
    try:
        folder.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder.folder / "window.lock", _is_open):
            _serve(folder, port, show)
    except MatineeError as fault:
        note = read_note(folder.folder)
        if fault.key != "organiser.open_already" or note is None:
            raise
        show(new_address(note))
    except OSError as fault:
        raise MatineeError(
            "cloud.keys_not_written", path=folder.folder, fault=fault.strerror or fault
        ) from fault


def _is_open(pid: str) -> MatineeError:
    return MatineeError("organiser.open_already", pid=pid)


def _serve(folder: OrganiserFolder, port: int, show: Callable[[str], None]) -> None:
    web = WebTable(host=_LOOPBACK, port=port, threads=_THREADS)
    listener: socket.socket = listen(web)
    address = f"http://{_LOOPBACK}:{listener.getsockname()[1]}"
    note = write_note(folder.folder, address)
    show(new_address(note))
    serve_at(lambda: open_window(folder, address, Door(note.secret), RealClock()), web, listener)


def open_window(folder: OrganiserFolder, address: str, door: Door, clock: Clock) -> Flask:
    """Wire the parts, take up work that was cut off, build the app: in the serving process."""
    films = FilmShelf(folder.films)
    events = EventShelf(folder.events, films)
    watch = BucketWatch(folder, clock)
    shop = Workshop(folder, events, films, watch, clock, page_maker(folder, clock))
    watch.put_page = lambda bucket, event: shop.put_page(bucket, event, lambda _said: None)
    jobs = Jobs(folder.folder / "job.json", shop.works(), clock)
    coming = folder.folder / "coming"
    window = Window(
        address=address,
        folder=folder,
        clock=clock,
        door=door,
        films=films,
        uploads=Uploads(coming, clock, Room(coming)),
        events=events,
        watch=watch,
        jobs=jobs,
    )
    watch.start()
    jobs.resume()
    app = create_app(window)

    def leave() -> None:
        watch.stop()
        jobs.leave()

    app.extensions[ON_STOP] = leave
    return app


def page_maker(folder: OrganiserFolder, clock: Clock) -> PutPage:
    """What puts the public page of a published event anew."""

    def put_page(bucket: Bucket, event: str, say: Callable[[str], None]) -> None:
        key = ensure_publish_key(folder.folder).public_key
        try:
            PagePublisher(bucket, key, told_recipients(folder.folder), clock, say).publish(EventId(event))
        except MatineeError as fault:
            if fault.key not in {"cloud.not_published", "bucket.no_object"}:
                raise
            say(MatineeError("organiser.no_page").sentence)

    return put_page
