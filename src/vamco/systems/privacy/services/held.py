"""What identity and the kernel hold of a person, for exports and erasures."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_
from vamco.systems.identity import public as identity
from vamco.systems.privacy.contracts import Erased, Holding, Line, Section
from vamco.systems.privacy.models import Consent, Export
from vamco.systems.privacy.queries import looks
from vamco.systems.privacy.queries.table import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from vamco.kernel.world.people.models import Person

_AT_ONCE: Final = 200
_EXPIRED_AT_ONCE: Final = 500


def _at(moment: dt.date | None) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


def account(person: Person) -> list[Section]:
    """The account and its ways in; no secrets, and of passkeys no keys."""
    found = identity.of_person(person)
    if found is None:
        return [Section(N_("Account"))]
    lines = (
        Line(N_("Account name"), "" if found.username.startswith("@") else found.username),
        Line(N_("Opened"), _at(found.created_at)),
        Line(N_("Last sign-in"), _at(found.last_login)),
    )
    passkeys = tuple(
        (Line(N_("Name"), key.name), Line(N_("Added"), _at(key.created_at)), Line(N_("Last used"), _at(key.used_at)))
        for key in found.passkeys.order_by("created_at")
    )
    links = tuple(
        (Line(N_("Issuer"), link.issuer), Line(N_("Linked"), _at(link.created_at)))
        for link in found.eid_links.order_by("created_at")
    )
    return [Section(N_("Account"), (lines,)), Section(N_("Passkeys"), passkeys), Section(N_("National eID"), links)]


def sign_ins(person: Person) -> list[Section]:
    """When and from where somebody signed in."""
    found = identity.of_person(person)
    rows = found.sign_ins.order_by("-began_at") if found else ()
    records = tuple(
        (
            Line(N_("Began"), _at(row.began_at)),
            Line(N_("Ended"), _at(row.ended_at)),
            Line(N_("Network"), row.network),
            Line(N_("Browser"), row.browser),
        )
        for row in rows
    )
    return [Section(N_("Sign-ins"), records)]


def person_of(person: Person) -> list[Section]:
    """The name, the numbers as they are shown, posts, and mandates given and held."""
    who = (Line(N_("Name"), person.name), Line(N_("Entered"), _at(person.created_at)))
    numbers = tuple(
        (Line(N_("Kind of number"), number.kind), Line(N_("Number (kept sealed, shown masked)"), number.shown))
        for number in people.numbers(person)
    )
    posts = tuple(
        (
            Line(N_("Agency"), post.agency.name),
            Line(N_("Title"), post.title),
            Line(N_("From"), _at(post.valid_from)),
            Line(N_("Until"), _at(post.valid_to)),
        )
        for post in people.posts_of([person.pk])
    )
    mandates = tuple(
        (
            Line(N_("Acts for you"), row.agent.name),
            Line(N_("From"), _at(row.valid_from)),
            Line(N_("Until"), _at(row.valid_to)),
        )
        for row in people.mandates_given(person)
    ) + tuple(
        (
            Line(N_("You act for"), (row.person or row.organisation).name),  # type: ignore[union-attr]  # one of both
            Line(N_("From"), _at(row.valid_from)),
            Line(N_("Until"), _at(row.valid_to)),
        )
        for row in people.mandates_held(person)
    )
    return [
        Section(N_("Person"), (who,)),
        Section(N_("Identity numbers"), numbers),
        Section(N_("Posts"), posts),
        Section(N_("Mandates"), mandates),
    ]


def _notices(person: Person) -> Iterator[tuple[Line, ...]]:
    after: int | None = None
    while True:
        page = notices.inbox(person, notices.settings_of(person).language, after=after, count=_AT_ONCE)
        for told in page.notices:
            yield Line(N_("Sent"), _at(told.at)), Line(N_("Title"), told.title), Line(N_("Text"), told.text)
        if page.after is None:
            return
        after = page.after


def notices_of(person: Person) -> list[Section]:
    """What somebody was notified of, at which addresses."""
    addresses = tuple(
        (Line(N_("Channel"), contact.channel), Line(N_("Address (kept sealed, shown masked)"), contact.shown))
        for contact in notices.contacts(person)
    )
    return [Section(N_("Notices"), tuple(_notices(person))), Section(N_("Addresses for notices"), addresses)]


def forget_notices(person: Person, ground: str, actor: str) -> Erased:
    """Delete them with addresses and choices."""
    addresses = len(notices.contacts(person))
    return Erased(deleted=notices.forget(person, actor=actor, purpose=ground) + addresses)


def cases_of(person: Person) -> list[Section]:
    """What somebody applied for, as they may see it."""
    records: list[tuple[Line, ...]] = []
    for pk in cases.own(person).filter(applicant=person).order_by("pk").values_list("pk", flat=True):
        own = cases.own_case(pk, person)
        steps = [
            Line(N_("Step"), " · ".join(filter(None, (_at(entry.at), str(entry.name or ""), entry.note))))
            for entry in own.entries
        ]
        files = [Line(N_("File"), file.name) for entry in own.entries for file in entry.files]
        records.append(
            (
                Line(N_("Number"), own.number),
                Line(N_("Title"), own.title),
                Line(N_("Agency"), own.agency.name),
                Line(N_("Opened"), _at(own.opened_at)),
                *steps,
                *files,
            )
        )
    return [Section(N_("Cases"), tuple(records))]


def consents_of(person: Person) -> list[Section]:
    """Every consent that was given or withdrawn, with the text that was seen."""
    rows = Consent.objects.filter(person=person).select_related("seen").order_by("pk")
    records = tuple(
        (
            Line(N_("Purpose"), PURPOSES.get(row.seen).name),
            Line(N_("Given"), "true" if row.given else "false"),
            Line(N_("Recorded"), _at(row.at)),
            Line(N_("Text that was seen"), PURPOSES.get(row.seen).text),
        )
        for row in rows
    )
    return [Section(N_("Consents"), records)]


def exports_of(person: Person) -> list[Section]:
    """Copies that were made before."""
    records = tuple(
        (Line(N_("Asked for"), _at(row.asked_at)), Line(N_("State"), row.state), Line(N_("SHA-256"), row.sha256))
        for row in Export.objects.filter(person=person).order_by("asked_at")
    )
    return [Section(N_("Copies of your data"), records)]


def _ended_exports(before: dt.datetime) -> list[UUID]:
    rows = Export.objects.filter(ended_at__lt=before, file=None).order_by("asked_at").values_list("pk", flat=True)
    return list(rows[:_EXPIRED_AT_ONCE])


def due_exports(before: dt.datetime) -> int:
    """Count copies that ended before a moment."""
    return Export.objects.filter(ended_at__lt=before, file=None).count()


def expire_exports(before: dt.datetime) -> int:
    """Delete what is known of copies that ended before a moment, some at a time."""
    deleted, _each = Export.objects.filter(pk__in=_ended_exports(before)).delete()
    return deleted


def looks_of(person: Person) -> list[Section]:
    """Who looked at somebody's data, as the page of looks says it."""
    records: list[tuple[Line, ...]] = []
    after: int | None = None
    while True:
        page = looks.of_person(person, after=after)
        records += [
            (Line(N_("When"), _at(one.at)), Line(N_("Agency"), one.agency), Line(N_("What for"), one.purpose))
            for one in page.looks
        ]
        if page.after is None:
            return [Section(N_("Who looked at your data"), tuple(records))]
        after = page.after


HOLDINGS: Final = (
    Holding("identity.account", N_("Account"), account),
    Holding("identity.sign_ins", N_("Sign-ins"), sign_ins),
    Holding("people.person", N_("Person"), person_of),
    Holding("notices", N_("Notices"), notices_of, erase=forget_notices),
    Holding("cases", N_("Cases"), cases_of),
    Holding("privacy.consents", N_("Consents"), consents_of),
    Holding("privacy.looks", N_("Who looked at your data"), looks_of),
    Holding("privacy.exports", N_("Copies of your data"), exports_of, due=due_exports, expire=expire_exports),
)
