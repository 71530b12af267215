"""What the demonstration's file of dossiers says, and the ways that a dossier can have gone."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "dossiers.yaml"
CITIZENS: Final = "citizens.yaml"
Who = Literal["clerk", "specialist", "head", "applicant", "machine"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Routes(_Part):
    """Procedures that the demonstration takes itself, and why."""

    reason: str
    provincial: list[str]


class Party(_Part):
    """A made-up firm or household business."""

    name: str
    tax_code: str = ""


class Planned(_Part):
    """A dossier: how far it has come, and how many working days ago it was filed. `by` empty is somebody made up."""

    procedure: str
    by: Literal["", "me", "household", "firm"] = ""
    way: str
    ago: int = Field(ge=0, le=60)
    office: int = Field(default=1, ge=1)
    channel: Literal["online", "counter"] = "online"
    delivery: Literal["online", "counter"] = "online"


class Plan(_Part):
    """The whole file."""

    routes: Routes
    people: dict[str, str]
    firm: Party
    household: Party
    offices: list[str]
    dossiers: list[Planned]


@dataclass(frozen=True, slots=True)
class Step:
    """An act of a way: whose, how many working hours after the one before, and what comes with it."""

    act: str
    who: Who
    hours: int
    note: str = ""
    reason: str = ""


_ACCEPT = Step("accept", "clerk", 2)
_TAKE = Step("take_on", "specialist", 2)
_ASK = Step("ask_supplement", "specialist", 3, "Bản chụp giấy tờ bị mờ, đề nghị chụp lại rõ bốn góc.", "unreadable")
_CORRECT = Step("ask_correction", "clerk", 2, "Thiếu bản chụp mặt sau của giấy tờ.", "paper")
_DECIDED = (
    Step("propose", "specialist", 5),
    Step("approve", "head", 2),
    Step("sign", "head", 1),
    Step("number", "clerk", 1),
    Step("issue", "clerk", 1),
)
_DONE = (_ACCEPT, _TAKE, *_DECIDED)
_LATE = (
    _ACCEPT,
    _TAKE,
    Step("extend", "head", 20, "Phải xác minh thêm ở nơi cư trú trước đây; xin lỗi vì sự chậm trễ.", "verification"),
)
WAYS: Final[dict[str, tuple[Step, ...]]] = {
    "submitted": (),
    "correcting": (_CORRECT,),
    "resent": (_CORRECT, Step("correct", "applicant", 3)),
    "received": (_ACCEPT,),
    "appraising": (_ACCEPT, _TAKE),
    "supplement": (_ACCEPT, _TAKE, _ASK),
    "supplied": (_ACCEPT, _TAKE, _ASK, Step("supply", "applicant", 8)),
    "charging": (
        _ACCEPT,
        _TAKE,
        Step("ask_duty", "specialist", 6, "Nộp thuế, lệ phí theo thông báo của cơ quan thuế."),
    ),
    "approving": (_ACCEPT, _TAKE, *_DECIDED[:1]),
    "signing": (_ACCEPT, _TAKE, *_DECIDED[:2]),
    "numbering": (_ACCEPT, _TAKE, *_DECIDED[:3]),
    "releasing": (_ACCEPT, _TAKE, *_DECIDED[:4]),
    "ready": _DONE,
    "delivered": (*_DONE, Step("store", "machine", 0)),
    "handed": (*_DONE, Step("deliver", "clerk", 6)),
    "rated": (*_DONE, Step("store", "machine", 0), Step("rate", "applicant", 6)),
    "refused": (Step("refuse", "clerk", 3, "Việc này đã được giải quyết ở hồ sơ trước.", "already"),),
    "stopped": (_ACCEPT, _TAKE, Step("stop", "head", 6, "Không đủ điều kiện theo quy định.", "no_ground")),
    "withdrawn": (_ACCEPT, Step("withdraw", "applicant", 4)),
    "late": _LATE,
    "late_done": (*_LATE, *_DECIDED, Step("store", "machine", 0)),
}


def read() -> Plan | None:
    """Return the plan of the pack that is shown, or that of the base; None where neither has one."""
    path = _path(FILE)
    return Plan.model_validate(YAML(typ="safe", pure=True).load(path)) if path else None


def citizens() -> dict[str, dict[str, str]]:
    """Return the people whom the simulated issuer of the national eID knows, by key."""
    path = _path(CITIZENS)
    found = YAML(typ="safe", pure=True).load(path) if path else []
    return {each["key"]: each for each in found}


def agency_of_kind(kind: str) -> str:
    """Return the code of the pack's agency of a kind."""
    with (settings.VAMCO_PACK / "agency_kinds.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(row["agency"] for row in csv.DictReader(file) if row["kind"] == kind)


def _path(name: str) -> Path | None:
    folders = (settings.VAMCO_PACK, settings.VAMCO_PACKS / "vietnam")
    paths = (folder / "demonstration" / name for folder in folders)
    return next((path for path in paths if path.is_file()), None)
