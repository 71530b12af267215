"""What an act on an official will do, said before it is done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.identity.pages.staff import wording
from vamco.systems.identity.queries import staff as queries
from vamco.web import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.kernel.world.people.public import Membership
    from vamco.systems.identity.queries.staff import Official
    from vamco.systems.identity.rules.staff import Given, Invitation

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Cases:
    """The open cases that somebody has in hand for the agency of a post, and who takes them over, if anybody is named."""

    held: int
    successor: str = ""


def inviting(given: Invitation) -> list[str]:
    """Say what an invitation does."""
    first = _("%(name)s becomes %(role)s at %(agency)s %(span)s.") % _named(given.name, given.post)
    opened = opening(given.name, given.username)
    if given.number:
        opened += " " + _("If the platform knows the holder of this number already, they keep their account, and no link is made: they sign in as they do now, or with the national eID.")  # fmt: skip
    return [first, opened, *_when(given.post.since)]


def opening(name: str, username: str) -> str:
    """Say what an account is opened as."""
    return _("An account “%(username)s” is opened for %(name)s. Its one-time link is shown once on the next page, for you to hand on; it works for 24 hours.") % {"username": username, "name": name}  # fmt: skip


def appointing(official: Official, given: Given) -> list[str]:
    """Say what a further post does."""
    said = [_("%(name)s becomes %(role)s at %(agency)s %(span)s.") % _named(official.person.name, given)]
    later = queries.later_posts(official.posts, clock.today())
    said.append(
        ngettext("The post that they hold stays.", "The %(count)s posts that they hold stay.", len(later))
        % {"count": len(later)}
        if later
        else _("They hold no other post.")
    )
    if official.account.state == "locked":
        said.append(_("Their account is locked and stays so: unlock it on their page."))
    return [*said, *_when(given.since)]


def moving(official: Official, post: Membership, given: Given, cases: Cases) -> list[str]:
    """Say what a move does."""
    name = official.person.name
    said = [
        _("%(name)s becomes %(role)s at %(agency)s %(span)s.") % _named(name, given),
        _("Their post now, %(post)s, ends the day before: from %(day)s on nothing of it is theirs any more.")
        % {"post": wording.post(post), "day": wording.day(given.since)},
    ]
    return [*said, *_handing_on(post, cases, given.since - DAY), *_when(given.since)]


def ending(official: Official, post: Membership, until: dt.date, cases: Cases) -> list[str]:
    """Say what the end of a post does."""
    facts = {"name": official.person.name, "post": wording.post(post), "day": wording.day(until)}
    if until < post.valid_from:
        said = [_("%(name)s does not take up the post %(post)s: it is called off.") % facts]
    else:
        said = [_("%(name)s holds the post %(post)s for the last time on %(day)s.") % facts]
    said += _handing_on(post, cases, until)
    others = [other for other in queries.later_posts(official.posts, until + DAY) if other.pk != post.pk]
    if others:
        said.append(_("They keep: %(posts)s.") % {"posts": "; ".join(wording.post(other) for other in others)})
    elif official.account.eid:
        said.append(_("It is their last post: password, second factor and passkeys are removed when it has ended. They still come in as a citizen, by national eID."))  # fmt: skip
    elif official.account.state in {"active", "invited"}:
        said.append(_("It is their last post: their account is locked within the hour after it has ended."))
    said.append(_("A post that has ended is not taken up again; it can be given anew from the day after."))
    return said


def standing_in(
    name: str, sent: dict[str, Any], others: Mapping[str, str], where: Mapping[str, str], acts: Mapping[str, str]
) -> list[str]:
    """Say what a substitution does."""
    what = ", ".join(acts[act] for act in sent["acts"]) or _("all that %(name)s may do there") % {"name": name}
    facts = {
        "substitute": others.get(str(sent["substitute"]), ""),
        "absent": name,
        "span": wording.span(sent["since"], sent["until"]),
        "where": where.get(sent["agency"], _("all their posts")),
    }
    return [
        _("%(substitute)s acts for %(absent)s %(span)s, for %(where)s.") % facts,
        _("What they may do: %(what)s.") % {"what": what},
        _("Each act done by this right alone is recorded as done for %(absent)s. %(absent)s can still act themselves.")
        % facts,
    ]


def standing_in_ends(names: Mapping[str, str], first: dt.date, until: dt.date) -> str:
    """Say what the end of a substitution does."""
    if until < first:
        return _("%(substitute)s does not come to act for %(absent)s: it is called off.") % names
    return _("%(substitute)s acts for %(absent)s for the last time on %(day)s.") % {**names, "day": wording.day(until)}


def relinking(name: str, *, removes: bool) -> list[str]:
    """Say what a new link does."""
    said = [
        _("The password of %(name)s ends, and so does each place where they are signed in now.") % {"name": name},
        _("The one-time link is shown once on the next page, for you to hand on; earlier links are void."),
    ]
    if removes:
        said.append(_("Their second factor and recovery codes are removed; they set up new ones."))
    return said


def held(counts: Sequence[tuple[str, int]]) -> list[str]:
    """Say how many open cases somebody has in hand."""
    names = words.agency_names(code for code, _count in counts)
    return [
        ngettext("They have %(count)s open case of %(agency)s in hand.", "They have %(count)s open cases of %(agency)s in hand.", count)
        % {"count": count, "agency": names.get(code, code)}
        for code, count in counts
    ]  # fmt: skip


def _handing_on(post: Membership, cases: Cases, until: dt.date) -> list[str]:
    """Say what becomes of the open cases that somebody has in hand for the agency of a post."""
    held = cases.held
    if not held:
        return [_("They have no open case of this agency in hand.")]
    facts = {"count": held, "agency": wording.agency(post.agency), "name": cases.successor}
    if cases.successor:
        return [
            ngettext("The open case that they have in hand goes to %(name)s now.", "The %(count)s open cases that they have in hand go to %(name)s now.", held) % facts
        ]  # fmt: skip
    if until < clock.today():
        return [
            ngettext("The open case that they have in hand goes back to %(agency)s now.", "The %(count)s open cases that they have in hand go back to %(agency)s now.", held) % facts
        ]  # fmt: skip
    return [
        ngettext("The open case that they have in hand goes back to %(agency)s when the post has ended.", "The %(count)s open cases that they have in hand go back to %(agency)s when the post has ended.", held) % facts
    ]  # fmt: skip


def _named(name: str, given: Given) -> dict[str, str]:
    return {
        "name": name,
        "role": wording.role(given.role, access.roles()),
        "agency": wording.agency(agencies.get(given.agency)),
        "span": wording.span(given.since, None),
    }


def _when(since: dt.date) -> list[str]:
    """Say what a day that is not today means."""
    if since < clock.today():
        return [_("The first day lies in the past. The rights begin now; the record shows both days.")]
    if since > clock.today():
        return [_("Nothing changes before that day. Until then it can be called off.")]
    return []
