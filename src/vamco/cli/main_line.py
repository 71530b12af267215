"""The main line over HTTP, as people live it: seen, traced, confirmed, ordered, reported, refused, paid, closed.

What is shown is compared, to the dong, with `vamco.demo.disbursed_share`, which adds up the departments' own files. A step
that does not hold is a finding; when nothing is left to go on with, the later steps are left out and that is said.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.cli.visitor import Visitor
from vamco.demo import disbursed_share, layer
from vamco.demo.build import Demo
from vamco.demo.people import PASSWORD
from vamco.lib.money import format_number, format_percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.cli.markup import Element
    from vamco.cli.province import Province
    from vamco.cli.visitor import Page

CODE: Final = "DTC01"
PATIENCE: Final = 120.0  # seconds for the worker; a busy machine took 29
_INDICATOR: Final = f"/indicators/{CODE}"
_HANDLER: Final = "@finance"
_SOURCE: Final = "kho-bac"
_ENOUGH: Final = 95  # percent; above every point of the year's path
_EVIDENCE: Final = ("báo cáo.txt", "Đã rà soát các chủ đầu tư.\n".encode())
_STILL_FIRES: Final = "Cảnh báo vẫn còn"
_LOOK_AGAIN: Final = 0.2  # seconds
# How the page of a value heads the columns of the Treasury's rows.
_SHOWN: Final = {
    "ma_giao_dich": "Mã giao dịch",
    "ngay": "Ngày hạch toán",
    "nam_ke_hoach": "Năm kế hoạch",
    "ma_chu_dau_tu": "Chủ đầu tư",
    "ma_du_an": "Mã dự án",
    "ma_xa": "Xã, phường",
    "so_tien": "Số tiền (đồng)",
    "nguon_von": "Nguồn vốn",
}


class Lost(Exception):  # noqa: N818 - not an error of the program: what it says is a finding
    """Nothing is left to go on with."""


def walk(province: Province, *, patience: float = PATIENCE) -> list[str]:
    """Walk it and give what did not hold; how long each step took joins `province.seconds` as "main: …".

    `patience`: seconds that the worker has to compute, and later to see the payments.
    """
    with ExitStack() as stack:
        line = _Line(stack, province, patience)
        for name, step in _STEPS.items():
            begun = time.monotonic()
            line.step = name
            try:
                step(line)
            except Lost as lost:
                later = list(_STEPS)[list(_STEPS).index(name) + 1 :]
                line.findings.append(f"{name}: {lost}")
                if later:
                    line.findings.append(f"{name}: not walked after this: {', '.join(later)}")
                break
            finally:
                province.seconds[f"main: {name}"] = round(time.monotonic() - begun, 3)
    return line.findings


class _Line:
    """How far the walk has come: who is logged in, what was found, and where the alarm and the directive are."""

    def __init__(self, stack: ExitStack, province: Province, patience: float) -> None:
        self.findings: list[str] = []
        self.step = ""
        self.province = province
        self.patience = patience
        self.alarm = self.case = ""
        self._stack = stack
        self._people: dict[str, Visitor] = {}

    def person(self, username: str) -> Visitor:
        """Give somebody who is logged in."""
        if username not in self._people:
            visitor = self._stack.enter_context(Visitor(self.province.address, username))
            status = visitor.log_in(PASSWORD).status
            if status != "302":
                raise Lost(f"{username} cannot log in: {status}")
            self._people[username] = visitor
        return self._people[username]

    def open(self, username: str, path: str) -> Page:
        """Give a page as somebody sees it; one that is not answered is the end."""
        page = self.person(username).open(path)
        if not page.fine:
            raise Lost(f"{username} opened {path}: expected a page, saw {page.status}")
        return page

    def send(
        self, username: str, path: str, action: str, files: dict[str, tuple[str, bytes]] | None = None, **filled: str
    ) -> Page:
        """Send the form `action` of the page at `path`; an answer that is no page is the end."""
        page = self.person(username).send(self.open(username, path), action, filled, files)
        if not page.fine:
            said = " ".join(notice.words for notice in page.main.every(look="notice"))
            raise Lost(f"{username} sent {action} of {path}: expected it to be done, saw {page.status} {said}".rstrip())
        return page

    def expect(self, what: str, expected: object, seen: object) -> None:
        """Note a finding unless the two are equal."""
        if expected != seen:
            self.findings.append(f"{self.step}: {what}: expected {expected}, saw {seen}")

    def expect_in(self, what: str, expected: str, seen: str) -> None:
        """Note a finding unless the words are there."""
        if expected not in seen:
            self.findings.append(f"{self.step}: {what}: expected “{expected}” in it, saw “{seen[:200]}”")

    def until(self, what: str, look: Callable[[], bool]) -> None:
        """Look until it holds; the end when it does not in time."""
        deadline = time.monotonic() + self.patience
        while not look():
            if time.monotonic() > deadline:
                raise Lost(f"{what}: expected within {self.patience:g} s, not seen")
            time.sleep(_LOOK_AGAIN)

    def handler(self) -> str:
        """Give the code of the agency that is given the directive."""
        return layer.agency(Path(self.province.environment["VAMCO_PACK"]), _HANDLER)

    def truth(self) -> disbursed_share.Share:
        """Give what the departments' files say now."""
        return disbursed_share.share(Demo.open(self.province.data / "demo"))


# ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _seen(line: _Line) -> None:
    """The leader sees the indicator among what needs a decision, and the same number on the wall."""
    line.until(
        f"{CODE} on the leader's red list",
        lambda: _card(line.open("lanhdao", "/board").main.first(look="red-list")) is not None,
    )
    _compare_figures(line)


def _compare_figures(line: _Line) -> None:
    expected = format_percent(line.truth().percent, 1, "vi")
    for path in ("/board", "/wall", _INDICATOR):
        card = _card(line.open("lanhdao", path).main)
        figure = card.first(look="figure") if card else None
        line.expect(f"{CODE} on {path}", expected, figure.words if figure else "no card")


def _card(place: Element | None) -> Element | None:
    """Give the indicator's card or line of the red list."""
    cards = [*place.every("li", look=""), *place.every("article")] if place else []
    return next((card for card in cards if card.first("a", href=_INDICATOR) and card.first(look="figure")), None)


def _traced(line: _Line) -> None:
    """The number opens: to the dong, and down to the file and the row, which is the department's own."""
    truth = line.truth()
    link = line.open("lanhdao", _INDICATOR).main.first("a", href="/values/")
    if link is None:
        raise Lost(f"the way to the source: expected on {_INDICATOR}, not seen")
    page = line.open("lanhdao", link.attributes["href"])
    shown = [fact.words for fact in page.main.every("dd")]
    for name, amount in (("numerator", truth.paid), ("denominator", truth.planned)):
        line.expect_in(name, format_number(amount, 0, "vi"), " · ".join(shown))
    traced = line.open("ioc", link.attributes["href"]).main  # both may open runs
    row = next((row for row in traced.every("tr") if row.first("a", href="?row=")), None)
    if row is None:
        raise Lost(f"a link to the source row: expected on {page.path}, not seen")
    line.expect_in("the source rows as the leader sees them", row.words, page.main.words)
    _compare_row(line, row)


def _compare_row(line: _Line, row: Element) -> None:
    """The operator opens the run and the file that a source row leads to; row, file and Treasury say the same."""
    link = row.first("a", href="?row=")
    assert link is not None  # noqa: S101  # for the type checker: the row was chosen by it
    number = int(link.attributes["href"].rpartition("=")[2])
    cells = {cell.attributes.get("data-label", ""): cell.words for cell in row.every("td")}
    file = line.open("ioc", link.attributes["href"]).main.first("a", href="/file")
    if file is None:
        raise Lost(f"the original file: expected on {link.attributes['href']}, not seen")
    lines = line.open("ioc", file.attributes["href"]).body.splitlines()
    delivered = [json.loads(text) for text in lines[number - 1 : number]]
    own = disbursed_share.payments(Demo.open(line.province.data / "demo"), cells.get(_SHOWN["ma_giao_dich"], ""))
    line.expect(f"row {number} of the file", [[]], [_differing(cells, found) for found in delivered])
    line.expect("the same transaction at the Treasury", [[]], [_differing(cells, found) for found in own])


def _differing(cells: dict[str, str], row: dict[str, Any]) -> list[str]:
    """Give the columns that show something else than the row has: names stand beside codes, money has its marks."""
    day = dt.date.fromisoformat(row["ngay"])
    written = {**row, "ngay": f"{day:%d/%m/%Y}", "so_tien": format_number(row["so_tien"], 0, "vi")}
    shown = {name: cells.get(label, "") for name, label in _SHOWN.items()}
    return [
        f"{_SHOWN[name]}: {shown[name]} is not {text}"
        for name, text in written.items()
        if not (shown[name].startswith(str(text)) if name == "so_tien" else shown[name].endswith(str(text)))
    ]


def _confirmed(line: _Line) -> None:
    """The operator finds the province's alarm and confirms it."""
    # The first one is the province's; those of investors follow.
    alarms = line.open("lanhdao", _INDICATOR).main.first("div", id="alarms")
    link = alarms.first("a", href="/desk/alarms/") if alarms else None
    if link is None:
        raise Lost(f"an alarm: expected on {_INDICATOR}, not seen")
    line.alarm = link.attributes["href"]
    line.send("ioc", f"{line.alarm}?act=confirm", "act=confirm", note="Đã xem số liệu nguồn.")
    again = line.open("ioc", f"{line.alarm}?act=confirm").form("act=confirm")
    line.expect("a second confirmation", "none offered", "offered" if again else "none offered")


def _directed(line: _Line) -> None:
    """The leader gives a directive; the proposal names the number."""
    form = line.open("lanhdao", f"{line.alarm}?act=issue").form("act=issue")
    proposal = form.fields().get("text", "") if form else ""
    line.expect_in("the proposed directive", format_percent(line.truth().percent, 1, "vi"), proposal)
    page = line.send("lanhdao", f"{line.alarm}?act=issue", "act=issue", agency=line.handler())
    if not re.fullmatch(r"/desk/cases/\d+", page.path):
        raise Lost(f"the directive: expected its page, saw {page.path}")
    line.case = page.path


def _reported(line: _Line) -> None:
    """The department finds it in its inbox, accepts it, and reports back with a file of evidence."""
    inbox = line.open("sotaichinh", "/desk/").main
    line.expect("the directive in the department's inbox", True, inbox.first("a", href=line.case) is not None)
    line.send("sotaichinh", f"{line.case}?act=accept", "act=accept")
    note = "Đã rà soát 48 chủ đầu tư."
    page = line.send("sotaichinh", f"{line.case}?act=report", "act=report", {"evidence": _EVIDENCE}, note=note)
    line.expect_in("the report", note, page.main.words)
    link = page.main.first("a", href="/desk/files/")
    line.expect_in("the evidence", _EVIDENCE[0], link.words if link else "none")
    if link is not None:
        line.expect("the evidence's bytes", _EVIDENCE[1], line.open("thamdinh", link.attributes["href"]).body)


def _refused(line: _Line) -> None:
    """The office cannot close it while the alarm fires, is told why, and nothing has changed."""
    form = line.open("thamdinh", f"{line.case}?act=close")
    page = line.person("thamdinh").send(form, "act=close", {"note": "Đã đạt."})
    line.expect("closing while the alarm fires", "409", page.status)
    line.expect_in("the reason", _STILL_FIRES, page.main.words)
    again = line.open("thamdinh", f"{line.case}?act=close").form("act=close")
    line.expect("the directive after the refusal", "open", "open" if again else "not to be closed any more")


def _paid(line: _Line) -> None:
    """The payments reach the Treasury, and the operator has it collected from."""
    import requests

    rows = disbursed_share.catching_up(Demo.open(line.province.data / "demo"), _ENOUGH)
    environment = line.province.environment
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                f"{environment['VAMCO_TREASURY_URL']}/v1/{disbursed_share.PAID}",
                json={"du_lieu": rows},
                headers={"Authorization": f"Bearer {environment['VAMCO_TREASURY_TOKEN']}"},
                timeout=20,
            )
        except requests.RequestException as error:
            raise Lost(f"the Treasury: expected it to take payments, saw {type(error).__name__}") from None
    line.expect("the Treasury's answer", (201, len(rows)), (answer.status_code, answer.json().get("added")))
    line.send("ioc", "/desk/runs/", f"/desk/sources/{_SOURCE}/collect")


def _recovered(line: _Line) -> None:
    """The worker collects, computes and ends the alarm by itself."""
    line.until("the end of the alarm", lambda: _tone(line.open("ioc", line.alarm).main) == "tone-ok")


def _tone(page: Element) -> str:
    head = page.first(look="page-head")
    badge = head.first(look="badge") if head else None
    return badge.attributes["class"].rpartition(" ")[2] if badge else "no badge"


def _closed(line: _Line) -> None:
    """Now the office can close it."""
    page = line.send("thamdinh", f"{line.case}?act=close", "act=close", note="Đã đạt.")
    line.expect("the directive's state", "tone-ok", _tone(page.main))
    left = [form.attributes.get("action", "") for form in page.main.every("form")]
    left = [action for action in left if not action.endswith(("act=watch", "act=comment"))]  # these move nothing
    line.expect("acts on a closed directive", [], left)


def _seen_again(line: _Line) -> None:
    """The board and the wall show the new number, and no urgency; no news was lost on the way."""
    _compare_figures(line)
    for path in ("/board", "/wall"):
        card = _card(line.open("lanhdao", path).main)
        badge = card.first(look="badge") if card else None
        line.expect(f"{CODE}'s badge on {path}", "badge tone-ok", badge.attributes["class"] if badge else "none")
    _traced(line)
    letters = line.open("ioc", "/desk/letters/").main
    line.expect("dead letters", 0, len(list(letters.every("form", action="/retry"))))


_STEPS: Final[dict[str, Callable[[_Line], None]]] = {
    "seen": _seen,
    "traced": _traced,
    "confirmed": _confirmed,
    "directed": _directed,
    "reported": _reported,
    "refused": _refused,
    "paid": _paid,
    "recovered": _recovered,
    "closed": _closed,
    "seen again": _seen_again,
}
