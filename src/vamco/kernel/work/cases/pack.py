"""The pack's section `cases`: one file for each kind of case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.cases import rules, services
from vamco.kernel.work.cases.contracts import Act, Definition, Need, Party, State
from vamco.kernel.world.access import public as access

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = r"^[a-z_]+$"


class StateItem(packs.Item):
    """A state of a kind of case."""

    name: str = Field(description="name in Vietnamese")
    name_en: str = Field(description="name in English")
    final: bool = Field(default=False, description="true when the case ends here")


class ActItem(packs.Item):
    """What can be done with a case: from which states, to which, by whom."""

    name: str = Field(description="name in Vietnamese, as on the button")
    name_en: str = Field(description="name in English")
    sources: list[str] = Field(alias="from", min_length=1, description="states in which it can be done")
    to: str = Field(description="state after it")
    may: str = Field(description="act of access that a person needs")
    of: Party = Field(description="in which agency the person needs it: handler or issuer")
    needs: list[Need] = Field(default=[], description="note, evidence")
    not_by: list[str] = Field(default=[], description="earlier acts whose doer may not do this one")


class KindItem(packs.Item):
    """A kind of case: its states and acts."""

    code: str = Field(pattern=CODE, max_length=40, description="code of the kind")
    name: str = Field(description="name in Vietnamese")
    name_en: str = Field(description="name in English")
    initial: str = Field(description="state of a new case")
    states: dict[str, StateItem] = Field(description="states by code")
    acts: dict[str, ActItem] = Field(description="acts by code")

    def definition(self) -> Definition:
        """Give the same as the engine wants it."""
        return Definition(
            self.code,
            self.name,
            self.name_en,
            self.initial,
            {code: State(code, state.name, state.name_en, state.final) for code, state in self.states.items()},
            {
                code: Act(
                    code,
                    act.name,
                    act.name_en,
                    frozenset(act.sources),
                    act.to,
                    act.may,
                    act.of,
                    frozenset(act.needs),
                    frozenset(act.not_by),
                )
                for code, act in self.acts.items()
            },
        )


def check(
    located: Sequence[packs.Located[KindItem]],
    _contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Every state can be reached and left, every act of access is known."""
    known = access.acts()
    for entry in located:
        for expected in rules.faults(entry.item.definition()):
            path = expected.split(":", 1)[0].split(".")
            yield entry.fault(expected, *path)
        for code, act in entry.item.acts.items():
            if act.may not in known:
                yield entry.fault(f"acts.{code}.may: a declared act of access, found {act.may!r}", "acts", code, "may")


def apply(items: Sequence[KindItem]) -> None:
    """Write each kind as a new version."""
    for item in items:
        services.put_kind(item.definition())


SECTION = packs.Section(
    name="cases",
    files="cases/*.yaml",
    model=KindItem,
    key="code",
    apply=apply,
    depends=("roles",),
    check=check,
    doc="kinds of cases: states and acts",
)
