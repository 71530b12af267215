"""Builds the synthetic province in a folder, and moves it forward by days.

folder/demo.json      seed, day, scale, pack
folder/treasury/      JSON lines behind the HTTP service (`python -m vamco.demo.department`)
folder/shared/        the departments' spreadsheets
folder/planted.json   the dirty rows, for tests
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from vamco.demo import spreadsheets, treasury
from vamco.demo.dirt import Planted
from vamco.demo.dossiers import SCALE
from vamco.demo.province import Province

SEED = 80  # the province's code
TREASURY, SHARED, STATE = "treasury", "shared", "demo.json"


@dataclass(frozen=True, slots=True)
class Demo:
    """A built demonstration: where it lies, what it was drawn from, and the day that it has reached."""

    folder: Path
    pack: Path
    seed: int
    today: date
    scale: int

    @property
    def treasury(self) -> Path:
        """Give the folder behind the Treasury's service."""
        return self.folder / TREASURY

    @property
    def shared(self) -> Path:
        """Give the departments' shared folder."""
        return self.folder / SHARED

    @property
    def planted(self) -> list[Planted]:
        """List the dirty rows that lie in the folder now."""
        return [Planted(**item) for item in json.loads((self.folder / "planted.json").read_text(encoding="utf-8"))]

    @classmethod
    def open(cls, folder: Path) -> Demo:
        """Open a demonstration that was built before."""
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return cls(folder, Path(state["pack"]), state["seed"], date.fromisoformat(state["today"]), state["scale"])


def build(folder: Path, *, pack: Path, today: date, seed: int = SEED, scale: int = SCALE) -> Demo:
    """Build the demonstration as of the evening of `today`, in place of what lay in the folder."""
    (folder / STATE).unlink(missing_ok=True)  # first: a build that was interrupted is none
    for part in (TREASURY, SHARED):
        shutil.rmtree(folder / part, ignore_errors=True)
    return _write(Demo(folder, pack.resolve(), seed, today, scale))


def advance(folder: Path, days: int = 1) -> Demo:
    """Let the next days happen: streams grow, spreadsheets are saved anew. What was there before stays as it was."""
    demo = Demo.open(folder)
    return _write(replace(demo, today=demo.today + timedelta(days=days)))


def _write(demo: Demo) -> Demo:
    """Write what the day of `demo` has; its own file comes last, so that an interrupted day is done again."""
    province = Province.read(demo.pack, demo.seed)
    planted = treasury.append(demo.treasury, province, demo.seed, demo.today)
    planted += spreadsheets.write(demo.shared, province, demo.seed, demo.today, demo.scale)
    state = {"pack": str(demo.pack), "seed": demo.seed, "today": demo.today.isoformat(), "scale": demo.scale}
    spreadsheets.replace(demo.folder / "planted.json", _json([asdict(item) for item in planted]))
    spreadsheets.replace(demo.folder / STATE, _json(state))
    return demo


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
