"""Questions as people type them, each with the procedures that answer it. Written before the search was tuned.

Every second question of a list (the odd ones) is for tuning; the others are looked at only to report (`HELD_OUT`). "" stands for a
question that the catalogue has no answer to.
"""

from __future__ import annotations

WITH_MARKS = """
làm giấy khai sinh cho con | 1.001193 2.000986
con tôi mới sinh được 10 ngày cần làm những giấy tờ gì | 1.001193 2.000986
khai sinh quá hạn 60 ngày có bị phạt không | 1.001193
bé sinh ở bệnh viện tỉnh, khai sinh ở phường được không | 1.001193
tôi bị mất giấy khai sinh, xin cấp bản sao ở đâu | 2.000635
xin trích lục giấy khai sinh để đi học | 2.000635
sổ gốc khai sinh bị cháy phải đăng ký lại | 1.004884
năm nay 40 tuổi chưa có giấy khai sinh | 1.004772
chưa cưới nhưng muốn ghi tên cha vào giấy khai sinh của con | 1.000689
chồng tôi là người Hàn Quốc, khai sinh cho con thế nào | 2.000528
đăng ký kết hôn cần mang theo những gì | 1.000894
hai đứa ở hai tỉnh khác nhau thì kết hôn ở đâu | 1.000894
tôi muốn cưới chồng Đài Loan | 2.000806
xin giấy xác nhận độc thân để vay ngân hàng | 1.004873
giấy xác nhận tình trạng hôn nhân bán nhà | 1.004873
tôi đã ly hôn, xin giấy độc thân | 1.004873
bố tôi vừa mất, phải khai báo ở đâu | 1.000656 2.002913
làm giấy chứng tử cho mẹ | 1.000656 2.002913
người mất có được tiền mai táng không | 2.002913 1.001731 1.014028
đổi tên đệm trong giấy khai sinh | 1.004859
giấy khai sinh ghi sai ngày tháng năm sinh | 1.004859
nhận nuôi một bé mồ côi | 2.001263
làm giám hộ cho cháu ngoại | 1.004837
không làm người giám hộ nữa | 1.004845
sao y bằng đại học | 2.000815
photo công chứng căn cước | 2.000815
chứng thực chữ ký trên giấy ủy quyền | 2.000884
xác nhận sơ yếu lý lịch đi làm | 2.000884
công chứng bản dịch tiếng Nhật | 2.001008 2.000992
nhập hộ khẩu cho vợ mới cưới | 1.004222
chuyển hộ khẩu từ Long An sang | 1.004222
đăng ký tạm trú cho người thuê trọ | 1.004194
giấy tạm trú sắp hết hạn | 1.002755
tách hộ khẩu khỏi cha mẹ | 1.010038
xin giấy CT07 xác nhận cư trú | 1.010041
đổi chủ hộ khi ông nội mất | 1.010039
mất điện thoại, khóa VNeID lại | 3.000285
tài khoản VNeID bị khóa, mở lại cách nào | 3.000286
thẻ căn cước bị mất làm lại ở đâu | 0.000001
làm căn cước cho con 10 tuổi | 0.000001
hộ chiếu sắp hết hạn | 0.000002
xin phiếu lý lịch tư pháp để đi làm | 3.000333
lý lịch tư pháp để đi định cư Mỹ | 3.000334
bảo hiểm y tế cho trẻ mới sinh | 2.000986 2.001023
mở tiệm tạp hóa nhỏ tại nhà | 1.001612
bán cà phê vỉa hè có phải đăng ký kinh doanh không | 1.001612
chuyển quán sang địa chỉ mới | 2.000720
muốn nghỉ bán ba tháng | 1.001570
trả lại giấy phép kinh doanh, không bán nữa | 1.001266
giấy đăng ký hộ kinh doanh bị mất | 2.000575
xin phép xây nhà hai tầng | 1.013225
giấy phép xây dựng đã hết hạn | 1.013227
xây khác với bản vẽ được cấp phép | 1.013226
mua đất thì sang tên thế nào | 1.013831
cha mẹ cho đất con trai | 1.013831
sổ đỏ cũ bị rách | 1.012783
bị mất sổ đỏ | 1.012786
chia đất làm hai phần cho hai con | 1.012784
chuyển đất trồng cây lâu năm lên thổ cư | 1.013992
nhà hàng xóm lấn ranh đất | 1.012812
đất ông bà để lại chưa có sổ đỏ | 1.012753 1.013978
bà ngoại 76 tuổi không có lương hưu được trợ cấp không | 1.014027
trợ cấp cho người khuyết tật nặng | 1.001776
làm giấy xác nhận khuyết tật cho con | 1.001699
giấy khuyết tật bị thất lạc | 1.001653
xin xét hộ nghèo | 1.011606 1.011607
con liệt sĩ có được hưởng chế độ gì | 1.010833
tiền thờ cúng liệt sĩ | 1.010803
nộp hồ sơ cho con vào lớp 6 | 3.000182
cho con chuyển trường vì dọn nhà | 0.000003
thuê chuyên gia nước ngoài làm việc | 1.014199
gia hạn giấy phép lao động cho chuyên gia | 1.014201
thành lập công ty | 2.001610
giấy chứng nhận an toàn thực phẩm cho quán ăn | 2.001827
bằng lái xe ô tô sắp hết hạn | 1.002809
rơi mất bằng lái xe máy | 1.002820
mua xe máy mới làm biển số | 0.000004
sang tên xe máy mua lại | 0.000005
nghỉ việc nhận trợ cấp thất nghiệp | 1.001978
tiền thai sản khi sinh con | 0.000008
thời tiết ngày mai thế nào |
giá vàng hôm nay |
mua vé xem bóng đá |
công thức nấu phở bò |
xổ số Tây Ninh chiều nay |
số điện thoại taxi |
"""

WITHOUT_MARKS = """
lam giay khai sinh cho con | 1.001193 2.000986
lam khai sinh cho be moi sinh can gi | 1.001193 2.000986
dk khai sinh tre em online | 1.001193 2.000986
mat giay khai sinh xin lai o dau | 2.000635 1.004884
xin ban sao giay khai sinh | 2.000635
sao luc giay ket hon | 2.000635
nguoi lon chua co khai sinh | 1.004772
me don than lam khai sinh them ten cha | 1.000689
con lai lam khai sinh | 2.000528
dang ki ket hon can giay to gi | 1.000894
lam giay ket hon o phuong | 1.000894
lay chong nuoc ngoai | 2.000806
xin giay doc than | 1.004873
giay xac nhan doc than de mua nha | 1.004873
xac nhan tinh trang hon nhan | 1.004873
khai tu cho ong noi | 1.000656 2.002913
giay bao tu | 1.000656
mai tang phi nhan o dau | 2.002913 1.001731 1.014028
sua ten sai trong giay khai sinh | 1.004859
doi ho cho con theo ho me | 1.004859
thu tuc nhan con nuoi | 2.001263
nguoi giam ho cho tre mo coi | 1.004837
nhan lai con ruot | 1.001022
sao y cong chung cccd | 2.000815
cong chung bang cap 3 | 2.000815
xac nhan chu ky giay uy quyen | 2.000884
dich thuat cong chung | 2.001008 2.000992
nhap khau cho con moi sinh | 1.004222 2.000986
nhap ho khau ve nha chong | 1.004222
dang ky tam tru phong tro | 1.004194
gia han tam tru can gi | 1.002755
cat ho khau nguoi da mat | 1.003197
tach khau ra o rieng | 1.010038
xin giay ct07 | 1.010041
khoa vneid khi mat dien thoai | 3.000285
mo khoa vneid | 3.000286
mat cccd lam lai | 0.000001
doi can cuoc het han | 0.000001
lam passport lan dau | 0.000002
ho chieu cho em be | 0.000002
ly lich tu phap so 2 | 3.000334
lam ly lich tu phap xin viec | 3.000333
bhyt cho tre duoi 6 tuoi | 2.000986 2.001023
mo quan an can giay phep gi | 1.001612 2.001827
dk ho kinh doanh ca the | 1.001612
giay phep kinh doanh shop quan ao | 1.001612
them nganh nghe ho kinh doanh | 2.000720
tam ngung kinh doanh | 1.001570
giai the ho kinh doanh | 1.001266
mat giay phep kinh doanh | 2.000575
xin giay phep xay dung nha cap 4 | 1.013225
xay nha can xin phep ko | 1.013225
gia han gpxd | 1.013227
mua nha can giay gi | 1.013831
sang ten so do | 1.013831
sang ten so hong het bao nhieu tien | 1.013831
thua ke dat cua ba me | 1.013831
lam so do lan dau | 1.012753 1.013978
doi so do cu sang so moi | 1.012783
mat so do | 1.012786
tach thua ban mot phan dat | 1.012784
chuyen dat vuon len tho cu | 1.013992
tranh chap dat voi hang xom | 1.012812
tien nguoi gia 75 tuoi | 1.014027
tro cap khuyet tat hang thang | 1.001776
lam giay khuyet tat | 1.001699
ho ngheo dang ky the nao | 1.011606 1.011607
tuyen sinh lop 6 | 3.000182
xin chuyen truong cho con | 0.000003
giay phep lao dong nguoi nuoc ngoai | 1.014199
mo cong ty can gi | 2.001610
giay ve sinh an toan thuc pham | 2.001827
doi bang lai | 1.002809
doi gplx het han | 1.002809
mat bang lai xe may | 1.002820
dang ky xe may moi | 0.000004
sang ten xe cu | 0.000005
bao hiem that nghiep | 1.001978
rut bhxh 1 lan | 0.000007
lam ho so nghi huu | 0.000006
che do thai san cho chong | 0.000008
khieu nai quyet dinh cua phuong | 2.002409
lam giay khai sihn cho con | 1.001193 2.000986
dang ky ket hom | 1.000894
giay phep say dung | 1.013225
phim hay hom nay |
mua ve may bay di ha noi |
ket qua bong da |
cho thue phong tro gia re |
ban dien thoai cu |
thue suat vat bao nhieu phan tram |
dich vu sua may lanh |
"""


def _read(text: str) -> list[tuple[str, frozenset[str]]]:
    rows = [line.partition("|") for line in text.strip().splitlines()]
    return [(asked.strip(), frozenset(right.split())) for asked, _, right in rows]


MARKED, UNMARKED = _read(WITH_MARKS), _read(WITHOUT_MARKS)
QUESTIONS = [*MARKED, *UNMARKED]
TUNING = [*MARKED[::2], *UNMARKED[::2]]
HELD_OUT = [*MARKED[1::2], *UNMARKED[1::2]]
