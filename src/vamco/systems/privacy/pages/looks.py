"""Who looked at the reader's data, when and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.lib.text import row_number
from vamco.lib.time import format_moment
from vamco.systems.privacy import public as privacy
from vamco.web import words
from vamco.web.components import Cell, Column, Link, Table
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page(SIGNED_IN)
def looks(request: Request) -> HttpResponseBase:
    """Looks at the reader's data, or with `?all=1` everything that was recorded about them."""
    everything = request.GET.get("all") == "1"
    after = row_number(request.GET.get("after", ""))
    found = privacy.looks_at(signed_in(request), looked_only=not everything, after=after)
    here = reverse("privacy:looks")
    kept = {"all": "1"} if everything else {}
    context = {
        "tabs": [
            Link(_("Who looked"), here, current=not everything),
            Link(_("All that was recorded"), f"{here}?all=1", current=everything),
        ],
        "table": _table(found) if found.looks else None,
        "next": f"{here}?{urlencode(kept | {'after': found.after})}" if found.after else "",
        "first": f"{here}?{urlencode(kept)}" if after else "",
        "names_shown": privacy.settings().show_officials,
        "crumbs": [Link(_("Who looked at my data"))],
    }
    return render(request, "privacy/looks.html", context)


def _table(found: privacy.Looks) -> Table:
    return Table(
        caption=_("Who looked at my data"),
        hide_caption=True,
        columns=(
            Column(label=_("What was done")),
            Column(label=_("Agency and post")),
            Column(label=_("Purpose")),
            Column(label=_("When"), tight=True),
        ),
        rows=tuple(
            (
                Cell(text=_(look.said)),
                Cell(text=_who(look), note=look.who or words.either(look.post, look.post_en)),
                Cell(text=look.purpose or "–"),
                Cell(text=format_moment(look.at, words.language()), moment=look.at),
            )
            for look in found.looks
        ),
    )


def _who(look: privacy.LookView) -> str:
    return words.either(look.agency, look.agency_en) or (_("The platform itself") if look.machine else _("An official"))
