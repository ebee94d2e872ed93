//! What the columns of the lists of people, devices, units and accounts hold, and what they are called.

use khien_tables::titles::{Field, field};

use super::Kind;

const UNIT_TITLES: &[&str] = &[
    "don vi",
    "don vi cong tac",
    "phong",
    "phong ban",
    "bo phan",
    "co quan",
    "noi cong tac",
    "ten don vi",
    "unit",
    "department",
    "office",
];

const PEOPLE: &[Field] = &[
    field("family_name", false, &["ho dem", "ho va dem", "ho va chu dem", "ho va ten dem", "ho lot", "family name"]),
    field(
        "name",
        true,
        &["ho va ten", "ho ten", "ten", "ten cong chuc", "can bo", "cong chuc", "nguoi su dung", "full name", "name"],
    ),
    field(
        "email",
        false,
        &[
            "thu dien tu",
            "dia chi thu dien tu",
            "hop thu",
            "hop thu cong vu",
            "thu cong vu",
            "dia chi email",
            "email",
            "e mail",
            "mail",
            "tai khoan thu",
        ],
    ),
    field(
        "position",
        false,
        &["chuc vu", "chuc danh", "chuc danh chuc vu", "ngach", "vi tri viec lam", "position", "title"],
    ),
    field("unit", false, UNIT_TITLES),
];

const DEVICES: &[Field] = &[
    field(
        "name",
        true,
        &[
            "ten may",
            "ten may tinh",
            "ten thiet bi",
            "may tinh",
            "thiet bi",
            "hostname",
            "host name",
            "computer name",
            "device",
            "ten may tram",
            "name",
        ],
    ),
    field("unit", false, UNIT_TITLES),
    field(
        "holder",
        false,
        &[
            "nguoi su dung",
            "nguoi dung",
            "nguoi quan ly",
            "nguoi phu trach",
            "can bo su dung",
            "cong chuc su dung",
            "thu dien tu nguoi su dung",
            "ho va ten",
            "ho ten",
            "thu dien tu",
            "email",
            "user",
            "holder",
        ],
    ),
];

const UNITS: &[Field] = &[
    field("name", true, &["ten don vi", "don vi", "ten", "ten phong", "unit", "name"]),
    field("abbreviation", false, &["ten viet tat", "viet tat", "ky hieu", "ma don vi", "abbreviation", "code"]),
    field(
        "parent",
        false,
        &[
            "don vi cap tren",
            "cap tren",
            "don vi chu quan",
            "truc thuoc",
            "thuoc don vi",
            "thuoc",
            "parent",
            "parent unit",
        ],
    ),
    field("kind", false, &["loai", "loai don vi", "cap", "kind", "level"]),
];

const ACCOUNTS: &[Field] = &[
    field(
        "login",
        true,
        &[
            "tai khoan",
            "ten tai khoan",
            "ten dang nhap",
            "ten truy cap",
            "user",
            "user name",
            "username",
            "login",
            "account",
        ],
    ),
    field("owner_name", false, &["ho va ten", "ho ten", "nguoi su dung", "chu tai khoan", "owner", "full name"]),
    field("mail", false, &["thu dien tu", "hop thu", "dia chi thu dien tu", "email", "e mail", "mailbox"]),
    field("created_on", false, &["ngay tao", "ngay cap", "ngay cap tai khoan", "ngay mo", "created", "created on"]),
    field(
        "password_changed_on",
        false,
        &[
            "ngay doi mat khau",
            "doi mat khau",
            "lan doi mat khau cuoi",
            "ngay doi mat khau gan nhat",
            "password changed",
        ],
    ),
    field(
        "last_login_on",
        false,
        &["dang nhap lan cuoi", "ngay dang nhap cuoi", "lan dang nhap cuoi", "su dung lan cuoi", "last login"],
    ),
    field("enabled", false, &["trang thai", "dang mo", "con mo", "tinh trang", "enabled", "status"]),
    field("administrator", false, &["quan tri", "quyen quan tri", "la quan tri", "administrator", "admin"]),
    field("shared", false, &["dung chung", "nhieu nguoi dung", "tai khoan dung chung", "shared"]),
];

impl Kind {
    /// What the columns of a list of this kind can hold.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::People => PEOPLE,
            Self::Devices => DEVICES,
            Self::Units => UNITS,
            Self::Accounts => ACCOUNTS,
        }
    }
}

#[cfg(test)]
mod tests {
    use khien_tables::titles::{List, Mapping, guess, missing};
    use khien_tables::{Row, Table};

    use super::*;

    fn titles(cells: &str) -> Row {
        Row { number: 1, cells: cells.split('|').map(str::to_owned).collect() }
    }

    #[test]
    fn titles_are_recognized_however_they_are_written() {
        type Case = (Kind, &'static str, &'static [(&'static str, usize)]);
        let cases: [Case; 10] = [
            (
                Kind::People,
                "STT|Họ và tên|Chức vụ|Đơn vị|Thư điện tử",
                &[("name", 1), ("position", 2), ("unit", 3), ("email", 4)],
            ),
            (Kind::People, "TT|HỌ TÊN (*)|E-mail:|PHÒNG", &[("name", 1), ("email", 2), ("unit", 3)]),
            (Kind::People, "Họ đệm|Tên|Email", &[("family_name", 0), ("name", 1), ("email", 2)]),
            (Kind::People, "ho va ten|don vi cong tac hien nay", &[("name", 0), ("unit", 1)]),
            (Kind::People, "Ngày sinh|Quê quán", &[]),
            (Kind::Devices, "Tên máy|Đơn vị|Người sử dụng", &[("name", 0), ("unit", 1), ("holder", 2)]),
            (Kind::Devices, "Tên máy tính|Họ và tên|Thư điện tử người sử dụng", &[("name", 0), ("holder", 2)]),
            (
                Kind::Units,
                "Tên đơn vị|Viết tắt|Đơn vị cấp trên|Loại",
                &[("name", 0), ("abbreviation", 1), ("parent", 2), ("kind", 3)],
            ),
            (
                Kind::Accounts,
                "TT|Tên đăng nhập|Họ và tên|Ngày đổi mật khẩu|Trạng thái|Dùng chung",
                &[("login", 1), ("owner_name", 2), ("password_changed_on", 3), ("enabled", 4), ("shared", 5)],
            ),
            (Kind::Units, "Đơn vị|Trực thuộc", &[("name", 0), ("parent", 1)]),
        ];
        for (kind, written, expected) in cases {
            let expected: Mapping = expected.iter().map(|(field, column)| ((*field).to_owned(), *column)).collect();
            assert_eq!(guess(&titles(written), kind.fields()), expected, "{written}");
        }
    }

    #[test]
    fn titles_are_found_below_the_headings() {
        let rows =
            ["CỤC THADS TỈNH", "DANH SÁCH CÔNG CHỨC|Năm 2026", "TT|Họ và tên|Đơn vị", "1|Nguyễn Văn An|Văn phòng"];
        let rows = rows.iter().zip(1..).map(|(cells, number)| Row { number, ..titles(cells) }).collect();
        let table = Table { rows, ..Table::default() };
        let list = List::new(&table, Kind::People.fields()).expect("titles");
        assert_eq!((list.titles.number, list.rows.len(), list.width()), (3, 1, 3));
        assert_eq!(list.signature(), "tt|ho va ten|don vi");
    }

    #[test]
    fn unknown_titles_are_left_to_the_person() {
        let rows = vec![titles("Danh sách"), titles("A|B"), titles("x|y")];
        let table = Table { rows, ..Table::default() };
        let list = List::new(&table, Kind::People.fields()).expect("titles");
        assert_eq!(list.titles.cells, ["A", "B"]);
        assert_eq!(missing(&guess(&list.titles, Kind::People.fields()), Kind::People.fields()), ["name"]);
    }
}
