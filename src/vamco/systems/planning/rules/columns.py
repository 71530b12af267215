"""The columns of the two kinds of sheets, under the headings that provincial lists use."""

from __future__ import annotations

from typing import Final

from vamco.lib.errors import N_
from vamco.systems.planning.contracts import ColumnSpec, Kind

STATES: Final = {
    "calling": N_("Calling for investors"),
    "interested": N_("An investor is interested"),
    "chosen": N_("Investor chosen"),
    "ended": N_("Ended"),
}
NOTICE_KINDS: Final = {
    "provincial": N_("Provincial planning"),
    "general": N_("General plan"),
    "zoning": N_("Zoning plan"),
    "detailed": N_("Detailed plan"),
    "rural": N_("Rural plan"),
    "land_use": N_("Land-use plan"),
    "other": N_("Other plan"),
}
STANDINGS: Final = {"draft": N_("Draft"), "decided": N_("Decision")}
FIELDS: Final = {
    "industry": N_("Industry"),
    "logistics": N_("Logistics and transport"),
    "trade": N_("Trade and services"),
    "tourism": N_("Tourism"),
    "agriculture": N_("Agriculture"),
    "urban": N_("Urban areas and housing"),
    "energy": N_("Energy"),
    "environment": N_("Water and environment"),
    "social": N_("Health, education, culture, sport"),
    "technology": N_("Science and technology"),
    "other": N_("Other"),
}

_STATE_WORDS = {
    "Đang kêu gọi": "calling", "Kêu gọi đầu tư": "calling", "NĐT đang quan tâm": "interested",
    "Nhà đầu tư đang quan tâm": "interested", "Đã chọn nhà đầu tư": "chosen", "Đã có nhà đầu tư": "chosen",
    "Kết thúc": "ended", "Đã kết thúc": "ended", "Dừng kêu gọi": "ended",
}  # fmt: skip
_KIND_WORDS = {
    "Quy hoạch tỉnh": "provincial", "Quy hoạch chung": "general", "Quy hoạch phân khu": "zoning",
    "Quy hoạch chi tiết": "detailed", "Quy hoạch nông thôn": "rural", "Quy hoạch sử dụng đất": "land_use",
    "Kế hoạch sử dụng đất": "land_use", "Khác": "other",
}  # fmt: skip
_STANDING_WORDS = {"Dự thảo": "draft", "Lấy ý kiến": "draft", "Quyết định": "decided", "Đã phê duyệt": "decided"}
_FIELD_WORDS = {
    "Công nghiệp": "industry", "Logistics": "logistics", "Giao thông, logistics": "logistics", "Giao thông": "logistics",
    "Thương mại, dịch vụ": "trade", "Thương mại": "trade", "Du lịch": "tourism", "Nông nghiệp": "agriculture",
    "Đô thị, nhà ở": "urban", "Đô thị": "urban", "Nhà ở": "urban", "Năng lượng": "energy", "Môi trường": "environment",
    "Nước, môi trường": "environment", "Văn hóa, xã hội": "social", "Y tế": "social", "Giáo dục": "social",
    "Y tế, giáo dục": "social", "Khoa học, công nghệ": "technology", "Khác": "other",
}  # fmt: skip
_GROUP_WORDS = {"A": "A", "B": "B", "C": "C", "Nhóm A": "A", "Nhóm B": "B", "Nhóm C": "C"}

_COMMUNES = ColumnSpec(
    "communes", ("Địa điểm", "Xã, phường", "Xã/phường", "Phạm vi"), "communes", required=True, longest=2000
)
_SYNTHETIC = ColumnSpec("synthetic", ("Dữ liệu minh họa", "Minh họa"), "yes")
_NOTE = ColumnSpec("note", ("Ghi chú",), longest=2000)

NOTICE: Final = (
    ColumnSpec("code", ("Mã", "Mã thông báo"), required=True, longest=40),
    ColumnSpec("title", ("Tên quy hoạch", "Tên đồ án", "Tên"), required=True),
    ColumnSpec("kind", ("Loại", "Loại quy hoạch"), "choice", required=True, choices=_KIND_WORDS),
    ColumnSpec("standing", ("Tình trạng", "Dự thảo hay quyết định"), "choice", required=True, choices=_STANDING_WORDS),
    ColumnSpec("number", ("Số quyết định", "Số văn bản"), longest=80),
    ColumnSpec("issuer", ("Cơ quan ban hành", "Cơ quan trình"), required=True),
    ColumnSpec("issued_on", ("Ngày ban hành",), "date"),
    ColumnSpec("valid_from", ("Hiệu lực từ", "Có hiệu lực từ"), "date"),
    ColumnSpec("valid_to", ("Hiệu lực đến", "Hết hiệu lực"), "date"),
    ColumnSpec("comment_from", ("Lấy ý kiến từ",), "date"),
    ColumnSpec("comment_to", ("Lấy ý kiến đến",), "date"),
    ColumnSpec("hectares", ("Diện tích (ha)", "Quy mô (ha)"), "number", summed=True),
    _COMMUNES,
    ColumnSpec("area", ("Ranh giới (GeoJSON)", "Ranh giới"), "area", longest=200_000),
    ColumnSpec("successor", ("Thay thế bởi", "Mã thay thế"), longest=40),
    ColumnSpec("summary", ("Nội dung chính", "Nội dung"), longest=4000),
    _NOTE,
    _SYNTHETIC,
)
PROJECT: Final = (
    ColumnSpec("code", ("Mã", "Mã dự án"), required=True, longest=40),
    ColumnSpec("title", ("Tên dự án", "Dự án"), required=True),
    ColumnSpec("field", ("Lĩnh vực",), "choice", required=True, choices=_FIELD_WORDS),
    ColumnSpec("group", ("Nhóm", "Nhóm dự án"), "choice", required=True, choices=_GROUP_WORDS),
    _COMMUNES,
    ColumnSpec("hectares", ("Diện tích (ha)",), "number", required=True, summed=True),
    ColumnSpec("capital", ("Tổng vốn đầu tư (tỷ đồng)", "Vốn (tỷ đồng)", "Tổng mức đầu tư (tỷ đồng)"), "billions", required=True, summed=True),
    ColumnSpec("land_origin", ("Nguồn gốc đất",), longest=1000),
    ColumnSpec("land_use", ("Hiện trạng sử dụng đất", "Hiện trạng"), longest=1000),
    ColumnSpec("scale", ("Quy mô", "Quy mô, công suất"), longest=1000),
    ColumnSpec("planning_decision", ("Quyết định quy hoạch", "Căn cứ quy hoạch"), longest=300),
    ColumnSpec("infrastructure", ("Hạ tầng", "Hiện trạng hạ tầng"), longest=1000),
    ColumnSpec("form", ("Hình thức đầu tư", "Hình thức lựa chọn nhà đầu tư"), longest=300),
    ColumnSpec("clearance", ("Giải phóng mặt bằng", "GPMB"), longest=1000),
    ColumnSpec("state", ("Trạng thái", "Tình trạng"), "choice", required=True, choices=_STATE_WORDS),
    ColumnSpec("foreign", ("Vốn nước ngoài",), "yes"),
    ColumnSpec("listed_in", ("Danh mục",), longest=200),
    ColumnSpec("list_decision", ("Quyết định danh mục", "Số quyết định danh mục"), longest=120),
    _NOTE,
    _SYNTHETIC,
)  # fmt: skip
COLUMNS: Final[dict[Kind, tuple[ColumnSpec, ...]]] = {"notice": NOTICE, "project": PROJECT}
LABELS: Final = {
    "code": N_("Code"), "title": N_("Name"), "kind": N_("Kind"), "standing": N_("Draft or decision"),
    "number": N_("Number"), "issuer": N_("Issuing body"), "issued_on": N_("Date of issue"), "valid_from": N_("In force from"),
    "valid_to": N_("In force until"), "comment_from": N_("Comments from"), "comment_to": N_("Comments until"),
    "hectares": N_("Area (ha)"), "communes": N_("Communes and wards"), "area": N_("Boundary"),
    "successor": N_("Replaced by"), "summary": N_("Contents"), "note": N_("Note"), "synthetic": N_("Illustrative data"),
    "field": N_("Field"), "group": N_("Group"), "capital": N_("Total capital"), "land_origin": N_("Origin of the land"),
    "land_use": N_("Present use of the land"), "scale": N_("Scale"), "planning_decision": N_("Planning decision"),
    "infrastructure": N_("Infrastructure"), "form": N_("Form of investment"), "clearance": N_("Land clearance"),
    "state": N_("State"), "foreign": N_("Open to foreign capital"), "listed_in": N_("List"),
    "list_decision": N_("Decision on the list"),
}  # fmt: skip
"""What a reader calls each column."""
