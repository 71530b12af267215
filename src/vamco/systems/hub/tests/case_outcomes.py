"""What a step of a case came to, and the outcomes that a case may allow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.systems.hub.contracts import Reason, RunView

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Got:
    """What came of one step."""

    runs: tuple[RunView, ...]
    failures: Mapping[str, Reason]
    bad: Mapping[int, tuple[tuple[int, tuple[str, ...]], ...]]
    table: tuple[Row, ...]
    before: tuple[Row, ...]
    faults: tuple[str, ...] = ()
    crash: str = ""

    @property
    def states(self) -> list[str]:
        """The states of the step's runs."""
        return [run.state.value for run in self.runs]

    @property
    def texts(self) -> str:
        """All that a person is told, in Vietnamese."""
        told = [*(reason for run in self.runs if (reason := run.reason)), *self.failures.values()]
        rows = [text for run in self.bad.values() for _, reasons in run for text in reasons]
        return "\n".join([*map(say, told), *dict.fromkeys(rows), *self.faults])

    def __str__(self) -> str:
        if self.crash:
            return f"CRASH {self.crash}"[:400]
        if self.faults:
            return "the pack is refused: " + "; ".join(self.faults)[:300]
        counts = [
            f"{r.state.value} {r.rows}={r.accepted}+{r.repeated}+{r.quarantined}" + (f" kept {r.kept}" * bool(r.kept))
            for r in self.runs
        ]
        found = "; ".join([*counts, *(f"failed {name}" for name in self.failures)]) or "nothing came"
        unchanged = "table as before" if self.table == self.before else f"table {list(self.table)}"
        return f"{found} | {unchanged[:400]} | {self.texts[:400]}"


@dataclass(frozen=True)
class Read:
    """The table holds exactly these rows; `out` rows of the step are in quarantine, whose reasons say `why` (each of them)."""

    rows: Sequence[Row]
    out: int = 0
    why: tuple[str, ...] = ()
    kept: int | None = None

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        if got.faults or got.failures or {"failed", "running", "refused", "held"} & set(got.states):
            return "not taken"
        wanted = tuple(sorted((norm(row) for row in self.rows), key=repr))
        if got.table != wanted:
            return f"other rows than {list(wanted)[:6]}"
        quarantined = sum(run.quarantined for run in got.runs)
        if quarantined != self.out:
            return f"{quarantined} rows in quarantine, not {self.out}"
        if self.kept is not None and self.kept != sum(run.kept for run in got.runs):
            return f"{sum(run.kept for run in got.runs)} rows kept, not {self.kept}"
        return unsaid(self.why, got.texts)

    def __str__(self) -> str:
        return f"read {len(self.rows)} rows" + (f", {self.out} out" if self.out else "")


@dataclass(frozen=True)
class Refused:
    """Nothing changes, and a run or the source says why; `why` (each of them) stands in the Vietnamese text."""

    why: tuple[str, ...] = ()

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        if got.faults:
            return "the pack was refused"
        if {"failed", "running", "published", "held"} & set(got.states):
            return "not refused"
        if "refused" not in got.states and not got.failures:
            return "nobody is told"
        return "the table changed" if got.table != got.before else unsaid(self.why, got.texts)

    def __str__(self) -> str:
        return "refused" + (f" ({', '.join(self.why)})" if self.why else "")


@dataclass(frozen=True)
class Held:
    """Nothing changes until a person has decided."""

    why: tuple[str, ...] = ()

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        if "held" not in got.states or {"failed", "published"} & set(got.states):
            return "not held"
        return "the table changed" if got.table != got.before else unsaid(self.why, got.texts)

    def __str__(self) -> str:
        return "held"


@dataclass(frozen=True)
class Waits:
    """Nothing is taken yet and nothing is lost: the next collection looks again."""

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        if got.runs or got.failures or got.faults:
            return "not waiting"
        return "the table changed" if got.table != got.before else ""

    def __str__(self) -> str:
        return "waits"


@dataclass(frozen=True)
class PackRefused:
    """The pack says by itself that this cannot be meant."""

    why: tuple[str, ...] = ()

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        return unsaid(self.why, got.texts) if got.faults else "the pack was taken"

    def __str__(self) -> str:
        return "the pack is refused"


@dataclass(frozen=True)
class Safe:
    """Refused, held, or read with none but true rows in the table and every other row in quarantine.

    `truth` are the rows that may stand there; `must` of them have to, where the file is not refused as a whole.
    """

    truth: Sequence[Row]
    must: Sequence[Row] = ()
    why: tuple[str, ...] = ()

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        if got.faults or {"failed", "running"} & set(got.states):
            return "no clean answer"
        if {"refused", "held"} & set(got.states) or got.failures:
            if got.table != got.before and self._read(got):  # of several files one may have been taken
                return "the table changed"
            return unsaid(self.why, got.texts)
        return self._read(got) if got.runs else "nothing came"

    def _read(self, got: Got) -> str:
        table = Counter(got.table)
        if wrong := table - Counter(norm(row) for row in self.truth):
            return f"wrong rows in the table: {list(wrong)[:3]}"
        if lacking := Counter(norm(row) for row in self.must) - table:
            return f"rows lacking: {list(lacking)[:3]}"
        lost = len(self.truth) - sum(table.values())
        if lost > sum(run.quarantined for run in got.runs):
            return f"{lost} rows lost without a word"
        return unsaid(self.why, got.texts) if lost else ""

    def __str__(self) -> str:
        return "refused, held, or none but true rows"


@dataclass(frozen=True)
class Told:
    """The rows stand in the table, and the source says that something lacks."""

    rows: Sequence[Row]

    def mismatch(self, got: Got) -> str:
        """What is not so; "" when all is."""
        if not got.failures or {"failed", "running"} & set(got.states):
            return "nobody is told"
        return "" if Counter(got.table) == Counter(norm(row) for row in self.rows) else "other rows"

    def __str__(self) -> str:
        return f"read {len(self.rows)} rows, and told that some lack"


Allowed = Told | Read | Refused | Held | Waits | PackRefused | Safe


def unsaid(wanted: Sequence[str], told: str) -> str:
    """Which of the words nobody is told; alternatives are separated by a bar."""
    low = told.casefold()
    lacking = [each for each in wanted if not any(word.casefold() in low for word in each.split("|"))]
    return f"not said: {', '.join(lacking)}" if lacking else ""


def norm(row: Sequence[Any]) -> Row:
    """A row in which equal values are equal, whatever their types."""
    return tuple(_plain(value) for value in row)


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value.isoformat())


def say(reason: Reason) -> str:
    """A reason as an official reads it."""
    with translation.override("vi"):
        return reason.text(gettext)
