"""What a reader says before personal data are opened. Source: Luật 91/2025/QH15 (personal data): use for a stated purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.kernel.base.audit import public as audit

if TYPE_CHECKING:
    from vamco.web.pages import Request


class PurposeForm(forms.Form):
    """What personal data are needed for."""

    purpose = forms.CharField(
        label=_("What do you need these personal data for?"),
        max_length=audit.PURPOSE,
        help_text=_("Your name, the time, the rows and this purpose are recorded in the audit log."),
        error_messages={"required": _("Please state what you need the personal data for.")},
    )


@dataclass(frozen=True)
class Purpose:
    """The form as it stands, and the purpose when one was stated."""

    form: PurposeForm
    stated: str | None


def read(request: Request) -> Purpose:
    """Give what was posted; None is the purpose of a page that is only read, or of a form that is wrong."""
    if request.method != "POST":
        return Purpose(PurposeForm(), None)
    form = PurposeForm(request.POST)
    return Purpose(form, form.cleaned_data["purpose"] if form.is_valid() else None)


def nothing() -> Purpose:
    """Give the purpose of a page that was sent something else."""
    return Purpose(PurposeForm(), None)
