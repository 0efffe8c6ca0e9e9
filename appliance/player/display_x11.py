"""An X display by python-xlib, its only importer here.

One black top window, whole screen or a person's resizable window; in it two windows for films and two
faces for cards. The children are composite-redirected: each keeps its picture while hidden, so that
raising one never shows a blank.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from PIL import Image
from Xlib import X, Xatom, display, error
from Xlib.ext import composite, damage

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.player.display import Slot
from appliance.player.display_awake import Awake
from appliance.player.display_outputs import Outputs
from appliance.player.face_x11 import Face, child_window
from appliance.player.panels import Panel
from appliance.player.virtual_screen import is_alive

_WINDOW_SIZE = (1280, 720)
_ALL_PLANES = 0xFFFFFFFF

_log = logging.getLogger(__name__)


def _place(panel: Panel) -> tuple[int, int, int, int]:
    return (panel.x, panel.y, *panel.image.size)


class DisplayX11:
    """Take the display ``name`` (empty: ``$DISPLAY``); ``player.no_display`` if that is not possible."""

    def __init__(self, name: str, clock: Clock, *, window: bool = False) -> None:
        """``window``: a titled window even where nobody manages windows."""
        name = name or os.environ.get("DISPLAY", "")
        if not is_alive(name):
            raise MatineeError("player.no_display", display=name or "$DISPLAY")
        try:
            self._x = display.Display(name)
        except (error.DisplayError, OSError) as missing:
            raise MatineeError("player.no_display", display=name) from missing
        self._x.set_error_handler(_log_late_error)
        self.name = self._x.get_display_name()
        self._screen = self._x.screen()
        self._root = self._screen.root
        self._whole_screen = not (window or self._managed())
        self.size = self._screen_size() if self._whole_screen else _WINDOW_SIZE
        self._outputs = Outputs(self._x, clock)
        self.virtual = self._outputs.virtual()
        self._top = self._open_top()
        self._up = False
        self._awake = Awake(self._x, clock) if self._whole_screen else None
        self._slots = {slot: child_window(self._top, self._screen.root_depth, self.size) for slot in Slot}
        self._faces = [Face(self._top, self._screen.root_depth, self.size) for _ in range(2)]
        self._panels: dict[str, tuple[Panel, Face]] = {}
        self._drawn = dict.fromkeys(Slot, 0)
        self._watches = self._watch_slots()
        self._faces[0].window.configure(stack_mode=X.Above)
        self._x.sync()
        self._last = Image.new("RGB", self.size)

    def _managed(self) -> bool:
        return (
            self._root.get_full_property(self._x.intern_atom("_NET_SUPPORTING_WM_CHECK"), X.AnyPropertyType)
            is not None
        )

    def _screen_size(self) -> tuple[int, int]:
        root = self._root.get_geometry()
        return (root.width, root.height)

    def _open_top(self) -> Any:  # noqa: ANN401 python-xlib's windows
        nothing = self._root.create_pixmap(1, 1, 1)
        cursor = nothing.create_cursor(nothing, (0, 0, 0), (0, 0, 0), 0, 0)
        top = self._root.create_window(
            0,
            0,
            *self.size,
            0,
            self._screen.root_depth,
            X.InputOutput,
            X.CopyFromParent,
            background_pixel=0,
            override_redirect=self._whole_screen,
            event_mask=X.StructureNotifyMask,
            cursor=cursor,
        )
        top.set_wm_name("Matinee")
        top.set_wm_class("matinee", "Matinee")
        # Saying that we listen, and then not listening, keeps the picture up: it ends with the box.
        top.set_wm_protocols([self._x.intern_atom("WM_DELETE_WINDOW")])
        top.change_property(
            self._x.intern_atom("_NET_WM_NAME"), self._x.intern_atom("UTF8_STRING"), 8, b"Matinee"
        )
        top.change_property(self._x.intern_atom("_NET_WM_PID"), Xatom.CARDINAL, 32, [os.getpid()])
        top.composite_redirect_subwindows(composite.RedirectAutomatic)
        if self._whole_screen:
            self._root.change_attributes(event_mask=X.StructureNotifyMask)
        return top

    def _watch_slots(self) -> dict[int, Slot]:
        self._x.damage_query_version()
        return {
            window.damage_create(damage.DamageReportRawRectangles): slot
            for slot, window in self._slots.items()
        }

    @property
    def lit(self) -> bool:
        """As X has it, at most a second ago."""
        return self._outputs.lit

    def window(self, slot: Slot) -> int:
        """Id of the X window of ``slot``."""
        return int(self._slots[slot].id)

    def drawn(self, slot: Slot) -> int:
        """Counted by X's damage reports: true of any engine."""
        return self._drawn[slot]

    def raise_slot(self, slot: Slot) -> None:
        """Put its window on top, with no ground: if libVLC's own in it dies first, the picture stays."""
        self._ground_all()
        self._slots[slot].change_attributes(background_pixmap=X.NONE)
        self._raise(self._slots[slot])

    def hang_card(self, card: Image.Image) -> None:
        """Draw the hidden face."""
        self._faces[1].draw(card)
        self._x.flush()

    def raise_card(self) -> None:
        """Put the hidden face on top; the other becomes the hidden one."""
        self._faces.reverse()
        self._ground_all()
        self._raise(self._faces[0].window)

    def _ground_all(self) -> None:
        """Black is what stands beside a narrow film: X paints it where libVLC's window is not."""
        for window in self._slots.values():
            window.change_attributes(background_pixel=0)

    def _raise(self, window: Any) -> None:  # noqa: ANN401 python-xlib's windows
        panels = [face.window for _panel, face in self._panels.values()]
        if panels:  # panels are stacked in their order, the first the lowest
            window.configure(sibling=panels[0], stack_mode=X.Below)
        else:
            window.configure(stack_mode=X.Above)
        if not self._up:  # before it has a picture it would be black over what a player before it left
            self._top.map()
            self._up = True
        self._x.flush()

    def stand_behind(self, card: Image.Image) -> None:
        """The screen's own background, which X keeps; not on somebody's desktop."""
        if self._whole_screen:
            pixmap = self._root.create_pixmap(*card.size, self._screen.root_depth)
            pen = pixmap.create_gc()
            pixmap.put_pil_image(pen, 0, 0, card)
            self._root.change_attributes(background_pixmap=pixmap)
            self._root.clear_area()
            pen.free()
            pixmap.free()
            self._x.flush()

    def lay_over(self, panels: Sequence[Panel]) -> None:
        """A panel of the same place and size is amended; any other gets a window that comes up drawn."""
        kept: dict[str, tuple[Panel, Face]] = {}
        for panel in panels:
            before = self._panels.pop(panel.id, None)
            if before is not None and _place(before[0]) == _place(panel):
                before[1].amend(panel.image)
                kept[panel.id] = (panel, before[1])
                continue
            face = Face(self._top, self._screen.root_depth, panel.image.size, (panel.x, panel.y))
            face.draw(panel.image)
            face.window.map()
            kept[panel.id] = (panel, face)
            if before is not None:
                before[1].close()
        for _panel, face in self._panels.values():
            face.close()
        self._panels = kept
        for _panel, face in kept.values():
            face.window.configure(stack_mode=X.Above)
        self._x.flush()

    def amend_card(self, card: Image.Image) -> None:
        """Send only the box that differs."""
        self._faces[0].amend(card)
        self._x.flush()

    def refresh(self) -> None:
        """Read X's events: what was drawn, another size."""
        try:
            while self._x.pending_events():
                self._take(self._x.next_event())
            self._outputs.look()
            if self._awake is not None:
                self._awake.keep()
        except (error.ConnectionClosedError, OSError) as gone:
            raise MatineeError("player.display_gone", display=self.name) from gone

    def _take(self, event: Any) -> None:  # noqa: ANN401 python-xlib's events
        if event.type == self._x.extension_event.DamageNotify:
            self._drawn[self._watches[event.damage]] += 1
        elif event.type == X.ConfigureNotify:
            ours = self._root if self._whole_screen else self._top
            if event.window == ours and (event.width, event.height) != self.size:
                self._resize((event.width, event.height))

    def _resize(self, size: tuple[int, int]) -> None:
        _log.info("display resized width=%s height=%s", *size)
        self.size = size
        self._ground_all()
        windows = [*self._slots.values(), *(face.window for face in self._faces)]
        for window in [self._top, *windows] if self._whole_screen else windows:
            window.configure(width=size[0], height=size[1])

    def grab(self) -> Image.Image:
        """XGetImage of the top window; what was seen last if it is minimised."""
        with suppress(error.BadMatch, error.BadDrawable):
            answer = self._top.get_image(0, 0, *self.size, X.ZPixmap, _ALL_PLANES)
            self._last = Image.frombytes("RGB", self.size, answer.data, "raw", "BGRX")
        return self._last

    def close(self) -> None:
        """Take the windows down, if X is still there."""
        with suppress(error.ConnectionClosedError, OSError):
            self._top.destroy()
            self._x.close()


def _log_late_error(fault: Any, request: Any) -> None:  # noqa: ANN401 python-xlib's errors
    _log.warning("display refused request=%s fault=%s", type(request).__name__, fault)
