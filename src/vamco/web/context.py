"""What every template knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The reader, and whether this is a demonstration."""
    return {"person": getattr(request, "person", None), "demonstration": settings.VAMCO_DEMO}
