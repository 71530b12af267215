"""The accountant's pages: the days of an account, their differences, transfers of unknown purpose, refunds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing
from vamco.lib.time import format_date
from vamco.systems.payments import public
from vamco.systems.payments.pages import wording
from vamco.systems.payments.queries import desks, facts
from vamco.systems.payments.rules import reconciling, reference
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either, language

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person
    from vamco.systems.payments.public import Difference, Refund

LARGEST: Final = 5 << 20


class StatementForm(forms.Form):
    """A statement."""

    sheet = forms.FileField(label=_l("Statement, as CSV"), error_messages={"required": _l("Please choose a file.")})


class NoteForm(forms.Form):
    """What was found out."""

    note = forms.CharField(
        label=_l("What you found out"), max_length=300, error_messages={"required": _l("Please say what.")}
    )


class MatchForm(forms.Form):
    """For which invoice a transfer is."""

    invoice = forms.CharField(max_length=20, error_messages={"required": _l("Please choose an invoice.")})


class DecisionForm(forms.Form):
    """A decision on a refund, or its transfer."""

    note = forms.CharField(label=_l("Reason, or the reference of the transfer"), max_length=60, required=False)
    act = forms.ChoiceField(choices=[("approve", ""), ("decline", ""), ("done", "")], widget=forms.HiddenInput)


def _agency(reader: Person) -> Agency:
    found = desks.own_agency(reader, public.RECONCILE)
    if found is None:
        raise Missing("payments.no_desk", N_("You reconcile no account."))
    return found


@page(public.RECONCILE)
def days(request: Request) -> HttpResponseBase:
    """Show the last days of the own agency's account, and what waits."""
    reader = signed_in(request)
    agency = desks.own_agency(reader, public.RECONCILE)
    rows = [
        {"day": day, "url": reverse("payments:day", args=[day.isoformat()]), "it": found, "open": _open(found)}
        for day, found in (desks.days(agency) if agency else [])
    ]
    context = {
        "agency": agency,
        "account": public.account_of(agency) if agency else None,
        "rows": rows,
        "queued": len(desks.queue(reader)),
        "unknown": desks.unknown(reader),
        "overdue": [_overdue(row, reader) for row in desks.overdue_refunds(reader)],
        "form": StatementForm(),
    }
    return render(request, "payments/days.html", context)


def _overdue(row: Refund, reader: Person) -> dict[str, Any]:
    may = access.allow(reader, public.DECIDE_REFUND, row.invoice.payee)
    return {"it": row, "url": reverse("payments:refund", args=[row.pk]) if may else ""}


def _open(found: Any) -> int:
    return sum(row.closed_at is None for row in desks.differences(found)) if found else 0


@page(public.RECONCILE, methods=("POST",))
def statement(request: Request) -> HttpResponseBase:
    """Take in a statement of the own agency's account."""
    by = signed_in(request)
    agency = _agency(by)
    form = StatementForm(request.POST, request.FILES)
    done = attempt(form, lambda sent: _taken(agency, sent["sheet"], by))
    if isinstance(done, Refusal):
        messages.error(request, done.text or _("Please choose a file."))
    else:
        messages.success(request, _("Taken in: %(count)s new lines.") % {"count": done})
    return redirect("payments:days")


def _taken(agency: Agency, sheet: Any, by: Person) -> int:
    rows = public.read_statement(sheet.read(LARGEST))
    return public.take_statement(agency, rows, source="bank", by=str(by.pk))


@page(public.RECONCILE, methods=("GET", "HEAD", "POST"))
def day(request: Request, reconciled_day: str) -> HttpResponseBase:
    """Show a day: what matches, what does not and probably why; close it once."""
    reader = signed_in(request)
    agency = _agency(reader)
    when = _day(reconciled_day)
    if request.method == "POST":
        closed = _("The day is closed.")
        here = reverse("payments:day", args=[reconciled_day])
        return press(request, lambda by: public.close_day(agency, when, by=by), closed, here)
    found = public.look(agency, when)
    context = {
        "it": found,
        "agency": agency,
        "rows": [_case(row) for row in desks.differences(found)],
        "tills": desks.tills(reader, when),
        "over": when < clock.today(),
        "crumbs": [Link(_("Reconciliation"), reverse("payments:days")), Link(format_date(when, language()))],
    }
    return render(request, "payments/day.html", context)


def _day(text: str) -> dt.date:
    try:
        found = dt.date.fromisoformat(text[:10])
    except ValueError:
        found = dt.date.max
    if found > clock.today() or found.year < 2020 or text != found.isoformat():  # noqa: PLR2004  # before anybody paid here
        raise Missing("payments.no_day", N_("There is no such day."))
    return found


def _case(row: Difference) -> dict[str, Any]:
    tone, word = wording.BUCKETS[row.bucket]
    return {
        "it": row,
        "tone": tone,
        "word": _(word),
        "cause": _(reconciling.CAUSES.get(row.cause, "")) if reconciling.CAUSES.get(row.cause) else "",
        "text": row.notification.content if row.notification else row.line.content if row.line else "",
        "url": reverse("payments:difference", args=[row.pk]),
    }


@page(public.RECONCILE, methods=("GET", "HEAD", "POST"))
def difference(request: Request, difference_id: int) -> HttpResponseBase:
    """Show a difference with all three sides, and close it with what was found out."""
    by, refusal = signed_in(request), NOTHING_SENT
    found = desks.difference(difference_id, by)
    form = NoteForm(request.POST or None)
    back = reverse("payments:day", args=[found.day.day.isoformat()])
    if request.method == "POST":
        done = attempt(form, lambda sent: public.close_difference(found.pk, sent["note"], by=by))
        if not isinstance(done, Refusal):
            messages.success(request, _("The difference is closed."))
            return redirect(back)
        refusal = done
    crumbs = [Link(_("Reconciliation"), reverse("payments:days")), Link(format_date(found.day.day, language()), back)]
    context = {"case": _case(found), "form": form, "error": refusal.text, "crumbs": [*crumbs, Link(_("Difference"))]}
    return render(request, "payments/difference.html", context, status=refusal.status)


@page(public.RECONCILE)
def queue(request: Request) -> HttpResponseBase:
    """Show the transfers that wait to be matched."""
    context = {
        "rows": desks.queue(signed_in(request)),
        "crumbs": [Link(_("Reconciliation"), reverse("payments:days")), Link(_("Transfers of unknown purpose"))],
    }
    return render(request, "payments/queue.html", context)


@page(public.RECONCILE, methods=("GET", "HEAD", "POST"))
def transfer(request: Request, transfer_id: int) -> HttpResponseBase:
    """Show a transfer with the invoices that it may be for; a person says which."""
    by, refusal = signed_in(request), NOTHING_SENT
    found = public.waiting(transfer_id, by)
    form = MatchForm(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda sent: public.assign(found.pk, sent["invoice"], by=by))
        if not isinstance(done, Refusal):
            messages.success(request, _("Matched."))
            return redirect("payments:queue")
        refusal = done
    choices = desks.candidates(found.amount, by)
    alike = set(reference.resembling(found.content, [each.reference for each in choices]))
    context = {
        "it": found,
        "choices": [
            {"it": each, "due": public.due(each), "alike": each.reference in alike,
             "what": ", ".join(either(line.name, line.name_en) for line in facts.lines(each))}
            for each in sorted(choices, key=lambda each: each.reference not in alike)
        ],
        "cause": _(reconciling.CAUSES.get(found.cause) or N_("Its text names several invoices.")),
        "error": refusal.text,
        "crumbs": [
            Link(_("Reconciliation"), reverse("payments:days")),
            Link(_("Transfers of unknown purpose"), reverse("payments:queue")),
            Link(_("Transfer")),
        ],
    }  # fmt: skip
    return render(request, "payments/transfer.html", context, status=refusal.status)


@page(public.RECONCILE, methods=("POST",))
def conclude(request: Request, attempt_id: int) -> HttpResponseBase:
    """Record that a payment without an outcome brought no money."""
    desks.attempt(attempt_id, signed_in(request))
    note = request.POST.get("note", "")
    done = _("Recorded.")
    return press(request, lambda by: public.conclude(attempt_id, note, by=by), done, reverse("payments:days"))


@page(public.DECIDE_REFUND)
def refunds(request: Request) -> HttpResponseBase:
    """Show what goes back, what waits for a decision first."""
    rows = [_refund(row) for row in desks.refunds(signed_in(request))]
    return render(request, "payments/refunds.html", {"rows": rows})


def _refund(row: Refund) -> dict[str, Any]:
    tone, word = wording.REFUNDS[row.standing]
    return {
        "it": row,
        "tone": tone,
        "word": _(word),
        "cause": _(wording.REFUND_CAUSES.get(row.cause, row.cause)),
        "reason": _(row.reason) if row.reason else "",
        "url": reverse("payments:refund", args=[row.pk]),
    }


@page(public.DECIDE_REFUND, methods=("GET", "HEAD", "POST"))
def refund(request: Request, refund_id: int) -> HttpResponseBase:
    """Decide on a refund, and record its transfer."""
    by, refusal = signed_in(request), NOTHING_SENT
    found = desks.refund(refund_id, by)
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda sent: _decide(found.pk, sent, by))
        if not isinstance(done, Refusal):
            messages.success(request, _("Done."))
            return redirect("payments:refund", found.pk)
        refusal = done
    context = {
        "case": _refund(found),
        "form": form,
        "error": refusal.text,
        "may_pay": access.allow(by, public.RECONCILE, found.invoice.payee),
        "crumbs": [Link(_("Refunds"), reverse("payments:refunds")), Link(found.invoice.reference)],
    }
    return render(request, "payments/refund.html", context, status=refusal.status)


def _decide(refund: int, sent: dict[str, Any], by: Person) -> None:
    if sent["act"] == "done":
        public.finish_refund(refund, sent["note"], by=by)
    else:
        public.decide_refund(refund, sent["act"], by=by, note=sent["note"])
