"""What a client may ask at the authorization endpoint. Source: OpenID Connect Core 1.0, 3.1.2; RFC 6749, 4.1; RFC 7636."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_
from vamco.systems.broker.contracts import (
    CLAIMS,
    NUMBER,
    OFFLINE,
    PROTOCOL_CLAIMS,
    SCOPES,
    AuthorizeRequest,
    ClaimWish,
    OAuthError,
    Unanswerable,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url
_PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
_LONGEST: Final = {"state": 2000, "nonce": 255, "claims": 4000, "id_token_hint": 6000}
_REFUSED: Final = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}
LEVELS: Final = ("1", "2")


def single(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], set[str]]:
    """Return the parameters that were sent once and are not empty, and the names of those sent more than once."""
    found: dict[str, str] = {}
    twice = set()
    seen = set()
    for name, value in pairs:
        if name in seen:
            twice.add(name)
        seen.add(name)
        if value:
            found[name] = value
    return {name: value for name, value in found.items() if name not in twice}, twice


def check_redirect(params: Mapping[str, str], registered: Collection[str]) -> str:
    """Return the redirect address if it is exactly one that is registered; Unanswerable for any other."""
    address = params.get("redirect_uri", "")
    if not address:
        raise Unanswerable(N_("The request names no redirect address, or more than one."))
    if address not in registered:
        raise Unanswerable(N_("The redirect address of this request is not registered."))
    return address


def read(params: Mapping[str, str], twice: Collection[str], allowed: Collection[str]) -> AuthorizeRequest:
    """Read a request of a client that is `allowed` some scopes; OAuthError for what is wrong in it."""
    _refuse_flawed(params, twice)
    scopes = _scopes(params, allowed)
    claims = _claims(params.get("claims", ""), scopes, allowed)
    acr = claims["id_token"].get("acr", ClaimWish())
    prompts = frozenset(params.get("prompt", "").split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise OAuthError("invalid_request", "prompt holds unknown or contradicting values")
    return AuthorizeRequest(
        redirect_uri=params["redirect_uri"],
        scopes=scopes,
        challenge=_challenge(params),
        state=params.get("state", ""),
        nonce=params.get("nonce", ""),
        prompts=prompts,
        max_age=_max_age(params.get("max_age")),
        acr_values=(*params.get("acr_values", "").split(), *(() if acr.essential else _texts(acr.values))),
        acr_essential=_texts(acr.values) if acr.essential else (),
        id_claims=claims["id_token"],
        userinfo_claims=claims["userinfo"],
        id_token_hint=params.get("id_token_hint", ""),
        ui_locales=tuple(params.get("ui_locales", "").split()),
    )


def _refuse_flawed(params: Mapping[str, str], twice: Collection[str]) -> None:
    if twice:
        raise OAuthError("invalid_request", f"sent more than once: {', '.join(sorted(twice))}"[:200])
    for name, code in _REFUSED.items():
        if name in params:
            raise OAuthError(code, f"{name} is not supported")
    if "response_type" not in params:
        raise OAuthError("invalid_request", "response_type is missing")
    if params["response_type"] != "code":
        raise OAuthError("unsupported_response_type", "only code is supported")
    if params.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "only response_mode query is supported")
    for name, most in _LONGEST.items():
        if len(params.get(name, "")) > most:
            raise OAuthError("invalid_request", f"{name} is too long")


def _challenge(params: Mapping[str, str]) -> str:
    challenge = params.get("code_challenge", "")
    if params.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "code_challenge with code_challenge_method S256 is required")
    return challenge


def _scopes(params: Mapping[str, str], allowed: Collection[str]) -> tuple[str, ...]:
    """Return the scopes that are asked for and known, in our order; what the client may not have is refused, not dropped."""
    asked = set(params.get("scope", "").split())
    if "openid" not in asked:
        raise OAuthError("invalid_scope", "scope openid is required")
    if OFFLINE not in allowed:
        asked.discard(OFFLINE)
    if denied := sorted(scope for scope in asked if scope in SCOPES and scope not in {"openid", *allowed}):
        raise OAuthError("invalid_scope", f"not allowed for this client: {', '.join(denied)}")
    return tuple(scope for scope in SCOPES if scope in asked)


def _max_age(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004
        raise OAuthError("invalid_request", "max_age is not a number of seconds")
    return int(text)


def _claims(text: str, scopes: Collection[str], allowed: Collection[str]) -> dict[str, dict[str, ClaimWish]]:
    """Read the parameter `claims`; claims that we do not know, or that the client may not have, are left out."""
    found: dict[str, dict[str, ClaimWish]] = {"id_token": {}, "userinfo": {}}
    if not text:
        return found
    try:
        asked: Any = json.loads(text)
        for where, names in found.items():
            given = asked.get(where)
            for name, wish in ({} if given is None else given).items():
                may = name in PROTOCOL_CLAIMS or (name in CLAIMS and CLAIMS[name] in {*scopes, *allowed})
                if may:
                    names[name] = _wish(wish)
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise OAuthError("invalid_request", "claims is not as OpenID Connect Core 5.5 describes it") from None
    return found


def _wish(said: Any) -> ClaimWish:
    if said is None:
        return ClaimWish()
    values = said.get("values", [said["value"]] if "value" in said else [])
    if not isinstance(values, list):
        raise TypeError
    return ClaimWish(essential=said.get("essential") is True, values=tuple(values))


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def wanted_level(wish: AuthorizeRequest) -> tuple[int, bool]:
    """Return the level of NĐ 69/2024 that a request asks for, and whether it is in vain below it.

    Without it nothing is passed on when it is essential, or when the identity number is among what is asked; a level that is only
    preferred is offered once. OAuthError where it is essential and there is no such level.
    """
    if wish.acr_essential:
        known = [int(value) for value in wish.acr_essential if value in LEVELS]
        if not known:
            raise OAuthError("unmet_authentication_requirements", "acr has no such value here")
        least = min(known)
        return (2, True) if _has_number(wish) else (least, True)
    if _has_number(wish):
        return 2, True
    known = [int(value) for value in wish.acr_values if value in LEVELS]
    return (known[0], False) if known else (0, False)


def _has_number(wish: AuthorizeRequest) -> bool:
    return NUMBER in wish.scopes or f"claim:{NUMBER}" in wish.items
