"""Deciding: what reviewers confirmed, several at once with the same evidence; never what one confirmed oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Refused, VamcoError
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import DECIDE
from vamco.systems.traffic.pages import reviewing, scenes, wording
from vamco.systems.traffic.queries import waiting
from vamco.web import casework
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person

AT_ONCE: Final = 6
_MARK: Final = "case-"


@page(DECIDE, methods=("GET", "HEAD", "POST"))
def deciding(request: Request) -> HttpResponseBase:
    """Show what waits for a decision; a POST decides on all that are ticked, each only as it was seen."""
    person = signed_in(request)
    if request.method == "POST":
        return _decide_all(request, person)
    found, later, not_mine = waiting.to_decide(person, most=AT_ONCE)
    context = {
        "items": [_item(traffic.violation(each, person), person) for each in found],
        "reasons": reviewing.reasons("refuse"),
        "not_mine": not_mine,
        "later": later,
    }
    return render(request, "traffic/deciding.html", context)


@page(DECIDE, methods=("POST",))
def decide(request: Request, decided_violation: int) -> HttpResponseBase:
    """Decide on one: it is a violation, it is none (for a coded reason), or back to the reviewer with a note."""
    person, sent = signed_in(request), request.POST
    seen, note = _seen(sent.get("seen", "")), sent.get("note", "").strip()[:2000]
    number = traffic.violation(decided_violation, person).number
    try:
        if sent.get("do") == "decide":
            traffic.decide(decided_violation, by=person, seen=seen, note=note)
        elif sent.get("do") == "send_back":
            traffic.send_back(decided_violation, by=person, seen=seen, note=note)
        elif sent.get("do") == "refuse":
            traffic.refuse(decided_violation, by=person, seen=seen, reason=sent.get("reason", "")[:40], note=note)
        else:
            raise Refused("traffic.no_such_act", N_("Choose what is to be done."))
    except VamcoError as refusal:
        messages.error(request, f"{number}: {refusal.text(_)}")
    else:
        messages.success(request, _("%(number)s: done.") % {"number": number})
    return redirect("traffic:deciding")


def _decide_all(request: Request, person: Person) -> HttpResponseBase:
    done = 0
    for name, value in list(request.POST.items())[: 2 * AT_ONCE]:
        which = name.removeprefix(_MARK)
        if not name.startswith(_MARK) or not which.isdecimal() or len(which) > 9:  # noqa: PLR2004
            continue
        try:
            traffic.decide(int(which), by=person, seen=_seen(str(value)))
        except VamcoError as refusal:
            messages.error(request, _named(int(which), person, refusal.text(_)))
        else:
            done += 1
    if done:
        said = ngettext("Decided on %(count)s violation.", "Decided on %(count)s violations.", done)
        messages.success(request, said % {"count": done})
    elif not messages.get_messages(request):
        messages.warning(request, _("Tick at least one."))
    return redirect("traffic:deciding")


def _named(which: int, person: Person, text: str) -> str:
    """Say to which one a refusal belongs; of what the person may not see nothing is told."""
    try:
        return f"{traffic.violation(which, person).number}: {text}"
    except VamcoError:
        return text


def _seen(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 10 else -1  # noqa: PLR2004


def _item(seen: traffic.ViolationView, person: Person) -> dict[str, Any]:
    return {
        **scenes.context(seen.case, person, seen, weakest=traffic.settings().weakest),
        "title": either(seen.title, seen.title_en),
        "camera": either(seen.camera_name, seen.camera_name_en),
        "kind": wording.kind(seen.kind),
        "plate": wording.plate(seen.plate),
        "read": wording.plate(seen.plate_read) if seen.plate_read != seen.plate else "",
        "facts": reviewing.facts(seen),
        "url": casework.address(cases.get(seen.case, person)),
        "mark": f"{_MARK}{seen.case}",
    }
