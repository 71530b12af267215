"""When an issuer that has stopped answering is asked again: twice a minute at most, whoever asks. Pure. Case ID-07."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

MINUTE: Final = dt.timedelta(minutes=1)
PER_MINUTE: Final = 2
FRESH: Final = dt.timedelta(minutes=1)  # so long an answer shows that the issuer is there
KEYS_LAST: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of the calls to an issuer: `since` when it does not answer, the `calls` of the last minute while it did not."""

    since: dt.datetime | None = None
    calls: tuple[dt.datetime, ...] = ()
    answered_at: dt.datetime | None = None

    @property
    def away(self) -> bool:
        """Whether the last call was not answered."""
        return self.since is not None

    def may_call(self, now: dt.datetime) -> bool:
        """Whether a call may go out."""
        return not self.away or len(self._lately(now)) < PER_MINUTE

    def proven(self, now: dt.datetime) -> bool:
        """Whether an answer is so young that nobody needs to ask whether the issuer is there."""
        return not self.away and self.answered_at is not None and dt.timedelta(0) <= now - self.answered_at < FRESH

    def called(self, now: dt.datetime) -> Contact:
        """Return the state after a call has gone out."""
        return replace(self, calls=(*self._lately(now), now)) if self.away else self

    def failed(self, begun: dt.datetime) -> Contact:
        """Return the state after a call that began then was not answered: the first of them says since when.

        A call that had begun before somebody else was answered says nothing new.
        """
        if self.away:
            return self
        if self.answered_at is not None and begun < self.answered_at:
            return self
        return replace(self, since=begun, calls=(begun,))

    def answered(self, begun: dt.datetime, now: dt.datetime) -> Contact:
        """Return the state after an answer; one that was asked for before the outage began does not end it."""
        if self.since is not None and begun < self.since:
            return self
        return Contact(answered_at=now)

    def _lately(self, now: dt.datetime) -> tuple[dt.datetime, ...]:
        # A call "in the future" was written before the demonstration's clock went back: it counts, once, as just made.
        return tuple(min(call, now) for call in self.calls if now - call < MINUTE)[-PER_MINUTE:]
