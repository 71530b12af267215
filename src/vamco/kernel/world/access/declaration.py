"""What a pack says of this room."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs


class LimitedAct(packs.Item):
    """An act that is allowed only while its object is in some states."""

    act: str = Field(description="code of the act")
    states: tuple[str, ...] = Field(min_length=1, description="states of the object in which it is allowed")


class RoleItem(packs.Item):
    """What people with a role may do."""

    code: str = Field(pattern=r"^[a-z_]+$", max_length=40, description="code of the role")
    name: str = Field(min_length=1, max_length=100, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=100, description="name in English")
    reach: Literal["all", "subtree", "agency"] = Field(
        description="all agencies, the own one with those below it, or the own one only",
    )
    place_bound: bool = Field(
        default=False, description="true: and of that only what lies in the place that the agency serves, or below"
    )
    acts: tuple[str | LimitedAct, ...] = Field(
        description="acts that the role allows; `{act: …, states: […]}` only in some states of the object",
    )

    def states_by_act(self) -> dict[str, list[str] | None]:
        """Give each act with the states in which it is allowed, None for all; an act named twice is allowed in both."""
        found: dict[str, list[str] | None] = {}
        for entry in self.acts:
            code, states = (entry, None) if isinstance(entry, str) else (entry.act, entry.states)
            known = found.get(code, [])
            found[code] = None if states is None or known is None else sorted({*known, *states})
        return dict(sorted(found.items()))
