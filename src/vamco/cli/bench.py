"""`vamco bench NAME`: measures what `bench/NAME.py` measures, one line of JSON for each figure."""

from __future__ import annotations

import argparse
import importlib.util
import json
import operator
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FOLDER: Final = Path(__file__).resolve().parents[3] / "bench"
_TIMES: Final = " × peer"
_REACHES: Final = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Figure:
    """One measured number. `reach` is what it must reach: ">= 200000", "<= 0.3", or "" when it is only told.

    `peer` is what the same was measured with in the same run, "" without one, and `peer_value` its number, None when it could not
    be measured here. With `ratio_reach` the ratio to the peer must reach that too; without the peer's number nothing is known,
    and so it does not.
    """

    bench: str
    figure: str
    value: float
    unit: str
    reach: str = ""
    peer: str = ""
    peer_value: float | None = None
    ratio_reach: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the peer's number this one is."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def ok(self) -> bool:
        """Whether it reaches what it must."""
        return _reached(self.value, self.reach) and (not self.ratio_reach or _reached(self.ratio, self.ratio_reach))

    @classmethod
    def read(cls, line: str) -> Figure:
        """The figure that a line of JSON tells."""
        content = json.loads(line)
        reach, _comma, ratio_reach = (content.pop("reach") or "").rpartition(", ")
        if ratio_reach.endswith(_TIMES):
            ratio_reach = ratio_reach.removesuffix(_TIMES)
        else:
            reach, ratio_reach = ratio_reach, ""
        values = {name: content[name] for name in ("bench", "figure", "value", "unit", "peer_value")}
        return cls(**values, peer=content["peer"] or "", reach=reach, ratio_reach=ratio_reach)

    def line(self) -> str:
        """The figure as a line of JSON."""
        content = asdict(self)
        both = [content.pop("reach"), content.pop("ratio_reach") and f"{self.ratio_reach}{_TIMES}"]
        content["value"] = round(self.value, 4)
        content["peer_value"] = None if self.peer_value is None else round(self.peer_value, 4)
        content["peer"] = self.peer or None
        ratio = None if self.ratio is None else round(self.ratio, 3)
        reach = ", ".join(part for part in both if part) or None
        return json.dumps({**content, "ratio": ratio, "reach": reach, "ok": self.ok}, ensure_ascii=False)


def _reached(value: float | None, reach: str) -> bool:
    if not reach:
        return True
    sign, limit = reach.split()
    return value is not None and bool(_REACHES[sign](value, float(limit)))


def main(argv: Sequence[str], folder: Path = FOLDER) -> int:
    """Measure; gives 1 when a figure misses its reach."""
    parser = argparse.ArgumentParser(prog="vamco bench", description=__doc__)
    parser.add_argument("name", choices=sorted(path.stem for path in folder.glob("*.py")), help="what to measure")
    held = True
    for figure in _measures(folder, parser.parse_args(argv).name)():
        print(figure.line(), flush=True)
        held &= figure.ok
    return 0 if held else 1


def measured(name: str) -> Iterator[Figure]:
    """The figures of another measurement, which runs in a process of its own; CalledProcessError when it breaks off."""
    argv = [sys.executable, "-m", "vamco", "bench", name]
    strange = ("VAMCO_", "DATABASE_")  # the other one builds a province of its own
    environment = {key: value for key, value in os.environ.items() if not key.startswith(strange)}
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        assert process.stdout is not None  # noqa: S101  # for the type checker: asked for above
        figures = [Figure.read(line) for line in process.stdout]
    if process.returncode not in {0, 1} or not figures:
        raise subprocess.CalledProcessError(process.returncode, argv)
    yield from figures


def _measures(folder: Path, name: str) -> Callable[[], Iterable[Figure]]:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise Missing("bench.unknown", N_("There is no measurement %(name)s."), name=name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    run: Callable[[], Iterable[Figure]] = module.run
    return run
