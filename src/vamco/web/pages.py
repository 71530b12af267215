"""`@page` makes a function a page: it names the act that the page is, and asks access before the function runs."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseNotAllowed
from django.shortcuts import render as django_render

from vamco.kernel.world.access import public as access
from vamco.web import assurance

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person

P = ParamSpec("P")
PUBLIC = "public"
SIGNED_IN = "signed-in"


class Request(HttpRequest):
    """A request as pages see it; `person` is set by the rim, None for a visitor."""

    person: Person | None


def page(
    act: str,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    body: int | None = None,
    level: int = 0,
    within: dt.timedelta | None = None,
) -> Callable[
    [Callable[Concatenate[Request, P], HttpResponseBase]], Callable[Concatenate[Request, P], HttpResponseBase]
]:
    """Declare the act that a page is. PUBLIC needs no log-in, SIGNED_IN any account, all else a grant.

    `level`: how surely it must be known who it is (1 or 2, NĐ 69/2024), `within`: and not longer ago than this; who has less confirms
    first and comes back.

    `body`: how many bytes people who are not logged in may send to a PUBLIC page, where it is not what all such pages take.
    """

    def declare(
        view: Callable[Concatenate[Request, P], HttpResponseBase],
    ) -> Callable[Concatenate[Request, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if act != PUBLIC:
                if request.person is None:
                    return redirect_to_login(request.get_full_path())
                if act != SIGNED_IN:
                    access.demand(request.person, act)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if level and (way := assurance.lead_to_confirm(request, level, within)) is not None:
                return way
            return view(request, *args, **kwargs)

        guarded.act = act  # type: ignore[attr-defined]  # a test walks all addresses and asks for it
        guarded.body = body  # type: ignore[attr-defined]  # the front asks for it before anything is read
        return guarded

    return declare


def signed_in(request: Request) -> Person:
    """Give the person of a page that needs a log-in."""
    return cast("Person", request.person)


def render(
    request: Request, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponseBase:
    """Give a page from a template."""
    return django_render(request, template, context, status=status)
