"""The pack's sections `datasets` and `sources`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.systems.hub import services
from vamco.systems.hub.rules import grading
from vamco.systems.hub.rules.checks import TODAY
from vamco.systems.hub.rules.columns import is_number
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.rules.odcs import DatasetItem, DatasetWords

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.systems.hub.contracts import Check, Contract

_DATES = {"not_in_future", "not_before"}
_SUMS = {"sum_of", "jump", "ytd_monotone"}


def check_datasets(located: Sequence[packs.Located[DatasetItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """The file is a contract of the standard, and its checks name columns that can be checked so."""
    for entry in located:
        yield from _check_standard(entry)
        yield from _check_columns(entry)


def _check_standard(entry: packs.Located[DatasetItem]) -> Iterator[packs.Fault]:
    from importlib import resources

    from jsonschema.validators import validator_for
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    schema = json.loads(resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
    for error in validator_for(schema)(schema).iter_errors(entry.raw.data):
        path = tuple(error.absolute_path)
        yield entry.fault(f"{'.'.join(map(str, path)) or 'the contract'}: {error.message:.200}", *path)
    try:
        OpenDataContractStandard.model_validate(entry.raw.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            yield entry.fault(f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}", *detail["loc"])


def _check_columns(entry: packs.Located[DatasetItem]) -> Iterator[packs.Fault]:
    contract = entry.item.contract()
    kinds = {column.name: column.type for column in contract.columns}
    if len(kinds) != len(contract.columns):
        yield entry.because(("schema", 0, "properties"), N_("names that differ"))
    if entry.item.tables[0].name != entry.item.id:
        yield entry.because(("schema", 0, "name"), N_("%(id)s, as the contract's id"), id=entry.item.id)
    if contract.slice_column and contract.slice_column not in kinds:
        yield entry.fault(
            N_("vamco.delivery: a column of the contract, found %(found)s"),
            "customProperties",
            found=repr(contract.slice_column),
        )
    if contract.period_column and kinds.get(contract.period_column) not in {"date", "timestamptz"}:
        expected = N_("element: a column of the contract with the type date, found %(found)s")
        yield entry.fault(expected, "slaProperties", found=repr(contract.period_column))
    if contract.delivery == "append" and not contract.key:
        yield entry.because(("schema", 0, "properties"), N_("a primary key, because rows are appended"))
    for check in contract.declared:
        yield from _check_check(entry, contract, check)
    yield from _check_keys(entry, contract)
    yield from _check_personal(entry, contract)


def _check_check(entry: packs.Located[DatasetItem], contract: Contract, check: Check) -> Iterator[packs.Fault]:
    """A check names columns of the contract, of types that can be checked so, and a list says by which day its codes are judged."""
    kinds = {column.name: column.type for column in contract.columns}
    if not check.column and check.kind not in grading.BATCH_KINDS:
        yield entry.fault(N_("%(check)s: with the field that it checks"), "schema", 0, check=check.kind)
        return
    named = [name for name in (check.column, *_other_columns(check)) if name]
    wrong = [name for name in named if name not in kinds]
    dates = named if check.kind in _DATES else _other_columns(check) if check.kind in {"reference", "coverage"} else []
    numbers = {name for name in kinds if is_number(contract.column(name))}
    if wrong:
        expected = N_("%(check)s: a column of the contract, found %(found)s")
        yield entry.fault(expected, "schema", 0, check=check.kind, found=repr(wrong[0]))
    elif any(kinds[name] != "date" for name in dates):
        yield entry.fault(N_("%(check)s: columns of the type date"), "schema", 0, check=check.code)
    elif check.kind in _SUMS and not {check.column, *_parts(check)} <= numbers:
        yield entry.fault(N_("%(check)s: columns of numbers"), "schema", 0, check=check.code)
    elif check.column in _parts(check):
        yield entry.fault(N_("%(check)s: other columns than this one"), "schema", 0, check=check.code)


def _check_personal(entry: packs.Located[DatasetItem], contract: Contract) -> Iterator[packs.Fault]:
    """The contract as a whole says what its fields say, and nothing that is shown to all is taken from a personal field."""
    expected = grading.personal_data(contract)
    if contract.personal_data != expected:
        yield entry.fault(
            N_("vamco.personalData: %(grade)s, as the classification of the fields has it"),
            "customProperties",
            grade=expected,
        )
    for name in quoted_personal(contract):
        yield entry.fault(
            N_("%(name)s: no personal data, because the delivery or a check of the batch quotes its values"),
            "schema",
            0,
            name=name,
        )


def quoted_personal(contract: Contract) -> list[str]:
    """The personal fields whose values would stand in what all readers of runs see."""
    shown = {contract.slice_column} | {name for check in grading.batch_checks(contract) for name in _named(check)}
    return sorted(shown & set(contract.personal_columns))


def _named(check: Check) -> set[str]:
    """The columns whose values, or whose sum, a message of the check quotes."""
    if check.kind in {"empties", "coverage", "row_count"}:  # these say how many, never what
        return set()
    return {str(check.value), check.column, check.other} if check.kind == "ytd_monotone" else {check.column}


def _other_columns(check: Check) -> list[str]:
    """The columns that a check names beside its own."""
    if check.kind == "reference":
        return [name for part in check.other.split(",") if (name := part.strip()) and name != TODAY]
    if check.kind == "ytd_monotone":
        return [check.other, str(check.value)]
    return [check.other, *_parts(check)] if check.kind in {"not_before", "coverage", "sum_of"} else []


def _parts(check: Check) -> list[str]:
    return list(check.value["columns"]) if check.kind == "sum_of" else []


def _check_keys(entry: packs.Located[DatasetItem], contract: Contract) -> Iterator[packs.Fault]:
    for n, column in enumerate(contract.columns):
        if (column.name in contract.key or column.name == contract.slice_column) and not column.required:
            yield entry.fault(
                N_("%(name)s: required, as part of the key or of the delivery"),
                "schema",
                0,
                "properties",
                n,
                name=column.name,
            )


def check_sources(located: Sequence[packs.Located[SourceItem]], contents: packs.Contents) -> Iterator[packs.Fault]:
    """A dataset comes from one source, and of many files each replaces a part of its own."""
    taken: dict[str, str] = {}
    replaced = {entry.item.id for entry in contents["datasets"] if entry.item.contract().delivery == "replace"}
    for entry in located:
        for n, feed in enumerate(entry.item.datasets):
            if (first := taken.setdefault(feed.dataset, entry.item.code)) != entry.item.code:
                expected = N_("dataset: %(dataset)s comes from %(first)s already")
                yield entry.fault(expected, "datasets", n, "dataset", dataset=feed.dataset, first=first)
            if feed.one_each and feed.dataset in replaced:
                expected = N_("one_each: for a dataset whose files add up, and %(dataset)s is replaced by each")
                yield entry.fault(expected, "datasets", n, "one_each", dataset=feed.dataset)


def remark_sources(_located: Sequence[packs.Located[SourceItem]], contents: packs.Contents) -> Iterator[packs.Fault]:
    """Find the datasets that no source gives: nothing that counts them will have a value."""
    given = {feed.dataset for entry in contents["sources"] for feed in entry.item.datasets}
    for entry in contents["datasets"]:
        if entry.item.id not in given and not DatasetWords.of(entry.item.custom).published_by:
            yield entry.fault(N_("%(dataset)s: a source in sources.yaml that gives it"), "id", dataset=entry.item.id)


def remark_datasets(located: Sequence[packs.Located[DatasetItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """Find the codes that are judged by no day: one that ended long ago passes for one in force."""
    for entry in located:
        contract = entry.item.contract()
        for check in contract.declared:
            if check.kind == "reference" and not grading.days_of_code(check, contract):
                expected = N_("%(check)s: as_of, a column with the day by which the code must be in force, or today")
                yield entry.fault(expected, "schema", 0, check=check.code)


DATASETS = packs.Section(
    name="datasets",
    files="datasets/*.odcs.yaml",
    model=DatasetItem,
    key="id",
    apply=services.put_contracts,
    depends=("agencies",),
    check=check_datasets,
    remark=remark_datasets,
    doc="data contracts (ODCS 3.1), one a file",
)
SOURCES = packs.Section(
    name="sources",
    files="sources.yaml",
    model=SourceItem,
    key="code",
    apply=services.put_sources,
    depends=("agencies", "datasets"),
    check=check_sources,
    remark=remark_sources,
    doc="systems that data are collected from",
)
