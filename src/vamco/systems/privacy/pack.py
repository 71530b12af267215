"""The pack's sections on personal data: purposes, clocks, the retention table, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from vamco.kernel.base.packs import public as packs
from vamco.systems.privacy.declaration import ClockItem, PurposeItem, RuleItem, SettingItem
from vamco.systems.privacy.models import Setting
from vamco.systems.privacy.queries import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

E = TypeVar("E")
ItemT = TypeVar("ItemT", PurposeItem, ClockItem, RuleItem)


def check_purposes(located: Sequence[packs.Located[PurposeItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """What the law asks for names the law, what rests on consent says what stops without it."""
    for entry in located:
        if entry.item.basis == "law" and not entry.item.source.strip():
            yield entry.fault("source: the law that says so", "code")
        if entry.item.basis == "consent" and not (entry.item.stops.strip() and entry.item.stops_en.strip()):
            yield entry.fault("stops, stops_en: what stops when consent is withdrawn", "code")


def check_clocks(located: Sequence[packs.Located[ClockItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """Terms stand in the order of their days, each day once."""
    for entry in located:
        days = [term.valid_from for term in entry.item.terms]
        if days != sorted(set(days)):
            yield entry.fault("terms: in the order of valid_from, each day once", "terms")


def check_rules(located: Sequence[packs.Located[RuleItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """What is kept in spite of a request says why."""
    for entry in located:
        if entry.item.on_request == "keep" and not (entry.item.reason.strip() and entry.item.reason_en.strip()):
            yield entry.fault("reason, reason_en: why it is kept in spite of a request", "code")


def _into(table: packs.Versioned[Any, E, E], entry: Callable[[ItemT], E]) -> Callable[[Sequence[ItemT]], None]:
    """Return what puts a section's items into their table of versions, each by its code as the entry that it is."""

    def put(items: Sequence[ItemT]) -> None:
        for item in items:
            table.put(item.code, entry(item))

    return put


SETTINGS = packs.Rows(SettingItem, Setting)
SECTIONS = (
    packs.Section(
        name="privacy_purposes",
        files="privacy/purposes.yaml",
        model=PurposeItem,
        key="code",
        apply=_into(table.PURPOSES, PurposeItem.purpose),
        check=check_purposes,
        doc="purposes for which personal data are processed, each text a version",
    ),
    packs.Section(
        name="privacy_clocks",
        files="privacy/clocks.yaml",
        model=ClockItem,
        key="code",
        apply=_into(table.CLOCKS, ClockItem.clock),
        check=check_clocks,
        doc="clocks of the law on personal data, dated, each with its source",
    ),
    packs.Section(
        name="privacy_retention",
        files="privacy/retention.yaml",
        model=RuleItem,
        key="code",
        apply=_into(table.RULES, RuleItem.rule),
        check=check_rules,
        doc="how long personal data are kept, and what a request for deletion does",
    ),
    packs.Section(
        name="privacy_settings",
        files="privacy/settings.yaml",
        model=SettingItem,
        key="code",
        apply=SETTINGS.put,
        doc="how the province runs the protection of personal data",
    ),
)
