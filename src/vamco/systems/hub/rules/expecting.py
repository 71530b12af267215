"""Who is expected to report in a dataset, and by which columns that is seen. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.rules.feeds import FeedItem


@dataclass(frozen=True)
class Expectation:
    """That each of a code list reports: by a code in `column`, up to the newest day in `date` ("": when its file came).

    `name_form`: where each has a file of its own, how its name says the code. `days`: how many days without a row are no silence
    yet, where rows are things that happen instead of reports.
    """

    codes: str
    column: str
    date: str
    name_form: str = ""
    days: int = 0

    @property
    def level(self) -> Literal["place", "agency"]:
        """Whether places or agencies report."""
        return "place" if self.codes == "communes" else "agency"

    def known(self, until: Mapping[str, dt.date], listed: Collection[str]) -> dict[str, dt.date]:
        """Up to when each is known: whoever is no more than `days` behind the first of those listed is as far as that one."""
        front = max((day for code, day in until.items() if code in listed), default=dt.date.min)
        return {code: max(day, front) if front - day <= dt.timedelta(self.days) else day for code, day in until.items()}


def expectation(contract: Contract, feed: FeedItem | None) -> Expectation | None:
    """What a contract's coverage check expects, or a source with one file for each; None when neither expects anything."""
    each = feed if feed is not None and feed.one_each else None
    check = next((check for check in contract.declared if check.kind == "coverage"), None)
    if check is not None:
        form = each.name_form if each is not None and f"(?P<{check.column}>" in each.name_form else ""
        return Expectation(str(check.value["list"]), check.column, check.other, form, check.value.get("days", 0))
    if each is None:
        return None
    named = [column.name for column in contract.columns if f"(?P<{column.name}>" in each.name_form]
    listed = [c.column for c in contract.declared if c.kind == "reference" and c.value == each.one_each]
    column = next((name for name in named if name in listed), next(iter(named), ""))
    return Expectation(each.one_each, column, contract.period_column, each.name_form) if column else None
