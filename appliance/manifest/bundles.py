"""``[[drop.part]]`` of a manifest: what a bundle is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.manifest.faults import Faults
from appliance.manifest.selling import DropTable, PartTable
from appliance.model import money
from appliance.model.drop import Drop, Part, PartKind


def make_parts(
    faults: Faults, place: str, table: DropTable, drop: Drop, others: Mapping[str, Drop]
) -> tuple[Part, ...]:
    """Check and make the parts of ``drop``; ``others`` are the drops that are no bundles."""
    if len({part.id for part in table.part}) < len(table.part):
        faults.fail(f"{place}.part", "two parts have one id", "Give each its own id.")
    if table.part and table.waiting_list:
        faults.fail(
            f"{place}.waiting_list", "a bundle has no waiting list", "Remove it: people wait for parts."
        )
    made = [_part(faults, f"{place}.part[{at}]", part, drop, others) for at, part in enumerate(table.part)]
    for kind in drop.kinds:
        piles = [(part.of.id, part.kind_for(kind)) for part in made if part.of is not None]
        if len(set(piles)) < len(piles):
            faults.fail(f"{place}.part", "two parts come from one pile", "Name each drop once.")
    return tuple(made)


def _part(faults: Faults, place: str, table: PartTable, drop: Drop, others: Mapping[str, Drop]) -> Part:
    if table.drop is not None and table.credit is not None:
        faults.fail(place, "a part is a drop or a credit", "Make two parts of it.")
    if table.drop is not None:
        return _thing(faults, place, table, drop, others)
    if table.variant is not None:
        faults.fail(f"{place}.variant", "only a drop has sizes", "Remove it, or name the drop.")
    if table.title is None:
        faults.fail(place, "missing title", 'Add title = "…".')
    if table.credit is None:
        return Part(table.id, table.title or "", PartKind.EXPERIENCE)
    credit = _credit(faults, f"{place}.credit", table.credit, drop.currency)
    return Part(table.id, table.title or "", PartKind.CREDIT, credit_minor=credit)


def _thing(faults: Faults, place: str, table: PartTable, drop: Drop, others: Mapping[str, Drop]) -> Part:
    of = others.get(table.drop or "")
    if of is None:
        remedy = "Name a [[drop]] that has no parts itself."
        faults.fail(f"{place}.drop", f'there is no drop "{table.drop}" that a bundle may hold', remedy)
    part = Part(table.id, table.title or of.title, PartKind.THING, of, table.variant or "")
    for chosen in drop.kinds:
        if of.stock_of(part.kind_for(chosen)) is None:
            remedy = "Say variant = …, or give the bundle variants with the ids of the sizes."
            faults.fail(place, f'of "{of.id}" it is not said which size', remedy)
    return part


def _credit(faults: Faults, place: str, text: str, currency: str) -> int:
    try:
        minor = money.parse(text, currency)
    except MatineeError as wrong:
        faults.fail(place, wrong.sentence.rstrip("."), "Correct the value.")
    if not minor:
        faults.fail(place, "a credit of nothing", "Say an amount.")
    return minor


def plain_drops(drops: Sequence[tuple[DropTable, Drop]]) -> Mapping[str, Drop]:
    """Those that have no parts themselves, by id."""
    return {DropId(table.id): drop for table, drop in drops if not table.part}
