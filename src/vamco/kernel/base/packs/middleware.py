"""A request sees one state of the pack, and asks for it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs.services.versioned import asked_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class AskedOnce:
    """Wrap each request in `asked_once`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the next middleware does."""
        with asked_once():
            return self.get_response(request)
