"""The demonstration layer of a pack: log-ins, weights and figures in its folder `demonstration`, or in that of the pack below.

It is no section of the pack, since a province that is run has nothing of it: `vamco up` reads it, nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "demonstration"
CITIZENS = "citizens.yaml"
REGISTERS = "registers.yaml"
BUNDLED = Path(__file__).resolve().parents[3] / "packs"
T = TypeVar("T")


class Part(BaseModel):
    """A piece of a file of the layer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LogIn(Part):
    """A person with a log-in. `agency` is a code, a kind (`@finance`), or a number among `investor:` or `commune:`.

    `app`: an authenticator app is bound to the account, since the role has acts that a password alone does not open.
    """

    username: str
    name: str
    title: str
    role: str
    position: str
    agency: str
    place: str = ""
    app: bool = False


class Citizen(BaseModel):
    """A made-up person at the simulated issuer of the national eID. `official`: the log-in of an official who is the same person."""

    model_config = ConfigDict(frozen=True)  # the issuer's own reading is the strict one

    key: str
    name: str
    about: str
    number: str = ""
    official: str = ""


class Weights(Part):
    """Who is large and who falls behind; communes by code, investors by number, agencies by code or kind."""

    large: dict[str, float]
    industrial: frozenset[str]
    gates: tuple[str, ...]
    slow_investors: dict[int, float]
    large_investors: dict[int, float]
    slump_from: dt.date
    slump: dict[str, float]


class Mark(Part):
    """A cumulative amount (tỷ đồng) at the end of a day; `source` is empty when it is synthetic."""

    on: dt.date
    amount: float
    source: str = ""


class Figures(Part):
    """The province's totals: published, or synthetic where they name no source. Money in tỷ đồng."""

    plans: dict[int, tuple[tuple[dt.date, int, int], ...]]
    disbursed: dict[int, tuple[Mark, ...]]
    revenue: dict[int, tuple[Mark, ...]]
    estimates: dict[int, tuple[int, int]]
    enterprises: dict[int, tuple[tuple[dt.date, int, int], ...]]
    dossiers: tuple[int, ...]
    accidents: tuple[int, int, int]


def log_ins(pack: Path) -> list[LogIn]:
    """Give the log-ins, their agencies resolved to codes of the pack."""
    found = _read(pack, "people.yaml", list[LogIn])
    return [each.model_copy(update={"agency": agency(pack, each.agency)}) for each in found]


def citizens(pack: Path) -> list[Citizen]:
    """Give the people whom the simulated issuer of the national eID knows."""
    return _read(pack, CITIZENS, list[Citizen])


def citizens_file(pack: Path) -> Path | None:
    """Give the file that they stand in, None where no pack of the chain has one."""
    return _file(pack, CITIZENS)


def registers_file(pack: Path) -> Path | None:
    """Give the file of what the simulated registers know, None where no pack of the chain has one."""
    return _file(pack, REGISTERS)


def weights(pack: Path) -> Weights:
    """Give the weights, kinds of agencies resolved to codes of the pack."""
    found = _read(pack, "weights.yaml", Weights)
    return found.model_copy(update={"slump": {agency(pack, code): share for code, share in found.slump.items()}})


def figures(pack: Path) -> Figures:
    """Give the province's totals."""
    return _read(pack, "figures.yaml", Figures)


def agency(pack: Path, named: str) -> str:
    """Give the code of an agency that is named by its kind, by its number, or by its code."""
    kind, _, number = named.partition(":")
    if named.startswith("@"):
        codes = [row["agency"] for row in rows(pack, "agency_kinds.csv") if f"@{row['kind']}" == named]
    elif number:
        codes = [row["code"] for row in rows(pack, "agencies.csv") if row["kind"] == kind]
        codes = codes[int(number) - 1 : int(number)]
    else:
        return named
    if not codes:
        raise Refused("demo.no_agency", N_("The pack has no agency “%(named)s” for the demonstration."), named=named)
    return codes[0]


def rows(pack: Path, name: str) -> list[dict[str, str]]:
    """Give the rows of a CSV file of the pack."""
    with (pack / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _read(pack: Path, name: str, shape: type[T]) -> T:
    from ruamel.yaml import YAML

    path = _file(pack, name)
    if path is None:
        raise Refused("demo.none", N_("The pack %(pack)s has no demonstration."), pack=pack)
    content = YAML(typ="safe", pure=True).load(path)
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        raise Refused("demo.wrong", N_("%(path)s is wrong: %(error)s"), path=path, error=error) from None


def _file(pack: Path, name: str) -> Path | None:
    paths = (folder / FOLDER / name for folder in _chain(pack))
    return next((path for path in paths if path.is_file()), None)


def _chain(pack: Path) -> Iterator[Path]:
    """Give the folders of the pack, the uppermost first."""
    from ruamel.yaml import YAML

    seen: set[Path] = set()
    while pack not in seen:
        yield pack
        seen.add(pack)
        head = pack / "pack.yaml"
        said: Any = YAML(typ="safe", pure=True).load(head) if head.is_file() else None
        name = said.get("extends") if isinstance(said, dict) else None
        if not name:
            return
        beside = pack.resolve().parent / name
        pack = beside if beside.is_dir() else BUNDLED / name


INVESTORS = 12


def add(pack: Path) -> None:
    """Make a pack one that the demonstration can be shown with: its sources, made-up investors, and a head that says so."""
    head = pack / "pack.yaml"
    text = head.read_text(encoding="utf-8").replace("demonstration: false", "demonstration: true")
    head.write_text(text if "demonstration:" in text else f"{text}demonstration: true\n", encoding="utf-8")
    sources = next(path for folder in _chain(pack) if (path := folder / FOLDER / "sources.yaml").is_file())
    (pack / "sources.yaml").write_text(sources.read_text(encoding="utf-8"), encoding="utf-8")
    with (pack / "agencies.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns, first = list(reader.fieldnames or ()), next(row for row in reader if not row["parent"])
    with (pack / "agencies.csv").open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        for number in range(1, INVESTORS + 1):
            writer.writerow(_investor(first, number))


def _investor(root: dict[str, str], number: int) -> dict[str, str]:
    return {
        "code": f"{root['code']}.CDT.{number:02}",
        "name": f"Ban Quản lý dự án số {number} (mô phỏng)",
        "name_en": f"Project Management Board {number} (synthetic)",
        "short_name": f"Ban QLDA số {number}",
        "kind": "investor",
        "parent": root["code"],
        "synthetic": "true",
        "valid_from": root["valid_from"],
    }
