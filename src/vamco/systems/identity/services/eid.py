"""Signing in with the national eID: away to its issuer, back, and whose account it is. Decision 0032.

An account is found by the verified identity number alone, never by name, phone or e-mail. What is not certain is for the counter.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity.adapters.eid import Deadline, Question
from vamco.systems.identity.contracts import Departure, EidState, How
from vamco.systems.identity.models import Account, EidIssuer, EidLink
from vamco.systems.identity.rules import eid as rules
from vamco.systems.identity.rules.eid import Expected, Holder, Unproven
from vamco.systems.identity.services.accounts import note, open_account
from vamco.systems.identity.services.eid_line import Away, Line, contact_of, registration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.world.people.models import Person

LASTS: Final = 15 * 60  # seconds from going there to coming back
_LONGEST_ERROR: Final = 40
_COUNTER: Final = {  # each says what to do: an official at the counter sees the person and their papers
    "eid_number_changed": N_(
        "Your identity number is not the one that you came with last time. Please come to a one-stop counter with your papers: "
        "an official settles which account is yours."
    ),
    "eid_no_number": N_(
        "The eID has told us no identity number, so it is not certain who you are here. Please come to a one-stop counter with your "
        "papers: an official can do there what you need."
    ),
    "eid_bad_number": N_(
        "The eID has told us a number that is no citizen's identity number. Please come to a one-stop counter with your papers."
    ),
    "eid_other_account": N_(
        "Your identity number is tied to another eID account. Please come to a one-stop counter with your papers: an official "
        "settles which one is yours."
    ),
    "eid_closed": N_("Your account here is closed. Please come to a one-stop counter with your papers."),
}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrival:
    """Who is back from the issuer, how surely, and where they wanted to go. `child`: a parent or guardian answers for them."""

    account: Account
    how: How
    target: str
    first: bool
    child: bool


def state() -> EidState:
    """Return whether the eID is offered, and since when its issuer does not answer."""
    issuer = settings.VAMCO_EID_ISSUER.rstrip("/")
    row = EidIssuer.objects.filter(issuer=issuer).only("away_since").first() if issuer else None
    return EidState(offered=bool(issuer), name=settings.VAMCO_EID_NAME, away_since=row.away_since if row else None)


def ask_again() -> None:
    """Ask an issuer that does not answer whether it is back, so that the log-in page stops saying so by itself."""
    known = registration()
    row = EidIssuer.objects.filter(issuer=known.issuer).exclude(away_since=None).first() if known else None
    if known is None or row is None or not contact_of(row).may_call(clock.now()):
        return
    try:
        Line(known).metadata()
    except (Away, Unproven):
        return


def begin(
    target: str, *, level: int = 0, within: int | None = None, language: str = "", account: Account | None = None
) -> Departure:
    """Return where to go to be asked who it is, and what the session keeps until the answer comes.

    `account`: who is signed in already and confirms; they must show anew who they are. `within`: seconds that this may lie back.
    Away where the issuer does not answer.
    """
    line = _line()
    again = account is not None
    question = Question(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        level=level,
        again=again,
        max_age=(within or 0) if again else within,
        language=language,
    )
    kept = {
        "state": question.state,
        "nonce": question.nonce,
        "verifier": question.verifier,
        "target": target,
        "level": level,
        "within": within,
        "account": account.pk if account else None,
        "begun": time.time(),
    }
    try:
        return Departure(line.issuer.way(line.metadata(), question), kept)
    except Unproven as error:
        log.warning("eid metadata refused: %s", error.reason)
        raise _unproven(error.reason) from None


def come_back(kept: Mapping[str, Any], sent: Mapping[str, str]) -> Arrival:
    """Return whose account it is, and how surely; Refused in plain words for all that proves nothing, Away where nobody answers.

    `kept` is what `begin` gave to this browser's session, `sent` what the browser has brought back.
    """
    line, now = _line(), time.time()
    if now - kept["begun"] > LASTS:
        raise Refused("identity.eid_late", N_("That took too long. Please sign in once more."))
    if sent.get("error"):
        raise _declined(sent["error"])
    try:
        holder = _ask(line, kept, sent)
    except Unproven as error:
        log.warning("eid answer refused: %s", error.reason)
        raise _unproven(error.reason) from None
    if holder.level < kept["level"]:
        raise Refused(
            "identity.eid_level",
            N_(
                "%(issuer)s has confirmed you at level %(level)s, and level %(wanted)s is needed here. "
                "Raise your account to level %(wanted)s with the police, or choose that level when %(issuer)s asks."
            ),
            issuer=settings.VAMCO_EID_NAME,
            level=holder.level,
            wanted=kept["level"],
        )
    at = clock.now() - dt.timedelta(seconds=max(0.0, now - (holder.at if holder.at is not None else now)))
    how = How(holder.level, holder.methods, at, line.known.issuer)
    try:
        account, first = _account(line.known.issuer, holder, how, kept["account"])
    except IntegrityError:  # somebody has recorded the same number at this moment
        account, first = _account(line.known.issuer, holder, how, kept["account"])
    return Arrival(account, how, kept["target"], first, rules.needs_guardian(holder.born, clock.today()))


def _ask(line: Line, kept: Mapping[str, Any], sent: Mapping[str, str]) -> Holder:
    known, deadline = line.known, Deadline()
    metadata = line.published() or line.metadata()
    named = sent.get("iss")
    if named != known.issuer and (named or metadata.get("authorization_response_iss_parameter_supported")):
        raise Unproven("response_iss")
    if not sent.get("code"):
        raise Unproven("no_code")
    given = line.call(lambda: line.issuer.redeem(metadata, sent["code"], kept["verifier"], deadline))
    claims = line.read(given, metadata, deadline)
    within = kept["within"]
    after = kept["begun"] if kept["account"] else None if within is None else kept["begun"] - within
    rules.check(claims, Expected(known.issuer, known.client, kept["nonce"], after), now=time.time())
    access = given.get("access_token")
    if known.profile.number not in claims and isinstance(access, str):
        more = line.call(lambda: line.issuer.about(metadata, access, deadline))
        if more and more.get("sub") != claims["sub"]:
            raise Unproven("userinfo_sub")
        claims = {**more, **claims}
    return rules.describe(claims, known.profile)


def _account(issuer: str, holder: Holder, how: How, signed_in: int | None) -> tuple[Account, bool]:
    """Return the account of a verified person, made where there is none, and whether this is the first time that they come by the eID."""
    with transaction.atomic():
        link = _link(issuer, holder)
        first = link is None
        if link is None:
            _one_at_a_time()
            link = _link(issuer, holder) or _new_link(issuer, holder)
        account = link.account
        if signed_in is not None and account.pk != signed_in:
            raise Refused(
                "identity.eid_somebody_else",
                N_(
                    "%(issuer)s has confirmed another person than the one who is signed in here. "
                    "Nothing has changed. Log out first, if you want to sign in as that person."
                ),
                issuer=settings.VAMCO_EID_NAME,
            )
        if not account.may_log_in:
            raise _counter("eid_closed")
        _take_over(link, holder)
        act = "confirm" if signed_in is not None else "log_in"
        note(act, account, str(account.person_id), by="eid", level=how.level, methods=list(how.methods))
    return account, first


def _link(issuer: str, holder: Holder) -> EidLink | None:
    """Return the link of a person whom the issuer has named before; Refused where their number is no longer the same."""
    link = EidLink.objects.select_related("account__person").filter(issuer=issuer, subject=holder.subject).first()
    if link is not None and holder.number and _owner(holder) != link.account.person:
        raise _counter("eid_number_changed")
    return link


def _new_link(issuer: str, holder: Holder) -> EidLink:
    if not holder.number or not holder.name:
        raise _counter("eid_no_number")
    person = _owner(holder)
    if person is None:
        person = people.add(holder.name)
        people.record_number(person, "citizen_id", holder.number)
    account = Account.objects.filter(person=person).first()
    if account is None:
        account = open_account(f"@{secrets.token_hex(12)}", None, person, demonstration=settings.VAMCO_DEMO)
    elif account.eid_links.filter(issuer=issuer).exists():
        raise _counter("eid_other_account")
    now = clock.now()
    note("link_eid", account, str(person.pk))
    return EidLink.objects.create(account=account, issuer=issuer, subject=holder.subject, created_at=now, used_at=now)


def _owner(holder: Holder) -> Person | None:
    """Return who holds the number; Refused for what is no citizen's number, and for a number of an organisation."""
    try:
        found = people.find_by_number("citizen_id", holder.number)
    except Refused:
        raise _counter("eid_bad_number") from None
    if isinstance(found, people.Organisation):
        raise _counter("eid_bad_number")
    return found


def _take_over(link: EidLink, holder: Holder) -> None:
    """Let what the eID says stand where it differs from what was known: it is the register's."""
    account, person = link.account, link.account.person
    if holder.name and not rules.same_name(holder.name, person.name):
        people.rename(person, holder.name)
        note("take_over_name", account, audit.SYSTEM, by="eid")
    if link.born and holder.born and link.born != holder.born:
        note("take_over_birth", account, audit.SYSTEM, by="eid")
    link.born, link.sex = holder.born or link.born, holder.sex or link.sex
    link.used_at = clock.now()
    link.save(update_fields=["born", "sex", "used_at"])


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('identity.eid_first', 0))")


def _line() -> Line:
    known = registration()
    if known is None:
        raise Missing("identity.no_eid", N_("This site does not offer to sign in with the national eID."))
    return Line(known)


def leave(back: str) -> str:
    """Return where the browser goes to sign out at the issuer, too; `back` where it cannot."""
    known = registration()
    if known is None:
        return back
    line = Line(known)
    return line.issuer.way_out(line.published(), f"{settings.VAMCO_SITE_URL}{back}") or back


def _counter(code: str) -> Refused:
    return Refused(f"identity.{code}", _COUNTER[code])


def _declined(error: str) -> Refused:
    if error == "access_denied":
        return Refused(
            "identity.eid_declined", N_("You have not agreed, or the eID account may not be used. Nobody is signed in.")
        )
    log.info("eid declined: %s", error if error.isidentifier() and len(error) < _LONGEST_ERROR else "?")
    return Refused("identity.eid_failed", N_("The national eID could not sign you in. Please try again later."))


def _unproven(reason: str) -> Refused:
    if reason in {"expired", "not_yet", "auth_time"}:
        text = N_("The answer of the national eID is too old, or its clock and ours differ. Please sign in once more.")
    elif reason in {"invalid_grant", "no_code"}:
        text = N_("This answer of the national eID was used already or has expired. Please sign in once more.")
    else:
        text = N_(
            "It is not certain that this answer comes from the national eID. Nobody is signed in. Please try once more."
        )
    return Refused("identity.eid_unproven", text, reason=reason)
