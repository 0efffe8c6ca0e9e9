"""Check what an evening needs beside its programme, and make a ``Plan`` of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from appliance.manifest.document import EventDocument
from appliance.manifest.faults import Faults
from appliance.manifest.planning import PermitTable, PosTable, SeriesTable, StaffTable, SupporterTable
from appliance.model.drop import Drop
from appliance.model.permit import Permit
from appliance.model.plan import Discovery, KitLine, Plan, PosCode, Series, Shift, Step, Supplier, Supporter

_HALF_A_DAY = timedelta(hours=12)


def make_plan(faults: Faults, document: EventDocument, drops: Sequence[Drop], starts: datetime) -> Plan:
    """Return the plan; each code of the till names one thing, each permit holds a while."""
    discovery = document.discovery
    return Plan(
        staff=tuple(_shift(table, starts) for table in document.staff),
        kit=tuple(KitLine(table.thing, table.count, table.origin, table.note) for table in document.kit),
        suppliers=tuple(
            Supplier(table.name, table.brings, table.contact, table.vetted) for table in document.supplier
        ),
        pos=_codes(faults, document.pos, {str(drop.id): drop for drop in drops}),
        permits=tuple(_permit(faults, f"$.permit[{at}]", one) for at, one in enumerate(document.permit)),
        steps=tuple(
            Step(table.id, table.half, table.title, table.minutes, table.duty) for table in document.step
        ),
        supporters=_supporters(faults, document.supporter, starts),
        series=_series(faults, document.series),
        discovery=None if discovery is None else Discovery(discovery.days_before, discovery.withdraw),
        exits=tuple(document.venue.exits),
    )


def _shift(table: StaffTable, starts: datetime) -> Shift:
    return Shift(table.duty, table.who, _near(table.begins, starts), _near(table.ends, starts), table.note)


def _near(said: str | None, starts: datetime) -> datetime | None:
    """The time ``said`` that is nearest to the start: people come before the doors, leave after midnight."""
    if said is None:
        return None
    hour, _, minute = said.partition(":")
    found = datetime.combine(starts.date(), time(int(hour), int(minute)), starts.tzinfo)
    if starts - found > _HALF_A_DAY:
        return found + timedelta(days=1)
    return found - timedelta(days=1) if found - starts > _HALF_A_DAY else found


def _codes(faults: Faults, tables: Sequence[PosTable], drops: Mapping[str, Drop]) -> tuple[PosCode, ...]:
    seen: dict[tuple[str, str], str] = {}
    for at, table in enumerate(tables):
        drop = drops.get(table.drop)
        if drop is None:
            faults.fail(f"$.pos[{at}].drop", f'there is no drop "{table.drop}"', "Name a [[drop]].")
        variant = table.variant or ""
        if drop.stock_of(variant) is None:
            remedy = "Name a size that it has." if variant else "Say which size: variant = …"
            faults.fail(f"$.pos[{at}]", f'of "{drop.id}" there is no such size', remedy)
        if (drop.id, variant) in seen or table.sku in seen.values():
            faults.fail(f"$.pos[{at}].sku", "one code, one thing", "Remove the line that is there twice.")
        seen[drop.id, variant] = table.sku
    return tuple(PosCode(table.sku, table.drop, table.variant or "") for table in tables)


def _permit(faults: Faults, place: str, table: PermitTable) -> Permit:
    if table.holds_from and table.expires and table.holds_from > table.expires:
        faults.fail(f"{place}.expires", "it ends before it begins", "Make expires the later day.")
    return Permit(
        table.id, table.title, table.reference, table.given_by, table.holds_from, table.expires,
        table.without, table.remind_days, table.file, table.for_venue,
    )  # fmt: skip


def _supporters(faults: Faults, tables: Sequence[SupporterTable], starts: datetime) -> tuple[Supporter, ...]:
    for at, table in enumerate(tables):
        if table.consented > starts.date():
            remedy = "Write the day on which they said yes, or remove the name."
            faults.fail(f"$.supporter[{at}].consented", "nobody says yes after the evening", remedy)
    return tuple(Supporter(table.name, table.consented) for table in tables)


def _series(faults: Faults, table: SeriesTable | None) -> Series | None:
    if table is None:
        return None
    if table.of is not None and table.number > table.of:
        remedy = f"Make number at most {table.of}, or of larger."
        faults.fail("$.series.number", "it is beyond the last evening", remedy)
    return Series(table.id, table.title, table.number, table.of)
