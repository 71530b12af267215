"""What the applicant is told, by the same act: agency, person and time stand in every notice. Source: NĐ 224/2026/NĐ-CP, Đ. 15(1)g."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base import clock
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.onestop.contracts import APPLY
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.services import forming, times
from vamco.web import addresses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import Dossier

    Say = Callable[[Dossier, Case, Entry], dict[str, Any]]

LONGEST_NAME: Final = 190
LONGEST_SAID: Final = 390
DAYS_TO_SUPPLY: Final = 30
"""Days within which a supplement is asked for; this platform's proposal, the stop comes by an act and never by itself."""
WHERE: Final = {"online": "kho giấy tờ điện tử của ông/bà", "post": "dịch vụ bưu chính công ích"}


def on_act(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Send the notice of an act to the applicant, and to who filed for them by a mandate; an act without one sends none."""
    found = NOTICES.get(entry.act)
    to = readers(dossier, case)
    if found is None or not to or (entry.act == "issue" and dossier.delivery == "online"):
        return  # what is delivered online is told with the delivery, when the document is there
    template, say = found
    data = {"dossier": dossier.number, **say(dossier, case, entry)}
    url = addresses.to("dossier", dossier.pk)
    notices.send(template, to, data, key=f"dossier:{case.pk}:{entry.seq}", about=f"case:{case.pk}", url=url)


def readers(dossier: Dossier, case: Case) -> list[Person]:
    """Return whom a notice goes to: the applicant, and who filed for them online, for as long as their mandate goes on.

    For an organisation whose filer acts for it no more, who represents it.
    """
    found = [case.applicant] if case.applicant is not None else []
    filer = dossier.filed_by if dossier.channel == "online" else None
    owner = access.Owner(case.applicant_id, case.applicant_organisation_id)
    if filer is not None and filer.pk != case.applicant_id and access.owns(filer, APPLY, owner, case.matter):
        return [*found, filer]
    return found or _representatives(case, clock.today())


def _representatives(case: Case, day: dt.date) -> list[Person]:
    firm = case.applicant_organisation
    held = people.mandates_given(firm) if firm is not None else ()
    return [
        row.agent
        for row in held
        if row.representative and row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
    ]


def tax_refused(dossier: Dossier, key: str, *, taken: bool) -> None:
    """Tell the official in charge that the tax office has refused, and the applicant where it was the matter and not our question.

    In charge is who has the case in hand; where nobody has, who asked.
    """
    case = dossier.case
    asked = case.entries.filter(act__in=["consult_tax", "ask_duty"]).exclude(by=None).order_by("-seq").first()
    official = case.taken_by or (asked.by if asked else None)
    data = {"dossier": dossier.number, "procedure": _name(dossier), "agency": case.agency.name[:120]}
    about = f"case:{case.pk}"
    if official is not None:
        url, named = addresses.to("case", case.pk), f"tax_refused_work:{key}"
        notices.send("onestop.tax_refused_work", official, data, key=named, about=about, url=url)
    to = readers(dossier, case) if taken else []
    if to:
        url, named = addresses.to("dossier", dossier.pk), f"tax_refused:{key}"
        notices.send("onestop.tax_refused", to, data, key=named, about=about, url=url)


def _name(dossier: Dossier) -> str:
    return shorten(PROCEDURES.get(dossier.procedure).name, LONGEST_NAME, placeholder="…")


def _said(entry: Entry) -> str:
    return shorten(entry.note, LONGEST_SAID, placeholder="…") or "–"


def _usual(dossier: Dossier, _case: Case, entry: Entry) -> dict[str, Any]:
    by = entry.by.name if entry.by else "hệ thống"
    return {"procedure": _name(dossier), "agency": entry.agency.name[:120], "by": by[:100], "at": entry.at}


def _received(dossier: Dossier, case: Case, entry: Entry) -> dict[str, Any]:
    by = entry.by.name if entry.by else "hệ thống"
    return {
        "procedure": _name(dossier),
        "agency": entry.agency.name[:80],
        "received_by": by[:60],
        "received_at": entry.at,
        "due_at": case.due_at,
    }


def _missing(_dossier: Dossier, _case: Case, entry: Entry) -> dict[str, Any]:
    by = entry.by.name if entry.by else ""
    return {
        "what": _said(entry),
        "until": times.day(entry.at + times.days(DAYS_TO_SUPPLY)),
        "contact": shorten(f"{by}, {times.phone_of(entry.agency)}", 95, placeholder="…"),
    }


def _ended(dossier: Dossier, case: Case, entry: Entry) -> dict[str, Any]:
    return {**_usual(dossier, case, entry), "reason": forming.reason(case, entry)[:100], "said": _said(entry)}


def _extended(dossier: Dossier, case: Case, entry: Entry) -> dict[str, Any]:
    return {
        **_usual(dossier, case, entry),
        "reason": forming.reason(case, entry)[:100],
        "promised_at": times.promised_before(case, entry.seq),
        "due_at": case.due_at,
    }


def _duty(dossier: Dossier, case: Case, entry: Entry) -> dict[str, Any]:
    return {**_usual(dossier, case, entry), "said": _said(entry)}


def _finished(dossier: Dossier, _case: Case, entry: Entry) -> dict[str, Any]:
    return {"where": WHERE.get(dossier.delivery, dossier.office.name)[:100], "finished_at": entry.at}


def _delivered(dossier: Dossier, case: Case, entry: Entry) -> dict[str, Any]:
    where = (
        WHERE["online"]
        if entry.act == "store"
        else WHERE["post"]
        if dossier.delivery == "post"
        else dossier.office.name
    )
    return {**_usual(dossier, case, entry), "where": where[:120]}


NOTICES: Final[dict[str, tuple[str, Say]]] = {
    "accept": ("onestop.received", _received),
    "ask_correction": ("onestop.supplement", _missing),
    "refuse": ("onestop.refused", _ended),
    "take_on": ("onestop.taken_on", _usual),
    "ask_supplement": ("onestop.supplement", _missing),
    "ask_duty": ("onestop.duty", _duty),
    "extend": ("onestop.extended", _extended),
    "stop": ("onestop.stopped", _ended),
    "withdraw": ("onestop.withdrawn", _usual),
    "issue": ("onestop.finished", _finished),
    "deliver": ("onestop.delivered", _delivered),
    "store": ("onestop.delivered", _delivered),
}
