"""Contracts and deliveries for the tests."""

from __future__ import annotations

import copy
import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.contracts import Delivery, Layout
from vamco.systems.hub.rules.odcs import DatasetItem

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import Contract

CSV = Layout("csv")


def rule(check: str, *, severity: str = "error", **how: Any) -> dict[str, Any]:
    return {
        "name": check,
        "type": "custom",
        "engine": "vamco",
        "severity": severity,
        "dimension": "accuracy",
        "implementation": {"check": check, **how},
    }


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "logicalType": kind, **more}


def document(
    *fields: dict[str, Any], delivery: str = "replace", quality: list[Any] | None = None, **more: Any
) -> dict[str, Any]:
    """An ODCS document of the dataset `thu_nghiem` of the Department of Finance."""
    table = {
        "name": "thu_nghiem",
        "logicalType": "object",
        "physicalType": "table",
        "properties": list(fields),
        "quality": quality or [],
    }
    custom = [{"property": "vamco.delivery", "value": delivery}, *more.pop("custom", [])]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "thu_nghiem",
        "name": "Thử nghiệm",
        "version": "1.0.0",
        "status": "active",
        "team": {"name": "H53.04"},
        "customProperties": custom,
        "schema": [table],
        **more,
    }


def item(*fields: dict[str, Any], **more: Any) -> DatasetItem:
    return DatasetItem.model_validate(copy.deepcopy(document(*fields, **more)))


def contract(*fields: dict[str, Any], **more: Any) -> Contract:
    return item(*fields, **more).contract()


KEY = field("ma", required=True, primaryKey=True, primaryKeyPosition=1)
AMOUNT = field("so_tien", "integer", required=True, logicalTypeOptions={"minimum": 0}, businessName="Số tiền")


def put(*fields: dict[str, Any], **more: Any) -> None:
    """Loads a contract into the database."""
    from django.db import transaction

    from vamco.systems.hub import services

    with transaction.atomic():
        services.put_contracts([item(*(fields or (KEY, AMOUNT)), **more)])


AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def delivery(
    path: Path,
    content: str | bytes,
    *,
    name: str = "",
    layout: Layout = CSV,
    key: str = "",
    at: dt.datetime = AT,
    **more: Any,
) -> Delivery:
    """A file with a content, delivered."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Delivery("thu", name or path.name, "text/csv", path, at, key, layout, **more)


def at_once(*works: Any) -> list[Any]:
    """Do several things at the same time, each on a connection of its own; return what each returned or raised."""
    from django.db import connections

    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(n: int) -> None:
        gate.wait()
        try:
            results[n] = works[n]()
        except Exception as error:  # the test looks at it
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results
