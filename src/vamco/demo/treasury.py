"""What the Treasury's service keeps: one append-only stream of JSON lines for each dataset."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from vamco.demo import datasets
from vamco.demo.dirt import Planted
from vamco.demo.spreadsheets import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from vamco.demo.dirt import Dirt, Row
    from vamco.demo.province import Province

STREAMS = (datasets.GIAINGAN, datasets.THU)


def stream(folder: Path, dataset: str) -> Path:
    """Give the path of a dataset's stream."""
    return folder / f"{dataset}.jsonl"


def append(folder: Path, province: Province, seed: int, today: date) -> list[Planted]:
    """Bring the streams up to `today` by adding what is missing at their ends, and list the dirty rows in them.

    What is there stays where it is, late transactions among it. Done twice, or again after a crash, it adds nothing twice.
    """
    rows = {
        datasets.GIAINGAN.dataset: datasets.disbursed(province, seed, today),
        datasets.THU.dataset: datasets.collected(province, seed, today),
    }
    return [planted for dirt in STREAMS for planted in _append(folder, dirt, seed, rows[dirt.dataset])]


def _append(folder: Path, dirt: Dirt, seed: int, rows: Iterable[Row]) -> Iterator[Planted]:
    path = stream(folder, dirt.dataset)
    marked = [(_line(dirt, row), row, flaw) for row, flaw in dirt.plant(seed, rows)]
    there = Counter(lines(path))
    missing = []
    for text, _, _ in marked:
        if there[text]:
            there[text] -= 1
        else:
            missing.append(text)
    add_lines(path, missing)
    key = dirt.columns.index(dirt.key)
    expected = iter(marked)
    text, row, flaw = next(expected, ("", [], None))
    for number, line in enumerate(lines(path), start=1):
        if line != text:  # a late transaction that somebody sent
            continue
        if flaw:
            yield Planted(dirt.dataset, path.name, number, str(row[key]), flaw.name, flaw.column)
        text, row, flaw = next(expected, ("", [], None))


def _line(dirt: Dirt, row: Row) -> str:
    cells = [cell.isoformat() if isinstance(cell, date) else cell for cell in row]
    return json.dumps(dict(zip(dirt.columns, cells, strict=True)), ensure_ascii=False, separators=(",", ":"))


def add_lines(path: Path, texts: Iterable[str]) -> None:
    """Put lines at a stream's end: all of them or, when it is interrupted, none."""
    replace(path, "".join(f"{text}\n" for text in (*lines(path), *texts)).encode())


def lines(path: Path) -> list[str]:
    """List a stream's lines; a stream that was never begun has none."""
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
