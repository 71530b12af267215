from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.web.acting import NOTE, set_choices
from vamco.web.date_fields import DayField


class LookForm(forms.Form):
    """What an official says to an alarm."""

    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please give a reason.")},
    )


class DismissForm(LookForm):
    """Nothing needs to be done, for a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Reason")
        self.fields["note"].required = True


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


class AlarmFilter(forms.Form):
    """Filters of the list of alarms."""

    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("All")), ("3", _("Urgent")), ("2", _("Warning")), ("1", _("Watch"))],
    )
    cause = forms.ChoiceField(
        label=_("Cause"),
        required=False,
        choices=[("", _("All")), ("behind", _("Behind the path")), ("late", _("Data late"))],
    )
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = indicators.definitions()
        set_choices(
            self, "indicator", ((code, wording.name(known[code], short=True)) for code in sorted(known)), none=_("All")
        )
