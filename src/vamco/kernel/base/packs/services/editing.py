"""The third layer: what people change on pages in an item of the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from pydantic import ValidationError

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.packs.contracts import PAGES, Fault, Raw, Words
from vamco.kernel.base.packs.models import LoadedItem, PageEdit
from vamco.kernel.base.packs.queries.reading import shape_faults
from vamco.kernel.base.packs.services.loading import one_at_a_time
from vamco.kernel.base.packs.services.sections import Contents, Located, section, unknown
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.base.packs.declaration import Item
    from vamco.kernel.base.packs.services.sections import Section


class EditRefused(Refused):
    """What somebody wants to write on a page does not fit; `faults` says why, field by field."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(
            "packs.edit_refused", N_("This cannot be kept: %(faults)s"), faults="; ".join(f.expected for f in faults)
        )


@transaction.atomic
def edit(name: str, key: str, fields: Mapping[str, Any], *, actor: str, reason: str) -> None:
    """Change fields of an item on a page: it holds at once, no load of the files overwrites it, `export` writes it into them.

    Fields that say again what the files say are no edit any more. EditRefused where it does not fit, Missing where there is no
    such item. `fields` are as JSON has them.
    """
    one_at_a_time()
    kind = section(name)
    row = LoadedItem.objects.filter(section=name, key=key).first()
    if row is None:
        raise Missing("packs.no_item", N_("The pack has no %(section)s “%(key)s”."), section=name, key=key)
    item = _fitting(kind, key, {**row.content, **fields})
    now = item.model_dump(mode="json")
    changed = {field: now[field] for field in fields if now[field] != row.content[field]}
    if not changed:
        return
    kept = PageEdit.objects.filter(section=name, key=key).first() or PageEdit(section=name, key=key, fields={}, base={})
    kept.actor, kept.reason, kept.at = actor, reason, clock.now()
    _keep(kept, row.content, changed)
    kind.apply([item])
    LoadedItem.objects.filter(pk=row.pk).update(content=now, loaded_at=clock.now())
    detail = {"fields": sorted(changed), "reason": reason}
    audit.record("packs.edit", actor=actor, chain="packs", subject=f"{name}:{key}", detail=detail)


@transaction.atomic
def take_back(name: str, key: str, *, actor: str, reason: str) -> None:
    """Let an item be again as the files had it when it was edited; the next load brings what they say now."""
    row = PageEdit.objects.filter(section=name, key=key).first()
    if row is not None:
        edit(name, key, row.base, actor=actor, reason=reason)


def _keep(row: PageEdit, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Write down what differs now from the files; a row in which nothing does goes."""
    row.base = {**{field: before[field] for field in changed}, **row.base}
    row.fields = {**row.fields, **changed}
    for field in [field for field, value in row.fields.items() if value == row.base[field]]:
        del row.fields[field], row.base[field]
    if row.fields:
        row.save()
    elif row.pk:
        row.delete()


def _fitting(kind: Section[Any], key: str, content: Mapping[str, Any]) -> Item:
    """Give the item in its shape; EditRefused unless it fits in with everything else that is loaded."""
    raw = Raw({}, f"{kind.name}/{key}", 0, {}, PAGES)
    try:
        item: Item = kind.model.model_validate(content, by_alias=True, by_name=True)
    except ValidationError as error:
        raise EditRefused(shape_faults(error, raw, kind.model)) from None
    if kind.key_of(item) != key:
        raise EditRefused([Fault.at(raw.spot, Words(N_("the key of an item stays as it is")))])
    located = Located(item, raw)
    contents = _loaded(kind)
    faults = [located.wrong(path, ref.expected, found=text) for _, path, ref, text, _ in unknown([located], contents)]
    others = [entry for entry in contents[kind.name] if kind.key_of(entry.item) != key]
    contents[kind.name] = [*others, located]
    if kind.check is not None and not faults:
        faults += [fault for fault in kind.check(contents[kind.name], contents) if fault.file == raw.file]
    if faults:
        raise EditRefused(faults)
    return item


def _loaded(kind: Section[Any]) -> Contents:
    """Give what is loaded of a section and of those that it depends on, directly or not."""
    wanted, names = [kind.name], set[str]()
    while wanted:
        name = wanted.pop()
        if name not in names:
            names.add(name)
            wanted += section(name).depends
    found: Contents = {name: [] for name in names}
    for row in LoadedItem.objects.filter(section__in=names).order_by("pk"):
        shape = section(row.section).model
        item = shape.model_validate(row.content, by_alias=True, by_name=True)
        found[row.section].append(Located(item, Raw({}, row.origin, 0)))
    return found
