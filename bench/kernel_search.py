"""Search over a million Vietnamese texts, access scope on: the newest twenty, and ranked.

Each text is a dossier as it would be put: procedure, person, commune, number, a sentence from a vocabulary that falls off as that
of people does. Persons who ask reach all agencies, a few or one; questions run from one word that a fifth of all texts hold to a
number that one holds. Questions of a worst kind are told beside, without reach: words that are frequent in old texts only.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure
from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vamco.kernel.world.people.models import Person

TEXTS, PARTS = 1_000_000, 2
# Rounds of every kind of question by every person; the first fill the caches, as those of a server that runs are filled.
ROUNDS, WARM_UP = 20, 8
CHECKOUT = Path(__file__).resolve().parents[1]
FIRST, DAYS = dt.datetime(2021, 11, 22, tzinfo=dt.UTC), 5 * 365
SOURCE = str(CHECKOUT / "src")
ACT, KIND = "warnings.view", "dossier"
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


def _listed(names: str) -> list[str]:
    return names.split()


SURNAMES = _listed("Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đoàn Mai Châu Tạ Quách")
MIDDLE = _listed("Văn Thị Hữu Đức Ngọc Minh Thanh Hoàng Kim Quốc Xuân Bảo Gia Tuấn Mỹ")
GIVEN = _listed(
    "An Anh Ánh Bình Bích Chi Cường Dũng Dung Đạt Đào Giang Hà Hải Hạnh Hòa Hoa Hùng Hương Khánh Khôi Lan Linh Long Lợi Mai Nam "
    "Nga Nghĩa Ngân Nhung Oanh Phong Phúc Phượng Quang Quỳnh Sơn Tâm Tân Thảo Thắng Thủy Thúy Tiến Trang Trí Tuyết Tú Uyên Vinh Vy Yến"
)
INITIALS = _listed("b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x")
FINALS = _listed(
    "a à á ả ạ an án ạn ang áng ao áo ay ây ân ấn ăn ắn ăng e è é en eo ê ề ế ên ến ênh i ì í in inh ính o ò ó on ong óng ô ồ ố ôn "
    "ống ông ơ ờ ớ ơn ơi u ù ú un ung úng uôn uống ươn ương ướng ư ừ ứ ưa ua oan oán oang iên iến iêm yên"
)
BURST = "Covid"  # in each tenth text of the first two years, in none since


def _sentences(draws: random.Random) -> Callable[[], str]:
    """Gives a function that draws words, the n-th with weight 1/(n + 20)."""
    vocabulary = [first + last for first in INITIALS for last in FINALS]
    draws.shuffle(vocabulary)
    weights = list(accumulate(1 / (n + 20) for n in range(len(vocabulary))))
    return lambda: " ".join(draws.choices(vocabulary, cum_weights=weights, k=10))


def texts(count: int, communes: list[str], part: int) -> Iterator[tuple[str, str, dt.datetime, int]]:
    """Gives titles, texts, moments in order, and the number of the commune that each belongs to: one part of `count`."""
    draws = random.Random(part)
    sentence = _sentences(draws)
    procedures = draws.choices(
        PROCEDURES, cum_weights=list(accumulate(1 / (n + 3) for n in range(len(PROCEDURES)))), k=1 << 16
    )
    step = dt.timedelta(days=DAYS) / count
    for n in range(part, count, PARTS):
        moment = FIRST + n * step
        commune = draws.randrange(len(communes))
        who = f"{draws.choice(SURNAMES)} {draws.choice(MIDDLE)} {draws.choice(GIVEN)}"
        burst = f" {BURST}" if n % 10 == 0 and n < count * 2 // 5 else ""
        title = f"{procedures[n % len(procedures)]} – {who}"
        yield (
            title,
            f"H53.{commune:02}-{moment:%y%m%d}-{n % 997:04} {communes[commune]}, {sentence()}{burst}",
            moment,
            commune,
        )


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


def run() -> Iterable[Figure]:
    """Measures one person after the other, one question after the other; each round draws kinds of questions in equal parts."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        begun = time.perf_counter()
        communes = _load(server.url("owner"))
        yield Figure("kernel_search", "load_seconds", time.perf_counter() - begun, "s", reach="<= 90")
        yield from _measure(communes)


def _load(owner: str) -> list[str]:
    """Fills the table, two processes at a time, and gives the names of the communes."""
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    import psycopg

    from vamco.kernel.base.packs import public as packs
    from vamco.kernel.world.agencies.models import Agency

    packs.load(CHECKOUT / "packs" / "tayninh")
    communes = list(Agency.objects.filter(kind__in=["commune", "committee"]).order_by("code").values_list("pk", "name"))
    with psycopg.connect(owner, autocommit=True) as connection:
        # As a loader does it: the rows first, then the indexes, which are made again just as they were.
        made = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_entry' AND indexname ~ '^search_(by|newest|acts)'"
        ).fetchall()
        for index, _definition in made:
            connection.execute(f'DROP INDEX "{index}"')
        workers = [
            subprocess.Popen(
                [sys.executable, __file__, owner, str(part), json.dumps(communes)],
                env=os.environ | {"PYTHONPATH": SOURCE},
            )
            for part in range(PARTS)
        ]
        assert [worker.wait() for worker in workers] == [0] * PARTS
        connection.execute("SET maintenance_work_mem = '512MB'")
        for _index, definition in made:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE search_entry")
        assert connection.execute("SELECT count(*) FROM search_entry").fetchone() == (TEXTS,)
    return [name for _pk, name in communes]


def fill(owner: str, part: int, communes: list[tuple[int, str]]) -> None:
    """Copies one part of the texts, as `search.put` would make them."""
    import psycopg

    from vamco.kernel.record.search import rules

    columns = "kind, ref, title, url, agency_id, act, at, words"
    statement = f"COPY search_entry ({columns}) FROM STDIN"
    with psycopg.connect(owner) as connection, connection.cursor().copy(statement) as copy:
        for n, (title, text, at, commune) in enumerate(texts(TEXTS, [name for _pk, name in communes], part)):
            agency = communes[commune][0]
            marks = (
                rules.of_kind(KIND),
                rules.of_act(ACT),
                *rules.of_time(at),
                rules.of_act_in(ACT, agency),
            )
            ref = str(n * PARTS + part)
            words = rules.vector(title, text, marks)
            copy.write_row((KIND, ref, title, f"/dossiers/{ref}", agency, ACT, at.isoformat(), words))


def _measure(communes: list[str]) -> Iterator[Figure]:
    from vamco.kernel.record.search import public as search

    people = _people()
    draws = random.Random(202611)  # seeds below 100 are for tuning
    asked = questions(draws, communes)
    for order in ("newest", "ranked"):
        by_person: dict[str, list[float]] = {who: [] for who in people}
        for turn in range(WARM_UP + ROUNDS):
            for who, person in people.items():
                for question in asked.values():
                    typed = question()
                    person.__dict__.pop("_grants", None)  # as in a new request
                    begun = time.perf_counter()
                    search.search(person, typed, order=order)
                    if turn >= WARM_UP:
                        by_person[who].append((time.perf_counter() - begun) * 1000)
        taken = [value for values in by_person.values() for value in values]
        reach = {"newest": "<= 20", "ranked": "<= 50"}[order]
        yield Figure("kernel_search", f"{order}_p95_ms", _percentile(taken, 95), "ms", reach=reach)
        yield Figure("kernel_search", f"{order}_p50_ms", _percentile(taken, 50), "ms")
        for who, values in by_person.items():
            yield Figure("kernel_search", f"{order}_p95_ms_of_{who}", _percentile(values, 95), "ms")
        worst = []
        for person in people.values():
            begun = time.perf_counter()
            search.search(person, f"{BURST} đăng ký", order=order)
            worst.append((time.perf_counter() - begun) * 1000)
        yield Figure("kernel_search", f"{order}_frequent_long_ago_ms", max(worst), "ms")


def _people() -> dict[str, Person]:
    """Who asks: one who reaches all, one whose subtree is the whole tree, one with eight communes, one with one."""
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people import public as people

    communes = list(Agency.objects.filter(kind="commune").order_by("code"))
    top = Agency.objects.get(code="H53")
    held = {
        "leader": [("leader", top)],
        "whole_tree": [("data_owner", top)],
        "eight_communes": [("data_owner", agency) for agency in communes[5:13]],
        "one_commune": [("data_owner", communes[7])],
    }
    found = {}
    for who, roles in held.items():
        person = people.add(who)
        for role, agency in roles:
            people.appoint(person, agency, role, since=dt.date(2026, 1, 1))
        found[who] = person
    return found


def _percentile(values: list[float], part: int) -> float:
    return statistics.quantiles(values, n=100)[part - 1]


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]), [(pk, name) for pk, name in json.loads(sys.argv[3])])
