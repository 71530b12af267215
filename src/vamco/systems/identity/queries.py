from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Q

from vamco.systems.identity import rules
from vamco.systems.identity.models import Attempt

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

DEMO_LOG_INS = "demo-logins.json"  # {"password": "…", "people": [{"username": "…", "name": "…", "title": "…"}]}


def demonstration_log_ins() -> dict[str, Any] | None:
    """The log-ins that the demonstration offers to everybody, as its launcher wrote them; None in production."""
    if not settings.VAMCO_DEMO:
        return None
    try:
        found: dict[str, Any] = json.loads((Path(settings.VAMCO_DATA) / DEMO_LOG_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def failures_on(device: str, username: str, *, now: dt.datetime) -> int:
    """Count the attempts of a name on a device that it has logged in from before."""
    return Attempt.objects.filter(device=device, username=username, at__gt=now - rules.WINDOW).count()


def failures_of_strangers(username: str, network: str, *, now: dt.datetime) -> rules.Failures:
    """Count the attempts on devices that names do not know, as far as the rules want to know."""
    strangers = Attempt.objects.filter(device="", at__gt=now - rules.WINDOW)
    just_now = Attempt.objects.filter(device="", at__gt=now - rules.PAUSE)
    name = strangers.filter(username=username).aggregate(all=Count("pk"), here=Count("pk", filter=Q(network=network)))
    return rules.Failures(
        name_here=name["here"],
        name=name["all"],
        network=_up_to(strangers.filter(network=network), rules.NOISY),
        everywhere=_up_to(strangers, rules.FLOODED),
        network_just_now=_up_to(just_now.filter(network=network), 1),
        everywhere_just_now=_up_to(just_now, rules.SLOW),
    )


def _up_to(rows: QuerySet[Attempt], most: int) -> int:
    """Count rows, but no more than matter: a flood must not make counting slow."""
    return rows.values("pk")[:most].count()
