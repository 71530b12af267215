"""What a pack says of cameras, road rules and the procedure's days."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # read at run time by pydantic
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.systems.traffic.contracts import ActCode, RoadRule, Sanction

CODE = r"^[a-z0-9][a-z0-9_-]*$"


class CameraItem(packs.Item):
    """A camera of the province."""

    code: str = Field(pattern=CODE, max_length=40, description="code of the camera")
    name: str = Field(min_length=1, max_length=150, description="where it stands, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=150, description="the same in English")
    place: str = Field(max_length=10, description="code of the commune or ward")
    agency: Annotated[str, packs.AGENCY] = Field(
        max_length=35, description="agency that owns it and handles violations"
    )
    lon: float = Field(ge=-180, le=180, description="longitude, WGS 84")
    lat: float = Field(ge=-90, le=90, description="latitude, WGS 84")
    view: str = Field(default="", max_length=200, description="what it looks at, in Vietnamese")
    source: str = Field(
        min_length=1,
        max_length=300,
        description="where its pictures come from: rtsp:, http:, file: or clip:NAME of the demonstration",
    )
    use: Literal["street", "hall"] = Field(default="street", description="street or hall")
    hall: Annotated[str, packs.AGENCY] = Field(
        default="", max_length=35, description="office whose hall it looks at; of a street empty"
    )
    days: int = Field(default=30, ge=1, le=3650, description="days for which passages and pictures are kept")
    active: bool = Field(default=True, description="whether it is in use")
    synthetic: bool = Field(default=False, description="true for a camera of the demonstration that does not exist")

    @model_validator(mode="after")
    def _use_fits(self) -> Self:
        if (self.use == "hall") != bool(self.hall):
            raise ValueError("a camera of a hall names its office, a camera of a street none")
        return self


class SanctionItem(packs.Item):
    """What a text says of an act by one class of vehicle."""

    article: str = Field(
        min_length=1, max_length=60, description="article, clause and point, such as Đ. 6 khoản 9 điểm b"
    )
    fine: tuple[int, int] = Field(description="least and highest fine, in dong")
    points: int = Field(default=0, ge=0, le=12, description="licence points that are deducted")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= self.fine[0] <= self.fine[1]:
            raise ValueError("fine: the least one first")
        return self


class WordingItem(packs.Item):
    """An act in the wording of a span of days."""

    valid_from: dt.date = Field(description="first day")
    valid_to: dt.date | None = Field(default=None, description="last day; empty while it is in force")
    document: str = Field(min_length=1, max_length=200, description="the text of law")
    verified: bool = Field(description="true once somebody has read it in the source: only then it is printed")
    car: SanctionItem | None = Field(default=None, description="what it says of cars, buses and trucks")
    motorbike: SanctionItem | None = Field(default=None, description="what it says of motorbikes")


class RuleItem(packs.Item):
    """An act on the road that a camera can show."""

    code: ActCode = Field(description="code of the act")
    title: str = Field(min_length=1, max_length=200, description="the act in Vietnamese")
    title_en: str = Field(min_length=1, max_length=200, description="the same in English")
    tolerance: float = Field(default=0, ge=0, le=50, description="km/h above the limit, or pixels beyond a line")
    grace_s: float = Field(default=0, ge=0, le=120, description="seconds after a change of light or sign. TC-03")
    lasts_s: float = Field(default=0, ge=0, le=3600, description="seconds for which it must last")
    wordings: list[WordingItem] = Field(min_length=1, description="wordings, the oldest first")

    def rules(self) -> tuple[RoadRule, ...]:
        """Return one road rule for each wording."""
        return tuple(self._rule(wording) for wording in self.wordings)

    def _rule(self, wording: WordingItem) -> RoadRule:
        classes = {"car": wording.car, "motorbike": wording.motorbike}
        return RoadRule(
            act=self.code,
            title=self.title,
            title_en=self.title_en,
            document=wording.document,
            valid_from=wording.valid_from,
            valid_to=wording.valid_to,
            verified=wording.verified,
            by={
                name: Sanction(item.article, item.fine[0], item.fine[1], item.points)
                for name, item in classes.items()
                if item is not None
            },
            tolerance=self.tolerance,
            grace_s=self.grace_s,
            lasts_s=self.lasts_s,
        )


class PlateLetters(packs.Item):
    """Letters of a plate by their place."""

    first: str = Field(pattern=r"^[A-Z]+$", max_length=26, description="letters of a series")
    second: str = Field(pattern=r"^[A-Z]+$", max_length=26, description="second letters, on motorbikes")
    state: str = Field(default="", pattern=r"^[A-Z]*$", max_length=26, description="letters that a blue ground carries")
    any: str = Field(pattern=r"^[A-Z]+$", max_length=26, description="letters where no rule is known")


class PlateForm(packs.Item):
    """One form of plates."""

    code: str = Field(pattern=CODE, max_length=40, description="code of the form")
    rows: tuple[str, ...] = Field(
        min_length=1,
        max_length=2,
        description="P digit of a province, A/B/X letter, 0 digit, 1 digit 1-9; small letters stand for themselves",
    )
    lines: tuple[Literal[1, 2], ...] = Field(min_length=1, description="on how many lines it is mounted")
    colours: tuple[Literal["white", "yellow", "blue", "red"], ...] = Field(min_length=1, description="its grounds")
    vehicles: tuple[Literal["car", "bus", "truck", "motorbike"], ...] = Field(min_length=1, description="what wears it")
    since: dt.date | None = Field(default=None, description="first day on which it was given out")
    until: dt.date | None = Field(default=None, description="last day of its validity; old plates usually stay valid")


class PlateProvince(packs.Item):
    """A code of plates and whose it is."""

    code: str = Field(pattern=r"^\d{2}$", description="two digits on the plate")
    name: str = Field(min_length=1, max_length=100, description="the unit as it was called before 1/7/2025")
    province: str = Field(
        default="", max_length=10, description="code of the province today, empty for central agencies"
    )
    since: dt.date | None = Field(default=None, description="first day on which it was given out")
    until: dt.date | None = Field(default=None, description="last day of its validity")


class PlatesItem(packs.Item):
    """Number plates of the country: which texts are plates."""

    code: Literal["plates"] = Field(description="always plates")
    verified: bool = Field(default=False, description="whether somebody has checked the sources")
    sources: tuple[str, ...] = Field(min_length=1, description="where the facts stand")
    letters: PlateLetters = Field(description="letters by their place")
    forms: tuple[PlateForm, ...] = Field(min_length=1, description="forms of plates")
    provinces: tuple[PlateProvince, ...] = Field(min_length=1, description="codes of provinces")

    @model_validator(mode="after")
    def _once(self) -> Self:
        for named in (self.forms, self.provinces):
            codes = [each.code for each in named]
            if len(set(codes)) != len(codes):
                raise ValueError("a code stands twice")
        return self


class SettingItem(packs.Item):
    """Days of the procedure and limits of doubt."""

    code: Literal["traffic"] = Field(description="always traffic")
    notice_days: int = Field(ge=1, le=90, description="days from detection to the notice")
    answer_days: int = Field(ge=1, le=365, description="days without an answer until inspection is warned")
    limitation_days: int = Field(ge=1, le=3650, description="days after which an act can no longer be pursued")
    silent_days: int = Field(
        default=60,
        ge=1,
        le=365,
        description="days for which a register that does not answer is asked again; then it ends",
    )
    clock_off_s: float = Field(ge=0, le=600, description="seconds by which a camera's clock may be off. TC-02")
    weakest: float = Field(ge=0, le=1, description="least confidence of the weakest character of a plate. TC-08")
    source: str = Field(min_length=1, max_length=300, description="where the days stand")
    verified: bool = Field(default=False, description="whether somebody has checked the source")
