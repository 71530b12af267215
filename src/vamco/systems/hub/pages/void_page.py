"""What the page of a run shows of rows in quarantine that are, or may be declared, no data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.lib import money
from vamco.systems.hub import public as hub
from vamco.systems.hub.pages import run_words
from vamco.systems.hub.pages.forms import RestoreForm, VoidForm
from vamco.web import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django import forms

    from vamco.systems.hub.contracts import OpenRows, RunView, VoidingView


def context(run: RunView, *, may: bool, sent: forms.Form | None = None) -> dict[str, Any]:
    """The form with what may be declared void, for who may; and each decision that was taken. `sent`: what was filled in wrongly."""
    if not run.quarantined:
        return {}
    found = hub.open_rows(run.id) if may else []
    filled = sent.data if isinstance(sent, VoidForm) else None
    return {
        "void_form": VoidForm(filled, choices=choices(run.dataset, found)) if found else None,
        "void_sent": filled is not None,
        "voidings": [_decision(each, sent, may=may) for each in hub.voidings(run.id)],
    }


def choices(dataset: str, found: Sequence[OpenRows]) -> list[tuple[str, str]]:
    """All open rows, and, where there are several reasons, those with each: how many they are and what they carry."""
    shown = found if len(found) > 2 else found[:1]  # noqa: PLR2004  # all of them, and the only reason
    columns = {c.name: (words.either(c.title, c.title_en) or c.name, c.unit) for c in hub.contract(dataset).columns}
    return [(f"{each.rows}:{each.reason.code if each.reason else ''}", _choice(each, columns)) for each in shown]


def _choice(rows: OpenRows, columns: dict[str, tuple[str, str]]) -> str:
    count = {"count": words.number(rows.rows)}
    if rows.reason:
        head = ngettext("%(count)s row: %(reason)s", "%(count)s rows: %(reason)s", rows.rows)
        head = head % {**count, "reason": run_words.sentence(rows.reason)}
    else:
        head = ngettext("The only open row", "All %(count)s open rows", rows.rows) % count
    names = dict.fromkeys([*rows.amounts, *sorted(rows.unread)])
    carried = [_carried(rows, name, *columns.get(name, (name, ""))) for name in names]
    return f"{head} ({'; '.join(carried)})" if carried else head


def _carried(rows: OpenRows, name: str, title: str, unit: str) -> str:
    """What rows carry of a column: at least as much as can be read."""
    if name not in rows.amounts:
        return _("%(column)s: not readable") % {"column": title}
    amount = rows.amounts[name].normalize()
    places = max(-int(amount.as_tuple().exponent), 0)
    text = money.format_number(amount, places, words.language())
    if unit == "dong":
        text = _("%(amount)s dong") % {"amount": text}
    if name in rows.unread:
        text = _("at least %(amount)s") % {"amount": text}
    return f"{title}: {text}"


def _decision(found: VoidingView, sent: forms.Form | None, *, may: bool) -> dict[str, Any]:
    """One decision in words, with the form that takes it back."""
    which = run_words.sentence(found.reason) if found.reason else _("all that were open")
    head = ngettext(
        "%(count)s row was declared void (%(which)s)", "%(count)s rows were declared void (%(which)s)", found.rows
    )
    mine = isinstance(sent, RestoreForm) and sent.data.get("voiding") == str(found.id)
    form = RestoreForm(
        sent.data if sent and mine else None, initial={"voiding": found.id}, auto_id=f"restore-{found.id}-%s"
    )
    return {
        "text": head % {"count": words.number(found.rows), "which": which},
        "by": found.by,
        "at": found.at,
        "note": found.note,
        "undone": found.undone,
        "corrected": found.rows - found.back if found.undone is None else 0,
        "form": form if may and found.undone is None else None,
        "sent": mine,
    }
