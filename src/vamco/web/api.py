"""The programming interface: the same services as the pages, described in one document, errors as problem+json.

Who asks is told by the log-in's cookie, as on the pages; what changes something needs the token against forged requests in the
header `X-CSRFToken` (the cookie `csrftoken` holds it). A system brings its operations as a router with the act that all need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyCookie

from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, VamcoError
from vamco.lib.registry import Registry
from vamco.web import rim
from vamco.web.pages import PUBLIC

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja import Router

    from vamco.kernel.world.people.public import Person

NOT_UNDERSTOOD = N_("What was sent is not what this operation takes.")
TOO_LARGE = N_("This is more than an operation takes. Send less.")
LOG_IN = N_("Please log in first.")
_acts: Registry[str, str] = Registry("prefix of the API")  # the act that all operations below it need
api = NinjaAPI(
    title="Vàm Cỏ",
    version="1",
    description="The province's shared platform. Moments are UTC; dates are days in Asia/Ho_Chi_Minh.",
    urls_namespace="api",
    docs_url=None,
)


class _Held(APIKeyCookie):
    """A log-in whose person may do the router's act."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, act: str) -> None:
        self.act = act
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:  # noqa: ARG002  # the session did it
        """Give the person, or None for a visitor."""
        person: Person | None = request.person  # type: ignore[attr-defined]  # set by the rim
        if person is not None:
            access.demand(person, self.act)
        return person


def mount(prefix: str, router: Router, act: str) -> None:
    """Add operations below /api/v1; all of them need `act`, or nothing when it is PUBLIC: those change nothing for anybody."""
    _acts.add(prefix.strip("/"), act)
    api.add_router(prefix, router, auth=None if act == PUBLIC else _Held(act))


def patterns() -> list[URLPattern]:
    """Give the addresses, each with the act that it declares; called once, when all systems have mounted theirs."""
    found = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)  # noqa: S101  # the library nests none
        view = pattern.callback
        route = str(pattern.pattern)

        def declared(request: HttpRequest, *args: Any, _view: Any = view, **kwargs: Any) -> HttpResponse:
            answer: HttpResponse = _view(request, *args, **kwargs)
            return answer

        declared.act = _acts.get(route.split("/", 1)[0], PUBLIC)  # type: ignore[attr-defined]
        declared.csrf_exempt = True  # type: ignore[attr-defined]  # the cookie's check is the library's, in _Held
        found.append(path(route, declared, name=pattern.name))
    return found


@api.exception_handler(VamcoError)
def _refused(request: HttpRequest, error: VamcoError) -> HttpResponse:
    return rim.answer(request, error)


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001  # the library's signature
    faults = [{"where": ".".join(map(str, fault["loc"])), "what": fault["msg"]} for fault in error.errors]
    return rim.problem(422, _(NOT_UNDERSTOOD), faults=faults)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001  # see above
    return rim.problem(413, _(TOO_LARGE))


@api.exception_handler(HttpError)
def _by_the_library(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001  # see above
    return rim.problem(error.status_code, _(LOG_IN) if error.status_code == 401 else str(error))  # noqa: PLR2004
