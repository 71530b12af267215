"""How systems stand towards national platforms, and switching one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.base.modes import public as modes
from vamco.kernel.world.access import public as access
from vamco.systems.desk import services
from vamco.web import words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Link, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.http import HttpResponseBase
    from django.utils.functional import _StrPromise

MODES: Final[dict[modes.Mode, _StrPromise]] = {
    modes.Mode.OWN: gettext_lazy("The province's own"),
    modes.Mode.UNTIL_IT_RUNS: gettext_lazy("Own for now"),
    modes.Mode.CONNECTOR: gettext_lazy("Connecting only"),
}
HELP: Final[dict[modes.Mode, _StrPromise]] = {
    modes.Mode.OWN: gettext_lazy("Records are made and kept here."),
    modes.Mode.UNTIL_IT_RUNS: gettext_lazy("Records are made here until the national platform runs; then switch."),
    modes.Mode.CONNECTOR: gettext_lazy(
        "New records are made on the national platform. What is here can still be read, finished, linked and exported."
    ),
}
STATES: Final[dict[modes.State, tuple[Tone, _StrPromise]]] = {
    modes.State.RUNS: (Tone.OK, gettext_lazy("Runs")),
    modes.State.PILOT: (Tone.ACTIVE, gettext_lazy("Pilot")),
    modes.State.PLANNED: (Tone.NONE, gettext_lazy("Planned")),
    modes.State.UNKNOWN: (Tone.STALE, gettext_lazy("State not known")),
}
_TONES: Final = {
    modes.Mode.OWN: Tone.NONE,
    modes.Mode.UNTIL_IT_RUNS: Tone.ACTIVE,
    modes.Mode.CONNECTOR: Tone.OK,
}


@dataclass(frozen=True)
class PlatformShown:
    """A national platform as a reader sees it."""

    code: str
    name: str
    tone: Tone
    state: _StrPromise
    source: str
    as_of: dt.date


@dataclass(frozen=True)
class Shown:
    """A system and its mode as a reader sees them; `url` leads to switching it, for who may."""

    name: str
    mode: _StrPromise
    tone: Tone
    reason: str
    due: bool
    platforms: Sequence[PlatformShown]
    url: str


class SwitchForm(forms.Form):
    """The new mode and why."""

    mode = forms.TypedChoiceField(
        label=gettext_lazy("Mode"),
        coerce=modes.Mode,
        choices=[(mode.value, label) for mode, label in MODES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose a mode.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=modes.REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Stands on this page and in the log of acts, for example the document that announces the platform."
        ),
        error_messages={"required": gettext_lazy("Please say why.")},
    )


@page("desk.see_modes")
def listed(request: Request) -> HttpResponseBase:
    """All systems with their modes."""
    may = access.allow(signed_in(request), "desk.switch_mode")
    shown = [_shown(found, may=bool(may)) for found in modes.listed()]
    shown.sort(key=lambda system: not system.due)
    return render(request, "desk/modes.html", {"systems": shown, "help": _helped()})


@page("desk.switch_mode", methods=("GET", "HEAD", "POST"))
def switch(request: Request, system: str) -> HttpResponseBase:
    """One system: what it would mean to switch it, and doing so."""
    found, refusal = modes.get(system), NOTHING_SENT
    form = SwitchForm(request.POST or None, initial={"mode": found.mode.value})
    if request.method == "POST":
        person = signed_in(request)
        done = attempt(form, lambda sent: services.switch_mode(system, sent["mode"], sent["reason"], by=person))
        if not isinstance(done, Refusal):
            messages.success(request, _("The mode was switched."))
            return redirect("desk:modes")
        refusal = done
    shown = _shown(found, may=False)
    crumbs = [Link(_("National platforms"), reverse("desk:modes")), Link(shown.name)]
    context = {"system": shown, "form": form, "help": _helped(), "error": refusal.text, "crumbs": crumbs}
    return render(request, "desk/mode.html", context, status=refusal.status)


def _helped() -> list[tuple[_StrPromise, _StrPromise]]:
    return [(label, HELP[mode]) for mode, label in MODES.items()]


def _shown(found: modes.SystemMode, *, may: bool) -> Shown:
    return Shown(
        name=words.either(found.name, found.name_en),
        mode=MODES[found.mode],
        tone=Tone.WARNING if found.due else _TONES[found.mode],
        reason=words.either(found.reason, found.reason_en),
        due=found.due,
        platforms=[
            PlatformShown(
                each.code, words.either(each.name, each.name_en), *STATES[each.state], each.source, each.as_of
            )
            for each in found.platforms
        ],
        url=reverse("desk:mode", args=[found.system]) if may else "",
    )
