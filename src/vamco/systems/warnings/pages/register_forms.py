from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vamco.kernel.world.agencies import public as agencies
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.web import words
from vamco.web.acting import set_choices
from vamco.web.date_fields import DayField


class RegisterFilters(forms.Form):
    """What the register of directives is narrowed by."""

    agency = forms.ChoiceField(label=_("Handling agency"), required=False)
    about = forms.ChoiceField(label=_("Indicator or data"), required=False)
    days = forms.ChoiceField(
        label=_("Days"),
        required=False,
        choices=[
            ("", _("All")),
            ("within3", _("Due within 3 days")),
            ("within7", _("Due within 7 days")),
            ("over1", _("Overdue by 1 day or more")),
            ("over7", _("Overdue by 7 days or more")),
            ("over30", _("Overdue by 30 days or more")),
        ],
    )
    issuer = forms.ChoiceField(label=_("Issued by"), required=False)
    since = DayField(label=_("Issued from"), required=False)
    until = DayField(label=_("Issued until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_work = [
            (code, words.either(*names)) for code, *names in agencies.at_work().values_list("code", "name", "name_en")
        ]
        set_choices(self, "agency", at_work, none=_("All"))
        set_choices(self, "issuer", at_work, none=_("All"))
        codes, datasets = warnings.directed_about()
        known = indicators.definitions()
        about = [(code, wording.name(known[code], short=True) if code in known else code) for code in codes]
        contracts = (hub.contract(code) for code in datasets)
        about += [(contract.id, words.either(contract.title, contract.title_en)) for contract in contracts]
        set_choices(self, "about", about, none=_("All"))
