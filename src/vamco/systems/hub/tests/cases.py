"""A department that sends files, seen from outside: a pack, a folder or a service, collections, and what came of them.

A case is a contract, the words of its source, and steps; each step puts files down, collects, and allows some outcomes. What is
checked of every step, whatever it allows: each row has an end, no run fails, every reason is a sentence in Vietnamese, and the
process did not grow.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import resource
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from django.utils import translation
from django.utils.translation import gettext
from sqlglot import parse_one

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.connectors import http
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.models import Quarantined
from vamco.systems.hub.tests.case_outcomes import (
    Allowed,
    Got,
    Held,
    PackRefused,
    Read,
    Refused,
    Row,
    Safe,
    Told,
    Waits,
    norm,
    say,
)
from vamco.systems.hub.tests.test_connectors import Service, handler, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pytest

TAYNINH = Path(__file__).resolve().parents[5] / "packs" / "tayninh"
DATASET = "thu_nghiem"
GROWTH = 500 << 20
PLACES, AGENCIES = ("80", "25459", "25480", "25486"), ("H53", "H53.04")
HEAD = "code: thunghiem\nversion: 0.1.0\nname: Tỉnh\nname_en: Province\n"


# ── contracts and sources, in few words ──────────────────────────────────────────────────────────────────────────────


def col(name: str, title: str, kind: str = "string", *, key: int = 0, check: Any = None, **more: Any) -> dict[str, Any]:
    """A field; further words are `minimum`, `maximum`, `pattern`, or `vamco.*` words such as `titles`."""
    options = {
        each: more.pop(each) for each in ("minimum", "maximum", "pattern", "maxLength") if more.get(each) is not None
    }
    physical, _, size = kind.partition("(")
    found: dict[str, Any] = {"name": name, "businessName": title, "logicalType": physical}
    if physical == "number" and size:
        found["physicalType"] = f"DECIMAL({size}"
    if key:
        found |= {"required": True, "primaryKey": True, "primaryKeyPosition": key}
    for plain in ("required", "unique", "classification"):
        if plain in more:
            found[plain] = more.pop(plain)
    if options:
        found["logicalTypeOptions"] = options
    if check:
        found["quality"] = [rule(**each) for each in (check if isinstance(check, list) else [check])]
    if more:
        found["customProperties"] = [{"property": f"vamco.{word}", "value": value} for word, value in more.items()]
    return found


def rule(check: str, severity: str = "error", **how: Any) -> dict[str, Any]:
    """A check of the hub's own."""
    return {
        "name": check,
        "type": "custom",
        "engine": "vamco",
        "severity": severity,
        "dimension": "accuracy",
        "implementation": {"check": check, **how},
    }


def contract(
    *fields: dict[str, Any], delivery: str = "replace", quality: Sequence[Any] = (), due: str = "", **words: Any
) -> dict[str, Any]:
    """An ODCS document; `words` are `vamco.*` words of the dataset."""
    table = {
        "name": DATASET,
        "logicalType": "object",
        "physicalType": "table",
        "properties": list(fields),
        "quality": list(quality),
    }
    found = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": DATASET,
        "name": "Thử nghiệm",
        "version": "1.0.0",
        "status": "active",
        "team": {"name": "H53.04"},
        "customProperties": [
            {"property": f"vamco.{word}", "value": value} for word, value in {"delivery": delivery, **words}.items()
        ],
        "schema": [table],
    }
    if due:
        unit, _, line = due.partition(" ")
        element = {"element": f"{DATASET}.ngay"} if unit == "month" else {}
        found["slaProperties"] = [
            {"property": "timeOfAvailability", "value": "17:00", "unit": unit, "scheduler": "cron", "schedule": line}
            | element
        ]
    return found


MA = col("ma", "Mã", key=1)
TEN = col("ten", "Tên dự án")
SO_TIEN = col("so_tien", "Số tiền", "integer", unit="dong")
TY_LE = col("ty_le", "Tỷ lệ (%)", "number(7,3)", minimum=0, maximum=100, unit="percent")
NGAY = col("ngay", "Ngày", "date")
DEFAULT = contract(MA, TEN, SO_TIEN, TY_LE, NGAY)
"""What the README of the given cases takes for granted."""


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Step:
    """What is put down, and the outcomes that are allowed. `ages` are days by which files are older than the step's."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    allow: Sequence[Allowed] = ()
    day: str = "2026-11-20"
    hour: int = 9
    ages: Mapping[str, float] = field(default_factory=dict)
    remove: Sequence[str] = ()
    act: Callable[[Path], Any] | None = None
    items: Sequence[Mapping[str, Any]] | None = None
    total: int | None = None
    answer: Callable[..., bool] | None = None
    look: Callable[[Got], str] | None = None


@dataclass
class Case:
    """One fault that was reported of other products, as a department would show it."""

    id: str
    fault: str
    steps: Sequence[Step]
    contract: Mapping[str, Any] = field(default_factory=lambda: DEFAULT)
    feed: Mapping[str, Any] = field(default_factory=dict)
    pattern: str = ""
    kind: str = "file"
    places: str = ""
    successions: str = ""
    full: bool = False
    heavy: bool = False

    @property
    def expected(self) -> str:
        """What is allowed, in words."""
        return " → ".join(" or ".join(map(str, step.allow)) for step in self.steps)


def case(id_: str, fault: str, *steps: Step, **more: Any) -> Case:
    """A case with its steps."""
    return Case(id_, fault, steps, **more)


def csv_case(
    id_: str,
    fault: str,
    content: str | bytes,
    *allow: Allowed,
    name: str = "so-lieu.csv",
    delimiter: str = ",",
    **more: Any,
) -> Case:
    """One CSV file, one step."""
    step = Step({name: content.encode() if isinstance(content, str) else content}, allow)
    more["feed"] = {"format": "csv", "delimiter": delimiter, **more.get("feed", {})}
    return Case(id_, fault, [step], **more)


def xlsx_case(id_: str, fault: str, content: bytes, *allow: Allowed, name: str = "ke-hoach.xlsx", **more: Any) -> Case:
    """One workbook, one step."""
    more["feed"] = {"format": "xlsx", **more.get("feed", {})}
    return Case(id_, fault, [Step({name: content}, allow)], **more)


# ── a case, played ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class World:
    """Where a case is played: the pack, the shared folder, the clock."""

    root: Path
    patch: pytest.MonkeyPatch
    at: dt.datetime = dt.datetime(2026, 11, 20, 9, tzinfo=HCM)

    def __post_init__(self) -> None:
        self.shared = self.root / "shared"
        (self.shared / "so").mkdir(parents=True)
        self.patch.setenv("VAMCO_SHARED_FOLDER", str(self.shared))
        self.patch.setattr(clock, "now", lambda: self.at.astimezone(dt.UTC))
        self.began = time.time() - 20 * 86400
        self.service = Service()

    def load(self, what: Case) -> tuple[str, ...]:
        """Loads the case's pack; gives the faults for which it was refused."""
        pack = self.root / "pack"
        (pack / "datasets").mkdir(parents=True)
        for name, codes in {"places.csv": PLACES, "agencies.csv": AGENCIES}.items():
            _excerpt(TAYNINH / name, pack / name, codes)
        shutil.copy(TAYNINH.with_name("vietnam") / "agency_kinds.yaml", pack)
        if what.places:
            _amend(pack / "places.csv", what.places)
        if what.successions:
            (pack / "place_successions.csv").write_text(what.successions, encoding="utf-8")
        (pack / "pack.yaml").write_text(HEAD, encoding="utf-8")
        document = json.dumps(what.contract, ensure_ascii=False, indent=1)
        (pack / "datasets" / f"{DATASET}.odcs.yaml").write_text(document, encoding="utf-8")
        source = json.dumps([self._source(what)], ensure_ascii=False, indent=1)
        (pack / "sources.yaml").write_text(source, encoding="utf-8")
        try:
            packs.load(pack)
        except packs.PackRefused as error:
            with translation.override("vi"):
                return tuple(fault.text(gettext) for fault in error.faults)
        return ()

    def _source(self, what: Case) -> dict[str, Any]:
        feed: dict[str, Any] = {"dataset": DATASET, **what.feed}
        found = {"code": "so", "name": "Sở", "name_en": "Department", "agency": "H53.04", "kind": what.kind}
        if what.kind == "http":
            feed = {"path": "/v1/x", "items": "du_lieu", "cursor": "con_tro", "more": "con_nua", "page": 2} | feed
            found |= {"base_url_from": "VAMCO_TEST_URL"}
        else:
            names = [name for step in what.steps for name in step.files]
            feed["pattern"] = what.pattern or (names[0] if len(set(names)) == 1 else f"*{Path(names[0]).suffix}")
            found |= {"folder_from": "VAMCO_SHARED_FOLDER", "folder": "so"}
        return {**found, "schedule": "*/10 * * * *", "datasets": [feed]}

    def play(self, step: Step, number: int) -> Got:
        """Puts a step's files down, collects, and looks."""
        folder = self.shared / "so"
        self.at = dt.datetime.fromisoformat(step.day).replace(hour=step.hour, minute=number, tzinfo=HCM)
        for name in step.remove:
            (folder / name).unlink()
        for name, content in step.files.items():
            (folder / name).write_bytes(content)
            then = self.began + number * 3600 - step.ages.get(name, 0) * 86400
            os.utime(folder / name, (then, then))
        self._serve(step)
        before = self.table()
        if step.act is not None:
            step.act(folder)
        try:
            found = hub.collect("so")
        except Exception as error:  # a case says so of itself, and the others are played
            return Got((), {}, {}, self.table(), before, crash=f"{type(error).__name__}: {error}")
        bad = {run.id: self.quarantine(run.id) for run in found.runs}
        return Got(found.runs, found.failures, bad, self.table(), before)

    def quarantine(self, run: int) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The rows of a run that were not taken, and what a person is told of each."""
        found = [row for _, row in queries.quarantined(queries.run_row(run))]
        return tuple((row.row, tuple(say(reason) for reason in row.reasons)) for row in found)

    def _serve(self, step: Step) -> None:
        if step.items is not None:
            self.service.items = [dict(item) for item in step.items]
        self.service.answer = step.answer or self._page

    def _page(self, to: Any, _: int) -> bool:
        """A page with an ETag of all that it says, as an honest service gives it."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(to.path).query).items()}
        start = int(query.get("cursor", "0"))
        rows = self.service.items[start : start + int(query.get("limit", "2"))]
        end = start + len(rows)
        content = {"du_lieu": rows, "con_tro": end, "con_nua": end < len(self.service.items)}
        return send(to, content, etag=f'"{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]}"')

    def table(self) -> tuple[Row, ...]:
        """The dataset's rows in force, in the contract's order of columns."""
        names = [column.name for column in hub.contract(DATASET).columns]
        rows = hub.engine().run(parse_one("SELECT * FROM t"), {"t": hub.relation(DATASET)}).to_pylist()  # type: ignore[arg-type]
        return tuple(sorted((norm([row.get(name) for name in names]) for row in rows), key=repr))

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The service of a source over HTTP."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self.service))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.patch.setenv("VAMCO_TEST_URL", f"http://127.0.0.1:{server.server_address[1]}")
        self.patch.setattr(http.grading, "wait_before_retry", lambda *_: 0.01)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


def _excerpt(path: Path, to: Path, codes: Sequence[str]) -> None:
    """Copies the lines of some codes: what else was loaded stays, and a small pack loads quickly."""
    header, *body = path.read_text(encoding="utf-8").splitlines()
    to.write_text(
        "\n".join([header, *(line for line in body if line.partition(",")[0] in codes)]) + "\n", encoding="utf-8"
    )


def _amend(path: Path, lines: str) -> None:
    """Puts lines of units in the place of those with their codes, with the last day in a further column."""
    text = path.read_text(encoding="utf-8").splitlines()
    header, body = text[0] + ",valid_to", [line + "," for line in text[1:]]
    ends = dict(line.split("=") for line in lines.split())
    body = [line + ends.pop(line.partition(",")[0], "") for line in body]
    assert not ends, ends
    path.write_text("\n".join([header, *body]) + "\n", encoding="utf-8")


def play(what: Case, root: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """Plays a case; gives what went otherwise than allowed, and each step's outcome as text in `play.got`."""
    world = World(root, patch)
    problems: list[str] = []
    told: list[str] = []
    with world.serving(), bounded(heavy=what.heavy) as grown:
        faults = world.load(what)
        if faults:
            got = Got((), {}, {}, (), (), faults)
            told.append(str(got))
            if not any(not each.mismatch(got) for each in what.steps[0].allow):
                problems.append(f"pack: {got}")
        for number, step in enumerate([] if faults else what.steps, start=1):
            got = world.play(step, number)
            told.append(str(got))
            problems += [f"step {number}: {each}" for each in judged(step, got)]
            if problems:
                break
    if grown() > GROWTH:
        problems.append(f"the process grew by {grown() >> 20} MB")
    play.got = " → ".join(told)  # type: ignore[attr-defined]
    return problems


def judged(step: Step, got: Got) -> list[str]:
    """What is wrong with the outcome of a step."""
    if got.crash:
        return [str(got)]
    found = list(invariants(got))
    misses = [(each, each.mismatch(got)) for each in step.allow]
    if misses and all(miss for _, miss in misses):
        found.append("; ".join(f"{each}: {miss}" for each, miss in misses) + f" — got {got}")
    elif step.look is not None and (wrong := step.look(got)):
        found.append(f"{wrong} — got {got}")
    return found


_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)*[:.][a-z_]+\b|%\(|Traceback|\b[A-Z]\w+(?:Error|Exception)\b")
_SETTLED = {RunState.PUBLISHED, RunState.UNCHANGED, RunState.REFUSED, RunState.HELD}


def invariants(got: Got) -> Iterator[str]:
    """What must hold after every step, whatever it brought."""
    for run in got.runs:
        if run.state not in _SETTLED:
            yield f"run {run.name} is {run.state.value}: {run.reason}"
        elif run.state != RunState.REFUSED and run.rows != run.accepted + run.repeated + run.quarantined:
            yield f"{run.rows} rows, but {run.accepted} + {run.repeated} + {run.quarantined} of {run.name}"
        if run.state == RunState.REFUSED and run.reason is None:
            yield f"{run.name} is refused without a reason"
        kept = Quarantined.objects.filter(run=run.id).count()
        if run.state == RunState.PUBLISHED and kept != run.quarantined:
            yield f"{run.quarantined} rows in quarantine, but {kept} are kept"
    codes = [r.code for r in (*(run.reason for run in got.runs), *got.failures.values()) if r]
    for text in got.texts.splitlines():
        if not text or got.faults:
            continue
        if text in codes or " " not in text or text.isascii() or _raw(text):
            yield f"not a sentence in Vietnamese: {text!r}"


def _raw(text: str) -> bool:
    """Whether a machine's word stands in a text; names of files and what is quoted are none."""
    return bool(_CODE.search(re.sub(r"“[^”]*”|\"[^\"]*\"|\S+\.(?:csv|xlsx?|ods|jsonl)\b", "", text)))


@contextmanager
def bounded(*, heavy: bool) -> Iterator[Callable[[], int]]:
    """Bounds the address space of this process where a file asks for too much; gives by how much its peak grew, in bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    limits = resource.getrlimit(resource.RLIMIT_AS)
    if heavy:
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (6 << 30), limits[1]))
    try:
        yield lambda: (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


__all__ = [
    "DATASET",
    "DEFAULT",
    "MA",
    "NGAY",
    "SO_TIEN",
    "TEN",
    "TY_LE",
    "Allowed",
    "Case",
    "Got",
    "Held",
    "PackRefused",
    "Read",
    "Refused",
    "Row",
    "Safe",
    "Step",
    "Told",
    "Waits",
    "World",
    "case",
    "col",
    "contract",
    "csv_case",
    "norm",
    "play",
    "rule",
    "say",
    "xlsx_case",
]
