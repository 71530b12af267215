"""More questions as people type them, written on 30 November 2026 before the search was touched for them.

Who wrote them had read the catalogue, so its words may have slipped in; they were not tried before they were committed. A hash of the
question says which half it belongs to, so nobody chooses: `TUNING` may be looked at, `HELD_OUT` only counted. "" stands for a question
that the catalogue has no answer to.
"""

from __future__ import annotations

import zlib

WITH_MARKS = """
vợ tôi sinh non ở Sài Gòn, về quê làm khai sinh được không | 1.001193 2.000986
không nhớ tên cha thì làm giấy khai sinh cho con kiểu gì | 1.001193 1.000689
bà ngoại đi khai sinh thay cho cháu được không | 1.001193
con tôi 3 tuổi rồi mà chưa khai sinh | 1.001193
sinh đôi thì phải làm mấy giấy khai sinh | 1.001193 2.000986
giấy khai sinh của tôi cháy cùng với nhà, xã cũng mất sổ | 1.004884
bản trích lục khai tử của ông nội để chia thừa kế | 2.000635
cần hai bản trích lục kết hôn nộp đại sứ quán | 2.000635
ba tôi mất ở nhà, báo với xã thế nào | 1.000656 2.002913
chồng chết rồi muốn bỏ tên khỏi hộ khẩu và nhận tiền mai táng | 2.002913
cậu tôi qua đời đã một tháng chưa khai tử | 1.000656 2.002913
bao nhiêu tuổi mới được đăng ký kết hôn | 1.000894
đăng ký kết hôn với người đang định cư ở Úc | 2.000806
kết hôn với người Trung Quốc cần hợp pháp hóa giấy tờ gì | 2.000806
ngân hàng đòi giấy chứng minh tôi chưa có vợ | 1.004873
chồng mất năm ngoái, nay xin giấy tình trạng hôn nhân đi bước nữa | 1.004873
muốn cải chính chữ lót bị sai dấu trên khai sinh | 1.004859
đổi dân tộc của con theo mẹ | 1.004859
cha ruột muốn nhận con sau khi con đã có khai sinh | 1.001022
cha mẹ cháu mất hết, ông nội muốn đứng ra giám hộ | 1.004837
cháu đã đủ 18 tuổi nên thôi giám hộ | 1.004845
hai vợ chồng hiếm muộn muốn xin con nuôi trong nước | 2.001263
sao y sổ hộ khẩu cũ mấy ngàn một trang | 2.000815
chứng thực bằng cử nhân để nộp hồ sơ xin việc | 2.000815
bản sao y điện tử của bằng lái | 2.000815
ký hợp đồng ủy quyền lãnh lương hưu ở phường | 2.000884
phường xác nhận chữ ký của tôi trong đơn xin nghỉ học của con | 2.000884
trường tôi giải thể, xin lại bản sao bằng từ sổ gốc ở đâu | 2.000908
dịch bằng tốt nghiệp sang tiếng Hàn rồi đóng dấu | 2.001008 2.000992
chuyển khẩu từ tỉnh khác về nhà mới mua | 1.004222
chủ nhà trọ khai báo người ở thuê dài hạn | 1.004194
tạm trú hết hạn vào tuần sau thì làm gì | 1.002755
đã dọn đi, muốn hủy tạm trú chỗ cũ | 1.010028
con trai lấy vợ muốn tách riêng sổ hộ khẩu | 1.010038
xin giấy xác nhận nơi cư trú để nhập học | 1.010041
sửa số nhà ghi sai trong thông tin cư trú | 1.010039
người đi nước ngoài định cư phải xóa hộ khẩu | 1.003197
bị mất máy, sợ người ta dùng định danh điện tử | 3.000285
mở lại tài khoản định danh điện tử mức 2 | 3.000286
công ty nước ngoài yêu cầu lý lịch tư pháp không ghi án tích | 3.000333
làm thẻ bảo hiểm y tế cho bé 2 tháng tuổi | 2.000986 2.001023
mở tiệm cắt tóc tại nhà cần đăng ký gì | 1.001612
bán trà sữa trên mạng phải xin giấy tờ chi | 1.001612
đăng ký kinh doanh cho sạp ngoài chợ | 1.001612
quán đổi chủ sang tên em gái | 2.000720
thêm nghề bán rượu vào giấy đăng ký kinh doanh | 2.000720
quán ế quá, đóng hẳn luôn thì báo ai | 1.001266
đóng cửa sửa tiệm nửa năm rồi bán lại | 1.001570
giấy chứng nhận hộ kinh doanh bị ướt nát | 2.000575
xây nhà cấp bốn ở phường có cần xin phép | 1.013225
muốn sửa bản vẽ đã được duyệt, thêm một tầng lửng | 1.013226
được cấp phép xây dựng một năm mà chưa khởi công | 1.013227
làm mất tờ giấy phép xây dựng bản gốc | 1.013228
mua miếng đất bằng giấy tay, giờ sang tên ra sao | 1.013831
em gái nhận thừa kế căn nhà của mẹ | 1.013831
vợ chồng tôi tặng lại miếng vườn cho con út | 1.013831
gộp hai miếng đất kế nhau thành một sổ | 1.012784
đất ruộng muốn cất nhà thì chuyển mục đích làm sao | 1.013992
ông anh lấn qua phần đất của tôi nửa mét | 1.012812
sổ hồng bị lửa cháy mất | 1.012786
đổi sổ cũ vì đã sáp nhập tỉnh | 1.012783
mẹ tôi 75 tuổi có được lãnh tiền người cao tuổi | 1.014027
bác tôi đang lãnh tiền người già thì mất, gia đình được hỗ trợ gì | 1.014028
bé bị bại não xin trợ cấp hằng tháng | 1.001776 1.001699
nuôi cháu mồ côi có được nhà nước hỗ trợ | 1.001776
hội đồng khám để biết khuyết tật nặng hay nhẹ | 1.001699
nhà tôi khó khăn, xin vào diện cận nghèo | 1.011606 1.011607
năm nay nhà khá hơn muốn ra khỏi hộ nghèo | 1.011608
cha tôi là thương binh đã mất, vợ con hưởng gì | 1.010833
nhà tôi đang thuê kỹ sư Nhật, xin phép cho ông ấy làm việc | 1.014199
giấy phép lao động của ông giám đốc Hàn bị mất | 1.014200
bếp ăn công ty xin giấy an toàn thực phẩm | 2.001827
lịch cúp điện khu phố tôi hôm nay |
đặt bàn nhà hàng ở núi Bà Đen |
tuyển nhân viên bán hàng ở Tân An |
cách trị ho cho trẻ |
vé cáp treo núi Bà bao nhiêu |
giá cao su bữa nay |
học lái xe ở trung tâm nào rẻ |
mật khẩu wifi quán cà phê |
phim mới chiếu ở Tây Ninh |
đội bóng Long An đá mấy giờ |
đường đi Mộc Bài có kẹt xe không |
"""

WITHOUT_MARKS = """
be sinh o nha khong co giay chung sinh lam khai sinh sao | 1.001193
lam khai sinh cho chau ma cha me di lam xa | 1.001193
khai sinh tre bi bo roi | 1.001193
dk khai sinh va bhyt cho be cung luc | 2.000986 2.001023
xin lai khai sinh ban goc bi mat ca so | 1.004884
ong cu 80 tuoi chua bao gio co khai sinh | 1.004772
khai sinh cho con co bo nguoi My | 2.000528
trich luc khai sinh online | 2.000635
can ban sao trich luc ly hon ket hon | 2.000635
lam giay to khi ba noi mat | 1.000656 2.002913
khai tu muon co bi phat ko | 1.000656
lien thong khai tu mai tang phi | 2.002913
cuoi nhau can mang giay gi len phuong | 1.000894
dk ket hon voi viet kieu Canada | 2.000806
giay xac nhan chua lap gia dinh | 1.004873
xin giay doc than de di xuat khau lao dong | 1.004873
sua nam sinh trong giay khai sinh | 1.004859
bo sung que quan vao khai sinh | 1.004859
bo nhan con ngoai gia thu | 1.001022
lam nguoi giam ho cho em trai bi tam than | 1.004837
xin con nuoi trong vien mo coi | 2.001263
sao y ban chinh o phuong nao cung duoc ha | 2.000815
photo cong chung so do | 2.000815
cong chung giay khai sinh | 2.000815
xac nhan ly lich xin viec | 2.000884
ky giay uy quyen ban xe o xa | 2.000884
xin ban sao hoc ba tu so goc | 2.000908
cong chung ban dich tieng trung | 2.001008 2.000992
nhap ho khau cho chong | 1.004222
dk thuong tru nha moi | 1.004222
khai bao tam tru cho sinh vien | 1.004194
gia han tam tru online | 1.002755
xoa tam tru cho cu | 1.010028
tach so ho khau | 1.010038
giay xac nhan cu tru de mua nha | 1.010041
doi thong tin chu ho | 1.010039
khoa can cuoc dien tu | 3.000285
vneid bi khoa muon mo lai | 3.000286
lam can cuoc cho nguoi gia yeu tai nha | 0.000001
doi the can cuoc gan chip het han | 0.000001
gia han ho chieu | 0.000002
phieu ly lich tu phap so 1 | 3.000333
xin lltp di du hoc | 3.000334 3.000333
mo tiem nail can giay to gi | 1.001612
dang ky hkd ban hang shopee | 1.001612
mo tiem sua xe | 1.001612
doi ten bang hieu quan | 2.000720
chuyen dia diem ho kinh doanh qua phuong khac | 2.000720
tam nghi ban 2 thang | 1.001570
tra gpkd nghi luon | 1.001266
xin cap lai giay dang ky kinh doanh bi rach | 2.000575
xin gpxd nha o | 1.013225
cat nha tren dat tho cu xin phep o dau | 1.013225
dieu chinh gpxd them lau | 1.013226
cap lai giay phep xay dung | 1.013228
sang ten dat cho con | 1.013831
mua ban nha dat can nop thue gi | 1.013831
tach so do lam 3 | 1.012784
xin len tho cu 100m2 | 1.013992
dat khai hoang chua co so | 1.012753 1.013978
hoa giai dat dai o xa | 1.012812
cap doi so hong | 1.012783
tien duong lao nguoi gia | 1.014027
nguoi khuyet tat lanh tro cap o dau | 1.001776
giam dinh khuyet tat cho con tu ky | 1.001699
xin lai giay khuyet tat bi rach | 1.001653
lam so ho ngheo | 1.011606 1.011607
che do cho vo liet si | 1.010833 1.010803
nop ho so lop 6 online | 3.000182
chuyen truong cho con len thanh pho | 0.000003
gia han work permit | 1.014201
cap phep lao dong cho nguoi Han | 1.014199
thanh lap dntn | 2.001610
dang ky noi quy lao dong | 2.001955
nghi viec lanh bhtn | 1.001978
rut bao hiem 1 lan | 0.000007
tien thai san | 0.000008
doi bang lai b2 sap het han | 1.002809
mat bang lai oto | 1.002820
bien so xe may moi mua | 0.000004
mua xe cu sang ten | 0.000005
giay khai snih cho con | 1.001193 2.000986
chung thuc chu ki | 2.000884
so khoa bac si nha khoa gan day |
cach nau bun rieu |
lich chieu phim rap tay ninh |
mua dien thoai tra gop |
thue xe di vung tau |
gia lua hom nay |
truyen cuoi |
tai game mien phi |
dat do an giao tan noi |
ban xe may cu gia bao nhieu |
tim viec lam part time |
xem tuoi lam nha nam 2027 |
doi tien do la o dau |
"""


def _read(text: str) -> list[tuple[str, frozenset[str]]]:
    rows = [line.partition("|") for line in text.strip().splitlines()]
    return [(asked.strip(), frozenset(right.split())) for asked, _, right in rows]


MARKED, UNMARKED = _read(WITH_MARKS), _read(WITHOUT_MARKS)
QUESTIONS = [*MARKED, *UNMARKED]
HELD_OUT = [each for each in QUESTIONS if zlib.crc32(each[0].encode()) % 2]
TUNING = [each for each in QUESTIONS if not zlib.crc32(each[0].encode()) % 2]
