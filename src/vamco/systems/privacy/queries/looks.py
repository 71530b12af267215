"""Who looked at a person's data or changed them, as the audit log says and as the person may read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.time import local_date
from vamco.systems.privacy.contracts import Looks, LookView
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.rules.looks import ACTS, meaning

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.people.models import Membership, Person

PER_PAGE: Final = 25
LOOKED: Final = tuple(sorted(act for act, known in ACTS.items() if known.looked))
_NUMBER: Final = re.compile(r"\d(?:[\s.-]?\d){8,}")


def of_person(person: Person, *, looked_only: bool = True, after: int | None = None) -> Looks:
    """Return a page of what others did with a person's data, newest first; six statements at most, however long the log.

    The person's own acts are left out, and what a law holds back (`audit.concerning`). The purpose is what the official stated; a number in it
    is covered, since it may be somebody else's.
    """
    found, rest = audit.concerning(
        f"person:{person.pk}",
        on=clock.today(),
        not_by=str(person.pk),
        acts=LOOKED if looked_only else None,
        after=after,
        limit=PER_PAGE,
    )
    actors = {int(seen.actor) for seen in found if seen.actor.isdigit()}
    names = {pk: one.name for pk, one in people.by_id(actors).items()} if table.settings().show_officials else {}
    posts = _posts(actors)
    roles = access.roles() if posts else {}
    offices = {agency.code: agency for agency in agencies.of_kind().filter(code__in={seen.chain for seen in found})}
    return Looks(tuple(_view(seen, names, posts, roles, offices) for seen in found), rest)


def _view(
    seen: audit.Seen,
    names: dict[int, str],
    posts: dict[int, list[Membership]],
    roles: dict[str, access.RoleView],
    offices: dict[str, agencies.Agency],
) -> LookView:
    known = meaning(seen.act)
    actor = int(seen.actor) if seen.actor.isdigit() else 0
    post = _post(posts.get(actor, []), seen.chain, local_date(seen.at))
    agency = offices.get(seen.chain) or (post.agency if post else None)
    title, title_en = _title(post, roles)
    return LookView(
        id=seen.entry,
        at=seen.at,
        act=seen.act,
        said=known.said,
        looked=known.looked,
        who=names.get(actor, ""),
        post=title,
        post_en=title_en,
        agency=agency.name if agency else "",
        agency_en=agency.name_en if agency else "",
        machine=not actor,
        purpose=_NUMBER.sub("•••", seen.purpose),
    )


def _posts(actors: set[int]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {}
    for row in people.posts_of(actors):
        found.setdefault(row.person_id, []).append(row)
    return found


def _post(held: list[Membership], chain: str, day: dt.date) -> Membership | None:
    """Return the post in which somebody acted: that in the agency of the chain, else any of that day."""
    then = [row for row in held if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)]
    return next((row for row in then if row.agency.code == chain), then[0] if then else None)


def _title(post: Membership | None, roles: dict[str, access.RoleView]) -> tuple[str, str]:
    if post is None:
        return "", ""
    if post.position is not None:
        return post.position.name, post.position.name_en
    role = roles.get(post.role)
    return (role.name, role.name_en) if role else ("", "")
