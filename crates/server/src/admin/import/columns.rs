//! Which column of a list holds what: guessed from the titles, remembered, or chosen by a person.

use std::collections::BTreeMap;

use khien_model::text::fold;

use super::Kind;
use super::table::{Row, Table};

/// How far down the titles may stand: official lists begin with the names of the issuing bodies.
const TITLE_ROWS: usize = 30;

/// Something that a column can hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in forms and in what is stored.
    pub id: &'static str,
    /// Whether a list without it says nothing.
    pub required: bool,
    /// What the column is called, in lower case without marks, the likeliest first.
    titles: &'static [&'static str],
}

const fn field(id: &'static str, required: bool, titles: &'static [&'static str]) -> Field {
    Field { id, required, titles }
}

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

impl Kind {
    /// What the columns of a list of this kind can hold.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::People => PEOPLE,
            Self::Devices => DEVICES,
            Self::Units => UNITS,
        }
    }
}

/// A table whose titles are known.
#[derive(Debug)]
pub struct List<'t> {
    /// The row of the titles.
    pub titles: &'t Row,
    /// The rows below it.
    pub rows: &'t [Row],
}

impl<'t> List<'t> {
    /// Finds the titles: the row in which the most cells are called like a field, among the first ones; the first row with
    /// more than one cell when nothing is recognized.
    pub fn new(table: &'t Table, kind: Kind) -> Option<Self> {
        let first = table.rows.get(..TITLE_ROWS.min(table.rows.len())).unwrap_or_default();
        let mut best: Option<(usize, usize)> = None;
        for (place, row) in first.iter().enumerate() {
            let count = recognized(row, kind);
            if count > 0 && best.is_none_or(|(most, _)| count > most) {
                best = Some((count, place));
            }
        }
        let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.is_empty()).count();
        let place = best.map(|(_, place)| place).or_else(|| first.iter().position(|row| filled(row) > 1)).or_else(
            // One column of names is a list too.
            || (!first.is_empty()).then_some(0),
        )?;
        Some(Self { titles: table.rows.get(place)?, rows: table.rows.get(place + 1..).unwrap_or_default() })
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).chain([self.titles.cells.len()]).max().unwrap_or(0)
    }

    /// The titles as one text, by which a mapping is remembered.
    pub fn signature(&self) -> String {
        self.titles.cells.iter().map(|title| plain(title)).collect::<Vec<_>>().join("|")
    }
}

/// How much a row looks like titles. What merely begins like one counts only beside others: the row of somebody in
/// "Phòng Kế toán" is no row of titles.
fn recognized(row: &Row, kind: Kind) -> usize {
    let titles: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
    let is_called = |title: &String| kind.fields().iter().any(|field| field.titles.contains(&title.as_str()));
    let exact = titles.iter().filter(|title| is_called(title)).count();
    let all = guess(row, kind).len();
    if exact > 0 { exact * (kind.fields().len() + 1) + all } else { all / 2 }
}

/// Which column holds which field: the field's id and the column's place.
pub type Mapping = BTreeMap<String, usize>;

/// What the titles say. Every field is given the column that fits it best, every column one field.
pub fn guess(titles: &Row, kind: Kind) -> Mapping {
    let mut fits: Vec<(u8, usize, usize, usize)> = Vec::new();
    for (column, title) in titles.cells.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
        let title = plain(title);
        for (place, field) in kind.fields().iter().enumerate() {
            for (rank, known) in field.titles.iter().enumerate() {
                let fit = if title == *known {
                    0
                } else if title.strip_prefix(known).is_some_and(|rest| rest.starts_with(' ')) {
                    1
                } else {
                    continue;
                };
                fits.push((fit, rank, column, place));
            }
        }
    }
    fits.sort_unstable();
    let mut mapping = Mapping::new();
    for (_, _, column, place) in fits {
        let Some(field) = kind.fields().get(place) else { continue };
        if !mapping.contains_key(field.id) && !mapping.values().any(|taken| *taken == column) {
            mapping.insert(field.id.to_owned(), column);
        }
    }
    mapping
}

/// Lower case, without marks, only letters and digits, single spaces.
pub(super) fn plain(title: &str) -> String {
    let spaced: String =
        fold(title).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fields that a list needs and this mapping lacks.
pub fn missing(mapping: &Mapping, kind: Kind) -> Vec<&'static str> {
    kind.fields()
        .iter()
        .filter(|field| field.required && !mapping.contains_key(field.id))
        .map(|field| field.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(cells: &str) -> Row {
        Row { number: 1, cells: cells.split('|').map(str::to_owned).collect() }
    }

    #[test]
    fn titles_are_recognized_however_they_are_written() {
        type Case = (Kind, &'static str, &'static [(&'static str, usize)]);
        let cases: [Case; 9] = [
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
            (Kind::Units, "Đơn vị|Trực thuộc", &[("name", 0), ("parent", 1)]),
        ];
        for (kind, written, expected) in cases {
            let expected: Mapping = expected.iter().map(|(field, column)| ((*field).to_owned(), *column)).collect();
            assert_eq!(guess(&titles(written), kind), expected, "{written}");
        }
    }

    #[test]
    fn titles_are_found_below_the_headings() {
        let rows =
            ["CỤC THADS TỈNH", "DANH SÁCH CÔNG CHỨC|Năm 2026", "TT|Họ và tên|Đơn vị", "1|Nguyễn Văn An|Văn phòng"];
        let rows = rows.iter().zip(1..).map(|(cells, number)| Row { number, ..titles(cells) }).collect();
        let table = Table { sheet: None, rows };
        let list = List::new(&table, Kind::People).expect("titles");
        assert_eq!((list.titles.number, list.rows.len(), list.width()), (3, 1, 3));
        assert_eq!(list.signature(), "tt|ho va ten|don vi");
    }

    #[test]
    fn unknown_titles_are_left_to_the_person() {
        let table = Table { sheet: None, rows: vec![titles("Danh sách"), titles("A|B"), titles("x|y")] };
        let list = List::new(&table, Kind::People).expect("titles");
        assert_eq!(list.titles.cells, ["A", "B"]);
        assert_eq!(missing(&guess(list.titles, Kind::People), Kind::People), ["name"]);
    }
}
