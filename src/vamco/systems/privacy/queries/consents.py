"""Who has consented to what, and to which text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.systems.privacy.contracts import ConsentStep, ConsentView
from vamco.systems.privacy.models import Consent
from vamco.systems.privacy.queries.table import PURPOSES

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.people.models import Person
    from vamco.systems.privacy.models import PurposeVersion


def consented(person: Person, purpose: str, on: dt.datetime | None = None) -> bool:
    """Return whether a person's consent to a purpose was in force at a moment, now without one.

    False for a purpose that rests on the law: nobody consents to that; ask `allowed` whether data may be used.
    """
    at = on or clock.now()
    last = (
        Consent.objects.filter(person=person, purpose=purpose, at__lte=at)
        .select_related("seen")
        .order_by("-pk")
        .first()
    )
    return last is not None and last.given and last.seen.version >= least_version(purpose, at)


def allowed(person: Person, purpose: str, on: dt.datetime | None = None) -> bool:
    """Return whether data of a person may be used for a purpose at a moment: by law, or with their consent."""
    newest = PURPOSES.get(PURPOSES.newest(purpose))
    return newest.basis == "law" or consented(person, purpose, on)


def least_version(purpose: str, at: dt.datetime) -> int:
    """Return the oldest version of a purpose's text to which consent counted at a moment."""
    known = [row for row in PURPOSES.versions(purpose) if row.loaded_at <= at]
    return max((row.version for row in known if PURPOSES.get(row).asks_again), default=0)


def of_person(person: Person) -> list[ConsentView]:
    """Return all purposes as a person sees them: those that rest on consent first."""
    rows = PURPOSES.in_force()
    PURPOSES.get_all(rows.values())
    newest = Consent.objects.filter(person=person).order_by("purpose", "-pk").distinct("purpose")
    given = {consent.purpose: consent for consent in newest.select_related("seen")}
    found = [_view(row, given.get(code)) for code, row in rows.items()]
    return sorted(found, key=lambda view: (view.purpose.basis != "consent", view.purpose.code))


def one(person: Person, purpose: str) -> ConsentView:
    """Return one purpose as a person sees it."""
    row = PURPOSES.newest(purpose)
    last = Consent.objects.filter(person=person, purpose=purpose).select_related("seen").order_by("-pk").first()
    return _view(row, last)


def history(person: Person, purpose: str) -> list[ConsentStep]:
    """Return when a person gave and withdrew consent to a purpose, newest first, with the text that was seen."""
    rows = Consent.objects.filter(person=person, purpose=purpose).select_related("seen", "by").order_by("-pk")
    steps = []
    for row in rows:
        seen = PURPOSES.get(row.seen)
        other = row.by.name if row.by_id != person.pk else ""
        steps.append(ConsentStep(row.given, row.at, row.seen.version, seen.text, seen.text_en, other))
    return steps


def _view(row: PurposeVersion, last: Consent | None) -> ConsentView:
    purpose = PURPOSES.get(row)
    if purpose.basis == "law":
        return ConsentView(purpose, row.version, None, None, None, outdated=False)
    if last is None:
        return ConsentView(purpose, row.version, given=False, since=None, seen_version=None, outdated=False)
    counts = last.seen.version >= least_version(purpose.code, clock.now())
    return ConsentView(
        purpose,
        row.version,
        given=last.given and counts,
        since=last.at,
        seen_version=last.seen.version,
        outdated=last.given and not counts,
    )
