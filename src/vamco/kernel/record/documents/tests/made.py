"""Values for the templates of the pack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from ruamel.yaml import YAML

from vamco.kernel.record.documents.contracts import Letterhead
from vamco.kernel.record.documents.declaration import Template

NOW = dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC)
HEAD = Letterhead(
    agency="Trung tâm Phục vụ hành chính công tỉnh", superior="Ủy ban nhân dân tỉnh Tây Ninh", number="0001/TNHS",
    place="Tây Ninh", on=dt.date(2026, 1, 5),
)  # fmt: skip
RECEIPT: dict[str, Any] = {
    "dossier": "H53.16-261122-0001",
    "applicant": "Nguyễn Thị Ngọc Hường",
    "procedure": "Cấp Giấy xác nhận tình trạng hôn nhân",
    "procedure_code": "1.004873",
    "papers": [
        {"name": "Tờ khai theo mẫu", "copies": 1, "kind": "Bản chính"},
        {"name": "Trích lục ghi chú ly hôn", "copies": 1},
    ],
    "sets": 1,
    "working_time": "03 ngày làm việc",
    "received_at": NOW,
    "due_at": NOW + dt.timedelta(days=3),
    "fee": 15000,
    "result_at": "Trung tâm Phục vụ hành chính công tỉnh",
    "received_by": "Trần Văn Đức",
}
SUPPLEMENT: dict[str, Any] = {
    "dossier": "H53.16-261122-0001",
    "applicant": "Nguyễn Thị Ngọc Hường",
    "procedure": "Cấp Giấy xác nhận tình trạng hôn nhân",
    "items": [{"text": "Bản sao quyết định ly hôn", "reason": "Hồ sơ chưa có giấy tờ chứng minh."}],
    "until": dt.date(2026, 12, 2),
    "contact": "bà Lê Thị Ngọc Ánh",
    "contact_phone": "0276 3822 233",
    "handled_by": "Trần Văn Đức",
}
DECISION: dict[str, Any] = {
    "subject": "giao nhiệm vụ giải ngân",
    "issuer": "Chủ tịch Ủy ban nhân dân tỉnh Tây Ninh",
    "bases": [{"text": "Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025"}],
    "tasks": [
        {"agency": "Sở Tài chính", "task": f"Đối chiếu số liệu đợt {n}; " + "báo cáo kết quả, " * 9, "due": dt.date(2026, 12, 1)}
        for n in range(40)
    ],
    "implementers": "Chánh Văn phòng Ủy ban nhân dân tỉnh",
    "recipients": "TTTU",
    "archive": "VT, KTTC",
    "authority": "TM. Ủy ban nhân dân",
    "position": "Chủ tịch",
    "signer": "Nguyễn Văn A",
}  # fmt: skip
REPLY: dict[str, Any] = {
    "subject": "trả lời kiến nghị",
    "addressee": "Ủy ban nhân dân phường Tân Ninh",
    "paragraphs": [{"text": "Sở Tài chính nhận được Công văn số 45/UBND-KT."}],
    "archive": "VT, QLNS",
    "authority": "Giám đốc",
    "signer": "Lê Văn Bình",
}
VALUES = {"receipt": RECEIPT, "supplement": SUPPLEMENT, "decision": DECISION, "reply": REPLY}


def template(code: str) -> Template:
    path = settings.VAMCO_PACKS / "vietnam" / "templates" / f"{code}.yaml"
    return Template.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
