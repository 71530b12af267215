"""What every template knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.utils.functional import SimpleLazyObject

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.places import public as places
from vamco.lib.money import is_english
from vamco.web import navigation
from vamco.web.words import language

if TYPE_CHECKING:
    from django.http import HttpRequest

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
    }


def province() -> str:
    """Give the province's name in the reader's language; empty while the database is silent, for error pages."""
    names: tuple[str, str] | None = cache.get("web.province")
    if names is None:
        try:
            unit = places.province(clock.today())
        except DatabaseError:
            return ""
        names = (unit.full_name, unit.name_en) if unit else ("", "")
        cache.set("web.province", names, 60)
    return names[1] if is_english(language()) else names[0]
