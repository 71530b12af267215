"""Planned downtime: the public list with its feed, and the pages on which officials announce and correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.time import format_moment
from vamco.systems.portal import public
from vamco.systems.portal.contracts import DowntimeDraft
from vamco.web import acting, words
from vamco.web.components import Link
from vamco.web.date_fields import MomentField
from vamco.web.pages import PUBLIC, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponseBase

    from vamco.systems.portal.contracts import DowntimeView
    from vamco.web.pages import Request

_FORM = ("GET", "HEAD", "POST")


class DowntimeForm(forms.Form):
    """What is announced of a planned downtime."""

    title = forms.CharField(
        label=_l("Title"),
        max_length=150,
        help_text=_l("What will not work, in a few words that everybody understands."),
    )
    title_en = forms.CharField(label=_l("Title in English"), max_length=150, required=False)
    services = forms.MultipleChoiceField(label=_l("Services that will not work"), widget=forms.CheckboxSelectMultiple)
    begins = MomentField(label=_l("From"))
    ends = MomentField(label=_l("To"))
    reason = forms.CharField(label=_l("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    meanwhile = forms.CharField(
        label=_l("What works meanwhile"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_l("What people can do instead: at the counter, by telephone, on the national portal."),
    )  # fmt: skip
    meanwhile_en = forms.CharField(
        label=_l("What works meanwhile, in English"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgent_reason = forms.CharField(
        label=_l("If it begins in less than 7 working days: why it cannot wait"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_l("It is shown to everybody, with the announcement."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: DowntimeDraft | None = None) -> None:
        initial = {name: getattr(draft, name) for name in self.base_fields if hasattr(draft, name)} if draft else None
        super().__init__(data, initial=initial)
        field = self.fields["services"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # declared above
        field.choices = [(one.code, words.either(one.name, one.name_en)) for one in public.services()]


class CorrectionForm(DowntimeForm):
    """The same, for an announcement that stands."""

    because = forms.CharField(label=_l("Why it is corrected"), max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput)


@page(PUBLIC)
def listed(request: Request) -> HttpResponseBase:
    """Show what is under way, ahead and over."""
    found = public.announcements()
    context = {
        "ahead": [one for one in found if one.phase in {"now", "ahead"}],
        "past": [one for one in found if one.phase in {"over", "withdrawn"}],
        "may": access.allow(request.person, public.ANNOUNCE),
        "crumbs": [Link(_("Home"), "/"), Link(_("Planned downtime"), reverse("portal:downtime"))],
    }
    return render(request, "portal/downtime.html", context)


@page(PUBLIC)
def feed(request: Request) -> HttpResponseBase:
    """Give the announcements as an Atom feed."""
    home = request.build_absolute_uri(reverse("portal:downtime"))
    atom = Atom1Feed(
        title=_("Planned downtime"),
        link=home,
        description="",
        language=words.language(),
        feed_url=request.build_absolute_uri(),
    )
    for one in public.announcements(limit=30):
        atom.add_item(
            title=_title(one),
            link=request.build_absolute_uri(reverse("portal:downtime_notice", args=[one.id])),
            description=f"{_span(one)}. {one.draft.reason} {_meanwhile(one)}",
            unique_id=f"{home}#{one.id}",
            pubdate=one.announced_at,
            updateddate=one.changed_at,
        )
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response.headers["Content-Disposition"] = "inline"
    return response


@page(PUBLIC)
def notice(request: Request, downtime: int) -> HttpResponseBase:
    """Show one announcement, with what it said before."""
    found = public.announcement(downtime)
    may = access.allow(request.person, public.ANNOUNCE) and found.phase in {"now", "ahead"}
    context = {
        "one": found,
        "title": _title(found),
        "meanwhile": _meanwhile(found),
        "may": may,
        "crumbs": [Link(_("Home"), "/"), Link(_("Planned downtime"), reverse("portal:downtime")), Link(_title(found))],
    }
    return render(request, "portal/downtime_notice.html", context)


@page(public.ANNOUNCE, methods=_FORM)
def announce(request: Request) -> HttpResponseBase:
    """Announce planned downtime."""
    refusal = acting.NOTHING_SENT
    form = DowntimeForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        done = acting.attempt(form, lambda data: public.announce_downtime(_draft(data), by=signed_in(request)))
        if not isinstance(done, acting.Refusal):
            messages.success(request, _("Announced: everybody sees it from now on."))
            return redirect("portal:downtime_notice", done)
        refusal = done
    return _form(request, form, refusal, _("Announce downtime"))


@page(public.ANNOUNCE, methods=_FORM)
def correct(request: Request, downtime: int) -> HttpResponseBase:
    """Correct an announcement, or withdraw it."""
    found, refusal = public.announcement(downtime), acting.NOTHING_SENT
    person = signed_in(request)
    if request.POST.get("act") == "withdraw":
        because = request.POST.get("withdrawn_because", "")
        return acting.press(
            request,
            lambda by: public.withdraw_downtime(downtime, because=because, by=by),
            _("Withdrawn: the page says why."),
            reverse("portal:downtime_notice", args=[downtime]),
        )
    form = CorrectionForm(request.POST if request.method == "POST" else None, draft=found.draft)
    form.initial["seen"] = len(found.revisions) + 1
    if form.is_bound:
        done = acting.attempt(
            form,
            lambda data: public.correct_downtime(
                downtime, _draft(data), because=data["because"], seen=data["seen"], by=person
            ),
        )
        if not isinstance(done, acting.Refusal):
            messages.success(request, _("Corrected: what it said before can still be read."))
            return redirect("portal:downtime_notice", downtime)
        refusal = done
    return _form(request, form, refusal, _("Correct the announcement"), found)


def _form(
    request: Request, form: DowntimeForm, refusal: acting.Refusal, title: str, one: DowntimeView | None = None
) -> HttpResponseBase:
    context = {
        "form": form,
        "error": refusal.text,
        "title": title,
        "one": one,
        "earliest": public.earliest_begin(clock.now()),
        "crumbs": [Link(_("Planned downtime"), reverse("portal:downtime")), Link(title)],
    }
    return render(request, "portal/downtime_form.html", context, status=refusal.status)


def _draft(data: Mapping[str, Any]) -> DowntimeDraft:
    names = ("title", "title_en", "begins", "ends", "reason", "meanwhile", "meanwhile_en", "urgent_reason")
    return DowntimeDraft(services=tuple(data["services"]), **{name: data[name] for name in names})


def _title(one: DowntimeView) -> str:
    return words.either(one.draft.title, one.draft.title_en or one.draft.title)


def _meanwhile(one: DowntimeView) -> str:
    return words.either(one.draft.meanwhile, one.draft.meanwhile_en or one.draft.meanwhile)


def _span(one: DowntimeView) -> str:
    begins, ends = (format_moment(moment, words.language()) for moment in (one.draft.begins, one.draft.ends))
    return _("From %(begins)s to %(ends)s") % {"begins": begins, "ends": ends}
