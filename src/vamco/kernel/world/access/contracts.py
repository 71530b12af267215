from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vamco.lib.errors import N_, fill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

WHY = {
    "gives": N_("%(role)s, %(agency)s: allows it"),
    "other_act": N_("%(role)s, %(agency)s: does not include this act"),
    "other_agency": N_("%(role)s, %(agency)s: does not reach this agency"),
    "other_place": N_("%(role)s, %(agency)s: does not reach this place"),
    "other_state": N_("%(role)s, %(agency)s: allows it only in another state"),
    "not_yet": N_("%(role)s, %(agency)s: begins on %(since)s"),
    "no_longer": N_("%(role)s, %(agency)s: ended on %(until)s"),
    "abolished": N_("%(role)s, %(agency)s: this agency is not in force"),
    "no_role": N_("%(role)s, %(agency)s: there is no such role any more"),
    "substitution": N_("acting for %(person)s: does not include this act"),
}
ACTING = N_("acting for %(person)s")
NOBODY = N_("Holds no role in any agency.")
DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Act:
    """Something that a person may be allowed to do; `title` is a msgid."""

    code: str
    title: str


class Holder(Protocol):
    """Who may hold roles: a Person, which this room knows by number only."""

    pk: int


@dataclass(frozen=True)
class RoleView:
    """A role of the pack with the codes of its acts; `reach` is all, subtree or agency, as in the pack."""

    code: str
    name: str
    name_en: str
    acts: frozenset[str]
    reach: str = "all"


@dataclass(frozen=True)
class Machine:
    """A room of the platform that acts by itself: on what it measured, or on an event such as a payment.

    `title` is a msgid, shown where a person's name would stand. What a machine may do is said by the object's own rules
    alone; it holds no role.
    """

    room: str
    title: str

    @property
    def actor(self) -> str:
        """Return how the audit log names it."""
        return f"system:{self.room}"


@dataclass(frozen=True)
class Verdict:
    """What one role held, in one's own right or for an absent person, says to an act on an object."""

    because: str
    role: str
    role_en: str
    agency: str
    agency_en: str
    since: dt.date
    until: dt.date | None
    acting_for: str = ""

    def text(self, translate: Callable[[str], str], *, english: bool = False) -> str:
        """Give the verdict in the language of `translate`."""
        data = {
            "role": self.role_en if english else self.role,
            "agency": self.agency_en if english else self.agency,
            "since": self.since.strftime(DAY),
            "until": self.until.strftime(DAY) if self.until else "",
            "person": self.acting_for,
        }
        said = fill(translate(WHY[self.because]), data)
        if not self.acting_for or self.because == "substitution":
            return said
        return f"{said} ({fill(translate(ACTING), data)})"


@dataclass(frozen=True)
class Explanation:
    """Whether a person may do an act on an object, and what each of their roles says to it, those that give it first."""

    allowed: bool
    act: Act
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Reach:
    """The agencies, by code, in which a person may do an act; `owners` is None for all."""

    owners: frozenset[str] | None

    def covers(self, agency: str) -> bool:
        """Whether the agency with a code is among them."""
        return self.owners is None or agency in self.owners
