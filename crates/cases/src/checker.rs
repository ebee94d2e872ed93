//! The rules F1 to F6 over a list of cases, one row after the other.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Read, Seek};
use std::ops::ControlFlow;

use jiff::civil::Date;
use khien_tables::titles::{TITLE_ROWS, find, plain};
use khien_tables::{DateSystem, FileProblem, Row, Spreadsheet};

use crate::case::{Case, DAYS, Day, Status};
use crate::columns::{Column, Columns, FIELDS};
use crate::limits::{Deadline, LIMITS, Rules};
use crate::report::{
    LimitOutcome, LimitTally, MAX_OFFICERS, MAX_UNITS, Remark, RemarkKind, Report, Tally, Total, UnitTally,
};

/// How many letters of a unit and of an officer are kept.
const MAX_NAME_LETTERS: usize = 120;
/// How many letters the number of a case has at most. Numbers have a digit and are short, names of people are not.
const MAX_NUMBER_LETTERS: usize = 40;
/// How many names of officers are remembered with who they are.
const MAX_REMEMBERED_OFFICERS: usize = 10_000;
/// After how many rows whoever waits is told how far it is.
const ROWS_BETWEEN_WORDS: u32 = 10_000;

/// Who an enforcement officer is: of the unit and the officer as the list calls them, what the officer is counted under.
/// `None`: nobody knows such an officer.
pub type FindOfficer<'o> = dyn Fn(&str, &str) -> Option<String> + 'o;

/// How a list is to be read.
pub struct Options<'o> {
    /// The profile: canonical columns and the titles that hold them. What it does not name is taken from the titles.
    pub profile: Vec<(String, String)>,
    /// Only the rows of this unit, as the list calls it.
    pub unit: Option<String>,
    /// The day on which the list is judged.
    pub today: Date,
    /// Who the enforcement officers are. Without it they are counted under the names that the list has for them, and nobody
    /// is unknown.
    pub officers: Option<&'o FindOfficer<'o>>,
    /// Is told the number of rows read so far, now and then. `Break` ends the reading.
    pub progress: &'o mut dyn FnMut(u32) -> ControlFlow<()>,
}

/// Why a list was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckProblem {
    /// The file cannot be read.
    File(FileProblem),
    /// Nothing in it looks like the titles of a list of cases.
    NoTitles,
    /// There is nothing below the titles.
    NoCases,
    /// The rows of one unit are wanted, and the list has no column of units.
    NoUnitColumn,
    /// The columns that it must have and has not; the titles that it has.
    MissingColumns {
        /// The canonical names.
        missing: Vec<&'static str>,
        /// The titles of the list.
        titles: Vec<String>,
    },
    /// Entries of the profile that do not fit this list.
    WrongProfile(Vec<String>),
    /// The list has no row of this unit; the units that it has.
    NoSuchUnit(Vec<String>),
    /// Whoever waited wants it no longer.
    Stopped,
}

impl From<FileProblem> for CheckProblem {
    fn from(problem: FileProblem) -> Self {
        Self::File(problem)
    }
}

/// The titles of a list among its first rows, and the place of the first row below them. One line alone is no list.
///
/// # Errors
/// Nothing looks like titles, or nothing is below them.
pub fn beginning(first: &[Row]) -> Result<(Row, usize), CheckProblem> {
    let (titles, below) = find(first, FIELDS).ok_or(CheckProblem::NoTitles)?;
    if first.len() <= below {
        return Err(if Columns::of_titles(&titles).is_empty() {
            CheckProblem::NoTitles
        } else {
            CheckProblem::NoCases
        });
    }
    Ok((titles, below))
}

/// Checks the cases of an opened table.
pub fn check<S: Read + Seek>(
    table: &mut Spreadsheet<S>,
    rules: &mut Rules<'_>,
    options: Options<'_>,
) -> Result<Report, CheckProblem> {
    let first = table.first_rows(TITLE_ROWS + 1)?;
    let (titles, _) = beginning(&first)?;
    drop(first);
    let profile = options.profile.iter().map(|(id, title)| (id.as_str(), title.as_str()));
    let columns = Columns::of_profile(&titles, profile).map_err(CheckProblem::WrongProfile)?;
    let missing = columns.missing();
    // Where nothing is called like a column, the row is data, perhaps about a party, and is repeated nowhere.
    if columns.is_empty() {
        return Err(CheckProblem::NoTitles);
    }
    if !missing.is_empty() {
        let titles = titles.cells.into_iter().filter(|title| !title.is_empty()).collect();
        return Err(CheckProblem::MissingColumns { missing, titles });
    }
    if options.unit.is_some() && columns.place(Column::Unit).is_none() {
        return Err(CheckProblem::NoUnitColumn);
    }
    let mut checker = Checker::new(&columns, rules, table.origin().dates, &options);
    let progress = options.progress;
    let (mut read, mut is_stopped) = (0, false);
    table.rows(&mut |row| {
        read += 1;
        if read % ROWS_BETWEEN_WORDS == 0 && progress(read).is_break() {
            is_stopped = true;
            return ControlFlow::Break(());
        }
        if row.number > titles.number {
            checker.row(&row);
        }
        ControlFlow::Continue(())
    })?;
    if is_stopped { Err(CheckProblem::Stopped) } else { checker.finish() }
}

struct Checker<'c, 'd, 'o> {
    columns: &'c Columns,
    rules: &'c mut Rules<'d>,
    dates: DateSystem,
    today: Date,
    wanted_unit: Option<String>,
    officers: Officers<'o>,
    stale_after: [Option<u32>; 2],
    ageing_after: Option<u32>,
    seen: HashMap<u64, u32>,
    sums: [(Column, f64); 2],
    other_units: Vec<String>,
    report: Report,
}

/// What one case amounts to.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "a case can have any of these, each counted by itself")]
struct Verdict {
    late: bool,
    undated: bool,
    unsourced: bool,
    stale: bool,
    incomplete: bool,
    inconsistent: bool,
    ageing: bool,
    lag: Option<i64>,
    latest_lag: Option<i64>,
    limits: [Option<LimitOutcome>; LIMITS.len()],
    remarks: Vec<Remark>,
}

impl Verdict {
    fn remark(
        &mut self,
        case: &Case<'_>,
        kind: RemarkKind,
        column: Column,
        other: Option<&'static str>,
        days: Option<i64>,
    ) {
        self.inconsistent |= kind.is_inconsistent();
        self.remarks.push(remark_of(case, kind, column, other, days));
    }
}

/// Who the officers are, remembered by what the list calls them: the same few names come again and again.
struct Officers<'o> {
    find: Option<&'o FindOfficer<'o>>,
    known: HashMap<String, HashMap<String, Option<String>>>,
    remembered: usize,
}

impl Officers<'_> {
    /// What an officer is counted under, and whether somebody was asked and knows no such officer.
    fn of(&mut self, unit: &str, name: &str) -> (String, bool) {
        let Some(find) = self.find else { return (short(name), false) };
        let found = match self.known.get(unit).and_then(|of_unit| of_unit.get(name)) {
            Some(found) => found.clone(),
            None => {
                let found = find(unit, name);
                if self.remembered < MAX_REMEMBERED_OFFICERS {
                    self.remembered += 1;
                    self.known.entry(unit.to_owned()).or_default().insert(name.to_owned(), found.clone());
                }
                found
            }
        };
        let is_unknown = found.is_none();
        (found.unwrap_or_default(), is_unknown)
    }
}

impl<'c, 'd, 'o> Checker<'c, 'd, 'o> {
    fn new(columns: &'c Columns, rules: &'c mut Rules<'d>, dates: DateSystem, options: &Options<'o>) -> Self {
        let mut report =
            Report { dropped: columns.dropped().to_vec(), unused: columns.unused().to_vec(), ..Report::default() };
        let has = |column: &Column| columns.place(*column).is_some();
        for (tally, limit) in report.limits.iter_mut().zip(LIMITS) {
            tally.no_column = !limit.from.iter().any(has) || !has(&limit.to);
        }
        let lacking = Column::ALL.iter().filter(|column| !has(column));
        report.lacking = lacking.map(|column| column.id()).collect();
        let today = options.today;
        Self {
            columns,
            dates,
            today,
            wanted_unit: options.unit.as_deref().map(plain),
            officers: Officers { find: options.officers, known: HashMap::new(), remembered: 0 },
            stale_after: [false, true].map(|without_means| rules.stale_after(without_means, today)),
            ageing_after: rules.ageing_after(today),
            rules,
            seen: HashMap::new(),
            sums: [(Column::Owed, 0.0), (Column::Collected, 0.0)],
            other_units: Vec::new(),
            report,
        }
    }

    fn row(&mut self, row: &Row) {
        if is_heading(row) {
            return;
        }
        let case = Case::new(row, self.columns, self.dates);
        if is_total(row) {
            self.total(&case);
            return;
        }
        let unit = short(case.text(Column::Unit).unwrap_or_default());
        if self.wanted_unit.as_ref().is_some_and(|wanted| plain(&unit) != *wanted) {
            if self.other_units.len() < MAX_UNITS && !self.other_units.contains(&unit) {
                self.other_units.push(unit);
            }
            return;
        }
        for (column, sum) in &mut self.sums {
            *sum += case.amount(*column).flatten().unwrap_or_default();
        }
        let mut verdict = Verdict::default();
        self.timeliness(&case, &mut verdict);
        self.entry_and_staleness(&case, &mut verdict);
        completeness(&case, &mut verdict);
        self.consistency(&case, &mut verdict);
        let officer = self.officer(&case, &unit, &mut verdict);
        self.count(&case, &unit, officer, verdict);
    }

    /// F1: each limit that applies, chosen by the day of its event.
    fn timeliness(&mut self, case: &Case<'_>, verdict: &mut Verdict) {
        for (place, limit) in LIMITS.iter().enumerate() {
            if self.report.limits[place].no_column {
                verdict.unsourced |= limit.for_all;
                continue;
            }
            let from = limit.from.iter().filter_map(|column| case.day(*column).known()).max();
            let done = case.day(limit.to).known();
            let Some(from) = from else {
                // What has not begun does not run; but what was done must have begun.
                if limit.for_all || done.is_some() {
                    verdict.limits[place] = Some(LimitOutcome::Undated);
                    verdict.undated = true;
                    verdict.remark(case, RemarkKind::Undated, limit.from[0], None, None);
                }
                continue;
            };
            let outcome = match (self.rules.deadline(place, from), done) {
                (Deadline::NoSource, _) => LimitOutcome::Unsourced,
                (Deadline::NoCalendar, _) => LimitOutcome::Uncovered,
                (Deadline::On(deadline), Some(done)) if done > deadline => {
                    let days = days_between(deadline, done);
                    verdict.remark(case, RemarkKind::Late, limit.to, Some(limit.id), Some(days));
                    LimitOutcome::Missed
                }
                (Deadline::On(_), Some(_)) => LimitOutcome::Kept,
                (Deadline::On(deadline), None) if self.today <= deadline => LimitOutcome::Kept,
                // Closed without it, or it was done and not entered, or it is late: the list does not say.
                (Deadline::On(_), None) => {
                    verdict.remark(case, RemarkKind::Undated, limit.to, Some(limit.id), None);
                    LimitOutcome::Undated
                }
            };
            verdict.limits[place] = Some(outcome);
            verdict.late |= outcome == LimitOutcome::Missed;
            verdict.undated |= outcome == LimitOutcome::Undated;
            verdict.unsourced |= matches!(outcome, LimitOutcome::Unsourced | LimitOutcome::Uncovered);
        }
    }

    /// F2 and F3: how soon events were entered, and how long an open case was left untouched.
    ///
    /// The day of the entry itself tells how soon it was. The last change tells only how soon it was at most: nobody can see
    /// whether a case that was changed again later had been entered in time.
    fn entry_and_staleness(&mut self, case: &Case<'_>, verdict: &mut Verdict) {
        let up_to_now = |column| case.day(column).known().filter(|day| *day <= self.today);
        let last_event_by = |end: Date| {
            let events = DAYS.iter().filter(|column| !matches!(column, Column::Updated | Column::VoluntaryEnd));
            events.filter_map(|column| case.day(*column).known()).filter(|day| *day <= end).max()
        };
        if let Some(entered) = up_to_now(Column::Entered) {
            verdict.lag = last_event_by(entered).map(|event| days_between(event, entered));
        }
        let Some(updated) = up_to_now(Column::Updated) else { return };
        self.report.last_change = self.report.last_change.max(Some(updated));
        verdict.latest_lag = last_event_by(updated).map(|event| days_between(event, updated));
        if !case.status.is_open() || case.status == Status::Suspended {
            return;
        }
        let untouched = days_between(updated, self.today);
        let is_longer_than = |most: Option<u32>| most.is_some_and(|most| untouched > i64::from(most));
        let without_means = case.status == Status::WithoutMeans;
        if is_longer_than(self.stale_after[usize::from(without_means)]) {
            verdict.stale = true;
            verdict.remark(case, RemarkKind::Stale, Column::Updated, None, Some(untouched));
        } else {
            verdict.ageing = !without_means && is_longer_than(self.ageing_after);
        }
    }

    /// F5: the enforcement officer, whom somebody must know while the case is open.
    fn officer(&mut self, case: &Case<'_>, unit: &str, verdict: &mut Verdict) -> Option<String> {
        let name = case.text(Column::Officer).filter(|name| !name.is_empty())?;
        let (officer, is_unknown) = self.officers.of(unit, name);
        if is_unknown && case.status.is_open() {
            verdict.remark(case, RemarkKind::UnknownOfficer, Column::Officer, None, None);
        }
        Some(officer)
    }

    /// F5: what cannot be true of one case, or of two.
    fn consistency(&mut self, case: &Case<'_>, verdict: &mut Verdict) {
        let mut before: Option<(Column, Date)> = None;
        let mut is_told = false;
        for column in DAYS {
            let day = match case.day(column) {
                Day::On(day) => day,
                Day::Unreadable => {
                    verdict.remark(case, RemarkKind::Unreadable, column, None, None);
                    continue;
                }
                Day::NoColumn | Day::Empty => continue,
            };
            // The end of a period may lie ahead.
            if day > self.today && column != Column::VoluntaryEnd {
                verdict.remark(case, RemarkKind::Future, column, None, Some(days_between(self.today, day)));
                continue;
            }
            let broken = before.filter(|(earlier, first)| comes_before(*earlier, column) && day < *first);
            // One wrong day is out of order with all that follow: it is told once.
            if let Some((earlier, first)) = broken.filter(|_| !is_told) {
                is_told = true;
                verdict.remark(case, RemarkKind::Order, column, Some(earlier.id()), Some(days_between(day, first)));
            }
            if before.is_none_or(|(_, latest)| day >= latest) && column != Column::VoluntaryEnd {
                before = Some((column, day));
            }
        }
        match case.day(Column::Entered) {
            Day::Unreadable => verdict.remark(case, RemarkKind::Unreadable, Column::Entered, None, None),
            Day::On(day) if day > self.today => {
                verdict.remark(case, RemarkKind::Future, Column::Entered, None, Some(days_between(self.today, day)));
            }
            _ => {}
        }
        amounts(case, verdict);
        if let Some(first) = self.first_with_this_number(case) {
            verdict.remark(case, RemarkKind::Duplicate, Column::Number, None, None);
            if let Some(remark) = verdict.remarks.last_mut() {
                remark.first_row = Some(first);
            }
        }
    }

    /// The row of an earlier case with the same number in the same year and unit. Sixty-four bits stand for them: two of
    /// 300,000 cases that differ meet in one once in four hundred million lists.
    fn first_with_this_number(&mut self, case: &Case<'_>) -> Option<u32> {
        let number = case.text(Column::Number).filter(|number| !number.is_empty())?;
        let year = case.day(Column::Registered).known()?.year();
        let mut hasher = DefaultHasher::new();
        (plain(number), year, case.text(Column::Unit).map(plain)).hash(&mut hasher);
        match self.seen.entry(hasher.finish()) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(case.row());
                None
            }
        }
    }

    /// F6: the sums that the list gives, beside those of its rows.
    fn total(&mut self, case: &Case<'_>) {
        // A list of several units is summed up as a whole.
        if self.wanted_unit.is_some() {
            return;
        }
        for (column, summed) in self.sums {
            if let Some(Some(said)) = case.amount(column) {
                self.report.totals.push(Total { row: case.row(), column: column.id(), said, summed });
            }
        }
    }

    fn count(&mut self, case: &Case<'_>, unit: &str, officer: Option<String>, verdict: Verdict) {
        count_in(&mut self.report.all, case, &verdict);
        note_limits(&mut self.report.limits, &verdict);
        if !self.report.units.contains_key(unit) {
            if self.report.units.len() == MAX_UNITS {
                self.report.take_remarks(None, verdict.remarks);
                return;
            }
            // Which columns there are is the same for every unit.
            let limits =
                self.report.limits.map(|limit| LimitTally { no_column: limit.no_column, ..LimitTally::default() });
            let begun = UnitTally { first_row: case.row(), limits: limits.to_vec(), ..UnitTally::default() };
            self.report.units.insert(unit.to_owned(), begun);
        }
        if let Some(of_unit) = self.report.units.get_mut(unit) {
            count_in(&mut of_unit.all, case, &verdict);
            note_limits(&mut of_unit.limits, &verdict);
            if let Some(officer) = officer
                && (of_unit.officers.contains_key(&officer) || of_unit.officers.len() < MAX_OFFICERS)
            {
                count_in(of_unit.officers.entry(officer).or_default(), case, &verdict);
            }
        }
        self.report.take_remarks(Some(unit), verdict.remarks);
    }

    fn finish(mut self) -> Result<Report, CheckProblem> {
        if self.report.all.cases == 0 && self.wanted_unit.is_some() {
            self.other_units.sort();
            return Err(CheckProblem::NoSuchUnit(self.other_units));
        }
        if self.report.all.cases == 0 {
            return Err(CheckProblem::NoCases);
        }
        Ok(self.report)
    }
}

/// F4: the fields that a case in its state must have, among the columns that the list has.
fn completeness(case: &Case<'_>, verdict: &mut Verdict) {
    const ALWAYS: [Column; 6] =
        [Column::Number, Column::Registered, Column::Judgment, Column::Judged, Column::Officer, Column::Status];
    let by_state = (case.status == Status::WithoutMeans).then_some(Column::Verified);
    let together = [(Column::Decision, Column::Decided), (Column::Decided, Column::Decision)]
        .into_iter()
        .filter(|(one, _)| case.text(*one).is_some_and(|text| !text.is_empty()))
        .map(|(_, other)| other);
    for column in ALWAYS.into_iter().chain(by_state).chain(together) {
        if case.text(column) == Some("") {
            verdict.incomplete = true;
            verdict.remark(case, RemarkKind::Incomplete, column, None, None);
        }
    }
}

/// F5: amounts that can be read, and no more collected than owed.
fn amounts(case: &Case<'_>, verdict: &mut Verdict) {
    let (owed, collected) = (case.amount(Column::Owed), case.amount(Column::Collected));
    for (column, amount) in [(Column::Owed, owed), (Column::Collected, collected)] {
        if amount == Some(None) {
            verdict.remark(case, RemarkKind::Unreadable, column, None, None);
        }
    }
    if let (Some(Some(owed)), Some(Some(collected))) = (owed, collected)
        && collected > owed
    {
        verdict.remark(case, RemarkKind::Overpaid, Column::Collected, Some(Column::Owed.id()), None);
    }
}

fn note_limits(limits: &mut [LimitTally], verdict: &Verdict) {
    for (limit, outcome) in limits.iter_mut().zip(verdict.limits) {
        if let Some(outcome) = outcome {
            limit.note(outcome);
        }
    }
}

fn count_in(tally: &mut Tally, case: &Case<'_>, verdict: &Verdict) {
    tally.cases += 1;
    tally.open += u32::from(case.status.is_open());
    let which = if verdict.late {
        &mut tally.late
    } else if verdict.undated {
        &mut tally.undated
    } else if verdict.unsourced {
        &mut tally.unsourced
    } else {
        &mut tally.timely
    };
    *which += 1;
    tally.stale += u32::from(verdict.stale);
    tally.ageing += u32::from(verdict.ageing);
    tally.incomplete += u32::from(verdict.incomplete);
    tally.inconsistent += u32::from(verdict.inconsistent);
    if let Some(lag) = verdict.lag {
        tally.note_lag(lag);
    }
    if let Some(lag) = verdict.latest_lag {
        tally.note_latest_lag(lag);
    }
}

fn remark_of(
    case: &Case<'_>,
    kind: RemarkKind,
    column: Column,
    other: Option<&'static str>,
    days: Option<i64>,
) -> Remark {
    Remark {
        row: case.row(),
        case: number_of(case.text(Column::Number).unwrap_or_default()),
        year: case.day(Column::Registered).known().map(Date::year),
        kind,
        column: column.id().into(),
        other: other.map(Into::into),
        days,
        first_row: None,
    }
}

/// The number of a case; nothing when it looks like no number. What is listed may be kept, and no name gets in by a column
/// that was mistaken for another.
fn number_of(text: &str) -> String {
    let is_number = text.chars().any(|letter| letter.is_ascii_digit()) && text.chars().count() <= MAX_NUMBER_LETTERS;
    if is_number { text.to_owned() } else { String::new() }
}

/// Whether one thing must come before the other. Which of judgment and request, of registering and deciding, of assigning
/// and notifying comes first is left open.
fn comes_before(one: Column, other: Column) -> bool {
    let is_input: fn(Column) -> bool = |column| matches!(column, Column::JudgmentReceived | Column::RequestReceived);
    let is_decision: fn(Column) -> bool = |column| matches!(column, Column::Registered | Column::Decided);
    let is_after: fn(Column) -> bool = |column| matches!(column, Column::Assigned | Column::Notified);
    ![is_input, is_decision, is_after].iter().any(|is_one_of| is_one_of(one) && is_one_of(other))
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn short(text: &str) -> String {
    text.chars().take(MAX_NAME_LETTERS).collect()
}

/// A line between the cases: one text of several words over the whole row.
fn is_heading(row: &Row) -> bool {
    let mut texts = row.cells.iter().filter(|cell| !cell.is_empty());
    let first = texts.next();
    texts.all(|text| Some(text) == first) && first.is_none_or(|text| text.contains(' '))
}

fn is_total(row: &Row) -> bool {
    let first = row.cells.iter().find(|cell| !cell.is_empty()).map_or_else(String::new, |cell| plain(cell));
    ["tong cong", "tong so", "cong"].iter().any(|word| first == *word || first.starts_with(&format!("{word} ")))
}
