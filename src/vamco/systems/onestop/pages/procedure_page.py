"""One procedure as its page shows it: plain words first, then what the law says."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib.time import format_date
from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import wording
from vamco.systems.onestop.rules import reading
from vamco.web import addresses
from vamco.web.components import Fact, Link
from vamco.web.words import either, language

if TYPE_CHECKING:
    from vamco.systems.onestop.contracts import Procedure
    from vamco.systems.onestop.declaration import ProcedureItem
    from vamco.web.pages import Request


@dataclass(frozen=True, slots=True)
class DrawnChange:
    """A field that changed with a version: what it said before, and what it says now."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnVersion:
    """A version, with what it changed."""

    number: int
    since: str
    changes: tuple[DrawnChange, ...]
    current: bool


def context(request: Request, code: str) -> dict[str, Any]:
    """Return what the page of a procedure shows."""
    every = queries.versions(code)
    today = clock.today()
    place = reading.version_on([each.item for each in every], today)
    item = every[place].item
    known, papers = queries.fields(), queries.papers()
    commune = _commune(request.GET.get("commune", ""))
    return {
        "item": item,
        "title": wording.name(item),
        "code": wording.code(item),
        "summary": wording.told(item.summary),
        "also": item.also[:6],
        "concerns": [wording.told(each) for each in item.concerns],
        "papers": [wording.paper(need, papers) for need in item.papers],
        "steps": [wording.told(each) for each in item.steps] or [_(each) for each in reading.GENERAL_STEPS],
        "steps_are_general": not item.steps,
        "facts": facts(item),
        "results": [wording.told(each) for each in item.results],
        "basis": _basis(item, coming=False),
        "basis_coming": _basis(item, coming=True),
        "unverified": wording.unverified(item),
        "ended": format_date(item.ended, language()) if queries.has_ended(item, today) and item.ended else "",
        "successor": _successor(item),
        "next_version": format_date(every[place + 1].item.valid_from, language()) if place + 1 < len(every) else "",
        "filed_here": bool(item.filing) and item.online != "none" and not queries.has_ended(item, today),
        "ways": [(wording.name(way), way) for way in queries.ways(item)],
        "offices": _offices(item, commune),
        "communes": [(unit.code, either(unit.full_name, unit.name_en)) for unit in places.communes(today)],
        "commune": commune,
        "needs_commune": "commune_centre" in item.received_by,
        "versions": _versions(every, place),
        "told_changes": [(format_date(c.on, language()), wording.told(c.text)) for c in reversed(item.changes)],
        "events": [
            Link(wording.name(event.item), reverse("onestop:life_event", args=[event.item.code]))
            for event in queries.life_events()
            if code in event.item.procedures
        ],
        "field": Link(wording.name(known[item.field]), f"{reverse('onestop:procedures')}?field={item.field}"),
        "address": request.build_absolute_uri(reverse("onestop:procedure", args=[code])),
        "crumbs": [Link(_("Procedures"), reverse("onestop:procedures")), Link(wording.name(item))],
    }


def facts(item: ProcedureItem) -> list[Fact]:
    """Return the short facts that stand beside each other."""
    return [
        Fact(term=_("Time by law"), text=wording.time(item.time)),
        Fact(term=_("Fee"), text="; ".join(wording.fees(item))),
        Fact(term=_("Who may apply"), text=wording.applicants(item)),
        Fact(term=_("Online"), text=_(reading.ONLINE[item.online])),
        Fact(term=_("Signing in"), text=_(reading.LEVELS[item.eid_level])),
        Fact(term=_("Code"), text=wording.code(item)),
    ]


def _basis(item: ProcedureItem, *, coming: bool) -> list[tuple[str, bool]]:
    """Return the documents, each with whether it was read; those of the field stand after its own."""
    field = queries.fields().get(item.field)
    every = [*item.legal_basis, *(field.legal_basis if field else [])]
    chosen = (reading.coming if coming else reading.in_force)(every, clock.today())
    return [(wording.basis(each), each.certainty == "read") for each in chosen]


def _successor(item: ProcedureItem) -> Link | None:
    if item.replaced_by is None:
        return None
    found = queries.procedure(item.replaced_by)
    return Link(wording.name(found.item), reverse("onestop:procedure", args=[item.replaced_by]))


def _commune(code: str) -> str:
    return code if any(unit.code == code for unit in places.communes(clock.today())) else ""


def _offices(item: ProcedureItem, commune: str) -> list[tuple[str, str]]:
    """Return the offices, each with the address of its page where somebody has one."""
    found = []
    for office in queries.offices(item, commune):
        if office.agency is None:
            found.append((_(office.name), ""))
        else:
            label = either(office.agency.name, office.agency.name_en)
            found.append((f"{_(office.name)}: {label}", addresses.to("office", office.agency.code)))
    return found


def _versions(every: list[Procedure], current: int) -> list[DrawnVersion]:
    """Return the versions, newest first, each with what it changed against the one before."""
    drawn = []
    for number, version in enumerate(every):
        before = every[number - 1].item if number else None
        changes = (
            [] if before is None else [_change(before, version.item, n) for n in reading.changed(before, version.item)]
        )
        since = format_date(version.item.valid_from, language())
        drawn.append(DrawnVersion(version.version, since, tuple(changes), number == current))
    return drawn[::-1]


def _change(before: ProcedureItem, after: ProcedureItem, field: str) -> DrawnChange:
    label = _(reading.FIELDS[field])
    return DrawnChange(label, tuple(wording.value(before, field)), tuple(wording.value(after, field)))


def qr(address: str) -> SafeString:
    """Return a QR code of an address as SVG inside a page, black on white in any theme."""
    drawn = _code(address).svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308  # made by segno out of squares


def qr_file(address: str) -> bytes:
    """Return the same as a file of its own."""
    drawn = io.BytesIO()
    _code(address).save(drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return drawn.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
