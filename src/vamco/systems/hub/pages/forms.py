from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.systems.hub import public as hub
from vamco.web import words
from vamco.web.acting import set_choices


class DiscardForm(forms.Form):
    """Why news is given up."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please give a reason.")},
    )


class DecisionForm(forms.Form):
    """Why a held delivery is released or rejected."""

    note = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your name and this note are recorded with the run."),
        error_messages={"required": _("Please give a reason.")},
    )


class RunFilter(forms.Form):
    """Filters of the list of runs."""

    dataset = forms.ChoiceField(label=_("Dataset"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("running", _("Running")),
            ("published", _("Published")),
            ("unchanged", _("Nothing new")),
            ("refused", _("Refused")),
            ("failed", _("Failed")),
            ("held", _("Held")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(code, words.either(title, title_en)) for code, (title, title_en, _owner) in hub.titles().items()]
        set_choices(self, "dataset", found, none=_("All"))
