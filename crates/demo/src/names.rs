//! Names of people who do not exist, out of the commonest Vietnamese names.

use crate::chance::Chance;

const FAMILIES: &[&str] = &[
    "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
    "Hồ", "Ngô", "Dương", "Lý", "Huỳnh", "Đinh", "Mai", "Trịnh", "Lương",
];
const MEN: (&[&str], &[&str]) = (
    &["Văn", "Đức", "Hữu", "Minh", "Quang", "Thanh", "Công", "Xuân", "Quốc", "Trọng", "Ngọc", "Đình"],
    &[
        "An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hùng", "Khánh", "Lâm", "Long", "Nam", "Nghĩa", "Phong",
        "Phúc", "Quân", "Sơn", "Tâm", "Thắng", "Tiến", "Toàn", "Trung", "Tuấn", "Việt", "Vinh",
    ],
);
const WOMEN: (&[&str], &[&str]) = (
    &["Thị", "Thị", "Thị", "Thu", "Ngọc", "Thanh", "Thùy", "Kim", "Mỹ", "Hồng", "Phương", "Bích"],
    &[
        "Anh", "Chi", "Dung", "Dương", "Hà", "Hạnh", "Hiền", "Hoa", "Hương", "Lan", "Liên", "Linh", "Loan", "Mai",
        "My", "Nga", "Ngân", "Nhung", "Oanh", "Quyên", "Thảo", "Thủy", "Trang", "Vân", "Yến",
    ],
);

/// A full name: family, middle, given.
pub(crate) fn name(chance: &mut Chance) -> String {
    let (middles, givens) = if chance.percent(52) { WOMEN } else { MEN };
    format!("{} {} {}", chance.one_of(FAMILIES), chance.one_of(middles), chance.one_of(givens))
}
