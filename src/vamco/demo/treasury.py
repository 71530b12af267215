"""What the Treasury's service keeps: one append-only stream of JSON lines for each dataset."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from vamco.demo import datasets
from vamco.demo.dirt import Planted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vamco.demo.dirt import Cell, Dirt, Row
    from vamco.demo.province import Province

STREAMS = (datasets.GIAINGAN, datasets.THU)


def stream(folder: Path, dataset: str) -> Path:
    """Give the path of a dataset's stream."""
    return folder / f"{dataset}.jsonl"


def append(folder: Path, province: Province, seed: int, after: date, today: date) -> list[Planted]:
    """Append what happened after `after` and up to `today`, and list the dirty rows among it."""
    given = {
        datasets.GIAINGAN.dataset: datasets.disbursed(province, seed, today),
        datasets.THU.dataset: datasets.collected(province, seed, today),
    }
    planted: list[Planted] = []
    for dirt in STREAMS:
        day = dirt.columns.index("ngay")
        fresh = (row for row in given[dirt.dataset] if _after(row[day], after))
        planted += _append(folder, dirt, seed, fresh)
    return planted


def _after(cell: Cell, day: date) -> bool:
    return isinstance(cell, date) and cell > day


def _append(folder: Path, dirt: Dirt, seed: int, rows: Iterable[Row]) -> list[Planted]:
    path = stream(folder, dirt.dataset)
    number = len(lines(path))
    key = dirt.columns.index(dirt.key)
    planted: list[Planted] = []
    texts: list[str] = []
    for number, (row, flaw) in enumerate(dirt.plant(seed, rows), start=number + 1):  # noqa: B020
        texts.append(_line(dirt, row))
        if flaw:
            planted.append(Planted(dirt.dataset, path.name, number, str(row[key]), flaw.name, flaw.column))
    add_lines(path, texts)
    return planted


def _line(dirt: Dirt, row: Row) -> str:
    cells = [cell.isoformat() if isinstance(cell, date) else cell for cell in row]
    return json.dumps(dict(zip(dirt.columns, cells, strict=True)), ensure_ascii=False, separators=(",", ":"))


def add_lines(path: Path, texts: Iterable[str]) -> None:
    """Append whole lines in one write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write("".join(f"{text}\n" for text in texts).encode())


def lines(path: Path) -> list[str]:
    """List a stream's whole lines; one that is still being written is left for the next time."""
    return path.read_bytes().decode("utf-8", "ignore").split("\n")[:-1] if path.is_file() else []
