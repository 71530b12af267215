"""What administrators enter about officials."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity.queries import staff as known
from vamco.systems.identity.rules.staff import Given, StandIn
from vamco.web import words
from vamco.web.acting import set_choices
from vamco.web.date_fields import DayField

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person

EARLIEST: Final = known.EARLIEST
AHEAD: Final = known.AHEAD


def agency_choices(reader: Person) -> list[tuple[str, str]]:
    """Return the agencies at work in which the reader administers officials."""
    scope = access.scope(reader, known.MANAGE)
    rows = agencies.at_work().filter(access.within(scope, "pk")) if not scope.everywhere else agencies.at_work()
    return [(code, words.either(*names)) for code, *names in rows.values_list("code", "name", "name_en")]


def role_choices(reader: Person) -> list[tuple[str, str]]:
    """Return the roles that the reader may give."""
    roles = known.roles_to_give(access.scope(reader, known.MANAGE))
    return sorted(((role.code, words.either(role.name, role.name_en)) for role in roles), key=lambda one: one[1])


def bounded(field: forms.Field, first: dt.date, last: dt.date) -> None:
    """Let a field take only days from one to another."""
    field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}


class ReasonForm(forms.Form):
    """Why it is done. `seen` is how things stood when the page was drawn."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    reason = forms.CharField(
        label=_("Decision or reason"),
        max_length=audit.PURPOSE,
        help_text=_("Such as the number and date of the decision. It is kept in the history."),
        error_messages={"required": _("Say on what decision, or for what reason.")},
    )


class PostForm(ReasonForm):
    """A post that is given."""

    agency = forms.ChoiceField(label=_("Agency"), error_messages={"required": _("Please choose an agency.")})
    role = forms.ChoiceField(
        label=_("Role"),
        help_text=_("It decides what the official may do, and for which agencies."),
        error_messages={"required": _("Please choose a role.")},
    )
    position = forms.ChoiceField(label=_("Position"), required=False)
    title = forms.CharField(
        label=_("Job title"),
        max_length=150,
        required=False,
        help_text=_("The post in words, such as “Specialist, Department of Finance”."),
    )
    since = DayField(label=_("First day"), error_messages={"required": _("Enter the first day.")})
    field_order = (
        "seen",
        "name",
        "number",
        "username",
        "email",
        "agency",
        "role",
        "position",
        "title",
        "since",
        "successor",
        "reason",
    )

    def __init__(self, reader: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "agency", agency_choices(reader))
        set_choices(self, "role", role_choices(reader))
        set_choices(self, "position", [(one.code, words.either(one.name, one.name_en)) for one in people.positions()])
        bounded(self.fields["since"], EARLIEST, clock.today() + AHEAD)

    @property
    def given(self) -> Given:
        """Return the post that was entered."""
        sent = self.cleaned_data
        return Given(sent["agency"], sent["role"], sent["since"], sent["position"], sent["title"])


class InviteForm(PostForm):
    """Somebody who becomes an official."""

    name = forms.CharField(
        label=_("Full name"), max_length=150, error_messages={"required": _("Enter the person's name.")}
    )
    number = forms.CharField(
        label=_("Citizen ID"),
        required=False,
        max_length=20,
        help_text=_("So that somebody who is known already as a citizen is not entered twice. The search is recorded."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{1,59}$",
        label=_("Account name"),
        required=False,
        max_length=60,
        help_text=_("Small letters a-z, digits, dots, hyphens. Empty: made from the name, without diacritics."),
        error_messages={"invalid": _("Only small letters a-z, digits, dots, hyphens and underscores, at least two.")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=200,
        help_text=_("The one-time link goes there, too, where the platform sends mail."),
    )


class MoveForm(PostForm):
    """The new post of somebody who moves."""

    successor = forms.TypedChoiceField(
        label=_("Who takes over the open cases"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, reader: Person, colleagues: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(reader, *args, **kwargs)
        _offer_successors(self, colleagues)


class EndForm(ReasonForm):
    """The last day of a post."""

    until = DayField(
        label=_("Last day in office"),
        help_text=_("From the day after, nothing of this post is theirs any more."),
        error_messages={"required": _("Enter the last day.")},
    )
    successor = forms.TypedChoiceField(
        label=_("Who takes over the open cases"), required=False, coerce=int, empty_value=None
    )
    field_order = ("seen", "until", "successor", "reason")

    def __init__(
        self, first: dt.date, last: dt.date | None, colleagues: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        bounded(self.fields["until"], first - dt.timedelta(days=1), last or clock.today() + AHEAD)
        _offer_successors(self, colleagues)


def _offer_successors(form: forms.Form, colleagues: list[tuple[str, str]]) -> None:
    if colleagues:
        set_choices(form, "successor", colleagues, none=_("The agency; its head assigns them"))
    else:
        del form.fields["successor"]


class SubstituteForm(ReasonForm):
    """Who acts for an official who is away, where, for which days and what."""

    substitute = forms.TypedChoiceField(
        label=_("Substitute"), coerce=int, error_messages={"required": _("Please choose who stands in.")}
    )
    agency = forms.ChoiceField(label=_("For the posts in"), required=False)
    since = DayField(label=_("First day"), error_messages={"required": _("Enter the first day.")})
    until = DayField(label=_("Last day"), error_messages={"required": _("Enter the last day.")})
    acts = forms.MultipleChoiceField(
        label=_("Only these acts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all that the absent official may do."),
    )
    field_order = ("seen", "substitute", "agency", "since", "until", "acts", "reason")

    def __init__(
        self,
        others: list[tuple[str, str]],
        where: list[tuple[str, str]],
        acts: list[tuple[str, str]],
        *args: Any,
        all_posts: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "substitute", others)
        place, what = self.fields["agency"], self.fields["acts"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101  # declared above
        assert isinstance(what, forms.MultipleChoiceField)  # noqa: S101  # declared above
        place.choices = [*([("", _("All their posts"))] if all_posts else []), *where]
        what.choices = acts
        for name in ("since", "until"):
            bounded(self.fields[name], clock.today() - AHEAD, clock.today() + AHEAD)

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        sent = super().clean() or {}
        if sent.get("since") and sent.get("until") and sent["until"] < sent["since"]:
            self.add_error("until", _("The last day lies before the first."))
        return sent


def stand_in(sent: dict[str, Any]) -> StandIn:
    """Return what a form about a substitute says."""
    acts = tuple(sent["acts"]) or None
    return StandIn(sent["substitute"], sent["since"], sent["until"], sent["agency"], acts)


class OwnSubstituteForm(SubstituteForm):
    """The same for one's own leave, which needs no reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, all_posts=False, **kwargs)
        del self.fields["reason"]
        self.fields["agency"].required = True
        self.fields["acts"].help_text = _("None ticked: all that you may do there.")


class UntilForm(ReasonForm):
    """The last day of a substitution."""

    until = DayField(label=_("Last day"), error_messages={"required": _("Enter the last day.")})
    field_order = ("seen", "until", "reason")

    def __init__(self, first: dt.date, last: dt.date, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounded(self.fields["until"], first - dt.timedelta(days=1), last)
        if own:
            del self.fields["reason"]


class LinkForm(ReasonForm):
    """A new way in for somebody who has lost theirs."""

    remove_second_factor = forms.BooleanField(
        label=_("Phone and recovery codes are lost, too: remove the second factor"), required=False
    )
    field_order = ("seen", "remove_second_factor", "reason")


class AccountForm(ReasonForm):
    """An account for an official who has none."""

    username = InviteForm.base_fields["username"]
    field_order = ("seen", "username", "reason")


class StaffFilters(forms.Form):
    """What the list of officials is narrowed by."""

    words = forms.CharField(label=_("Name or account"), required=False, max_length=100)
    agency = forms.ChoiceField(label=_("Agency and below"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(
        label=_("Account"),
        required=False,
        choices=[
            ("", _("All")),
            ("active", _("Open")),
            ("invited", _("Invited, not opened yet")),
            ("locked", _("Locked")),
            ("none", _("No account")),
            ("left", _("No post any more")),
        ],
    )
    second_factor = forms.ChoiceField(
        label=_("Second factor or passkey"),
        required=False,
        choices=[("", _("All")), ("yes", _("Yes")), ("no", _("No"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_work = agencies.at_work().values_list("code", "name", "name_en")
        set_choices(self, "agency", [(code, words.either(*names)) for code, *names in at_work], none=_("All"))
        roles = sorted((words.either(role.name, role.name_en), role.code) for role in access.roles().values())
        set_choices(self, "role", [(code, name) for name, code in roles], none=_("All"))
