"""How the search shows notices and projects, and what stands of them on the citizen's home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.systems.planning import queries
from vamco.systems.planning.pages import wording
from vamco.systems.planning.rules import columns
from vamco.web.home import Tile
from vamco.web.palette import Described, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.web.pages import Request


def _notices(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    found = {}
    for each in queries.notices_by_code(ids):
        tone, word = wording.standing(each)
        found[each.code] = Described(note=wording.short_names(each.communes), tone=tone, state=word)
    return found


def _projects(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    return {
        code: Described(
            note=wording.short_names(each.communes),
            tone=wording.STATE_TONES[each.state],
            state=_(columns.STATES[each.state]),
        )
        for code, each in queries.known("project", ids).items()
    }


KINDS: Final = (
    Kind(code=queries.NOTICE, title=_l("Planning notices"), icon="map", order=12, describe=_notices),
    Kind(code=queries.PROJECT, title=_l("Investment projects"), icon="agency", order=13, describe=_projects),
)


def tiles(_request: Request) -> Iterator[Tile]:
    """Give the ways to planning and to investment."""
    text = _("What is planned near you, drafts to comment on, and what is in force")
    yield Tile(label=_("Planning"), url=reverse("planning:notices"), icon="map", text=text, order=10)
    text = _("Projects that call for investors: place, area, capital, state")
    yield Tile(label=_("Investment"), url=reverse("planning:projects"), icon="agency", text=text, order=20)
