from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.web import casework, words
from vamco.web.acting import NOTE, set_choices
from vamco.web.date_fields import DayField, MomentField
from vamco.web.uploads import EvidenceForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person

SIBLINGS = 100


class ActForm(EvidenceForm):
    """One act on a case. `seen` is the last entry that the reader had before their eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Please choose a reason.")})
    agency = forms.ChoiceField(label=_("Agency"), error_messages={"required": _("Please choose an agency.")})
    into = forms.TypedChoiceField(
        label=_("Merged into"), coerce=int, error_messages={"required": _("Please choose the other case.")}
    )
    until = MomentField(label=_("Until when"), error_messages={"required": _("Please say until when.")})
    field_order = ("seen", "reason", "agency", "into", "until", "note", "evidence")

    def __init__(self, case: cases.Case, act: cases.Act, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = "note" in act.needs
        if asked := casework.face(case.kind.code).asks.get(act.code):
            self.fields["note"].label = str(asked)
        self.fields["evidence"].required = "evidence" in act.needs
        if not act.needs:
            del self.fields["evidence"]
        if cases.wants_until(case, cases.definition_of(case.kind), act):
            self.initial.setdefault("until", casework.face(case.kind.code).until(case, act))
        else:
            del self.fields["until"]
        choices = _choices(case, act, person)
        for name in ("reason", "agency", "into"):
            if name in choices:
                set_choices(self, name, choices[name])
            else:
                del self.fields[name]


def _choices(case: cases.Case, act: cases.Act, person: Person) -> dict[str, Iterable[tuple[str, str]]]:
    """What else an act asks for, with what can be chosen."""
    found: dict[str, Iterable[tuple[str, str]]] = {}
    if act.reasons:
        found["reason"] = [(reason.code, words.either(reason.name, reason.name_en)) for reason in act.reasons]
    if cases.wants_agency(cases.definition_of(case.kind), act):
        found["agency"] = _agencies_but(case.agency_id)
    if act.effect == "merge":
        siblings = cases.visible(person).filter(kind__code=case.kind.code, agency=case.agency_id, open=True)
        found["into"] = [
            (str(one.pk), f"{cases.number(one)} · {one.title}")
            for one in siblings.exclude(pk=case.pk)
            .select_related("kind")
            .defer("kind__content")
            .order_by("due_at", "pk")[:SIBLINGS]
        ]
    return found


def _agencies_but(one: int) -> list[tuple[str, str]]:
    rows = agencies.at_work().exclude(pk=one).values_list("code", "name", "name_en")
    return [(code, words.either(name, name_en)) for code, name, name_en in rows]


class SeenForm(forms.Form):
    """What needs nothing but that the reader has seen how things stand."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class AssignForm(SeenForm):
    """To which colleague a case is given."""

    person = forms.TypedChoiceField(
        label=_("Colleague"), coerce=int, error_messages={"required": _("Please choose a colleague.")}
    )

    def __init__(self, colleagues: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "person", colleagues)


class BackForm(SeenForm):
    """Why an agency does not take over a case that is handed to it."""

    note = forms.CharField(
        label=_("Why your agency does not take it over"),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why you give the case back.")},
    )


class CommentForm(EvidenceForm):
    """A remark, or files, that move nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Comment")
        self.fields["note"].widget.attrs["rows"] = 3
        self.fields["evidence"].label = _("Files")

    def clean(self) -> dict[str, Any]:
        """Refuse a remark that says nothing."""
        sent = super().clean() or {}
        if not self.errors and not sent.get("note") and not sent.get("evidence"):
            self.add_error("note", _("Please write something, or add a file."))
        return sent


class OpenForm(forms.Form):
    """A new case by hand; `key` makes that what is sent twice is opened once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What it is about"), max_length=300, error_messages={"required": _("Please say what it is about.")}
    )
    agency = forms.ChoiceField(
        label=_("Agency that shall act"), error_messages={"required": _("Please choose an agency.")}
    )
    note = forms.CharField(
        label=_("What is asked for"),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please say what the agency shall do.")},
    )
    due_on = DayField(
        label=_("Due on"),
        help_text=_("Until 17:00 of that day."),
    )

    def __init__(self, of: cases.Definition, home: Agency, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "agency", _agencies_but(home.pk))
        if of.deadline is not None:
            del self.fields["due_on"]
        else:
            self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()


class MigrateForm(forms.Form):
    """The version to which running cases are moved: the one whose effect was shown."""

    version = forms.IntegerField(min_value=1)


class CaseFilters(forms.Form):
    """What an inbox is narrowed by."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[("", _("Whenever")), ("overdue", _("Overdue")), ("today", _("By the end of today")), ("week", _("Within 7 days"))],
    )  # fmt: skip
    taken = forms.ChoiceField(
        label=_("In hand of"),
        required=False,
        choices=[("", _("All")), ("mine", _("me")), ("nobody", _("nobody yet"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ((of.code, words.either(of.name, of.name_en)) for of in cases.kinds())
        set_choices(self, "kind", kinds, none=_("All"))


class FollowedFilters(CaseFilters):
    """What is narrowed where others have the turn: who they are, too."""

    agency = forms.ChoiceField(label=_("Agency that acts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "agency", _agencies_but(0), none=_("All"))


class NoteForm(forms.Form):
    """What is said with an act on many cases."""

    note = forms.CharField(
        label=_("Note"), required=False, max_length=NOTE, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the history of each of the cases."),
    )  # fmt: skip


class SaidForm(NoteForm):
    """The same where the act wants it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True


class ReplayForm(forms.Form):
    """Which news one handler shall get once more. Times are the province's."""

    handler = forms.ChoiceField(label=_("Handler"))
    since = MomentField(label=_("From"))
    until = MomentField(
        label=_("To"),
        help_text=_("News of this moment is not taken any more."),
    )

    def __init__(self, heard: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["handler"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # declared above
        choice.choices = [(name, f"{name} ← {event}") for name, event in heard.items()]
