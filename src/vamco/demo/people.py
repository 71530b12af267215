"""Who may log in to the demonstration. All names are made up; the password is documented and for demonstrations only."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "vam-co-dong-vam-co-tay"  # noqa: S105 - printed at every start of the demonstration, refused in production


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person with a log-in, one role, one post and one agency."""

    username: str
    name: str
    title: str
    role: str
    agency: str
    place: str = ""
    position: str = ""


PEOPLE = (
    DemoPerson(
        "lanhdao", "Nguyễn Thị Minh Hạnh", "Phó Chủ tịch UBND tỉnh", "leader", "H53", position="province_vice_chair"
    ),
    DemoPerson(
        "vanphong",
        "Trần Quốc Bảo",
        "Chuyên viên tổng hợp, Văn phòng UBND tỉnh",
        "office",
        "H53.01",
        position="specialist",
    ),
    DemoPerson(
        "thamdinh",
        "Đặng Thị Thu Vân",
        "Trưởng phòng tổng hợp, Văn phòng UBND tỉnh",
        "office",
        "H53.01",
        position="division_head",
    ),
    DemoPerson(
        "taichinh", "Lê Thị Kim Ngân", "Phụ trách dữ liệu, Sở Tài chính", "data_owner", "H53.04", position="specialist"
    ),
    DemoPerson(
        "sotaichinh", "Phạm Văn Đức", "Chuyên viên Sở Tài chính", "department_official", "H53.04", position="specialist"
    ),
    DemoPerson(
        "truongphong",
        "Trịnh Thị Mai",
        "Trưởng phòng Ngân sách, Sở Tài chính",
        "department_head",
        "H53.04",
        position="division_head",
    ),
    DemoPerson(
        "nongnghiep",
        "Võ Hoàng Nam",
        "Chuyên viên Sở Nông nghiệp và Môi trường",
        "department_official",
        "H53.09",
        position="specialist",
    ),
    DemoPerson(
        "giaothong",
        "Huỳnh Tấn Phát",
        "Giám đốc Ban QLDA giao thông",
        "department_official",
        "H53.CDT.02",
        position="director",
    ),
    DemoPerson(
        "khuvuc",
        "Bùi Thị Ngọc Ánh",
        "Phó Giám đốc Ban QLDA khu vực Tân An",
        "department_official",
        "H53.CDT.09",
        position="deputy_director",
    ),
    DemoPerson(
        "trangbang",
        "Đỗ Văn Lâm",
        "Chủ tịch UBND phường Trảng Bàng",
        "commune_official",
        "H53.25708",
        "25708",
        position="commune_chair",
    ),
    DemoPerson("ioc", "Ngô Thanh Tùng", "Kíp trưởng Trung tâm IOC", "operator", "H53.15", position="shift_head"),
    DemoPerson(
        "kiemtoan", "Dương Thị Lệ Quyên", "Thanh tra viên, Thanh tra tỉnh", "auditor", "H53.14", position="inspector"
    ),
    DemoPerson("quantri", "Lý Minh Khoa", "Quản trị hệ thống", "administrator", "H53.15", position="specialist"),
)
