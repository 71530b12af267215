"""What the portal takes and gives."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # the dataclasses are read at run time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class ServiceMode(StrEnum):
    """Whose a service is. Source: QĐ 1132/QĐ-TTg (2026): what a national platform runs a province does not run beside it."""

    OWN = "own"
    UNTIL_IT_RUNS = "until_it_runs"
    CONNECTOR = "connector"
    NATIONAL = "national"  # run by the state; the province only leads there


class ServiceState(StrEnum):
    """How far a service is."""

    RUNS = "runs"
    TRIAL = "trial"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service in the directory: what it is for, who runs it and whose it is. `url` is "" where there is no page to go to."""

    code: str
    name: str
    name_en: str
    purpose: str
    purpose_en: str
    runs_it: str
    runs_it_en: str
    mode: ServiceMode
    state: ServiceState
    url: str


# ── offices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DayHours:
    """The opening hours of an office on a day: moments, and why the day is as it is (in both languages, "" as usual)."""

    day: dt.date
    windows: tuple[tuple[dt.datetime, dt.datetime], ...]
    reason: str = ""
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether an office is open. `until`: when that changes; None when its calendar does not say it."""

    is_open: bool
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office that serves people. `km`: from the place that was asked for; None where none was, or it is not known."""

    code: str
    name: str
    name_en: str
    address: str
    phone: str
    note: str
    note_en: str
    place: str
    place_en: str
    lon: float | None
    lat: float | None
    exact: bool  # the position is that of the door, not of the middle of the commune
    opening: Opening
    today: DayHours
    km: float | None = None


# ── planned downtime ─────────────────────────────────────────────────────────────────────────────────────────────────

Phase = Literal["ahead", "now", "over", "withdrawn"]


@dataclass(frozen=True, slots=True)
class DowntimeDraft:
    """What an official writes of a planned downtime. `urgent_reason`: why it could not be announced in time, "" where it was."""

    title: str
    title_en: str
    services: tuple[str, ...]  # codes of the directory
    begins: dt.datetime
    ends: dt.datetime
    reason: str
    meanwhile: str
    meanwhile_en: str
    urgent_reason: str = ""


@dataclass(frozen=True, slots=True)
class DowntimeRevision:
    """What stood in an announcement before it was corrected: its number, until when, and why it was."""

    number: int
    until: dt.datetime
    because: str
    draft: DowntimeDraft


@dataclass(frozen=True, slots=True)
class DowntimeView:
    """An announcement as it stands. `in_time`: seven working days ahead, when it was announced."""

    id: int
    draft: DowntimeDraft
    announced_at: dt.datetime
    changed_at: dt.datetime
    in_time: bool
    phase: Phase
    withdrawn_because: str = ""
    names: tuple[tuple[str, str], ...] = ()  # of the services, in both languages
    revisions: tuple[DowntimeRevision, ...] = field(default=())


# ── the platform's label ─────────────────────────────────────────────────────────────────────────────────────────────

Verdict = Literal["met", "partly", "not_met", "not_measured"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the platform knows of itself: when it was measured, None when it never was."""

    code: str
    verdict: Verdict
    at: dt.datetime | None
    facts: dict[str, int | str]
