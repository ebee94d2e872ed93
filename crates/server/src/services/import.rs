//! Figures out of a list, all of them or none: a row for each unit and month.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use khien_model::TreeOnDay;
use khien_store::services::{self, MAX_COUNT, ServiceMonth};
use khien_tables::titles::{self, Field, List, Mapping, field, missing};
use khien_tables::{DateSystem, Row, dates, read};
use khien_texts::text;

use super::{figure_key, list};
use crate::admin::desk::Desk;
use crate::admin::import::known::{Found, UnitNames};
use crate::admin::import::load;
use crate::admin::sheet::{Block, Cell, Table};
use crate::forms::Upload;
use crate::page::Onward;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The most rows of a list: a year of a province.
const MAX_ROWS: usize = 2_000;
/// How many mistakes are shown; the rest is counted.
const SHOWN_MISTAKES: usize = 100;

/// The columns, and what they are called without marks.
const FIELDS: &[Field] = &[
    field("unit", true, &["don vi", "ten don vi", "phong", "unit"]),
    field("month", true, &["thang", "ky bao cao", "thang nam", "ky", "month"]),
    field("received", true, &["tiep nhan", "so tiep nhan", "ho so tiep nhan", "tong tiep nhan", "received"]),
    field(
        "received_online",
        true,
        &["truc tuyen", "tiep nhan truc tuyen", "trong do truc tuyen", "nop truc tuyen", "received online"],
    ),
    field("settled", true, &["da giai quyet", "giai quyet", "so da giai quyet", "settled"]),
    field("settled_on_time", true, &["dung han", "giai quyet dung han", "trong do dung han", "settled on time"]),
    field("digitised", false, &["so hoa", "so hoa ho so", "ho so so hoa", "digitised"]),
    field("paid_online", false, &["thanh toan truc tuyen", "thanh toan", "paid online"]),
];

/// A mistake in a row.
struct Wrong {
    row: u32,
    what: String,
}

/// A month as lists write it: `10/2026`, `2026-10`, `Tháng 10/2026`, or a day of it.
fn month_of(text: &str, system: DateSystem) -> Option<Date> {
    let plain = titles::plain(text);
    let numbers: Vec<i16> = plain.split(' ').filter_map(|word| word.parse().ok()).collect();
    let date = match numbers.as_slice() {
        [month, year] if *year > 1990 => Date::new(*year, i8::try_from(*month).ok()?, 1).ok(),
        [year, month] if *year > 1990 => Date::new(*year, i8::try_from(*month).ok()?, 1).ok(),
        _ => dates::parse(text, system),
    };
    date.map(Date::first_of_month)
}

struct Reader<'r> {
    desk: &'r Desk<'r>,
    on: &'r TreeOnDay<'r>,
    names: UnitNames<'r>,
    mapping: Mapping,
    wrong: Vec<Wrong>,
}

impl Reader<'_> {
    fn cell<'c>(&self, row: &'c Row, name: &str) -> &'c str {
        self.mapping.get(name).map_or("", |place| row.cell(*place))
    }

    fn complain(&mut self, row: &Row, what: String) {
        self.wrong.push(Wrong { row: row.number, what });
    }

    fn count(&mut self, row: &Row, name: &str) -> Option<u32> {
        let text = self.cell(row, name);
        if text.is_empty() && FIELDS.iter().any(|field| field.id == name && !field.required) {
            return None;
        }
        let digits: String = text.chars().filter(|letter| !matches!(letter, '.' | ',' | ' ')).collect();
        let count = digits.parse::<u32>().ok().filter(|count| *count <= MAX_COUNT);
        if count.is_none() {
            let column = self.desk.t(figure_key(name));
            self.complain(row, text!(self.desk.texts, "service-row-count", column = column, most = MAX_COUNT));
        }
        count
    }

    /// The figures of a row. What is wrong with it is noted.
    fn month(&mut self, row: &Row, person: &str) -> Option<ServiceMonth> {
        let written = self.cell(row, "unit").to_owned();
        let unit = match self.names.find(&written) {
            Found::One(unit) => Some(unit.id.clone()),
            Found::Several(_) | Found::None(_) => None,
        };
        let Some(unit) = unit else {
            self.complain(row, text!(self.desk.texts, "import-row-no-unit", value = written));
            return None;
        };
        if !self.desk.may(Action::Change, Resource::OnlineServices, Some(&unit), self.on) {
            self.complain(row, self.desk.t("service-row-out-of-reach"));
            return None;
        }
        let month = month_of(self.cell(row, "month"), DateSystem::default()).filter(|it| *it <= self.desk.today);
        let Some(month) = month else {
            self.complain(row, self.desk.t("service-wrong-month"));
            return None;
        };
        let before = self.wrong.len();
        let [received, received_online, settled, settled_on_time] =
            ["received", "received_online", "settled", "settled_on_time"]
                .map(|name| self.count(row, name).unwrap_or_default());
        let [digitised, paid_online] = ["digitised", "paid_online"].map(|name| self.count(row, name));
        let figures = ServiceMonth {
            unit,
            month,
            received,
            received_online,
            settled,
            settled_on_time,
            digitised,
            paid_online,
            recorded_by: person.to_owned(),
            recorded_at: self.desk.visit.now,
        };
        if let Some((part, whole)) = figures.contradiction() {
            let (part, whole) = (self.desk.t(figure_key(part)), self.desk.t(figure_key(whole)));
            self.complain(row, text!(self.desk.texts, "service-row-more-than", part = part, whole = whole));
        }
        (self.wrong.len() == before).then_some(figures)
    }
}

/// Takes a list in: all of it, or nothing when anything is wrong.
pub(super) async fn take(State(state): State<AppState>, visit: Visit, upload: Upload) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let refused = async |what: String, rows: Vec<Block>| {
        let page = list::page(&desk, &[("list".to_owned(), what)], rows).await?;
        Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
    };
    let Some(file) = upload.file("list") else { return refused(desk.t("import-file-missing"), vec![]).await };
    let bytes = file.bytes.clone();
    let table = tokio::task::spawn_blocking(move || read(&bytes))
        .await
        .map_err(|error| Trouble::Internal { detail: format!("a list was not read: {error}") })?;
    let table = match table {
        Ok(table) => table,
        Err(problem) => {
            let said = khien_tables::say::file_problem(&problem, desk.texts);
            return refused(format!("{} {}", said.what, said.todo), vec![]).await;
        }
    };
    let Some(list) = List::new(&table, FIELDS) else { return refused(desk.t("import-file-no-titles"), vec![]).await };
    let mapping = titles::guess(&list.titles, FIELDS);
    let lacking = missing(&mapping, FIELDS);
    if !lacking.is_empty() {
        let names = lacking.iter().map(|name| match *name {
            "unit" => desk.t("person-unit"),
            "month" => desk.t("service-month-head"),
            other => desk.t(figure_key(other)),
        });
        let names = names.collect::<Vec<_>>().join(", ");
        return refused(text!(desk.texts, "service-list-lacks", columns = names), vec![]).await;
    }
    if list.rows.len() > MAX_ROWS {
        return refused(text!(desk.texts, "service-list-rows", most = MAX_ROWS), vec![]).await;
    }
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let known = load::known(&state.store, desk.today).await?;
    let mut reader = Reader { desk: &desk, on: &on, names: UnitNames::new(&known.units), mapping, wrong: Vec::new() };
    let person = desk.person()?;
    let months: Vec<ServiceMonth> = list.rows.iter().filter_map(|row| reader.month(row, person)).collect();
    if !reader.wrong.is_empty() {
        let rows = reader.wrong.iter().take(SHOWN_MISTAKES);
        let rows = rows.map(|wrong| vec![Cell::Number(wrong.row.to_string()), Cell::text(&wrong.what)]).collect();
        let table = Table {
            caption: text!(desk.texts, "service-list-wrong", count = reader.wrong.len()),
            heads: ["import-row", "import-what"].map(|key| desk.t(key)).into(),
            rows,
            empty: String::new(),
            around: vec![],
        };
        return refused(desk.t("service-list-nothing-taken"), vec![Block::Table(table)]).await;
    }
    let mut change = desk.begin().await?;
    for month in &months {
        services::keep(&mut change, month).await?;
    }
    change.commit().await?;
    Ok(Onward::to("/services").saying("service-list-taken", &visit).into_response())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_are_read_as_they_are_written() {
        let october = Some(date(2026, 10, 1));
        for (text, expected) in [
            ("10/2026", october),
            ("2026-10", october),
            ("Tháng 10/2026", october),
            ("tháng 10 năm 2026", october),
            ("15/10/2026", october),
            ("13/2026", None),
            ("tháng mười", None),
            ("", None),
        ] {
            assert_eq!(month_of(text, DateSystem::default()), expected, "{text}");
        }
    }
}
