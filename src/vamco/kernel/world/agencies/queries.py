from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.agencies.models import Agency
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from django.db.models import QuerySet


def get(code: str) -> Agency:
    """Give the agency with a code."""
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise Missing("agencies.no_agency", N_("There is no agency with the code %(code)s."), code=code)
    return agency


def find(code: str) -> Agency | None:
    """The agency with a code, or None."""
    return Agency.objects.filter(code=code).first()


def serving(place: str) -> Agency | None:
    """The People's Committee of the place with a code."""
    return Agency.objects.filter(place__code=place).order_by("path").first()


def of_kind(*kinds: str) -> QuerySet[Agency]:
    """Agencies of some kinds, or all, in Vietnamese alphabetical order."""
    found = Agency.objects.order_by("sort_key")
    return found.filter(kind__in=kinds) if kinds else found
