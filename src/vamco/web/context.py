"""What every template knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.places import public as places
from vamco.lib.money import is_english
from vamco.web import home, navigation, principal
from vamco.web.words import language

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vamco.web.pages import Request

THEMES = ("light", "dark")
THEME_COOKIE = "vamco_theme"


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the reader, their navigation, theme and province, and whether this is a demonstration."""
    person = getattr(request, "person", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "person": person,
        "demonstration": settings.VAMCO_DEMO,
        "theme": theme if theme in THEMES else "",
        "navigation": SimpleLazyObject(lambda: navigation.shown(request, lambda act: access.allow(person, act))),
        "province": SimpleLazyObject(province),
        "principal": SimpleLazyObject(lambda: principal.of(request)),
        "other_side": lambda: home.other_side(cast("Request", request)),
        "frame": home.Frame(cast("Request", request)),
    }


def province() -> str:
    """Give the province's name in the reader's language; empty while the database is silent, for error pages."""
    name, name_en, _kind = _top_unit()
    return name_en if is_english(language()) else name


def whole_unit(*, within_sentence: bool = False) -> str:
    """Return what the whole of it is called: a city is no province."""
    if _top_unit()[2] == "city":
        return _("the whole city") if within_sentence else _("The whole city")
    return _("the whole province") if within_sentence else _("The whole province")


def _top_unit() -> tuple[str, str, str]:
    """Give names and kind of the province; empty while the database is silent or holds none."""
    held: tuple[str, str, str] | None = cache.get("web.top_unit")
    if held is None:
        try:
            unit = places.province(clock.today())
        except DatabaseError:
            return ("", "", "")
        held = (unit.full_name, unit.name_en, unit.kind) if unit else ("", "", "")
        cache.set("web.top_unit", held, 60)
    return held
