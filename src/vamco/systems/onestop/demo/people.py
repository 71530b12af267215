"""Who files and who decides in the demonstration: the log-ins at the first office, made-up officials at the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.onestop.demo import answers, plan
from vamco.systems.onestop.services.filing import COMMUNE

if TYPE_CHECKING:
    import random

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Organisation, Person
    from vamco.systems.onestop.demo.plan import Party, Plan

SINCE: Final = dt.date(2025, 7, 1)
LOG_INS: Final = {"clerk": "motcua", "specialist": "chuyenvien", "head": "lanhdaomotcua"}
TAX: Final = "sothue"
ROLES: Final = {"clerk": "onestop_clerk", "specialist": "onestop_specialist", "head": "onestop_head"}
ACTOR: Final = "demonstration"


@dataclass(frozen=True, slots=True)
class Files:
    """Who a dossier is for, who files it, and what is known of them for the form."""

    applicant: Person | Organisation
    by: Person
    known: dict[str, Any]


class Staff:
    """The officials of each agency, made up where there are no log-ins."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        logged_in = {each: identity.find(name).person for each, name in LOG_INS.items()}
        self.home: Agency = people.posts_of([logged_in["clerk"].pk])[0].agency
        self._found: dict[int, dict[str, Person]] = {self.home.pk: logged_in}

    def of(self, agency: Agency) -> dict[str, Person]:
        """Return clerk, specialist and head of an agency."""
        if agency.pk not in self._found:
            made = {}
            for part, role in ROLES.items():
                made[part] = people.add(answers.name(self._rng))
                people.appoint(made[part], agency, role, since=SINCE, title="Cán bộ mô phỏng", actor=ACTOR)
            self._found[agency.pk] = made
        return self._found[agency.pk]


def office(named: str, staff: Staff) -> Agency:
    """Return an office of the plan: that of the log-ins, a commune by its number, or the agency of a kind."""
    if named == "log_ins":
        return staff.home
    if named.startswith("@"):
        return agencies.get(plan.agency_of_kind(named.removeprefix("@")))
    found = [each for each in agencies.in_force(clock.today(), COMMUNE) if each.code != staff.home.code]
    return agencies.get(found[int(named.partition(":")[2]) - 1].code)


class Applicants:
    """Those who file: the demonstration's citizens by key, a firm, a household business, and people who are made up."""

    def __init__(self, chosen: Plan, rng: random.Random) -> None:
        self._plan, self._rng, self._known = chosen, rng, plan.citizens()
        self._found: dict[str, Files] = {}

    def of(self, key: str) -> Files:
        """Return who files under a key of the plan; "" is somebody new."""
        if not key:
            return self._made_up()
        if key not in self._found:
            self._found[key] = self._firm() if key == "firm" else self._citizen(key)
        return self._found[key]

    def _made_up(self) -> Files:
        person = people.add(answers.name(self._rng))
        return Files(person, person, {"applicant.name": person.name})

    def _citizen(self, key: str) -> Files:
        said = self._known.get(self._plan.people[key])
        if said is None:
            return self._made_up()
        person = people.find_by_number("citizen_id", said["number"])
        if not isinstance(person, people.Person):
            person = people.add(said["name"])
            people.record_number(person, "citizen_id", said["number"])
        known = {"name": said["name"], "born": said["born"], "citizen_id": said["number"]}
        return Files(person, person, {f"applicant.{name}": value for name, value in known.items()})

    def _firm(self) -> Files:
        director = self._citizen("director").by
        firm = self._organisation(self._plan.firm, "enterprise")
        if not people.represents(director, firm.pk):
            people.give_mandate(
                firm,
                director,
                since=SINCE,
                representative=True,
                basis="Giấy chứng nhận đăng ký doanh nghiệp (mô phỏng)",
                actor=ACTOR,
            )
        named = {
            "employer.name": firm.name,
            "for_whom": "organisation",
            "organisation.name": firm.name,
            "applicant.name": director.name,
        }
        if self._plan.firm.tax_code:
            named |= {"employer.tax_code": self._plan.firm.tax_code, "organisation.tax_code": self._plan.firm.tax_code}
        return Files(firm, director, named)

    def _organisation(self, party: Party, kind: str) -> Organisation:
        known = people.find_by_number("tax_code", party.tax_code) if party.tax_code else None
        if isinstance(known, people.Organisation):
            return known
        made = people.add_organisation(party.name, kind, actor=ACTOR)
        if party.tax_code:
            people.record_number(made, "tax_code", party.tax_code, actor=ACTOR)
        return made
