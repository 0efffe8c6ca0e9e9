"""``[[licence]]`` of a manifest: windows, places, and which variant of a film is played here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from appliance.manifest.document import LicenceTable
from appliance.manifest.faults import Faults
from appliance.model.licence import Licence, variant
from appliance.model.programme import Item


def make_licences(
    faults: Faults, tables: Sequence[LicenceTable], films: frozenset[str]
) -> tuple[Licence, ...]:
    """Check and make them; each names a film of the programme."""
    return tuple(_licence(faults, f"$.licence[{at}]", table, films) for at, table in enumerate(tables))


def chosen(item: Item, licences: Sequence[Licence], venue: str, region: str, starts: datetime) -> Item:
    """``item`` with the file that is played at this place on this evening."""
    if item.film is None:
        return item
    return replace(item, film=variant(licences, item.film, venue, region, starts))


def _licence(faults: Faults, place: str, table: LicenceTable, films: frozenset[str]) -> Licence:
    if table.film not in films:
        faults.fail(f"{place}.film", f'no item plays "{table.film}"', "Name the film of an item.")
    if table.not_before and table.not_after and table.not_before >= table.not_after:
        faults.fail(f"{place}.not_after", "it ends before it begins", "Make not_after the later time.")
    return Licence(
        table.film,
        table.not_before,
        table.not_after,
        tuple(table.venues),
        tuple(table.regions),
        table.use,
        table.outside,
    )
