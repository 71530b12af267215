"""What a message to the national portal says, in the words of its profile, and what its answers mean. Pure.

Source: field names of public adapters (second-hand): a basis for contract tests, to be compared with the agreement.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.lib.time import HCM
from vamco.systems.national.contracts import FeedPage, PortalDossier, PortalPaper, PortalProcedure, PortalStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vamco.systems.national.contracts import Call, FileRef, Profile
    from vamco.systems.onestop.contracts import DossierAt

_COPY_UNKNOWN = "electronic"


def calls_of(act: str, before: int, after: int, *, first: bool) -> list[Call]:
    """Return what the portal is told of an act: the whole dossier first, then each step, and the status when it changed.

    A dossier that came from the portal is there already, so its first act tells nothing.
    """
    if act == "open" or before == 0:
        return ["create"] if first else []
    return ["progress", "status"] if before != after else ["progress"]


def key_of(number: str, seq: int, call: Call) -> str:
    """Return the key of a message; the portal takes one key once."""
    return f"{number}:{seq}:{call}"


def render(call: Call, told: DossierAt, number: str, files: Sequence[FileRef], profile: Profile) -> dict[str, Any]:
    """Return the fields of a message; those without a value are left out, nothing is guessed."""
    body = {
        "create": lambda: _dossier(told, number, files, profile),
        "progress": lambda: _progress(told, number, profile),
        "status": lambda: _status(told, number, files, profile),
    }[call]()
    body[profile.key] = key_of(number, told.last.seq, call)
    return {name: value for name, value in body.items() if value not in ("", None, [])}


def _dossier(told: DossierAt, number: str, files: Sequence[FileRef], profile: Profile) -> dict[str, Any]:
    return {
        "MaHoSo": number,
        "MaTTHC": told.procedure,
        "TenTTHC": told.procedure_name,
        "ChuHoSo": told.applicant,
        "LoaiDoiTuong": profile.subjects[told.subject],
        "NgayNopHoSo": written(told.sent_at, profile),
        "TrangThaiHoSo": str(told.last.after),
        "HinhThuc": profile.channels[told.channel],
        "DonViXuLy": told.handler_name,
        "MaDonVi": told.office,
        "TaiLieuNop": [_file(each, profile) for each in files],
    }


def _progress(told: DossierAt, number: str, profile: Profile) -> dict[str, Any]:
    last = told.last
    return {
        "MaHoSo": number,
        "NguoiXuLy": last.who,
        "ChucDanh": last.post,
        "ThoiDiemXuLy": written(last.at, profile),
        "PhongBanXuLy": last.agency,
        "NoiDungXuLy": f"{last.name}: {last.note}" if last.note else last.name,
        "TrangThai": str(last.after),
    }


def _status(told: DossierAt, number: str, files: Sequence[FileRef], profile: Profile) -> dict[str, Any]:
    moved = told.due_before is not None and told.last.act in {"extend", "supply", "duty_met", "confirm_duty"}
    supplement = {
        "NgayHenTraTruoc": written(told.due_before, profile) if moved else "",
        "NgayHenTraMoi": written(told.due_at, profile) if moved else "",
        "NoiDung": told.last.note,
        "TaiLieu": [_file(each, profile) for each in files],
    }
    asked = told.last.after == 5 or told.last.before == 5 or moved  # noqa: PLR2004  # 5: a supplement is asked for
    return {
        "MaHoSo": number,
        "TrangThaiHoSo": str(told.last.after),
        "ThoiDiem": written(told.last.at, profile),
        "NgayTiepNhan": written(told.received_at, profile),
        "NgayHenTra": written(told.due_at, profile),
        "NgayKetThucXuLy": written(told.finished_at, profile),
        "NgayTra": written(told.delivered_at, profile),
        "DonViXuLy": told.handler_name,
        "DanhSachHoSoBoSung": [{name: value for name, value in supplement.items() if value}] if asked else [],
    }


def _file(ref: FileRef, profile: Profile) -> dict[str, str]:
    kind = profile.copies.get(ref.copy, profile.copies[_COPY_UNKNOWN])
    return {"IdTepTin": ref.ref, "HashTepTin": ref.digest, "TenTepTin": ref.name, "LoaiBan": kind}


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def written(moment: dt.datetime | None, profile: Profile) -> str:
    """Return a time as the adapter writes it, on Vietnam's clock; "" for none."""
    return moment.astimezone(HCM).strftime(profile.moment) if moment else ""


def read(text: object, profile: Profile) -> dt.datetime | None:
    """Return the time that a text says, None for an empty one; ValueError for what is none."""
    if text in ("", None):
        return None
    return dt.datetime.strptime(str(text), profile.moment).replace(tzinfo=HCM)


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def statuses(answer: dict[str, Any], profile: Profile) -> FeedPage:
    """Return a page of statuses of dossiers that the portal keeps."""
    return _page(answer, lambda entry: _read_status(entry, profile))


def dossiers(answer: dict[str, Any], profile: Profile) -> FeedPage:
    """Return a page of dossiers that the portal hands over."""
    return _page(answer, lambda entry: _read_dossier(entry, profile))


def procedures(answer: dict[str, Any]) -> FeedPage:
    """Return a page of the portal's catalogue (LayThuTuc)."""
    return _page(answer, lambda entry: PortalProcedure(_need(entry, "MaTTHC"), str(entry.get("TenTTHC", ""))))


def _page(answer: dict[str, Any], reader: Callable[[dict[str, Any]], Any]) -> FeedPage:
    entries, unreadable = [], 0
    for each in answer["DanhSach"]:
        try:
            entries.append(reader(each))
        except (ValueError, LookupError, TypeError, AttributeError):
            unreadable += 1
    return FeedPage(tuple(entries), str(answer["ViTri"]), bool(answer.get("ConNua", False)), unreadable)


def _read_status(entry: dict[str, Any], profile: Profile) -> PortalStatus:
    at = read(entry["ThoiDiem"], profile)
    if at is None:
        raise ValueError("ThoiDiem")
    return PortalStatus(
        number=_need(entry, "MaHoSo"),
        procedure=str(entry.get("MaTTHC", ""))[:20],
        status=int(entry["TrangThaiHoSo"]),
        at=at,
        agency=str(entry.get("DonViXuLy", "")),
        handler=str(entry.get("NguoiXuLy", "")),
        holder=str(entry.get("SoDinhDanh", "")),
        received_at=read(entry.get("NgayTiepNhan"), profile),
        due_at=read(entry.get("NgayHenTra"), profile),
        finished_at=read(entry.get("NgayKetThucXuLy"), profile),
        text=str(entry.get("NoiDungXuLy", "")),
        result_url=_https(str(entry.get("DuongDanKetQua", ""))),
    )


def _read_dossier(entry: dict[str, Any], profile: Profile) -> PortalDossier:
    kinds = {code: name for name, code in profile.copies.items()}
    return PortalDossier(
        number=_need(entry, "MaHoSo"),
        procedure=_need(entry, "MaTTHC"),
        office=_need(entry, "MaDonVi"),
        holder=_need(entry, "SoDinhDanh"),
        name=_need(entry, "ChuHoSo"),
        phone=str(entry.get("DienThoai", "")),
        email=str(entry.get("Email", "")),
        address=str(entry.get("DiaChi", "")),
        papers=tuple(
            PortalPaper(str(each.get("MaGiayTo", "")), _need(each, "IdTepTin"), str(each.get("TenTepTin", "")), kinds.get(str(each.get("LoaiBan")), "electronic"))
            for each in entry.get("TaiLieuNop", [])
        ),
    )  # fmt: skip


def _need(entry: dict[str, Any], name: str) -> str:
    value = str(entry[name]).strip()
    if not value or len(value) > 300:  # noqa: PLR2004
        raise ValueError(name)
    return value


def _https(address: str) -> str:
    """Return an address that a page may link to; what is no plain web address is left out."""
    fits = address.startswith(("https://", "http://127.0.0.1:", "http://localhost:")) and len(address) <= 300  # noqa: PLR2004
    return address if fits else ""
