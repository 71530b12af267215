"""Makes up answers that a form accepts, the same ones for the same draw: for the demonstration, its bench and tests."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.forms import public as forms

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    from vamco.kernel.work.forms.public import Form, Node

Kind = forms.Kind
_FAMILY: Final = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Phan",
    "Trương",
)
_MIDDLE: Final = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Quốc", "Hoàng", "Kim", "Hữu", "Thùy", "Gia", "Bảo")
_GIVEN: Final = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hạnh", "Hải", "Khoa", "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Phúc",
                 "Quân", "Sơn", "Tâm", "Thảo", "Trang", "Tuấn", "Vy", "Yến")  # fmt: skip
_STREETS: Final = (
    "đường Quang Trung",
    "đường Hùng Vương",
    "đường 30/4",
    "ấp An Bình",
    "ấp Lộc Trát",
    "khu phố Gia Huỳnh",
    "tổ 5, ấp Bình Hòa",
)
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "ethnicity": ("Kinh", "Kinh", "Kinh", "Khmer", "Chăm", "Hoa"),
    "nationality": ("Việt Nam",),
    "hometown": ("phường Trảng Bàng, tỉnh Tây Ninh", "xã Bến Lức, tỉnh Tây Ninh"),
    "residence": ("phường Trảng Bàng, tỉnh Tây Ninh",),
    "place": ("xã Củ Chi, Thành phố Hồ Chí Minh",),
    "elsewhere": ("phường Bến Thành, Thành phố Hồ Chí Minh", "xã Cái Bè, tỉnh Đồng Tháp"),
    "facility": ("Bệnh viện Đa khoa Tây Ninh", "Trung tâm Y tế Trảng Bàng"),
    "bank": ("Agribank", "Vietcombank", "VietinBank"),
    "designer": ("Công ty TNHH Tư vấn xây dựng (mô phỏng)",),
    "notary": ("Văn phòng công chứng (mô phỏng)",),
    "subject": ("Xác nhận thông tin", "Cấp lại giấy tờ"),
    "details": ("Đề nghị xem xét, giải quyết theo quy định.",),
    "help": ("Đi lại, sinh hoạt hằng ngày cần người giúp.",),
}
_PATTERNS: Final[Mapping[str, str]] = {"passport": "M{0:08}", "code": "{1}", "number": "{0:08}00", "time": "14:05"}
_TRADES: Final = ("4711", "5610", "9631", "4771", "5630")
BORN: Final = (dt.date(1950, 1, 1), dt.date(2005, 12, 31))


def name(rng: random.Random) -> str:
    """Return a made-up full name."""
    return f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)}"


def complete(
    form: Form, known: Mapping[str, Any], rng: random.Random, today: dt.date, communes: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return answers with which nothing is missing: those that are `known` by key, the others drawn. Optional questions stay open."""
    data: dict[str, Any] = {}
    for _ in range(forms.MOST_ITEMS * 20):
        node = next(
            (each for each in forms.nodes(form, data) if _is_open(each, data) and (each.required or each.key in known)),
            None,
        )
        if node is None:
            return data
        _put(data, node.path, known[node.key] if node.key in known else _drawn(node, rng, today, communes))
    raise ValueError(f"the form {form.code} never ends")


def _is_open(node: Node, data: dict[str, Any]) -> bool:
    return node.kind is not Kind.GROUP and forms.get(data, node.path) is None


def _put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    for part, following in itertools.pairwise(path):
        data = data[part] if isinstance(part, int) else data.setdefault(part, [] if isinstance(following, int) else {})
    data[path[-1]] = value


def _drawn(node: Node, rng: random.Random, today: dt.date, communes: tuple[str, ...]) -> Any:
    makers: dict[Kind, Callable[[], Any]] = {
        Kind.TICK: lambda: True,
        Kind.YES_NO: lambda: bool(rng.getrandbits(1)),
        Kind.CHOICE: lambda: rng.choice(node.schema["enum"]),
        Kind.SEVERAL: lambda: [rng.choice(node.schema["items"]["enum"])],
        Kind.LISTED: lambda: rng.choice(communes),
        Kind.WHOLE: lambda: _figure(node, rng),
        Kind.NUMBER: lambda: _figure(node, rng),
        Kind.MONEY: lambda: rng.randrange(20, 900) * 1_000_000,
        Kind.REPEAT: lambda: [{} for _ in range(max(1, node.schema.get("minItems", 1)))],
        Kind.DATE: lambda: _day(node, rng, today).isoformat(),
    }
    return makers.get(node.kind, lambda: _text(node, rng, today))()


def _figure(node: Node, rng: random.Random) -> int:
    least, most = math.ceil(node.schema["minimum"]), int(node.schema["maximum"])
    return rng.randint(least, min(most, least + 3))


def _day(node: Node, rng: random.Random, today: dt.date) -> dt.date:
    """Return a recent day, a coming one where the question asks for that."""
    if node.path[-1] == "passport_until":
        return today + dt.timedelta(days=rng.randrange(700, 2000))
    if node.field.earliest == "today" or node.path[-1] in {"begins", "from_day"}:
        return today + dt.timedelta(days=rng.randrange(20, 60))
    if node.path[-1] == "ends":
        return today + dt.timedelta(days=rng.randrange(400, 600))
    return today - dt.timedelta(days=rng.randrange(1, 12))


def _text(node: Node, rng: random.Random, today: dt.date) -> str:
    last = str(node.path[-1])
    made: dict[str, Callable[[], str]] = {
        forms.PARTIAL_DATE: lambda: _partial(last, rng, today),
        "citizen-id": lambda: f"0721{rng.randrange(70, 99):02}{rng.randrange(10**6):06}",
        "phone": lambda: f"09{rng.randrange(10**8):08}",
        "email": lambda: "nguoi.dan@example.vn",
        "tax-code": lambda: _tax_code(rng),
    }
    if node.format in made:
        return made[node.format]()
    if "pattern" in node.schema:
        return _PATTERNS[last].format(rng.randrange(10**8), rng.choice(_TRADES))
    if "name" in last or last == "holder":
        return name(rng)
    streets = (
        tuple(f"{rng.randrange(1, 300)} {street}" for street in _STREETS) if last in {"address", "workplace"} else ()
    )
    return rng.choice(streets or _TEXTS.get(last, (f"{rng.randrange(1, 900)}",)))


def _partial(last: str, rng: random.Random, today: dt.date) -> str:
    """Return the day of an earlier event, or one on which a grown-up was born."""
    if last in {"since", "registered_on", "issued_on"}:
        return (today - dt.timedelta(days=rng.randrange(30, 300))).isoformat()
    return (BORN[0] + dt.timedelta(days=rng.randrange((BORN[1] - BORN[0]).days))).isoformat()


def _tax_code(rng: random.Random) -> str:
    """Return a tax code of ten digits whose last one checks the others."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    while True:
        digits = [3, 9, 0, *(rng.randrange(10) for _ in range(6))]
        check = 10 - sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if 0 <= check <= 9:  # noqa: PLR2004 - one digit
            return "".join(map(str, [*digits, check]))
