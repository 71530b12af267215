"""Search over a million Vietnamese texts, access scope on: the newest twenty, and ranked.

Each text is a dossier as it would be put: procedure, person, commune, number, a sentence from a vocabulary that falls off as that
of people does. Persons who ask reach all agencies, a few or one; questions run from one word that a fifth of all texts hold to a
number that one holds. Questions of a worst kind are told beside, without reach: words that are frequent in old texts only.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import tempfile
import threading
import time
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure
from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

TEXTS = 1_000_000
CLIENTS, QUESTIONS = 2, 600
CHECKOUT = Path(__file__).resolve().parents[1]
FIRST, DAYS = dt.datetime(2021, 11, 22, tzinfo=dt.UTC), 5 * 365
ACT = "warnings.view"
PROCEDURES = (
    "Đăng ký khai sinh", "Đăng ký lại khai sinh", "Đăng ký kết hôn", "Cấp Giấy xác nhận tình trạng hôn nhân", "Đăng ký khai tử",
    "Đăng ký giám hộ", "Thay đổi, cải chính, bổ sung hộ tịch", "Cấp bản sao Trích lục hộ tịch", "Chứng thực bản sao từ bản chính",
    "Chứng thực chữ ký", "Đăng ký thường trú", "Đăng ký tạm trú", "Gia hạn tạm trú", "Tách hộ", "Phiếu lý lịch tư pháp số 1",
    "Đăng ký thành lập hộ kinh doanh", "Tạm ngừng hộ kinh doanh", "Chấm dứt hộ kinh doanh", "Cấp giấy phép xây dựng mới",
    "Điều chỉnh giấy phép xây dựng", "Đăng ký đất đai lần đầu", "Đăng ký biến động: chuyển nhượng quyền sử dụng đất",
    "Chuyển mục đích sử dụng đất", "Tách thửa, hợp thửa đất", "Cấp đổi Giấy chứng nhận quyền sử dụng đất",
    "Hòa giải tranh chấp đất đai", "Trợ cấp hưu trí xã hội", "Hỗ trợ chi phí mai táng", "Trợ cấp xã hội hằng tháng",
    "Xác định mức độ khuyết tật", "Công nhận hộ nghèo, hộ cận nghèo", "Tuyển sinh lớp 6", "Nuôi con nuôi trong nước",
    "Giấy phép lao động cho người nước ngoài", "Cơ sở đủ điều kiện an toàn thực phẩm", "Khiếu nại lần đầu",
)  # fmt: skip
SURNAMES = "Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đoàn Mai Châu Tạ Quách".split()
MIDDLE = "Văn Thị Hữu Đức Ngọc Minh Thanh Hoàng Kim Quốc Xuân Bảo Gia Tuấn Mỹ".split()
GIVEN = (
    "An Anh Ánh Bình Bích Chi Cường Dũng Dung Đạt Đào Giang Hà Hải Hạnh Hòa Hoa Hùng Hương Khánh Khôi Lan Linh Long Lợi Mai Nam "
    "Nga Nghĩa Ngân Nhung Oanh Phong Phúc Phượng Quang Quỳnh Sơn Tâm Tân Thảo Thắng Thủy Thúy Tiến Trang Trí Tuyết Tú Uyên Vinh Vy Yến"
).split()
INITIALS = "b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x".split()
FINALS = (
    "a à á ả ạ an án ạn ang áng ao áo ay ây ân ấn ăn ắn ăng e è é en eo ê ề ế ên ến ênh i ì í in inh ính o ò ó on ong óng ô ồ ố ôn "
    "ống ông ơ ờ ớ ơn ơi u ù ú un ung úng uôn uống ươn ương ướng ư ừ ứ ưa ua oan oán oang iên iến iêm yên"
).split()
BURST = "Covid"  # in each tenth text of the first two years, in none since


def _sentences(draws: random.Random) -> Callable[[], str]:
    """Gives a function that draws words, the n-th with weight 1/(n + 20)."""
    vocabulary = [first + last for first in INITIALS for last in FINALS]
    draws.shuffle(vocabulary)
    weights = list(accumulate(1 / (n + 20) for n in range(len(vocabulary))))
    return lambda: " ".join(draws.choices(vocabulary, cum_weights=weights, k=10))


def texts(count: int, communes: list[str]) -> Iterator[tuple[str, str, dt.datetime, int]]:
    """Gives titles, texts, moments in order, and the number of the commune that each belongs to."""
    draws = random.Random(1)
    sentence = _sentences(draws)
    procedures = draws.choices(PROCEDURES, cum_weights=list(accumulate(1 / (n + 3) for n in range(len(PROCEDURES)))), k=1 << 16)
    step = dt.timedelta(days=DAYS) / count
    for n in range(count):
        moment = FIRST + n * step
        commune = draws.randrange(len(communes))
        who = f"{draws.choice(SURNAMES)} {draws.choice(MIDDLE)} {draws.choice(GIVEN)}"
        burst = f" {BURST}" if n % 10 == 0 and n < count * 2 // 5 else ""
        title = f"{procedures[n % len(procedures)]} – {who}"
        yield title, f"H53.{commune:02}-{moment:%y%m%d}-{n % 997:04} {communes[commune]}, {sentence()}{burst}", moment, commune


Asker = tuple[str, object]


def questions(draws: random.Random, communes: list[str]) -> dict[str, Callable[[], str]]:
    """Gives what people type, by kind; half of it without marks."""
    vocabulary = [first + last for first in INITIALS for last in FINALS]

    def typed(text: str) -> str:
        return fold(text) if draws.random() < 0.5 else text

    def name() -> str:
        return f"{draws.choice(SURNAMES)} {draws.choice(MIDDLE)} {draws.choice(GIVEN)}"

    def number() -> str:
        day = FIRST + dt.timedelta(days=draws.randrange(DAYS))
        return f"H53.{draws.randrange(97):02}-{day:%y%m%d}-{draws.randrange(997):04}"

    return {
        "procedure": lambda: typed(draws.choice(PROCEDURES)),
        "broad_word": lambda: typed(draws.choice(["đăng ký", "đất", "giấy", "hộ", "Nguyễn", "xã", "chứng nhận"])),
        "name": lambda: typed(name()),
        "procedure_and_name": lambda: typed(f"{draws.choice(PROCEDURES)} {name()}"),
        "number": number,
        "commune_and_word": lambda: typed(f"{draws.choice(communes)} {draws.choice(vocabulary)}"),
        "words": lambda: typed(" ".join(draws.choices(vocabulary, k=draws.choice([1, 2])))),
    }
