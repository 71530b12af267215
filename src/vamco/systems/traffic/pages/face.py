"""How a violation shows on the page that all cases have: what was seen, its pictures, the ways to the desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.world.access import public as access
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import DECIDE, REVIEW, WATCH
from vamco.systems.traffic.pages import scenes, wording
from vamco.web.casework import Beside, Button, Face, Look, Panel, Terms
from vamco.web.components import Fact, Tone
from vamco.web.words import either, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.public import Person


def beside(case: cases.Case, reader: Person) -> Beside:
    """What stands beside the usual things on the page of a violation."""
    seen = traffic.violation(case.pk, reader)
    return Beside(
        text=wording.why(seen),
        panels=(_seen(seen, reader), _evidence(seen), *_notice(seen)),
        buttons=tuple(_buttons(seen, reader)),
    )


def _seen(seen: traffic.ViolationView, reader: Person) -> Panel:
    watch = access.allow(reader, WATCH)
    facts = [
        Fact(term=_("Act on the road"), text=either(seen.title, seen.title_en)),
        Fact(
            term=_("Camera"),
            text=either(seen.camera_name, seen.camera_name_en),
            url=reverse("traffic:camera", args=[seen.camera]) if watch else "",
        ),
        Fact(term=_("Time"), text="", moment=seen.at),
        Fact(term=_("Plate"), text=wording.plate(seen.plate) or _("not read")),
        Fact(term=_("Vehicle"), text=wording.kind(seen.kind)),
        *(Fact(term=term, text=text) for term, text in wording.measures(seen.measured)),
        Fact(term=_("Last day on which it can be pursued"), text="", moment=seen.limitation),
    ]
    if seen.plate != seen.plate_read:
        facts.insert(4, Fact(term=_("Plate as read"), text=wording.plate(seen.plate_read) or _("not read")))
    if seen.article:
        facts.append(Fact(term=_("Article"), text=seen.article))
    notice = None
    if seen.doubt:
        notice = (Tone.WATCH, " ".join(wording.doubts(seen.doubt)))
    elif not seen.verified:
        notice = (Tone.WATCH, _("Article and fine of this act are not shown: nobody has checked the text of law yet."))
    return Panel(id="seen", title=_("What the camera saw"), facts=tuple(facts), notice=notice)


def _evidence(seen: traffic.ViolationView) -> Panel:
    facts = [
        Fact(
            term=_("Picture %(number)s") % {"number": place},
            text=name.rpartition("/")[2],
            url=scenes.part_url(seen.case, name),
        )
        for place, name in enumerate(seen.frames, start=1)
    ]
    if seen.clip:
        facts.append(Fact(term=_("Clip"), text=seen.clip, url=scenes.part_url(seen.case, seen.clip)))
    return Panel(id="evidence", title=_("Evidence"), facts=tuple(facts))


def _notice(seen: traffic.ViolationView) -> Iterator[Panel]:
    facts = []
    if seen.notice:
        facts.append(Fact(term=_("Number of the notice"), text=seen.notice))
    if seen.notified_at:
        facts.append(Fact(term=_("Sent at"), text=moment(seen.notified_at)))
    if seen.sanction_number:
        facts.append(Fact(term=_("Sanctioning decision"), text=seen.sanction_number, moment=seen.sanction_day))
    if facts:
        yield Panel(id="notice", title=_("Notice and decision"), facts=tuple(facts))


def _buttons(seen: traffic.ViolationView, reader: Person) -> Iterator[Button]:
    if seen.state == "proposed" and access.allow(reader, REVIEW):
        yield Button(label=_("Open on the review desk"), url=reverse("traffic:review", args=[seen.case]), icon="check")
    if seen.state == "reviewed" and access.allow(reader, DECIDE):
        yield Button(label=_("Decide on several"), url=reverse("traffic:deciding"), icon="directive")
    if seen.state == "notified" and access.allow(reader, DECIDE):
        url = reverse("traffic:sanction", args=[seen.case])
        yield Button(label=_("Enter the sanctioning decision"), url=url, icon="directive")


FACE: Final = Face(
    icon="vehicle",
    looks={
        "confirm": Look(icon="check", tone=Tone.ACTIVE),
        "reject": Look(icon="close", tone=Tone.NONE, danger=True),
        "decide": Look(icon="directive", tone=Tone.ACTIVE),
        "refuse": Look(icon="close", tone=Tone.NONE, danger=True),
        "send_back": Look(icon="undo", tone=Tone.WATCH),
        "hold": Look(icon="warning", tone=Tone.WATCH),
        "give_up": Look(icon="close", tone=Tone.NONE),
        "cancel": Look(icon="close", tone=Tone.NONE, danger=True),
        "contest": Look(icon="undo", tone=Tone.WARNING),
        "paid": Look(icon="check", tone=Tone.OK),
    },
    fruitless=frozenset({"rejected", "cancelled", "lapsed"}),
    terms=Terms(
        opened=_l("Proposed"),
        issuer=_l("Agency of the camera"),
        opened_by=_l("Proposed by"),
        opened_at=_l("Proposed at"),
        text=_l("Why this"),
    ),
    beside=beside,
    titled=False,
)
