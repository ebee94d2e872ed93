//! An example of each list to download: the titles that are recognized, and rows that show what goes where.

use khien_texts::Texts;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::Kind;
use super::say::field_key;

/// Widths of columns are in letters.
const COLUMN_WIDTH: u16 = 28;

/// The titles of the example, in the order of its columns. The family name stands in the full name.
fn columns(kind: Kind) -> impl Iterator<Item = &'static str> {
    kind.fields().iter().map(|field| field.id).filter(|id| *id != "family_name")
}

/// The rows of the example of a list, titles first. Everything in it is made up.
pub fn rows(kind: Kind, texts: &Texts) -> Vec<Vec<String>> {
    let titles = columns(kind).map(|field| texts.text(&field_key(kind, field))).collect();
    let examples: &[&[&str]] = match kind {
        Kind::People => &[
            &["Nguyễn Văn Ví Dụ", "nvvidu@example.vn", "Chấp hành viên", "Văn phòng"],
            &["Trần Thị Mẫu", "ttmau@example.vn", "Kế toán", "Phòng THADS khu vực 1"],
        ],
        Kind::Devices => {
            &[&["PC-VP-01", "Văn phòng", "nvvidu@example.vn"], &["PC-KV1-07", "Phòng THADS khu vực 1", "Trần Thị Mẫu"]]
        }
        Kind::Units => &[
            &["Thi hành án dân sự tỉnh Ví Dụ", "THADS", "", "tỉnh"],
            &["Văn phòng", "VP", "Thi hành án dân sự tỉnh Ví Dụ", "phòng"],
            &["Phòng THADS khu vực 1", "KV1", "Thi hành án dân sự tỉnh Ví Dụ", "phòng"],
        ],
        Kind::Accounts => &[
            &[
                "nvvidu",
                "Nguyễn Văn Ví Dụ",
                "nvvidu@example.vn",
                "05/01/2024",
                "02/10/2026",
                "20/11/2026",
                "Đang mở",
                "Không",
                "Không",
            ],
            &["ttmau", "Trần Thị Mẫu", "ttmau@example.vn", "05/01/2024", "", "", "Đã khóa", "Không", "Không"],
        ],
    };
    let examples = examples.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
    std::iter::once(titles).chain(examples).collect()
}

/// The example as a workbook.
pub fn workbook(kind: Kind, texts: &Texts) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    for (row, cells) in (0..).zip(rows(kind, texts)) {
        for (column, cell) in (0..).zip(cells) {
            if row == 0 {
                sheet.write_string_with_format(row, column, cell, &bold)?;
                sheet.set_column_width(column, COLUMN_WIDTH)?;
            } else {
                sheet.write_string(row, column, cell)?;
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use khien_tables::titles::{List, guess};
    use khien_texts::Language;

    use super::*;
    use crate::admin::tests::texts;

    #[test]
    fn every_title_of_the_example_is_recognized() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                let bytes = workbook(kind, &texts(language)).expect("a workbook");
                let table = khien_tables::read(&bytes).expect("a list");
                let list = List::new(&table, kind.fields()).expect("titles");
                assert_eq!(list.titles.number, 1);
                let mapping = guess(&list.titles, kind.fields());
                let expected: Vec<&str> = columns(kind).collect();
                let mut mapped: Vec<(&usize, &String)> =
                    mapping.iter().map(|(field, column)| (column, field)).collect();
                mapped.sort();
                assert_eq!(mapped.iter().map(|(_, field)| field.as_str()).collect::<Vec<_>>(), expected, "{kind:?}");
            }
        }
    }
}
