"""The platform's label, and the statement about accessibility."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.lib.money import format_number
from vamco.systems.portal import public
from vamco.web import words
from vamco.web.components import Link
from vamco.web.pages import PUBLIC, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.portal.contracts import Finding
    from vamco.web.components import Text
    from vamco.web.pages import Request

_VERDICTS: Final = {
    "met": ("ok", _l("Met")),
    "partly": ("watch", _l("Partly met")),
    "not_met": ("urgent", _l("Not met")),
    "not_measured": ("none", _l("Not measured")),
}
_NAMES: Final[dict[str, tuple[Text, Text]]] = {
    "connectivity": (_l("Connectivity"), _l("The platform exchanges data with national platforms and other systems.")),
    "backup": (
        _l("Backup and restore"),
        _l("Everything is backed up, and it has been proved that it can be restored."),
    ),
    "availability": (_l("Availability"), _l("The platform is there when it is needed.")),
    "log": (_l("Logs"), _l("Every act leaves an entry that nobody can change unseen.")),
    "accessibility": (
        _l("Accessibility"),
        _l("Everybody can use it, also with a screen reader, a keyboard, a small telephone."),
    ),
    "users": (_l("Built around people"), _l("People reach what they came for, and say how it was.")),
    "data": (_l("Built around data"), _l("Data are kept once, checked, and used again.")),
    "level": (_l("Security level"), _l("The system’s security level has been proposed, approved and is kept up.")),
}


@page(PUBLIC)
def label(request: Request) -> HttpResponseBase:
    """Show what the platform knows of itself, requirement by requirement."""
    found = [_row(one) for one in public.findings()]
    context = {
        "rows": found,
        "measured": sum(row["tone"] != "none" for row in found),
        "crumbs": [Link(_("Home"), "/"), Link(_("Label of this platform"), reverse("portal:label"))],
    }
    return render(request, "portal/label.html", context)


@page(PUBLIC)
def accessibility(request: Request) -> HttpResponseBase:
    """Show the statement about accessibility."""
    context = {"crumbs": [Link(_("Home"), "/"), Link(_("Accessibility"), reverse("portal:accessibility"))]}
    return render(request, "portal/accessibility.html", context)


def _row(one: Finding) -> dict[str, Any]:
    name, means = _NAMES[one.code]
    tone, verdict = _VERDICTS[one.verdict]
    return {"name": name, "means": means, "tone": tone, "verdict": verdict, "said": _said(one), "at": one.at}


def _said(one: Finding) -> str:
    facts = {
        name: format_number(value, 0, words.language()) for name, value in one.facts.items() if isinstance(value, int)
    }
    if one.code == "connectivity" and one.at:
        return (
            _(
                "%(systems)s systems say how they stand towards %(platforms)s national platforms; whether each exchange works today is not measured here."
            )
            % facts
        )
    if one.code == "availability" and one.at:
        facts["share"] = format_number(Decimal(one.facts["share"]) / 100, 2, words.language())
        return _("Measured from inside: in the last %(days)s days the platform ran in %(share)s%% of the time.") % facts
    if one.code == "log" and one.at:
        said = _("%(entries)s entries in %(chains)s chains were checked one by one; broken chains: %(broken)s.") % facts
        return (
            said if one.verdict != "not_measured" else _("%(said)s The check is too old to rest on.") % {"said": said}
        )
    return _missing(one.code)


def _missing(code: str) -> str:
    return {
        "backup": _(
            "Backups are made and proved by the operator’s own command, which does not report to this page yet."
        ),
        "availability": _("The platform has not run long enough since it began to measure itself."),
        "log": _("The log has not been checked since this page exists; it is checked every night."),
        "accessibility": _(
            "Pages are tested when the software is built; the running site is not measured. See the statement."
        ),
        "users": _("There are no ratings of services yet."),
        "data": _("No measure has been agreed yet."),
        "level": _("No approved level has been entered. Source of the duty: NĐ 331/2026/NĐ-CP."),
    }.get(code, _("Nothing is known."))
