from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.systems.hub import public as hub
from vamco.web import words
from vamco.web.acting import set_choices

if TYPE_CHECKING:
    from collections.abc import Sequence


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


class _Open(forms.ChoiceField):
    """Takes any choice: one that is gone meanwhile is answered by the act, which knows why."""

    def valid_value(self, value: object) -> bool:
        del value
        return True


class VoidForm(forms.Form):
    """Which rows in quarantine are no data, and why. A choice is how many rows it shows, a colon, and their reason's code."""

    which = _Open(
        label=_("Which rows"), widget=forms.RadioSelect, error_messages={"required": _("Choose which rows are meant.")}
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your name and this note are recorded with the run."),
        error_messages={"required": _("Please give a reason.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        kwargs = {"auto_id": "void-%s", **kwargs}
        super().__init__(*args, **kwargs)
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)  # noqa: S101  # the form declares it so
        which.choices = list(choices)

    def chosen(self) -> tuple[int, str]:
        """Return how many rows were shown, and the code of their reason, "" for all."""
        shown, _sign, reason = str(self.cleaned_data["which"]).partition(":")
        return (int(shown) if shown.isdecimal() else 0), reason


class RestoreForm(forms.Form):
    """Why rows that were declared void are data after all."""

    voiding = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
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
