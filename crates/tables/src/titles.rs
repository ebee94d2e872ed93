//! Which column of a table holds what: guessed from the titles, remembered, or chosen by a person.

use std::collections::BTreeMap;

use khien_model::text::fold;

use crate::{Row, Table};

/// How far down the titles may stand: official lists begin with the names of the issuing bodies.
pub const TITLE_ROWS: usize = 30;

/// Something that a column can hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in forms and in what is stored.
    pub id: &'static str,
    /// Whether a list without it says nothing.
    pub required: bool,
    /// What the column is called, in lower case without marks, the likeliest first.
    pub titles: &'static [&'static str],
}

/// A [`Field`].
pub const fn field(id: &'static str, required: bool, titles: &'static [&'static str]) -> Field {
    Field { id, required, titles }
}

/// A table whose titles are known.
#[derive(Debug)]
pub struct List<'t> {
    /// The row of the titles; where they take two rows, both in one.
    pub titles: Row,
    /// The rows below it.
    pub rows: &'t [Row],
}

impl<'t> List<'t> {
    /// Finds the titles of `table`.
    pub fn new(table: &'t Table, fields: &[Field]) -> Option<Self> {
        let (titles, below) = find(&table.rows, fields)?;
        Some(Self { titles, rows: table.rows.get(below..).unwrap_or_default() })
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

/// The titles among the first `rows`, and the place of the first row below them: the row, or the two rows read as one, in
/// which the most cells are called like a field; the first row with more than one text in it when nothing is recognized.
pub fn find(rows: &[Row], fields: &[Field]) -> Option<(Row, usize)> {
    let first = rows.get(..TITLE_ROWS.min(rows.len())).unwrap_or_default();
    let mut best: Option<(usize, Row, usize)> = None;
    let mut better = |row: Row, below: usize| {
        let count = recognized(&row, fields);
        if count > 0 && best.as_ref().is_none_or(|(most, ..)| count > *most) {
            best = Some((count, row, below));
        }
    };
    for (place, row) in first.iter().enumerate() {
        better(row.clone(), place + 1);
    }
    for (place, pair) in first.windows(2).enumerate() {
        if let [upper, lower] = pair {
            better(as_one(upper, lower), place + 2);
        }
    }
    if let Some((_, titles, below)) = best {
        return Some((titles, below));
    }
    let has_several = |row: &Row| {
        let mut texts = row.cells.iter().filter(|cell| !cell.is_empty());
        let first = texts.next();
        texts.any(|text| Some(text) != first)
    };
    // One column of names is a list too.
    let place = first.iter().position(has_several).or((!first.is_empty()).then_some(0))?;
    Some((rows.get(place)?.clone(), place + 1))
}

/// Titles of two rows: `Quyết định` over `Số` and `Ngày`. A title that spans both stands in either or in both.
fn as_one(upper: &Row, lower: &Row) -> Row {
    let width = upper.cells.len().max(lower.cells.len());
    let title = |column| match (upper.cell(column), lower.cell(column)) {
        (above, below) if above == below || below.is_empty() => above.to_owned(),
        ("", below) => below.to_owned(),
        (above, below) => format!("{above} {below}"),
    };
    Row { number: lower.number, cells: (0..width).map(title).collect() }
}

/// How much a row looks like titles. What merely begins like one counts only beside others: the row of somebody in
/// "Phòng Kế toán" is no row of titles.
fn recognized(row: &Row, fields: &[Field]) -> usize {
    let titles: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
    let is_called = |title: &String| fields.iter().any(|field| field.titles.contains(&title.as_str()));
    let exact = titles.iter().filter(|title| is_called(title)).count();
    let all = guess(row, fields).len();
    if exact > 0 { exact * (fields.len() + 1) + all } else { all / 2 }
}

/// Which column holds which field: the field's id and the column's place.
pub type Mapping = BTreeMap<String, usize>;

/// What the titles say. Every field is given the column that fits it best, every column one field.
pub fn guess(titles: &Row, fields: &[Field]) -> Mapping {
    let mut fits: Vec<(u8, usize, usize, usize)> = Vec::new();
    for (column, title) in titles.cells.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
        let title = plain(title);
        for (place, field) in fields.iter().enumerate() {
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
        let Some(field) = fields.get(place) else { continue };
        if !mapping.contains_key(field.id) && !mapping.values().any(|taken| *taken == column) {
            mapping.insert(field.id.to_owned(), column);
        }
    }
    mapping
}

/// Lower case, without marks, only letters and digits, single spaces.
pub fn plain(title: &str) -> String {
    let spaced: String =
        fold(title).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fields that a list needs and this mapping lacks.
pub fn missing(mapping: &Mapping, fields: &[Field]) -> Vec<&'static str> {
    fields.iter().filter(|field| field.required && !mapping.contains_key(field.id)).map(|field| field.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        field("number", true, &["so thu ly"]),
        field("decision", false, &["so quyet dinh", "quyet dinh so"]),
        field("decided", false, &["ngay quyet dinh", "quyet dinh ngay"]),
    ];

    fn rows(text: &str) -> Vec<Row> {
        let row = |(line, number): (&str, u32)| Row { number, cells: line.split('|').map(str::to_owned).collect() };
        text.lines().zip(1..).map(row).collect()
    }

    #[test]
    fn titles_of_one_row_or_two_are_found_below_the_headings() {
        let cases = [
            ("CỤC A\nTT|SỐ THỤ LÝ|Ngày quyết định\n1|5|x", 2, "TT|SỐ THỤ LÝ|Ngày quyết định"),
            (
                "A|B\nTT|Số thụ lý|Quyết định|Quyết định\nTT|Số thụ lý|Số|Ngày\n1|5|7|x",
                3,
                "TT|Số thụ lý|Quyết định Số|Quyết định Ngày",
            ),
            ("Danh sách|Danh sách\nA|B\nx|y", 2, "A|B"),
            ("chỉ một cột\nx", 1, "chỉ một cột"),
        ];
        for (text, below, titles) in cases {
            let found = find(&rows(text), FIELDS).expect("titles");
            assert_eq!((found.1, found.0.cells.join("|").as_str()), (below, titles));
        }
        assert_eq!(find(&[], FIELDS), None);
    }

    #[test]
    fn titles_far_below_are_not_looked_for() {
        for (before, is_found) in [(TITLE_ROWS - 1, true), (TITLE_ROWS, false)] {
            let rows = rows(&format!("{}Số thụ lý|x", "a\n".repeat(before)));
            assert_eq!(find(&rows, FIELDS).is_some_and(|(row, _)| row.cells[0] == "Số thụ lý"), is_found);
        }
    }

    #[test]
    fn what_a_list_needs_is_missed() {
        assert_eq!(missing(&guess(&rows("Ngày quyết định|x")[0], FIELDS), FIELDS), ["number"]);
    }
}
