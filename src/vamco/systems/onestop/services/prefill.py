"""What is known of an applicant, so that nobody types it again: the own record, and registers that were added in `apps.ready()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base import clock
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import VamcoError
from vamco.lib.registry import Registry
from vamco.systems.onestop.rules.prefilling import OWN, Known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Applicant = people.Person | people.Organisation
    Ask = Callable[[Applicant, people.Person], Mapping[str, Known]]

TO: Final = "onestop.form"


@dataclass(frozen=True, slots=True)
class Source:
    """A register: its code, its name as a msgid, and how it is asked: about whom, and by whom. It gives what it knows by `Prefill.source`, or raises."""

    code: str
    name: str
    ask: Ask


_sources: Registry[str, Source] = Registry("register of prefilled answers")


def register(source: Source) -> None:
    """Add a register; what an earlier one says is not overridden by a later one."""
    _sources.add(source.code, source)


def names() -> dict[str, str]:
    """Return the msgids of the registers by code."""
    return {code: source.name for code, source in _sources.items()}


def known(applicant: Applicant, *, by: people.Person) -> tuple[dict[str, Known], list[str]]:
    """Return what is known of an applicant by source of a `Prefill`, and the registers that did not answer.

    Registers are asked about who files for themselves, or for whom they hold a mandate; the own record goes last. A number is
    taken whole only for its holder.
    """
    found: dict[str, Known] = {}
    silent = []
    for source in _sources.values():
        try:
            said = source.ask(applicant, by)
        except VamcoError:
            silent.append(source.code)
            continue
        for name, value in said.items():
            found.setdefault(name, value)
    for name, value in _own(applicant, by).items():
        found.setdefault(name, Known(value, OWN, clock.today()))
    return found, silent


def _own(applicant: Applicant, by: people.Person) -> dict[str, Any]:
    if isinstance(applicant, people.Organisation):
        return {"organisation.name": applicant.name}
    own: dict[str, Any] = {"name": applicant.name}
    if applicant.pk == by.pk:
        own["citizen_id"] = people.disclose_number(applicant, "citizen_id", to=TO)
        contacts = notices.verified_contacts(applicant)
        own["phone"], own["email"] = contacts.get("sms", ""), contacts.get("email", "")
    return {name: value for name, value in own.items() if value}
