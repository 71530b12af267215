"""Where the pages of one preparation lie, and which of them comes next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.work.forms import public as forms
from vamco.lib.errors import Refused
from vamco.lib.time import format_date
from vamco.systems.onestop import queries
from vamco.systems.onestop.rules.prefilling import OWN, OWN_NAME
from vamco.systems.onestop.services import prefill, preparing
from vamco.web.components import Link
from vamco.web.forms import pages
from vamco.web.forms.building import Sheet
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponseBase

    from vamco.systems.onestop.declaration import ProcedureItem
    from vamco.systems.onestop.public import Preparation

FRAME: Final = "web/citizen.html"
DELIVERIES: Final = {
    "online": _l("Online, signed, in “My papers”"),
    "counter": _l("At the counter of that office"),
    "post": _l("By post"),
}


def address(found: Preparation, step: str = "preparation", *more: object) -> str:
    """Return the address of a page of a preparation."""
    return reverse(f"onestop:{step}", args=[found.code, *more])


def item_of(found: Preparation) -> ProcedureItem:
    """Return the version of the procedure that is prepared."""
    return queries.PROCEDURES.get(found.procedure)


def mount(found: Preparation) -> pages.Mount:
    """Return where the form's pages lie; behind the last one come papers, office and check."""

    def never(_seen: int) -> HttpResponseBase:
        raise Refused("onestop.elsewhere", "")

    return pages.Mount(
        page=lambda code: address(found, "preparation_page", code),
        check=address(found),
        leave=reverse("onestop:dossiers"),
        finish=never,
        frame=FRAME,
        notes={path: said_from(origin) for path, origin in found.prefilled.items()},
        locked={path: origin["value"] for path, origin in found.prefilled.items() if origin.get("locked")},
    )


def said_from(origin: Mapping[str, Any]) -> str:
    """Say where an answer comes from, and of which day it is."""
    named = OWN_NAME if origin["source"] == OWN else prefill.names().get(origin["source"], origin["source"])
    day = format_date(dt.date.fromisoformat(origin["on"]), language())
    data = {"source": _(named), "day": day}
    if origin.get("locked"):
        return _("From: %(source)s, as of %(day)s. It cannot be changed here.") % data
    return _("From: %(source)s, as of %(day)s. Change it where it is wrong.") % data


def onward(found: Preparation) -> HttpResponseBase:
    """Go to the first page that is not done yet, or to the check."""
    return redirect(next_address(found))


def next_address(found: Preparation) -> str:
    """Return the address of the first page that is not done yet."""
    if (page := open_page(found)) is not None:
        return address(found, "preparation_page", page)
    if asks_papers(found) and preparing.PAPERS not in found.steps:
        return address(found, "preparation_papers")
    if item_of(found).route == "provincial" and preparing.WHERE not in found.steps:
        return address(found, "preparation_where")
    return address(found, "preparation_check")


def open_page(found: Preparation) -> str | None:
    """Return the code of the form's first page that was not sent or holds something wrong."""
    draft = found.draft
    assert draft is not None  # noqa: S101  # `get` gives none without
    sheet = Sheet(forms.form_of(draft.form), draft.data)
    wrong = {problem.path for problem in forms.problems(draft)}
    for page in sheet.pages():
        if page.code not in draft.seen or any(node.path in wrong for node in sheet.nodes(page)):
            return page.code
    return None


def last_page(found: Preparation) -> str:
    """Return the address of the form's last page that asks something now."""
    draft = found.draft
    assert draft is not None  # noqa: S101  # `get` gives none without
    return address(found, "preparation_page", Sheet(forms.form_of(draft.form), draft.data).pages()[-1].code)


def asks_papers(found: Preparation) -> bool:
    """Tell whether any paper is asked for with the answers so far."""
    data = found.draft.data if found.draft else {}
    hidden = {"none", "filled_in"}
    return any(how not in hidden for _need, _paper, how in preparing.needs(item_of(found), data))


def crumbs(found: Preparation, here: str) -> list[Link]:
    """Return the way to a page of a preparation."""
    item = item_of(found)
    return [
        Link(_("My dossiers"), reverse("onestop:dossiers")),
        Link(either(item.name, item.name_en), reverse("onestop:procedure", args=[item.code])),
        Link(here),
    ]
