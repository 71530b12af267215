"""The style page's table to work in, with invented dossiers, and its upload."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.lib.money import format_number
from vamco.lib.text import fold
from vamco.web.components import Cell, Column, Link, Tone
from vamco.web.pages import render
from vamco.web.tables.public import Act, Asked, Given, Listing, Outcome, Row
from vamco.web.words import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text
    from vamco.web.pages import Request

_HOW_MANY: Final = 137
_PEOPLE: Final = (
    "Nguyễn Thị Ánh", "Trần Văn Bảo", "Lê Hoàng Châu", "Đặng Quốc Dũng", "Phạm Thị Diệu", "Võ Minh Đức", "Huỳnh Thị Êm",
    "Bùi Văn Giàu", "Đỗ Thị Hạnh", "Ngô Thanh Tùng",
)  # fmt: skip
_PLACES: Final = ("Tân Ninh", "Long Hoa", "Hòa Thành", "Gò Dầu", "Trảng Bàng", "Long An", "Kiến Tường")
_KINDS: Final[tuple[Text, ...]] = (
    _l("Land-use certificate"), _l("Household business"), _l("Birth certificate"), _l("Building permit"),
)  # fmt: skip
_STATES: Final[tuple[tuple[str, Tone, Text], ...]] = (
    ("late", Tone.URGENT, _l("Overdue")), ("today", Tone.WARNING, _l("Due today")), ("work", Tone.ACTIVE, _l("In progress")),
    ("paused", Tone.STALE, _l("Paused")), ("done", Tone.OK, _l("Done in time")),
)  # fmt: skip


class DossierFilters(forms.Form):
    """What the example filters by."""

    words = forms.CharField(label=_l("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_l("Status"), required=False, choices=[("", _l("All")), *((code, word) for code, _tone, word in _STATES)]
    )
    place = forms.ChoiceField(
        label=_l("Commune, ward"), required=False, choices=[("", _l("All")), *((name, name) for name in _PLACES)]
    )


class Handing(forms.Form):
    """What must be said when dossiers are handed over."""

    note = forms.CharField(
        label=_l("What the colleague should know"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


@lru_cache(maxsize=4)
def _dossiers(today: dt.date, _language: str) -> tuple[tuple[str, Row], ...]:
    """Give each dossier's state and row: the same ones all day."""
    found = []
    for number in range(_HOW_MANY):
        code, tone, word = _STATES[(number * 7 + number // 5) % len(_STATES)]
        due = today + dt.timedelta(days={"late": -1 - number % 9, "today": 0}.get(code, 1 + number * 3 % 20))
        fee = (number * 37 % 23) * 25_000
        cells: tuple[Cell | Text, ...] = (
            Cell(text=f"H53.13-{today:%y%m%d}-{number + 1:04}", url="#listing", note=_KINDS[number % len(_KINDS)]),
            _PEOPLE[number % len(_PEOPLE)],
            _PLACES[number % len(_PLACES)],
            Cell(text=word, tone=tone),
            Cell(moment=due),
            Cell(text=format_number(fee, 0, language()), value=fee) if fee else Cell(text="–", value=""),
            Cell(
                text=format_number(Decimal(number * 13 % 97) / 10, 1, language()), value=Decimal(number * 13 % 97) / 10
            ),
        )
        found.append((code, Row(key=str(number + 1), cells=cells)))
    return tuple(found)


def rows(asked: Asked) -> Given:
    """Give the dossiers that the filters leave."""
    words, state, place = (asked.filters.get(name, "") for name in ("words", "state", "place"))
    folded = fold(words or "")
    found = [
        row
        for code, row in _dossiers(clock.today(), get_language() or "vi")
        if state in {"", None, code}
        and place in {"", None, row.cells[2]}
        and folded in fold(" ".join(str(cell.text if isinstance(cell, Cell) else cell) for cell in row.cells))
    ]
    return Given(found, tuple(column.key for column in COLUMNS))


def _hand_over(_by: Person | None, keys: Sequence[str], _said: Mapping[str, Any]) -> Outcome:
    """Pretend: each tenth dossier is refused."""
    refused = tuple(
        (_("Dossier %(number)s") % {"number": key}, _("it is closed already")) for key in keys if key.endswith("0")
    )
    return Outcome(len(keys) - len(refused), refused)


def _mark(_by: Person | None, keys: Sequence[str], _said: Mapping[str, Any]) -> Outcome:
    """Pretend."""
    return Outcome(len(keys))


COLUMNS: Final = (
    Column(label=_l("Dossier"), key="number"),
    Column(label=_l("Applicant"), key="applicant"),
    Column(label=_l("Commune, ward"), key="place"),
    Column(label=_l("Status"), key="state", tight=True),
    Column(label=_l("Due"), key="due", tight=True),
    Column(label=_l("Fee (VND)"), key="fee", number=True, figure="money"),
    Column(label=_l("Hours worked"), key="hours", number=True, optional=True),
)
LISTING: Final = Listing(
    code="web.example",
    caption=_l("Dossiers in hand (invented)"),
    columns=COLUMNS,
    rows=rows,
    filters=DossierFilters,
    sort="due",
    per_page=20,
    acts=(
        Act(code="hand-over", label=_l("Hand over"), run=_hand_over, icon="send", form=Handing,
            says=_l("A colleague takes these dossiers over; their deadlines stay as they are.")),
        Act(code="mark", label=_l("Mark as seen"), run=_mark, says=_l("The dossiers are marked as seen. Nothing else changes.")),
    ),
    nothing=_l("No dossiers yet"),
    first_step=_l("Dossiers appear here as soon as the one-stop desk has received them."),
    step=Link(_l("See the style page"), "/style"),
)  # fmt: skip


class Letter(forms.Form):
    """A form with a file."""

    subject = forms.CharField(label=_l("Subject"), max_length=200)
    file = forms.FileField(label=_l("Evidence"), help_text=_l("PDF or picture."))


def uploaded(request: Request) -> HttpResponseBase:
    """Take a letter and keep nothing of it."""
    form = Letter(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        said = _("“%(name)s” arrived with %(size)s bytes. This is an example: nothing was kept.")
        messages.success(request, said % {"name": file.name, "size": format_number(file.size, 0, language())})
        return HttpResponseRedirect(reverse("style:upload"))
    return render(request, "style/upload.html", {"letter": form}, status=422 if form.is_bound else 200)
