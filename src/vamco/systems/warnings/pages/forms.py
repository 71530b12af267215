from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.text import row_number
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.web import words
from vamco.web.acting import NOTE, set_choices
from vamco.web.date_fields import DayField

PLACE: Final = re.compile(r"\{([^{}\s]*)\}")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.public import Agency


class LookForm(forms.Form):
    """What an official says to an alarm."""

    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please give a reason.")},
    )


class ConfirmForm(LookForm):
    """The alarm is real; where several agencies could decide on it, at which it waits."""

    to = forms.ChoiceField(
        label=_("Who decides"),
        required=False,
        help_text=_("The alarm waits there until a directive is issued or it is closed."),
    )

    def __init__(self, *args: Any, deciders: Sequence[Agency] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(deciders) > 1:
            choice = self.fields["to"]
            assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # declared above
            choice.choices = [(each.code, words.either(each.name, each.name_en)) for each in deciders]
        else:
            del self.fields["to"]


class DismissForm(LookForm):
    """Nothing needs to be done, for a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Reason")
        self.fields["note"].required = True


class TakeForm(forms.Form):
    """Somebody takes a waiting alarm over; `seen` is the newest entry of its case that they had before their eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class DenominatorForm(LookForm):
    """A denominator that changed sharply is right, for a reason; `seen` is the value that they had before their eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, question: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Reason")
        self.fields["note"].required = True
        self.fields["note"].help_text = question


class DirectiveForm(forms.Form):
    """A directive to an agency."""

    agency = forms.ChoiceField(label=_("Agency that shall act"))
    due_on = DayField(
        label=_("Due on"),
        help_text=_("Until 17:00 of that day."),
    )
    text = forms.CharField(
        label=_("What is ordered"),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please say what the agency shall do.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # declared above
        choice.choices = [("", "–"), *agencies.at_work().values_list("code", "name")]
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()


class ChosenAlarms(forms.MultipleChoiceField):
    """Some alarms by number. Whether each may still be answered the service says: of a form sent twice none could be chosen."""

    def valid_value(self, value: Any) -> bool:
        """Any number of a row."""
        return row_number(str(value)) is not None


class DirectivesForm(forms.Form):
    """Directives to several agencies at once: one text, in which each finds its own numbers, and one due date."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    alarms = ChosenAlarms(
        label=_("Agencies that shall act"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one agency.")},
    )
    due_on = DayField(label=_("Due on"), help_text=_("Until 17:00 of that day."))
    text = forms.CharField(
        label=_("What is ordered"),
        help_text=_("{agency}, {date}, {value}, {target} and {gap} stand for the numbers of each agency."),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please say what the agency shall do.")},
    )

    def __init__(self, choices: Sequence[tuple[str, str]], places: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = frozenset(places)
        choice = self.fields["alarms"]
        assert isinstance(choice, forms.MultipleChoiceField)  # noqa: S101  # declared above
        choice.choices = list(choices)
        self.fields["due_on"].widget.attrs["min"] = clock.today().isoformat()

    def clean_text(self) -> str:
        """Refuse a place that nothing would fill in: it would stand in the directive as it is."""
        text = str(self.cleaned_data["text"])
        if unknown := sorted(set(PLACE.findall(text)) - self.places):
            raise forms.ValidationError(_("Nothing stands for {%(place)s}."), params={"place": unknown[0]})
        return text


class AlarmFilter(forms.Form):
    """Filters of both lists of alarms."""

    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("All")), ("3", _("Urgent")), ("2", _("Warning")), ("1", _("Watch"))],
    )
    cause = forms.ChoiceField(
        label=_("Cause"),
        required=False,
        choices=[("", _("All")), ("behind", _("Target missed")), ("late", _("Data late"))],
    )
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    agency = forms.ChoiceField(label=_("Agency"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = indicators.definitions()
        set_choices(
            self, "indicator", ((code, wording.name(known[code], short=True)) for code in sorted(known)), none=_("All")
        )
        rows = agencies.at_work().values_list("code", "name", "name_en")
        set_choices(
            self, "agency", ((code, words.either(name, name_en)) for code, name, name_en in rows), none=_("All")
        )


class OpenFilter(AlarmFilter):
    """Filters of the alarms that somebody still has to do something about."""

    handling = forms.ChoiceField(
        label=_("Handling"),
        required=False,
        choices=[
            ("", _("All")),
            ("new", _("Not yet looked at")),
            ("confirmed", _("Awaiting a decision")),
            ("directed", _("Directive issued")),
        ],
    )
    answer = forms.ChoiceField(
        label=_("Newest answer"),
        required=False,
        choices=[("", _("All")), ("unknown", _("Unknown")), ("known", _("Known"))],
    )
    field_order = ("handling", "level", "agency", "indicator", "cause", "answer")


class PastFilter(AlarmFilter):
    """Filters of the alarms that are over."""

    handling = forms.ChoiceField(
        label=_("Handling"),
        required=False,
        choices=[
            ("", _("All")),
            ("closed", _("Directive done")),
            ("dismissed", _("Dismissed")),
            ("new", _("Over before anybody looked")),
            ("confirmed", _("Over before a decision")),
        ],
    )
    ended = forms.ChoiceField(
        label=_("How it ended"),
        required=False,
        choices=[
            ("", _("All")),
            ("resolved", _("Over")),
            ("unmet", _("Year ended behind")),
            ("withdrawn", _("No longer judged")),
        ],
    )
    field_order = ("handling", "level", "agency", "indicator", "cause", "ended")
