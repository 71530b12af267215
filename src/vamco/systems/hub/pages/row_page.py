"""What the page of one row shows: the row as it stands in the file, and why it was not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.systems.hub.pages import run_page, run_words
from vamco.web.components import Fact, Link

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import RunView, SourceRow
    from vamco.web.purpose import Purpose


def context(run: RunView, row: SourceRow, purpose: Purpose) -> dict[str, Any]:
    """All parts of the page of a row."""
    heading = _("Line %(number)s") % {"number": row.line}
    run_url = reverse("hub:run", args=[run.id])
    named = _("Run %(number)s") % {"number": run.id}
    facts = [Fact(term=_("File"), text=row.file)]
    facts += [Fact(term=_("Sheet"), text=row.sheet)] if row.sheet else []
    facts += [Fact(term=_("Line in the file"), text=str(row.line)), Fact(term=_("Run"), text=named, url=run_url)]
    return {
        "heading": heading,
        "title": run_page.titles().get(run.dataset, (run.title, ""))[0],
        "facts": facts,
        "reasons": [run_words.sentence(reason) for reason in row.reasons],
        "cells": [Fact(term=label, text=run_page.raw(value)) for label, value in row.values.items()],
        "masked": bool(row.masked),
        "may_open": row.may_open,
        "opened": purpose.stated if row.opened else None,
        "form": purpose.form,
        "crumbs": [
            Link(_("Data runs"), reverse("hub:runs")),
            Link(_("Latest runs"), reverse("hub:all_runs")),
            Link(named, run_url),
            Link(heading),
        ],
    }
