"""The authorization endpoint: whether it is known who it is, surely and freshly enough, and whether they agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from vamco.kernel.base import clock
from vamco.lib.errors import N_
from vamco.systems.broker import public
from vamco.systems.broker.pages import words
from vamco.systems.broker.public import NUMBER, OAuthError, SignedIn, Unanswerable
from vamco.web import assurance, rim
from vamco.web.pages import PUBLIC, SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.broker.public import AuthorizeRequest, ClientView

_BODY: Final = 32 << 10
_LONGEST: Final = 16_000
_ASKED: Final = "broker.asked"  # in the session: requests for which the person was led to confirm, and when
_MOST_ASKED: Final = 5
_SALT: Final = "vamco.broker.request"
_PAGE_LASTS: Final = 3600  # seconds in which the page that asks can be answered

UNKNOWN: Final = N_("The service that sent you here is not known, or has been switched off.")
TOO_LATE: Final = N_(
    "This page was open for too long, or you have signed in again since. Please start again at the service."
)


@dataclass(frozen=True)
class _Call:
    """A request that leads to a client: what it asks, and as it stands in the address."""

    client: ClientView
    wish: AuthorizeRequest
    query: str

    @property
    def mark(self) -> str:
        """Name the request in the session."""
        return sha256(self.query.encode()).hexdigest()[:32]

    @property
    def here(self) -> str:
        """Return the address at which the request is made again."""
        return f"{reverse('broker:authorize')}?{self.query}"


@csrf_exempt
@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=_BODY)
def authorize(request: Request) -> HttpResponseBase:
    """Sign a person in at a client. A POST goes on as a GET: browsers send no cookies with a form of another site."""
    if request.method == "POST":
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        response = HttpResponseRedirect(f"{reverse('broker:authorize')}?{urlencode(pairs)}")
        response.status_code = 303
        return response
    return _answer(request, request.META.get("QUERY_STRING", ""), _go_on)


def _answer(request: Request, query: str, go_on: Any) -> HttpResponseBase:
    """Read a request and go on with it; what is wrong is said to the person, or to the client where it is known."""
    params, twice = public.single(parse_qsl(query[:_LONGEST], keep_blank_values=True))
    try:
        client = _client(params.get("client_id", "") if len(query) <= _LONGEST else "")
        address = public.check_redirect(params, client.redirect_uris)
    except Unanswerable as error:
        return render(request, "broker/unanswerable.html", {"error": _(error.message)}, status=400)
    try:
        wish = public.read(params, twice, client.scopes)
        found: HttpResponseBase = go_on(request, _Call(client, wish, query))
    except OAuthError as error:
        fault = {"error": error.code, "error_description": error.description, "state": params.get("state", "")}
        return _back(request, address, fault)
    return found


def _client(code: str) -> ClientView:
    client = public.active_client(code)
    if client is None:
        raise Unanswerable(UNKNOWN)
    return client


def _go_on(request: Request, call: _Call) -> HttpResponseBase:
    silent = "none" in call.wish.prompts
    if request.person is None:
        if silent:
            raise OAuthError("login_required", "nobody is signed in")
        _note_asked(request, call)
        return redirect_to_login(call.here)
    _check_who(request, call)
    if (way := _surer(request, call, silent=silent)) is not None:
        return way
    known = public.agreed(signed_in(request), call.client.pk)
    if "consent" in call.wish.prompts or not set(call.wish.items) <= known:
        if silent:
            raise OAuthError("consent_required", "the person has not agreed to this")
        return _ask(request, call)
    return _give_code(request, call)


def _check_who(request: Request, call: _Call) -> None:
    """Refuse when the client means somebody else than who is signed in: by a token that it got, or by name."""
    subject = public.subject_of(call.client.sector, signed_in(request))
    if call.wish.id_token_hint:
        hint = public.read_hint(call.wish.id_token_hint)
        if hint is None or hint["aud"] != call.client.code:
            raise OAuthError("invalid_request", "id_token_hint is no token of this client")
        if hint["sub"] != subject:
            raise OAuthError("login_required", "another person is signed in")
    for asked in (call.wish.id_claims, call.wish.userinfo_claims):
        wish = asked.get("sub")
        if wish is not None and wish.values and subject not in wish.values:
            raise OAuthError("login_required", "another person is signed in")


def _surer(request: Request, call: _Call, *, silent: bool) -> HttpResponseBase | None:
    """Lead the person to confirm who they are, where the request wants it fresher or surer; None where it is enough."""
    now, known = clock.now(), assurance.of(request)
    asked = _asked(request).get(call.mark)
    just_confirmed = asked is not None and known.at >= dt.datetime.fromisoformat(asked)
    wish = call.wish
    stale = bool(wish.prompts & {"login", "select_account"})
    stale |= wish.max_age is not None and now - known.at >= dt.timedelta(seconds=max(wish.max_age, 1))
    level, essential = public.wanted_level(wish)
    low = known.level < level and (essential or asked is None)
    fresh = not stale or just_confirmed
    if fresh and not low and known.sid:
        return None
    if silent:
        raise OAuthError("login_required" if not fresh or not known.sid else "interaction_required", "confirm first")
    if asked is None:
        _note_asked(request, call)
    if not known.sid:  # a session from before stays were kept
        return redirect_to_login(call.here)
    within = None if fresh else dt.timedelta(0)
    return assurance.lead_to_confirm(request, max(level if low else 0, 1), within)


def _asked(request: Request) -> dict[str, str]:
    found: dict[str, str] = request.session.get(_ASKED, {})
    return found


def _note_asked(request: Request, call: _Call) -> None:
    kept = [(mark, at) for mark, at in _asked(request).items() if mark != call.mark]
    request.session[_ASKED] = dict([*kept, (call.mark, clock.now().isoformat())][-_MOST_ASKED:])


def _forget_asked(request: Request, call: _Call) -> bool:
    """Forget that the person was led away for a request, and return whether they were."""
    kept = _asked(request)
    if call.mark not in kept:
        return False
    request.session[_ASKED] = {mark: at for mark, at in kept.items() if mark != call.mark}
    return True


def _ask(request: Request, call: _Call, *, status: int = 200) -> HttpResponseBase:
    """Show who wants to know what, and what for. The answer is good for this person, this stay and this sureness alone."""
    known = assurance.of(request)
    _forget_asked(request, call)
    sealed = signing.dumps({"query": call.query, "sid": known.sid, "at": known.at.isoformat()}, salt=_SALT)
    context = {
        "client": call.client,
        "items": words.items(call.wish.items),
        "number": any(NUMBER in item for item in call.wish.items),
        "sealed": sealed,
    }
    with translation.override(_language(request, call.wish.ui_locales)):
        response = render(request, "broker/consent.html", context, status=status)
    return _may_go_to(response, call.wish.redirect_uri)


def _language(request: Request, wanted: tuple[str, ...]) -> str:
    """Return the language that the person chose, else the first that the client asks for and we speak."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    spoken = [tag.partition("-")[0] for tag in wanted if tag.partition("-")[0] in dict(settings.LANGUAGES)]
    return translation.get_language() or "vi" if chosen or not spoken else spoken[0]


@page(SIGNED_IN, methods=("POST",))
def agree(request: Request) -> HttpResponseBase:
    """Take the answer of the page that asks."""
    known = assurance.of(request)
    try:
        sealed = signing.loads(request.POST.get("request", ""), salt=_SALT, max_age=_PAGE_LASTS)
    except signing.BadSignature:
        sealed = {}
    if not sealed or (sealed["sid"], sealed["at"]) != (known.sid, known.at.isoformat()):
        return render(request, "broker/unanswerable.html", {"error": _(TOO_LATE)}, status=400)
    return _answer(request, sealed["query"], _take_answer)


def _take_answer(request: Request, call: _Call) -> HttpResponseBase:
    if request.POST.get("answer") != "agree":
        raise OAuthError("access_denied", "the person did not agree")
    _check_who(request, call)
    public.agree(signed_in(request), call.client, call.wish.items)
    return _give_code(request, call)


def _give_code(request: Request, call: _Call) -> HttpResponseBase:
    known = assurance.of(request)
    how = SignedIn(known.sid, known.level, known.methods, known.at)
    code = public.answer_code(signed_in(request), call.client, call.wish, how)
    by_page = _forget_asked(request, call)
    return _back(request, call.wish.redirect_uri, {"code": code, "state": call.wish.state}, by_page=by_page)


def _back(request: Request, address: str, said: dict[str, str], *, by_page: bool = False) -> HttpResponseBase:
    """Lead back to the client. After a form of ours a page does it: browsers hold the form's policy against the whole way."""
    query = urlencode({name: value for name, value in {**said, "iss": public.issuer()}.items() if value})
    target = f"{address}{'&' if '?' in address else '?'}{query}"
    if by_page:
        response = render(request, "broker/forward.html", {"target": target})
    else:
        response = HttpResponse(status=302, headers={"Location": target})
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _may_go_to(response: HttpResponseBase, address: str) -> HttpResponseBase:
    """Let the form of a page lead to a client."""
    policy = rim.POLICY.replace("form-action 'self'", f"form-action 'self' {public.origin(address)}")
    response.headers["Content-Security-Policy"] = policy
    return response
