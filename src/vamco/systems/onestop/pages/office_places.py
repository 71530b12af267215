"""Where officials find the one-stop desk in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vamco.systems.onestop.contracts import RECEIVE
from vamco.systems.onestop.services import listing, versions
from vamco.web import navigation

PARTS = tuple(f"onestop:office_{code}" for code in listing.TABS)


def register() -> None:
    """Add the entries, under one heading."""
    navigation.register_group(navigation.Group(code="onestop", label=_("One-stop desk"), order=25))
    navigation.register(
        navigation.Place(
            label=_("Dossiers"), url_name="onestop:office_dossiers", act=listing.VIEW, icon="inbox", order=10, group="onestop",
            also=(*PARTS, "onestop:why", "onestop:result", "onestop:office_view"),
        ),
        navigation.Place(
            label=_("File for a person"), url_name="onestop:counter", act=RECEIVE, icon="user", order=20, group="onestop",
            also=("onestop:counter_form", "onestop:counter_papers"),
        ),
        navigation.Place(
            label=_("Daily register"), url_name="onestop:register", act=listing.VIEW, icon="calendar", order=30, group="onestop",
        ),
        navigation.Place(
            label=_("Work of the team"), url_name="onestop:team", act=listing.LEAD, icon="list", order=40, group="onestop",
        ),
        navigation.Place(
            label=_("New versions of procedures"), url_name="onestop:versions", act=versions.VIEW, icon="refresh", order=50,
            group="onestop", also=("onestop:version",),
        ),
    )  # fmt: skip
