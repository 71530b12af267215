"""The page that asks for a surer sign-in, and the way back from it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity import public
from vamco.systems.identity.pages import challenges
from vamco.systems.identity.pages.logging_in import PASSKEY, by, let_in, where
from vamco.systems.identity.pages.safe import safe
from vamco.web import assurance
from vamco.web.pages import PUBLIC, SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.identity.public import Account

_HIGHEST = 2


@dataclass(frozen=True)
class Asked:
    """What a page asks for, and where it leads afterwards."""

    target: str
    level: int
    within: dt.timedelta | None

    @property
    def back(self) -> str:
        """Return where whoever has confirmed goes first: what they had sent may wait there."""
        return f"{reverse('identity:confirmed')}?{urlencode({'next': self.target})}"


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def confirm(request: Request) -> HttpResponseBase:
    """Ask who is signed in to confirm that it is them, and say why; then lead back. A visitor logs in instead."""
    if request.person is None:
        return redirect_to_login(safe(request, request.GET.get("next", "")))
    asked, account = _asked(request), own(request)
    if assurance.of(request).meets(asked.level, asked.within, now=clock.now()):
        return HttpResponseRedirect(asked.back)
    if request.method != "POST":
        return _form(request, account, asked)
    try:
        how = _confirmed(request, account)
    except Refused as error:
        return _form(request, account, asked, error=error.text(_))
    if how.level < asked.level:
        return _form(request, account, asked, error=_("A password alone is not enough for this page."))
    return let_in(request, account, asked.back, how)


@page(SIGNED_IN, methods=("POST",))
def confirm_options(request: Request) -> HttpResponseBase:
    """Say which passkeys can confirm who is signed in."""
    return challenges.ask(request, "confirm", public.request_options(own(request)))


@page(PUBLIC)
def confirmed(request: Request) -> HttpResponseBase:
    """Lead back to the page that asked; where something was sent to it, offer to send that again, with nothing lost."""
    target = safe(request, request.GET.get("next", ""))
    found = assurance.kept(request, target)
    if found is None:
        return HttpResponseRedirect(target)
    return render(request, "identity/confirmed.html", {"target": target, "fields": found.fields, "lost": found.lost})


def own(request: Request) -> Account:
    """Return the account of who is signed in."""
    account = public.of_person(signed_in(request))
    if account is None:
        raise Missing("identity.no_own_account", N_("You have no account here."))
    return account


def _asked(request: Request) -> Asked:
    sent = request.POST if request.method == "POST" else request.GET
    level, seconds = sent.get("level", ""), sent.get("within", "")
    return Asked(
        safe(request, sent.get("next", "")),
        min(int(level), _HIGHEST) if level.isascii() and level.isdigit() and len(level) == 1 else _HIGHEST,
        dt.timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 8 else None,  # noqa: PLR2004
    )


def _confirmed(request: Request, account: Account) -> public.How:
    """Return how it was just made sure who it is; Refused where it was not."""
    if request.POST.get("passkey"):
        challenge = challenges.take(request, "confirm")
        public.show_passkey(request.POST["passkey"], challenge, account=account, act="confirm_by_passkey")
        return by(2, *PASSKEY)
    place = where(request)
    app = public.has_second_factor(account)
    password = request.POST.get("password", "")
    if not password:
        raise Refused("identity.nothing_shown", N_("Enter your password, or use another way."))
    public.check_password(account.username, password, act="confirm_by_password", **place)
    if app:
        code = request.POST.get("code", "")
        public.check_code(account, code, seconds=time.time(), act="confirm_by_code", **place)
        return by(2, "pwd", "otp", "mfa")
    if public.asks_for_passkey(account):
        raise Refused("identity.passkey_asked", N_("You have chosen that a passkey is asked for: use it here, too."))
    return by(1, "pwd")


def _form(request: Request, account: Account, asked: Asked, *, error: str = "") -> HttpResponseBase:
    app, weak = public.has_second_factor(account), asked.level >= _HIGHEST
    context = {
        "asked": asked,
        "seconds": "" if asked.within is None else int(asked.within.total_seconds()),
        "error": error,
        "surer": assurance.of(request).level < asked.level,
        "waits": assurance.kept(request, asked.target) is not None,
        "app": app,
        "password": account.has_usable_password() and (app or not weak),
        "passkey": public.has_passkey(account),
        "none": not (public.has_passkey(account) or app or (account.has_usable_password() and not weak)),
        "password_set": account.has_usable_password(),
        "then": urlencode({"next": asked.target}),
        "shown_code": public.demonstration_code(account, seconds=time.time()),
        "eid_query": urlencode({"next": asked.back, "level": asked.level}),
    }
    return render(request, "identity/confirm.html", context, status=422 if error else 200)
