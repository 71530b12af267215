"""A national portal as its published messages describe it: what it takes, refuses and says, apart from HTTP, weather and pages.

It is built from the field names of public adapters and shares no code with the platform's adapter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from vamco.systems.national.adapters.simulators.store import Store, dump

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN_S: Final = 3600
HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MOMENT: Final = "%Y%m%d%H%M%S"
OWN_UNIT: Final = "000.00.01.G22"
PAGE: Final = 200
STATUSES: Final = range(1, 11)
NEXT: Final = {1: (2, 3), 2: (4,), 4: (5, 6, 9, 8), 5: (4,), 6: (4,), 9: (10,)}
"""Where an official of the portal's office may lead a dossier from each status."""
WORDS: Final = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}
_NEEDED: Final = {
    "create": ("MaHoSo", "MaTTHC", "ChuHoSo", "LoaiDoiTuong", "TrangThaiHoSo", "HinhThuc", "MaThongDiep"),
    "progress": ("MaHoSo", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai", "MaThongDiep"),
    "status": ("MaHoSo", "TrangThaiHoSo", "ThoiDiem", "MaThongDiep"),
}
_TIMES: Final = ("ThoiDiem", "ThoiDiemXuLy", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra")
_LISTS: Final = {"LoaiDoiTuong": {"0", "1", "2"}, "HinhThuc": {"1", "2", "3"}}


class Refusal(Exception):  # noqa: N818  # an error is a noun phrase here
    """What the portal does not take: its status and its own code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


class SimulatedPortal:
    """One portal with one client. `refusing` holds codes of procedures whose dossiers it does not take, until told otherwise."""

    def __init__(self, store: Store, client: str, secret: str, *, now: Callable[[], float] = time.time) -> None:
        self.store = store
        self._client, self._secret = client, secret
        self._now = now
        self._tokens: dict[str, float] = {}
        self._lock = threading.Lock()
        self.refusing: set[str] = set()

    # ── who calls ────────────────────────────────────────────────────────────────────────────────────────────────────

    def token(self, client: str, secret: str) -> dict[str, Any]:
        """Give a token for the client's secret."""
        if client != self._client or not secrets.compare_digest(secret.encode(), self._secret.encode()):
            raise Refusal(401, "INVALID_CLIENT")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = self._now() + TOKEN_S
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_S}

    def demand(self, token: str) -> None:
        """Refuse a token that is none, or no longer."""
        if self._tokens.get(token, 0) < self._now():
            raise Refusal(401, "INVALID_TOKEN")

    def forget_tokens(self) -> None:
        """Take all tokens back."""
        self._tokens.clear()

    # ── what is taken ────────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, office: str) -> str:
        """Give the next dossier number of an office."""
        if not office:
            raise Refusal(400, "MaDonVi")
        day = self._today()
        return f"{office}-{day:%y%m%d}-{self.store.next(f'{office}-{day:%y%m%d}'):04d}"

    def upload(self, name: str, content: bytes) -> dict[str, str]:
        """Keep a file; the same content again is the same file."""
        digest = hashlib.sha256(content).hexdigest()
        with self.store.writing():
            self.store.change(
                "INSERT INTO file VALUES (?, ?, ?, ?, 1) ON CONFLICT (digest) DO UPDATE SET times = times + 1",
                secrets.token_hex(8), digest, name, content,
            )  # fmt: skip
            ref = self.store.rows("SELECT ref FROM file WHERE digest = ?", digest)[0][0]
        return {"IdTepTin": ref, "HashTepTin": digest}

    def download(self, ref: str) -> bytes:
        """Give the content of a file."""
        found = self.store.rows("SELECT content FROM file WHERE ref = ?", ref)
        if not found:
            raise Refusal(404, "TEP_TIN")
        return bytes(found[0][0])

    def take(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take a message. One key is taken once: the same again is answered as the first time, another content under it refused."""
        self._check(call, body)
        key, number, content = str(body["MaThongDiep"]), str(body["MaHoSo"]), dump(body)
        with self.store.writing():
            known = self.store.rows("SELECT id, body FROM taken WHERE key = ?", key)
            if known:
                if known[0][1] != content:
                    raise Refusal(409, "MA_THONG_DIEP")
                self.store.change("UPDATE taken SET times = times + 1 WHERE key = ?", key)
                return {"MaGiaoDich": str(known[0][0])}
            there = self.store.rows("SELECT 1 FROM dossier WHERE number = ?", number)
            if (call == "create") == bool(there):
                raise Refusal(400 if there else 404, "MA_HO_SO")
            place = self.store.next("taken")
            self.store.change("INSERT INTO taken VALUES (?, ?, ?, ?, ?, 1)", key, place, number, call, content)
            if call == "create":
                self.store.change("INSERT INTO dossier VALUES (?, ?, ?)", number, int(body["TrangThaiHoSo"]), content)
            elif call == "status":
                self.store.change("UPDATE dossier SET status = ? WHERE number = ?", int(body["TrangThaiHoSo"]), number)
        return {"MaGiaoDich": str(place)}

    def _check(self, call: str, body: dict[str, Any]) -> None:
        wrong = _first_wrong(call, body)
        if wrong:
            raise Refusal(400, wrong)
        for paper in body.get("TaiLieuNop", []):
            named = (paper.get("IdTepTin"), paper.get("HashTepTin"))
            if not self.store.rows("SELECT 1 FROM file WHERE ref = ? AND digest = ?", *named):
                raise Refusal(400, "TaiLieuNop")
        if body.get("MaTTHC") in self.refusing:
            raise Refusal(400, "MaTTHC")

    # ── what it keeps itself ─────────────────────────────────────────────────────────────────────────────────────────

    def file_own(self, procedure: str, name: str, holder: str, title: str = "") -> str:
        """File a dossier at the portal, as a citizen does there; returns its number."""
        with self.store.writing():
            number = f"{OWN_UNIT}-{self._today():%y%m%d}-{self.store.next('own'):06d}"
            body = {"MaHoSo": number, "MaTTHC": procedure, "TenTTHC": title, "ChuHoSo": name, "SoDinhDanh": holder}
            body |= {"TrangThaiHoSo": "1", "DonViXuLy": "Cổng Dịch vụ công quốc gia (mô phỏng)"}
            self.store.change("INSERT INTO own VALUES (?, ?)", number, dump(body))
            self._say_status(body, "Công dân nộp hồ sơ")
        return number

    def move_own(self, number: str, status: int, text: str = "") -> None:
        """Lead a dossier of the portal to another status, as an official there does."""
        with self.store.writing():
            found = self.store.rows("SELECT body FROM own WHERE number = ?", number)
            if not found:
                raise Refusal(404, "MaHoSo")
            body = json.loads(found[0][0])
            if status not in NEXT.get(int(body["TrangThaiHoSo"]), ()):
                raise Refusal(400, "TrangThaiHoSo")
            now = self._moment()
            body |= {"TrangThaiHoSo": str(status), "NguoiXuLy": "Cán bộ mô phỏng"}
            if status == 2:  # noqa: PLR2004
                body |= {"NgayTiepNhan": now, "NgayHenTra": self._moment(days=3)}
            if status in {9, 8, 3}:
                body["NgayKetThucXuLy"] = now
            self.store.change("UPDATE own SET body = ? WHERE number = ?", dump(body), number)
            self._say_status(body, text or WORDS[status])

    def own(self) -> list[dict[str, Any]]:
        """Return the dossiers of the portal, the newest first."""
        return [json.loads(row[0]) for row in self.store.rows("SELECT body FROM own ORDER BY number DESC LIMIT 50")]

    def hand_over(self, body: dict[str, Any]) -> None:
        """Hand a dossier that was filed here to the office of a province."""
        with self.store.writing():
            self.store.change("INSERT OR IGNORE INTO dossier VALUES (?, 1, ?)", str(body["MaHoSo"]), dump(body))
            self.store.change("INSERT INTO said (feed, body) VALUES ('dossiers', ?)", dump(body))

    def _say_status(self, body: dict[str, Any], text: str) -> None:
        # Two changes of one dossier never bear one time: its reader tells the newer by it.
        last = self.store.rows("SELECT value FROM counter WHERE name = ?", f"time {body['MaHoSo']}")
        at = max(int(self._now()), last[0][0] + 1 if last else 0)
        self.store.change(
            "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            f"time {body['MaHoSo']}", at,
        )  # fmt: skip
        moment = dt.datetime.fromtimestamp(at, HERE).strftime(MOMENT)
        said = {**body, "ThoiDiem": moment, "NoiDungXuLy": text}
        self.store.change("INSERT INTO said (feed, body) VALUES ('statuses', ?)", dump(said))

    def feed(self, name: str, cursor: str, size: int = PAGE) -> dict[str, Any]:
        """Give what was said in a feed since a cursor."""
        if cursor and not cursor.isdecimal():
            raise Refusal(400, "TuViTri")
        rows = self.store.rows(
            "SELECT id, body FROM said WHERE feed = ? AND id > ? ORDER BY id LIMIT ?", name, int(cursor or 0), size + 1
        )
        shown = rows[:size]
        return {
            "DanhSach": [json.loads(body) for _, body in shown],
            "ViTri": str(shown[-1][0]) if shown else cursor or "0",
            "ConNua": len(rows) > size,
        }

    def procedures(self) -> dict[str, Any]:
        """Give the catalogue: what it was asked about so far stands for it."""
        found = self.store.rows(
            "SELECT DISTINCT json_extract(body, '$.MaTTHC'), json_extract(body, '$.TenTTHC') FROM dossier ORDER BY 1"
        )
        listed = [{"MaTTHC": code, "TenTTHC": title or ""} for code, title in found]
        return {"DanhSach": listed, "ViTri": str(len(listed)), "ConNua": False}

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._now(), HERE).date()

    def _moment(self, *, days: int = 0) -> str:
        return (dt.datetime.fromtimestamp(self._now(), HERE) + dt.timedelta(days=days)).strftime(MOMENT)


def _first_wrong(call: str, body: dict[str, Any]) -> str:
    """Return the first field that is missing or wrong, "" where none is."""
    lacking = [name for name in _NEEDED[call] if not isinstance(body.get(name), str) or not body[name].strip()]
    unlisted = [name for name, allowed in _LISTS.items() if name in body and body[name] not in allowed]
    status = str(body.get("TrangThaiHoSo", body.get("TrangThai", "")))
    no_status = [] if status.isdecimal() and int(status) in STATUSES else ["TrangThaiHoSo"]
    no_time = [name for name in _TIMES if name in body and not _is_moment(body[name])]
    return next(iter([*lacking, *unlisted, *no_status, *no_time]), "")


def _is_moment(text: object) -> bool:
    try:
        dt.datetime.strptime(str(text), MOMENT)  # noqa: DTZ007  # only its form is looked at
    except ValueError:
        return False
    return True
