"""Who may do what where. Pure: the same areas answer for one object, for a list, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Because = Literal["gives", "other_act", "other_agency", "other_place", "other_state"]


@dataclass(frozen=True)
class Grant:
    """A role held: its acts, and the part of the world that it reaches.

    `path` is that of the agency in which the role is held; `reach` is all, subtree or agency. `limited` names the states of
    the object in which an act is allowed, where it is not in all. `places`: ids of the places that a place-bound role
    reaches, None for one that is not bound. `acting_for` is the id of the absent person whose role it is.
    """

    acts: frozenset[str]
    reach: str
    path: str
    limited: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: frozenset[int] | None = None
    acting_for: int | None = None

    def area(self, act: str) -> Area | None:
        """Where this grant allows an act; None for nowhere."""
        if act in self.acts:
            return Area(self.reach, self.path, self.places)
        return Area(self.reach, self.path, self.places, self.limited[act]) if act in self.limited else None


@dataclass(frozen=True)
class Area:
    """A part of the world: agencies, and of what belongs to them perhaps only what lies in some places, is in some states."""

    reach: str
    path: str
    places: frozenset[int] | None = None
    states: frozenset[str] | None = None

    def meets(self, path: str | None) -> bool:
        """Whether the agency at `path` belongs to it; None is the agency of what belongs to none, met only by all."""
        if self.reach == "all":
            return True
        if not path or not self.path:
            return False
        return path.startswith(self.path) if self.reach == "subtree" else self.reach == "agency" and path == self.path

    def lies(self, place: int | None) -> bool:
        """Whether what lies at a place, or at none, belongs to it."""
        return self.places is None or place in self.places

    def stands(self, state: str) -> bool:
        """Whether what is in a state, or in none (""), belongs to it."""
        return self.states is None or state in self.states

    @property
    def agencies(self) -> Scope:
        """The agencies of it, whatever further limits it has."""
        return Scope(
            everywhere=self.reach == "all",
            below=frozenset({self.path} if self.reach == "subtree" else ()),
            exactly=frozenset({self.path} if self.reach == "agency" else ()),
        )

    @property
    def whole(self) -> bool:
        """True when only the agency decides."""
        return self.places is None and self.states is None

    @property
    def empty(self) -> bool:
        """True when no object at all can lie inside."""
        reaches = self.reach == "all" or (self.reach in {"subtree", "agency"} and self.path)
        return not reaches or self.places == frozenset() or self.states == frozenset()


@dataclass(frozen=True)
class Scope:
    """The agencies in which a person may do an act: everywhere, below some, or exactly some; and areas with further limits."""

    everywhere: bool = False
    below: frozenset[str] = frozenset()
    exactly: frozenset[str] = frozenset()
    limited: frozenset[Area] = frozenset()

    @property
    def nowhere(self) -> bool:
        """True when the act is allowed on nothing at all."""
        return not (self.everywhere or self.below or self.exactly or self.limited)

    def covers(self, path: str | None, place: int | None = None, state: str = "") -> bool:
        """Whether an object of the agency at `path` lies inside, at a place and in a state."""
        if self.everywhere:
            return True
        if path and (path in self.exactly or any(path.startswith(top) for top in self.below)):
            return True
        return any(area.meets(path) and area.lies(place) and area.stands(state) for area in self.limited)

    def touches(self, place: int | None = None, state: str = "") -> bool:
        """Whether there can be an object inside, whatever its agency; what is not said may be anything."""
        if self.everywhere or self.below or self.exactly:
            return True
        return any((place is None or area.lies(place)) and (not state or area.stands(state)) for area in self.limited)


NOWHERE = Scope()
EVERYWHERE = Scope(everywhere=True)


def scope(grants: Iterable[Grant], act: str) -> Scope:
    """Where the grants together allow an act."""
    areas = {area for grant in grants if (area := grant.area(act)) is not None and not area.empty}
    whole = {area for area in areas if area.whole}
    if any(area.reach == "all" for area in whole):
        return EVERYWHERE
    return Scope(
        below=frozenset(area.path for area in whole if area.reach == "subtree"),
        exactly=frozenset(area.path for area in whole if area.reach == "agency"),
        limited=frozenset(areas - whole),
    )


class Owner(NamedTuple):
    """Whose an object is, by id: a person's or an organisation's; nobody's, or not known, when both are None."""

    person: int | None = None
    organisation: int | None = None


NOBODY = Owner()


@dataclass(frozen=True)
class Holding:
    """Whose objects a person may act on: their own, or those of a principal by a mandate.

    `acts` are the codes of access and `matters` the fields of law to which the mandate is limited, None for all. `own`: the owner is
    the person, under this record or another one of theirs.
    """

    owner: Owner
    acts: frozenset[str] | None = None
    matters: frozenset[str] | None = None
    own: bool = False


@dataclass(frozen=True)
class Ownership:
    """The owners on whose objects a person may do an act: on all of them, and on those in some matters only."""

    persons: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    limited: frozenset[tuple[Owner, frozenset[str]]] = frozenset()

    @property
    def nobody(self) -> bool:
        """True when no object at all can be reached."""
        return not (self.persons or self.organisations or self.limited)

    def covers(self, owner: Owner, matter: str = "") -> bool:
        """Return whether an object of this owner is reached; what belongs to nobody is not."""
        if owner == NOBODY:
            return False
        if owner.person in self.persons or owner.organisation in self.organisations:
            return True
        return any(known == owner and matter in matters for known, matters in self.limited)


NO_OWNER = Ownership()


def ownership(holdings: Iterable[Holding], act: str) -> Ownership:
    """Return whose objects the holdings together open to an act."""
    held = [holding for holding in holdings if holding.acts is None or act in holding.acts]
    whole = {holding.owner for holding in held if holding.matters is None}
    return Ownership(
        frozenset(owner.person for owner in whole if owner.person is not None),
        frozenset(owner.organisation for owner in whole if owner.organisation is not None),
        frozenset(
            (holding.owner, holding.matters)
            for holding in held
            if holding.matters and holding.owner not in whole  # an empty limit reaches nothing
        ),
    )


def judge(  # the object has that many sides
    grant: Grant, act: str, path: str | None, place: int | None = None, state: str = ""
) -> Because:
    """Whether a grant allows an act on an object, and if not, the first reason why not."""
    area = grant.area(act)
    if area is None:
        return "other_act"
    if not area.meets(path):
        return "other_agency"
    if not area.lies(place):
        return "other_place"
    return "gives" if area.stands(state) else "other_state"


def acting_for(
    grants: Iterable[Grant], act: str, path: str | None, place: int | None = None, state: str = ""
) -> int | None:
    """Give the absent person by whose right alone the act is allowed; None when it is one's own, or not allowed."""
    givers = {grant.acting_for for grant in grants if judge(grant, act, path, place, state) == "gives"}
    return None if None in givers else min((giver for giver in givers if giver is not None), default=None)
