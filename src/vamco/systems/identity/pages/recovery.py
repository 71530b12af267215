"""Recovery at the counter: the pages of the two officials, and of the person who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import segno
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.lib.errors import N_, Missing, Refused, VamcoError
from vamco.systems.identity import public
from vamco.systems.identity.pages import challenges
from vamco.systems.identity.pages.logging_in import PASSKEY, by, let_in
from vamco.systems.identity.pages.own import FRESH
from vamco.systems.identity.public import recovering
from vamco.web import visitor
from vamco.web.answers import status_of
from vamco.web.components import Link
from vamco.web.pages import PUBLIC, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_FOUND: Final = "vamco.identity.recovery"
_FOUND_S: Final = 900  # how long the page of a person who was looked up can be sent
_PASSAGE: Final = "identity.passage"  # in the session, for the one page that shows it
_LONG: Final = 40  # characters: a link's word has more, a typed code fewer
_STATES: Final = {
    "waiting": N_("Waits for a second official"),
    "approved": N_("Approved, link not used yet"),
    "refused": N_("Refused"),
    "used": N_("Passkey added"),
    "expired": N_("Expired"),
}


@page("identity.confirm_recovery", methods=("GET", "HEAD", "POST"), level=2, within=FRESH)
def begin(request: Request) -> HttpResponseBase:
    """Look a person up by citizen ID number or account name, and note how it was made sure who they are."""
    if request.method != "POST":
        return _begin(request)
    official = signed_in(request)
    try:
        if request.POST.get("step") != "confirm":
            account = recovering.look_up(official, request.POST.get("number", ""))
            return _begin(request, found=account)
        account = public.by_number(signing.loads(request.POST.get("found", ""), salt=_FOUND, max_age=_FOUND_S))
        number = recovering.confirm(official, account, request.POST.get("how", ""))
    except signing.BadSignature:
        return _begin(request, error=_("That took too long. Look the person up again."), status=422)
    except VamcoError as error:
        return _begin(request, error=error.text(_), status=422 if isinstance(error, Missing) else status_of(error))
    messages.success(request, _("Noted. A second official has to approve within 24 hours."))
    return redirect("identity:recovery", recovery_id=number)


@page("identity.approve_recovery")
def recoveries(request: Request) -> HttpResponseBase:
    """List the recoveries that this official may see."""
    official = signed_in(request)
    shown = [_shown(request, each) for each in recovering.visible(official)]
    return render(request, "identity/recoveries.html", {"recoveries": shown})


@page("identity.approve_recovery", methods=("GET", "HEAD", "POST"), level=2, within=FRESH)
def recovery(request: Request, recovery_id: int) -> HttpResponseBase:
    """Show a recovery; its second official approves or refuses it. The link is shown once, to who approved."""
    official = signed_in(request)
    found = recovering.seen(official, recovery_id)
    passage = request.session.pop(_PASSAGE, None)
    if request.method != "POST":
        return _page(request, found, passage if passage and passage["recovery"] == recovery_id else None)
    try:
        if request.POST.get("do") == "refuse":
            recovering.refuse(official, recovery_id, request.POST.get("reason", ""))
            messages.success(request, _("Refused. Nothing of the account has changed."))
        elif request.POST.get("do") == "approve":
            given = recovering.approve(official, recovery_id)
            request.session[_PASSAGE] = {"recovery": recovery_id, "word": given.word, "short": given.short}
        else:
            raise Refused("identity.nothing_chosen", N_("Choose whether you approve or refuse."))
    except VamcoError as error:
        return _page(request, found, None, error=error.text(_), status=status_of(error))
    return redirect("identity:recovery", recovery_id=recovery_id)


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def enter(request: Request) -> HttpResponseBase:
    """Ask for the code that the counter gave, and lead to where a passkey is added."""
    if request.method != "POST":
        return render(request, "identity/recover_code.html")
    try:
        with public.counted_try("recovery", visitor.network(visitor.address(request))):
            word = recovering.word_of(request.POST.get("code", ""))
    except (Refused, Missing) as error:
        return render(request, "identity/recover_code.html", {"error": error.text(_)}, status=422)
    return redirect("identity:recover", word=word)


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def recover(request: Request, word: str) -> HttpResponseBase:
    """Let a person whom the counter let in add a passkey, and sign them in."""
    try:
        account = _offered(request, word)
    except (Refused, Missing) as error:
        return render(request, "identity/link_gone.html", {"error": error.text(_), "recovery": True}, status=404)
    if request.method != "POST":
        return render(request, "identity/recover.html", {"name": account.person.name, "word": word})
    try:
        challenge = challenges.take(request, "recover")
        account = recovering.finish(word, request.POST.get("passkey", ""), challenge, request.POST.get("name", ""))
    except (Refused, Missing) as error:
        context = {"name": account.person.name, "word": word, "error": error.text(_)}
        return render(request, "identity/recover.html", context, status=422)
    return let_in(request, account, reverse("identity:account"), by(2, *PASSKEY))


@page(PUBLIC, methods=("POST",), body=64 << 10)
def recover_options(request: Request, word: str) -> HttpResponseBase:
    """Say how the browser of a person whom the counter let in makes a passkey."""
    try:
        account = _offered(request, word)
    except Refused:
        return HttpResponse(status=429)
    return challenges.ask(request, "recover", public.creation_options(account))


def _offered(request: Request, word: str) -> public.Account:
    """Return whom a link or a typed code lets in. A wrong code is counted; the long word of a link cannot be guessed."""
    if len(word) >= _LONG:
        return recovering.offered(word)
    with public.counted_try("recovery", visitor.network(visitor.address(request))):
        return recovering.offered(word)


def _begin(request: Request, *, found: Any = None, error: str = "", status: int = 200) -> HttpResponseBase:
    context = {
        "found": found,
        "signed": signing.dumps(found.pk, salt=_FOUND) if found else "",
        "numbers": public.masked_numbers(found) if found else [],
        "ways": [(code, _(label)) for code, label in recovering.HOW.items()],
        "error": error,
        "crumbs": [Link(_("Recovery at the counter"), reverse("identity:recoveries")), Link(_("New"))],
    }
    return render(request, "identity/recovery_begin.html", context, status=status)


def _shown(request: Request, found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "name": found.account.person.name,
        "how": _(recovering.HOW.get(found.how, found.how)),
        "state": _(_STATES.get(found.state, found.state)),
        "waiting": found.state == "waiting",
        "by": found.confirmed_by.name,
        "at": found.confirmed_at,
        "until": found.expires_at,
        "decided_by": found.decided_by.name if found.decided_by else "",
        "decided_at": found.decided_at,
        "reason": found.reason,
        "may_decide": recovering.may_decide(signed_in(request), found),
    }


def _page(
    request: Request, found: Any, passage: dict[str, Any] | None, *, error: str = "", status: int = 200
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "recovery": _shown(request, found),
        "error": error,
        "crumbs": [Link(_("Recovery at the counter"), reverse("identity:recoveries")), Link(found.account.person.name)],
    }
    if passage:
        address = settings.VAMCO_SITE_URL + reverse("identity:recover", args=[passage["word"]])
        context["address"] = address
        context["short"] = f"{passage['short'][:4]} {passage['short'][4:]}"
        context["enter"] = settings.VAMCO_SITE_URL + reverse("identity:recover_code")
        context["qr"] = segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")
    return render(request, "identity/recovery.html", context, status=status)
