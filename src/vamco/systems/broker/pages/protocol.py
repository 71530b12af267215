"""The endpoints that clients call themselves, without a browser."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from authlib.oauth2.rfc6749.util import extract_basic_authorization
from django.db import transaction
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from vamco.kernel.base import clock
from vamco.systems.broker import public
from vamco.systems.broker.public import OAuthError
from vamco.web import visitor
from vamco.web.pages import PUBLIC, Request, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from vamco.systems.broker.public import Client, Token, Tokens

_BODY: Final = 32 << 10
_ACCESS_S: Final = 900
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_METHODS: Final = ("client_secret_basic", "client_secret_post")


def _answers(view: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Turn refusals into what clients expect, and keep answers out of caches."""

    @wraps(view)
    def answering(request: Request) -> HttpResponse:
        try:
            response = view(request)
        except OAuthError as error:
            found = {"error": error.code, "error_description": error.description}
            response = JsonResponse(found, status=error.status)
            if error.status == 401:  # noqa: PLR2004
                response.headers["WWW-Authenticate"] = f'Basic realm="{public.issuer()}"'
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
        for name, value in _NO_STORE.items():
            response.headers.setdefault(name, value)
        return response

    return answering


@page(PUBLIC)
def discovery(_request: Request) -> HttpResponse:
    """Say what is supported, and nothing else. Source: OpenID Connect Discovery 1.0, 3."""
    base = public.issuer()
    found: dict[str, Any] = {
        "issuer": base,
        "authorization_endpoint": base + reverse("broker:authorize"),
        "token_endpoint": base + reverse("broker:token"),
        "userinfo_endpoint": base + reverse("broker:userinfo"),
        "jwks_uri": base + reverse("broker:keys"),
        "introspection_endpoint": base + reverse("broker:introspect"),
        "revocation_endpoint": base + reverse("broker:revoke"),
        "end_session_endpoint": base + reverse("broker:end_session"),
        "scopes_supported": list(public.SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "acr_values_supported": ["1", "2"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "claims_supported": [*public.PROTOCOL_CLAIMS, *public.CLAIMS],
        "ui_locales_supported": ["vi", "en"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        **{
            f"{name}_endpoint_auth_methods_supported": list(_METHODS)
            for name in ("token", "introspection", "revocation")
        },
    }
    return JsonResponse(found, headers={"Cache-Control": "public, max-age=3600"})


@page(PUBLIC)
def key_set(_request: Request) -> HttpResponse:
    """Give the public keys: of the next key, of the one that signs, and of those whose tokens are in use."""
    return JsonResponse({"keys": public.key_set()}, headers={"Cache-Control": "public, max-age=3600"})


@csrf_exempt
@page(PUBLIC, methods=("POST",), body=_BODY)
@_answers
def token(request: Request) -> HttpResponse:
    """Give tokens for a code or a refresh token."""
    client = _client(request)
    kind = _one(request, "grant_type")
    if kind == "authorization_code":
        code, back = _needed(request, "code"), _needed(request, "redirect_uri")
        given = public.exchange(client, code, redirect_uri=back, verifier=_one(request, "code_verifier"))
    elif kind == "refresh_token":
        given = public.refresh(client, _needed(request, "refresh_token"), scope=_one(request, "scope"))
    elif kind:
        raise OAuthError("unsupported_grant_type", "authorization_code and refresh_token are")
    else:
        raise OAuthError("invalid_request", "grant_type is missing")
    return _tokens(given)


def _tokens(given: Tokens) -> HttpResponse:
    found = {
        "access_token": given.access,
        "token_type": "Bearer",
        "expires_in": _ACCESS_S,
        "id_token": given.id_token,
        "scope": " ".join(given.scopes),
    }
    return JsonResponse(found | ({"refresh_token": given.refresh} if given.refresh else {}))


@csrf_exempt
@page(PUBLIC, methods=("GET", "POST"), body=_BODY)
def userinfo(request: Request) -> HttpResponse:
    """Say about a person what they agreed to; the token comes in the header, or in the body of a POST. Source: RFC 6750."""
    held, fault = _bearer(request)
    if held is None:
        response = JsonResponse({"error": fault} if fault else {}, status=400 if fault == "invalid_request" else 401)
        reason = f', error="{fault}"' if fault else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="{public.issuer()}"{reason}'
    else:
        with transaction.atomic():
            response = JsonResponse(public.userinfo(held.grant, held.scopes))
    for name, value in _NO_STORE.items():
        response.headers[name] = value
    return response


def _bearer(request: Request) -> tuple[Token | None, str]:
    header = request.headers.get("Authorization", "")
    kind, _, told = header.partition(" ")
    given = [told.strip()] if kind.lower() == "bearer" else []
    given += request.POST.getlist("access_token")
    if not given:
        return None, ""
    if len(given) > 1:
        return None, "invalid_request"
    held = public.live(given[0], now=clock.now())
    if held is None or held.refresh or not public.may_sign_in(held.grant.person_id):
        return None, "invalid_token"
    return held, ""


@csrf_exempt
@page(PUBLIC, methods=("POST",), body=_BODY)
@_answers
def introspect(request: Request) -> HttpResponse:
    """Say what one of the client's own tokens is."""
    client = _client(request)
    return JsonResponse(public.introspect(client, _needed(request, "token")))


@csrf_exempt
@page(PUBLIC, methods=("POST",), body=_BODY)
@_answers
def revoke(request: Request) -> HttpResponse:
    """End one of the client's own tokens. Source: RFC 7009."""
    client = _client(request)
    public.revoke(client, _needed(request, "token"))
    return JsonResponse({})


def _client(request: Request) -> Client:
    """Return the client that calls, known by its secret in the header or in the body, never both."""
    header = request.headers.get("Authorization", "")
    posted = request.POST.getlist("client_secret")
    if header and posted:
        raise OAuthError("invalid_request", "two ways of authentication at once")
    if header:
        code, secret = extract_basic_authorization(request.headers)
        if _one(request, "client_id") not in {"", code}:
            raise OAuthError("invalid_client", "two clients at once", status=401)
    else:
        code, secret = _one(request, "client_id"), _one(request, "client_secret")
    if not code or not secret:
        raise OAuthError("invalid_client", "no client authentication", status=401)
    return public.authenticate(code, secret, network=visitor.network(visitor.address(request)))


def _one(request: Request, name: str) -> str:
    values = request.POST.getlist(name)
    if len(values) > 1:
        raise OAuthError("invalid_request", f"{name} is sent more than once")
    return values[0] if values else ""


def _needed(request: Request, name: str) -> str:
    found = _one(request, name)
    if not found or "\0" in found:
        raise OAuthError("invalid_request", f"{name} is missing")
    return found
