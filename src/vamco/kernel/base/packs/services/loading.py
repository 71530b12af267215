"""Brings the database to what a pack says, and keeps what people edited on pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.packs.contracts import Difference, Edit
from vamco.kernel.base.packs.declaration import Item
from vamco.kernel.base.packs.models import LoadedItem, PageEdit
from vamco.kernel.base.packs.queries import edits
from vamco.kernel.base.packs.services.checking import check
from vamco.kernel.base.packs.services.sections import Located, Section, sections

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

T = TypeVar("T", bound=Item)


@dataclass
class Report:
    """What a load did, by section: keys of what is new or changed and of what is gone, and the fields of what changed by key.

    `differences` are fields that somebody edited on a page and the files have otherwise: the page's value holds. `adopted` are
    items, by section, whose edits the files now say themselves.
    """

    changed: dict[str, list[str]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    adopted: dict[str, list[str]] = field(default_factory=dict)


def load(folder: Path, *, actor: str = audit.SYSTEM) -> Report:
    """Brings the database to what the pack says: new and changed items are written, the others left alone.

    An item that the pack no longer holds is reported, never deleted: history points at it. Its section may make it powerless.
    What people edited on pages holds on; where the files have it otherwise, the report says so.
    """
    report = Report()
    with transaction.atomic():
        one_at_a_time()
        made = edits.by_item()
        files = check(folder)
        contents = check(folder, made.values()) if made else files  # an edit must still fit what the files now say
        for section in sections():
            _compare(section, files[section.name], made, report)
            _load_section(section, contents[section.name], report)
        withdrawn = [section.name for section in sections() if section.withdraw is not None]
        if report.changed or report.adopted or report.gone.keys() & set(withdrawn):
            counts: dict[str, Any] = {name: len(keys) for name, keys in report.changed.items()}
            counts |= {f"{name}_withdrawn": report.gone[name] for name in withdrawn if name in report.gone}
            counts |= {f"{name}_adopted": keys for name, keys in report.adopted.items()}
            audit.record("packs.load", actor=actor, chain="packs", subject=f"pack:{folder.name}", detail=counts)
    return report


def one_at_a_time() -> None:
    """Hold a lock to the commit: two commands or pages at once must not write the same item."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('packs.load'))")


def _compare(
    section: Section[T], located: Sequence[Located[T]], made: Mapping[tuple[str, str], Edit], report: Report
) -> None:
    """Say where page and files differ, and let go of the edits that the files have taken over."""
    for entry in located:
        key = section.key_of(entry.item)
        edit = made.get((section.name, key))
        if edit is None:
            continue
        said = entry.item.model_dump(mode="json")
        differing = [
            Difference(section.name, key, name, said[name], value, edit.base[name])
            for name, value in edit.fields.items()
            if said[name] != value
        ]
        report.differences += differing
        if not differing:
            PageEdit.objects.filter(section=section.name, key=key).delete()
            report.adopted.setdefault(section.name, []).append(key)


def _load_section(section: Section[T], located: Sequence[Located[T]], report: Report) -> None:
    before = dict(LoadedItem.objects.filter(section=section.name).values_list("key", "content"))
    now = {section.key_of(entry.item): entry for entry in located}
    dumped = {key: entry.item.model_dump(mode="json") for key, entry in now.items()}
    changed = [key for key, content in dumped.items() if before.get(key) != content]
    if gone := sorted(before.keys() - now.keys()):
        report.gone[section.name] = gone
        if section.withdraw is not None:
            section.withdraw(gone)
            LoadedItem.objects.filter(section=section.name, key__in=gone).delete()  # when it comes back it is new
            PageEdit.objects.filter(section=section.name, key__in=gone).delete()
    if not changed:
        return
    section.apply([now[key].item for key in changed])
    LoadedItem.objects.bulk_create(
        [
            LoadedItem(
                section=section.name,
                key=key,
                content=dumped[key],
                origin=str(now[key].raw.spot)[:200],
                loaded_at=clock.now(),
            )
            for key in changed
        ],
        update_conflicts=True,
        unique_fields=["section", "key"],
        update_fields=["content", "origin", "loaded_at"],
    )
    report.changed[section.name] = changed
    if fields := {key: _differing(before[key], dumped[key]) for key in changed if key in before}:
        report.fields[section.name] = fields


def _differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the names of the fields in which two contents of an item differ."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
