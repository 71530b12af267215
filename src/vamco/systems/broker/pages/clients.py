"""The administration of clients: which systems sign their users in here, and what they get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.broker import public
from vamco.systems.broker.public import SCOPES, NewClient
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.components import Cell, Column, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.broker.public import ClientView

MANAGE: Final = "broker.manage_clients"
COLUMNS: Final = (
    Column(label=_l("Service")),
    Column(label=_l("Responsible agency")),
    Column(label=_l("State")),
    Column(label=_l("Last used")),
)


class Lines(forms.CharField):
    """Addresses, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        """Return the lines that are not empty; ValidationError for an address that is not taken."""
        found = tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())
        for line in found:
            if fault := public.address_fault(line, demonstration=settings.VAMCO_DEMO):
                raise ValidationError(f"{line[:80]}: {_(fault)}")
        return found


class ClientForm(forms.Form):
    """What a client is and what it may ask."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{1,59}$", label=_l("Code (client_id)"), max_length=60,
        help_text=_l("Small letters a-z, digits and hyphens; it cannot be changed later."),
    )  # fmt: skip
    name = forms.CharField(label=_l("Name"), max_length=120, help_text=_l("The name that people know."))
    purpose = forms.CharField(
        label=_l("Purpose"), max_length=300, help_text=_l("Why it needs to know who a person is. People read this before they agree."),
    )  # fmt: skip
    agency = forms.ChoiceField(label=_l("Responsible agency"))
    redirect_uris = Lines(
        label=_l("Redirect addresses"), help_text=_l("One on each line, exactly as the service sends them.")
    )
    post_logout_uris = Lines(label=_l("Redirect addresses after log-out"), required=False)
    scopes = forms.MultipleChoiceField(
        label=_l("What it may ask about a person"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=[(scope, f"{scope}") for scope in SCOPES if scope != "openid"],
    )  # fmt: skip
    backchannel_uri = Lines(
        label=_l("Back-channel log-out address"), required=False, widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=_l("Without one the service cannot end its own session when somebody leaves."),
    )  # fmt: skip
    private_network = forms.BooleanField(label=_l("This address lies in the province's own network"), required=False)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = sorted(agencies.in_force(clock.today()), key=lambda agency: agency.name)
        choices = self.fields["agency"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101  # declared so above
        choices.choices = [("", "–"), *((row.code, row.name) for row in rows)]
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101
        scopes.choices = [(scope, _(text)) for scope, text in SCOPES.items() if scope != "openid"]
        if fixed:
            del self.fields["code"]


@page(MANAGE)
def listing(request: Request) -> HttpResponseBase:
    """All clients."""
    rows = []
    for found in public.clients():
        tone, state = _state(found)
        name = Cell(text=found.name, url=reverse("broker:client", args=[found.code]), note=found.code)
        used = Cell(moment=found.last_used_at) if found.last_used_at else Cell(text=_("never"))
        rows.append((name, found.agency_name, Cell(text=state, tone=tone), used))
    table = Table(caption=_("Connected services"), columns=COLUMNS, rows=tuple(rows), hide_caption=True)
    return render(request, "broker/clients.html", {"table": table})


def _state(found: ClientView) -> tuple[Tone, str]:
    if not found.active:
        return Tone.NONE, _("Switched off")
    if not found.has_secret:
        return Tone.WARNING, _("No secret yet")
    return Tone.OK, _("In use") if found.last_used_at else _("Not used yet")


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Admit a client; its secret is shown once."""
    form = ClientForm(request.POST if request.method == "POST" else None)
    done: str | Refusal = NOTHING_SENT
    if request.method == "POST":
        done = attempt(form, lambda given: public.new_client(_wanted(given, given["code"]), by=signed_in(request)))
    if isinstance(done, str):
        return _secret(request, public.client(form.cleaned_data["code"]), done)
    crumbs = [Link(_("Connected services"), reverse("broker:clients"))]
    context = {"form": form, "error": done.text, "crumbs": crumbs}
    return render(request, "broker/client_form.html", context, status=done.status)


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def client(request: Request, client_code: str) -> HttpResponseBase:
    """One client: what it may, its secret, on and off."""
    found = public.client(client_code)
    here, task = reverse("broker:client", args=[found.code]), request.POST.get("task", "")
    if task == "secret":
        return _secret(request, found, public.new_secret(found.code, by=signed_in(request)))
    if task in {"on", "off"}:
        said = (
            _("The service may sign people in again.")
            if task == "on"
            else _("Switched off. Its tokens have been revoked.")
        )
        return press(request, lambda person: public.switch(found.code, on=task == "on", by=person), said, here)
    form = ClientForm(request.POST if task == "change" else None, initial=_initial(found), fixed=True)
    done: bool | Refusal = NOTHING_SENT
    if task == "change":
        done = attempt(form, lambda given: _change(found, given, request))
    if done is True:
        return redirect(here)
    tone, state = _state(found)
    context = {
        "client": found,
        "tone": tone,
        "state": state,
        "form": None if found.packed else form,
        "scopes": [_(SCOPES[scope]) for scope in found.scopes],
        "error": done.text if isinstance(done, Refusal) else "",
        "crumbs": [Link(_("Connected services"), reverse("broker:clients"))],
    }
    return render(request, "broker/client.html", context, status=done.status if isinstance(done, Refusal) else 200)


def _change(found: ClientView, given: dict[str, Any], request: Request) -> bool:
    public.change_client(found.code, _wanted(given, found.code), by=signed_in(request))
    return True


def _initial(found: ClientView) -> dict[str, Any]:
    return {
        "name": found.name,
        "purpose": found.purpose,
        "agency": found.agency,
        "redirect_uris": "\n".join(found.redirect_uris),
        "post_logout_uris": "\n".join(found.post_logout_uris),
        "scopes": list(found.scopes),
        "backchannel_uri": found.backchannel_uri,
        "private_network": found.private_network,
    }


def _wanted(given: dict[str, Any], code: str) -> NewClient:
    back = given["backchannel_uri"]
    return NewClient(
        code=code,
        name=given["name"],
        purpose=given["purpose"],
        agency=given["agency"],
        redirect_uris=given["redirect_uris"],
        post_logout_uris=given["post_logout_uris"],
        scopes=("openid", *given["scopes"]),
        backchannel_uri=back[0] if back else "",
        private_network=given["private_network"],
    )


def _secret(request: Request, found: ClientView, secret: str) -> HttpResponseBase:
    """Show a secret, this once."""
    context = {"client": found, "secret": secret, "crumbs": [Link(_("Connected services"), reverse("broker:clients"))]}
    return render(request, "broker/secret.html", context)
