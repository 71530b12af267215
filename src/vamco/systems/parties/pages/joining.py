"""One human under two records: an official finds both by their numbers, compares, joins them, and takes them apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.parties import public
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person

KINDS = [
    ("citizen_id", gettext_lazy("Citizen ID")),
    ("passport", gettext_lazy("Passport")),
    ("tax_code", gettext_lazy("Tax code")),
]


class FindForm(forms.Form):
    """By which numbers the two records are found; the first is kept."""

    kept_kind = forms.ChoiceField(label=gettext_lazy("Number of the record that is kept"), choices=KINDS)
    kept = forms.CharField(label=gettext_lazy("The number"), max_length=20)
    other_kind = forms.ChoiceField(
        label=gettext_lazy("Number of the record that is joined to it"), choices=KINDS, initial="passport"
    )
    other = forms.CharField(label=gettext_lazy("The other number"), max_length=20)


class JoinForm(forms.Form):
    """That the two are one, and why."""

    kept = forms.IntegerField(widget=forms.HiddenInput)
    other = forms.IntegerField(widget=forms.HiddenInput)
    basis = forms.CharField(
        label=gettext_lazy("On what this rests"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy(
            "For example: passport and citizen ID card shown at the counter, with the person present."
        ),
        error_messages={"required": gettext_lazy("Please say on what this rests.")},
    )


class PartForm(forms.Form):
    """Why two records are taken apart."""

    basis = forms.CharField(
        label=gettext_lazy("Why they are taken apart"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Please say why.")},
    )


@page(public.JOIN, methods=("GET", "HEAD", "POST"), level=2)
def join(request: Request) -> HttpResponseBase:
    """Find two records by their numbers; shown side by side, join them."""
    step = request.POST.get("step", "")
    if step == "join":
        return _join(request)
    form, refusal, found = FindForm(request.POST or None), NOTHING_SENT, None
    if step == "find":
        done = attempt(form, _found)
        refusal = done if isinstance(done, Refusal) else refusal
        found = None if isinstance(done, Refusal) else done
    return _shown(request, form, found, refusal)


def _join(request: Request) -> HttpResponseBase:
    by, form = signed_in(request), JoinForm(request.POST)
    done = attempt(
        form,
        lambda sent: people.join(
            _other_than(by, sent["kept"]), _other_than(by, sent["other"]), basis=sent["basis"], actor=by.actor
        ),
    )
    if isinstance(done, Refusal):
        pair = [people.by_id([int(form.data[name])]) for name in ("kept", "other") if form.data.get(name, "").isdigit()]
        both = [person for each in pair for person in each.values()]
        return _shown(request, FindForm(), (both[0], both[1]) if len(both) == 2 else None, done, form)  # noqa: PLR2004
    messages.success(request, _("The two records are one person's from now on. This can be taken back."))
    return redirect("parties:part", done.pk)


def _shown(
    request: Request,
    form: FindForm,
    found: tuple[Person, Person] | None,
    refusal: Refusal,
    join_form: JoinForm | None = None,
) -> HttpResponseBase:
    context: dict[str, Any] = {"form": form, "error": refusal.text}
    if found is not None:
        kept, other = found
        context |= {
            "records": [(_("Kept"), public.record(kept)), (_("Joined to it"), public.record(other))],
            "join_form": join_form or JoinForm(initial={"kept": kept.pk, "other": other.pk}),
            "joinings": public.joinings(found),
        }
    return render(request, "parties/join.html", context, status=refusal.status)


def _found(sent: dict[str, Any]) -> tuple[Person, Person]:
    kept = people.find_by_number(sent["kept_kind"], sent["kept"])
    other = people.find_by_number(sent["other_kind"], sent["other"])
    if not isinstance(kept, people.Person) or not isinstance(other, people.Person):
        raise Missing("parties.no_record", N_("There is no record with one of these numbers."))
    if kept.pk == other.pk:
        raise Refused("parties.one_record", N_("Both numbers stand on one record: there is nothing to join."))
    return kept, other


def _other_than(by: Person, person: int) -> Person:
    """Return a person who is not the official; nobody joins records of their own."""
    if person == by.pk:
        raise Refused("parties.own_record", N_("A colleague must do this for a record of your own."))
    return people.get(person)


@page(public.JOIN, methods=("GET", "HEAD", "POST"), level=2)
def part(request: Request, joining_id: int) -> HttpResponseBase:
    """Show a joining, and take it back."""
    by, refusal, form = signed_in(request), NOTHING_SENT, PartForm(request.POST or None)
    found = public.joining(joining_id)
    if request.method == "POST":
        done = attempt(form, lambda sent: people.part(joining_id, basis=sent["basis"], actor=by.actor))
        if not isinstance(done, Refusal):
            messages.success(request, _("The records are two again. Nothing was lost."))
            return redirect("parties:part", joining_id)
        refusal = done
    crumbs = [Link(_("One person, two records"), reverse("parties:join")), Link(found.kept)]
    context = {"joining": found, "form": form, "error": refusal.text, "crumbs": crumbs}
    return render(request, "parties/part.html", context, status=refusal.status)
