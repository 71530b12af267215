from __future__ import annotations

import datetime as dt  # noqa: TC003  # the dataclasses are read at run time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

ChannelName = Literal["email", "sms", "push", "zalo"]
CHANNELS: tuple[ChannelName, ...] = ("email", "sms", "push", "zalo")
Choice = Literal["now", "digest", "off"]


class State(StrEnum):
    """Where a delivery stands. `gathered` waits for the day's digest; `sent` is what the provider has taken, and no more."""

    GATHERED = "gathered"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DEAD = "dead"


OPEN = (State.QUEUED, State.SENDING)
ENDS = (State.DELIVERED, State.FAILED, State.DEAD)


class Outcome(StrEnum):
    """What became of one attempt.

    TAKEN: the provider has it. LATER: surely not taken, worth another attempt. DOUBTFUL: the answer was lost, it may be taken.
    REFUSED: never to this address. BUSY: the provider wants fewer, of everything. STOPPED: it does not serve us at all, such as
    for want of money or of a valid key: nothing that a message could help.
    """

    TAKEN = "taken"
    LATER = "later"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    BUSY = "busy"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an attempt gave. `reason` is a word of ours or a provider's code, never its text: that may name the addressee.

    `after` are seconds that the provider asks to wait; `bars` says that the address itself is dead.
    """

    outcome: Outcome
    reason: str = ""
    reference: str = ""
    after: int = 0
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to a provider. `key` is the same in each attempt; nothing else of it may be logged, and `repr` shows no more."""

    key: str
    to: str = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    url: str = field(default="", repr=False)
    urgent: bool = False
    template: str = ""  # the provider's own, where it sends only registered ones
    data: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider tells later of a parcel, known by our key, or by the reference that it gave."""

    delivered: bool
    key: str = ""
    reference: str = ""
    reason: str = ""
    bars: bool = False


class Line(Protocol):
    """A connection to a provider, used by one thread."""

    def send(self, parcel: Parcel) -> Receipt:
        """Send; never raises for what the provider or the network does."""


class Channel(Protocol):
    """A way to a person beside the inbox.

    `idempotent`: the provider itself drops a second parcel with the same key; `reports`: it tells later what was delivered.
    """

    idempotent: bool
    reports: bool

    def open(self) -> AbstractContextManager[Line]:
        """Give a line; it connects when first used."""

    def read_report(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Report | None:
        """Read what the provider tells; None when it is nothing to note, Refused when it is not the provider who tells it."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Minutes of the day in Vietnam from which and until which nobody is disturbed; equal ones mean never."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set: the language (vi or en) in which they are written to, and when they are not disturbed."""

    language: str
    quiet: Quiet


@dataclass(frozen=True, slots=True)
class Next:
    """What is noted of an attempt: the state, and after how many seconds it is taken up again. `counted`: against the limit."""

    state: State
    reason: str
    wait: int = 0
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its reader sees it, in their language."""

    id: int
    template: str
    kind: str
    title: str
    text: str
    url: str
    about: str
    at: dt.datetime
    read_at: dt.datetime | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some notices, newest first; `after` begins the next page, None at the end."""

    notices: tuple[Told, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class ContactView:
    """An address of a person, masked."""

    channel: ChannelName
    shown: str
    consented: bool
    barred: str
    verified: bool = False  # the person has shown that it is theirs


@dataclass(frozen=True, slots=True)
class PreferenceView:
    """What a person wants of a kind of notices by a channel; `fixed`: the law leaves no choice."""

    kind: str
    name: str
    name_en: str
    channel: ChannelName
    choice: Choice
    fixed: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """One line of the delivery log: `shown` is the masked address, `doubtful` says that the person may have got it twice."""

    id: int
    channel: ChannelName
    state: State
    shown: str
    reason: str
    attempts: int
    doubtful: bool
    queued_at: dt.datetime
    sent_at: dt.datetime | None
    ended_at: dt.datetime | None
