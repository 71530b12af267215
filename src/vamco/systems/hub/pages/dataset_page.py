"""What the page of a dataset shows: whether it is in time, who has not reported, and each look at its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.lib import money
from vamco.lib.time import format_date
from vamco.systems.hub.pages import run_page, run_words
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Link, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.paginator import Page

    from vamco.systems.hub.contracts import DatasetStatus, ReceiptView


def context(status: DatasetStatus, found: Sequence[ReceiptView], page: Page[int]) -> dict[str, Any]:
    """All parts of the page of a dataset."""
    title = words.either(status.title, status.title_en)
    due = run_page.freshness(status)
    return {
        "title": title,
        "due": due,
        "facts": facts(status),
        "expected": status.expected,
        "silent": list(status.silent),
        "told": silence(status),
        "receipts": receipts(found) if found else None,
        "page": page,
        "runs_url": f"{reverse('hub:all_runs')}?dataset={status.dataset}",
        "crumbs": [Link(_("Data runs"), reverse("hub:runs")), Link(title)],
    }


def facts(status: DatasetStatus) -> list[Fact]:
    """Who answers for it, what was received last, and how good that was."""
    owner = words.agency_names([status.owner]).get(status.owner, status.owner_name)
    last = run_page.received(status)
    found = [
        Fact(term=_("Owner"), text=owner),
        Fact(term=_("Last received"), text=last.note or last.text, moment=last.moment),
        Fact(term=_("Rows"), text=words.number(status.rows)),
        Fact(term=_("In quarantine"), text=words.number(status.quarantined)),
        Fact(term=_("Passed"), text=words.share(status.quality)),
    ]
    if status.run:
        number = _("Run %(number)s") % {"number": status.run}
        found.append(Fact(term=_("Brought by"), text=number, url=reverse("hub:run", args=[status.run])))
    return found


def silence(status: DatasetStatus) -> str:
    """How many of those who are expected to report have not, for the period that is asked for now."""
    missing, all_ = len(status.silent), status.expected
    if not missing:
        return ngettext("%(all)s is expected to report, and has.", "All %(all)s have reported.", all_) % {
            "all": words.number(all_)
        }
    text = ngettext(
        "%(count)s of %(all)s has not reported for the period that is due.",
        "%(count)s of %(all)s have not reported for the period that is due.",
        missing,
    )
    return text % {"count": words.number(missing), "all": words.number(all_)}


def receipts(found: Sequence[ReceiptView]) -> Table:
    """Each look at the source that had something to say, the newest first."""
    named = run_page.source_names()
    return Table(
        caption=_("Receipts"),
        hide_caption=True,
        columns=(
            Column(label=_("Looked at"), tight=True),
            Column(label=_("What was found")),
            Column(label=_("File"), noted=_("Source")),
            Column(label=_("Covers the time until"), tight=True),
        ),
        rows=tuple(
            (
                Cell(moment=each.at),
                _kind(each),
                Cell(
                    text=each.name or money.NO_VALUE,
                    url=reverse("hub:run", args=[each.run]) if each.run and each.name else "",
                    note=named.get(each.source, each.source),
                ),
                format_date(each.covers_until, words.language()) if each.covers_until else money.NO_VALUE,
            )
            for each in found
        ),
    )


def _kind(found: ReceiptView) -> Cell:
    tone, word = run_words.receipt(found)
    return Cell(text=word, tone=tone)
