"""Slips on the box's own printer; a payment's receipt by itself, where the box is told to."""

from __future__ import annotations

from appliance.model.counter import CounterDone
from appliance.paper.queue import PrinterKind
from appliance.paper.slip import Slip
from appliance.paper.slip_escpos import escpos
from webui.console import counter_slips
from webui.console.console import here


def print_slip(slip: Slip) -> None:
    """Soon; ``paper.none`` without a printer, ``paper.too_many`` if it is off for long."""
    columns = here().config.printer.columns
    here().paper.put(PrinterKind.RECEIPTS, lambda: escpos(slip, columns))


def print_by_itself(done: CounterDone) -> None:
    """A receipt for what was just paid, durably; raises as ``print_slip`` and the counter do."""
    if done.payment and here().config.printer.automatic and here().paper.has(PrinterKind.RECEIPTS):
        print_slip(counter_slips.receipt(here().offers.counter(), done.payment))
