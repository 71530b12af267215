"""Who sees which rows, and what of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.hub.contracts import MASK
from vamco.systems.hub.rules import texts
from vamco.systems.hub.rules.checks import WIDTH
from vamco.systems.hub.rules.headers import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from vamco.kernel.world.access.public import Scope
    from vamco.systems.hub.contracts import Contract
    from vamco.vocab.relation import Within

_NAMES_AGENCY, _NAMES_PLACE = frozenset({"agencies", "investors"}), frozenset({"communes"})
_OTHER_KINDS = ("date", "bool", "percent", "number", "digits")
_MISPLACED = frozenset(
    {
        *(WIDTH, "type", "pattern", "set", "reference", "text", "max_length"),
        *(texts.LINE_BREAKS, texts.NO_ROW, texts.QUOTES),
        *(f"cell_{kind}" for kind in _OTHER_KINDS),
    }
)
"""The kinds of checks that a cell breaks when it holds what belongs to another column."""


def personal_data(contract: Contract) -> str:
    """The highest class of personal data among the fields: none, basic or sensitive."""
    classes = {column.personal for column in contract.columns}
    return "sensitive" if "sensitive" in classes else "basic" if "basic" in classes else "none"


def within(
    scope: Scope, owner: str, contract: Contract, paths: Mapping[str, str], places: Mapping[str, frozenset[int]]
) -> Within:
    """The rows of a dataset inside a scope, None for all: those of an owner inside it, or those that name who or where is.

    `owner` is the path of the owner agency; `paths` and `places` have the path of each agency and the ids of each commune by
    its code. A role that is bound to places reaches only rows that name one of them.
    """
    if scope.covers(owner):
        return None
    by_agency, by_place = _naming(contract, _NAMES_AGENCY), _naming(contract, _NAMES_PLACE)
    covered = frozenset(code for code, path in paths.items() if scope.covers(path))
    found = [{agency: covered} for agency in by_agency if covered]
    for area in scope.limited:
        bound = area.places or frozenset()
        lying = frozenset(code for code, units in places.items() if units & bound)
        if area.states is not None or not lying:  # rows are in no state
            continue
        met = frozenset(code for code, path in paths.items() if area.meets(path))
        if area.meets(owner):
            found += [{place: lying} for place in by_place]
        elif met:
            found += [{agency: met, place: lying} for agency in by_agency for place in by_place]
    return tuple(found)


def _naming(contract: Contract, lists: frozenset[str]) -> list[str]:
    return [check.column for check in contract.declared if check.kind == "reference" and check.value in lists]


def lies_within(area: Within, values: Mapping[str, Any]) -> bool:
    """Whether a row lies within, as `Within` has it."""
    return area is None or any(all(values.get(name) in codes for name, codes in each.items()) for each in area)


def plain_labels(*contracts: Contract, codes: Iterable[str] = ()) -> frozenset[str]:
    """The labels of the columns that may be shown: known to one of the contracts, and personal in none.

    `codes` are the reasons for which a row is in quarantine: where there are personal columns, a cell that does not fit its own
    column may hold what belongs to one of them, and of a row that looks shifted every cell may.
    """
    plain = {text for contract in contracts for text in _labels(contract, personal=False)}
    plain -= {text for contract in contracts for text in _labels(contract, personal=True)}
    if not any(contract.personal_columns for contract in contracts):
        return frozenset(plain)
    misplaced = {code.partition(":") for code in codes if code.partition(":")[0] in _MISPLACED}
    if len(misplaced) > 1 or any(kind in {WIDTH, texts.QUOTES} for kind, _, _ in misplaced):
        return frozenset()
    cells = {name for _, _, name in misplaced}
    return frozenset(plain - {text for contract in contracts for text in _labels(contract, names=cells)})


def _labels(contract: Contract, *, personal: bool | None = None, names: Collection[str] | None = None) -> Iterator[str]:
    for column in contract.columns:
        if personal in {None, bool(column.personal)} and (names is None or column.name in names):
            yield from (label(text) for text in (column.name, column.title, column.was, *column.titles) if text)


def hidden(values: Mapping[str, Any], plain: frozenset[str]) -> frozenset[str]:
    """The columns whose values are masked: those that are not among the plain ones and hold something."""
    return frozenset(name for name, value in values.items() if value not in {None, ""} and label(name) not in plain)


def mask(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The row with the mask for the values of some columns."""
    return {name: MASK if name in names else value for name, value in values.items()}
