"""What a pack says of this room."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from typing import Annotated, Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.agencies.contracts import LONGEST
from vamco.lib.errors import N_
from vamco.lib.validity import UNRECORDED


class AgencyItem(packs.Item):
    """A row of `agencies*.csv`: what a public body is from a day on.

    What changes later, a name, the agency above, is a row of its own with its first day; the row before ends then.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9]*(\.[A-Z0-9]+)*$", max_length=35, description="agency code, root first")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    short_name: str = Field(default="", max_length=60, description="name for narrow places")
    kind: Annotated[str, packs.Ref("agency_kinds", N_("a general kind of agency, such as department or commune"))] = (
        Field(
            pattern=r"^[a-z_]+$",
            max_length=30,
            description="committee, office, department, central, commune, investor …",
        )
    )
    parent: str = Field(default="", description="code of the agency above; empty for the top")
    place: str = Field(default="", description="code of the place that it serves")
    valid_from: dt.date = Field(
        default=UNRECORDED, description="first day on which it is so; empty of what has ended, when no record says it"
    )
    valid_to: dt.date | None = Field(default=None, description="last day in force; empty while it is")
    synthetic: bool = Field(default=False, description="true when name or code is invented for the demonstration")

    @property
    def code_and_first_day(self) -> str:
        """What tells a row from the others."""
        return f"{self.code} {self.valid_from}"


class KindItem(packs.Item):
    """A kind of agencies: a general one (department), or a particular one of which a province has one agency (finance)."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=30, description="code; items name the agency by @code")
    within: Annotated[str, packs.Ref("agency_kinds", N_("a general kind of agency"))] = Field(
        default="", description="general kind of a particular one; empty for a general kind"
    )
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")


class AgencyOfKindItem(packs.Item):
    """A row of `agency_kinds.csv`: which agency of the province is of a particular kind."""

    kind: Annotated[str, packs.Ref("agency_kinds", N_("a particular kind of agency"))] = Field(
        description="code of the kind, such as finance"
    )
    agency: Annotated[str, packs.AGENCY] = Field(description="code of the agency")


class CodeItem(packs.Item):
    """A row of `agency_codes.csv`: a code that an agency has in a scheme, beside the one in `agencies.csv`."""

    code: str = Field(max_length=LONGEST, description="the code, 000.00.13.H53 (leaf first) or H53.13 (root first)")
    scheme: Literal["qcvn102", "qd20"] = Field(
        description="qcvn102: QCVN 102:2016, 13 characters, leaf first; qd20: QĐ 20/2020, root first, at most 35"
    )
    agency: Annotated[str, packs.AGENCY] = Field(description="code of the agency in `agencies.csv`")
    valid_from: dt.date = Field(
        default=UNRECORDED, description="first day in use; empty when that is before all records"
    )
    valid_to: dt.date | None = Field(default=None, description="last day in use; empty while it is")
    source: str = Field(
        min_length=1, max_length=300, description="where the code was published, or that it was derived"
    )

    @property
    def code_and_first_day(self) -> str:
        """What tells a row from the others."""
        return f"{self.code} {self.valid_from}"


class SuccessionItem(packs.Succession):
    """A row of `agency_successions.csv`: an agency took over, all or a part, from another. What is not known is left out."""
