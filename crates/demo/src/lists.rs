//! Lists of cases that units send each week, checked as in life, with what heads and officers say about them; and the
//! monthly figures on online services.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use khien_cases::{Options, RemarkKind, Report, Rules, UnitTally, check};
use khien_directive::Directive;
use khien_model::WorkingDays;
use khien_store::cases::{self, CaseResult, Cause, Review, Upload, UploadSource, UploadState};
use khien_store::services::{self, ServiceMonth};
use khien_store::{Change, ids};
use khien_tables::{Limits, Spreadsheet};
use serde_json::json;

use crate::DemoProblem;
use crate::days::{DAYS, Days};
use crate::province::{OFFICES, unit_id};
use crate::set_up::Province;

/// Lists come every so many days, a part of the units each day.
const EVERY: usize = 7;
/// A unit that forgets has sent its last list so many days before today.
const FORGOTTEN_SINCE: i64 = 40;
/// How many months of figures there are on the first day.
const MONTHS_BEFORE: i64 = 4;
/// On this day of a month the figures of the month before are recorded.
const FIGURES_ON: i8 = 5;
/// How many cases a unit has at least.
const CASES: i64 = 60;
/// The day from which on the new law counts, whose limits no source gives.
const NEW_LAW: Date = jiff::civil::date(2026, 7, 1);

const TITLES: &str = "Số thụ lý;Ngày thụ lý;Số bản án;Ngày bản án;Ngày nhận bản án;Số QĐ;Ngày QĐ;Chấp hành viên;\
                      Ngày thông báo;Ngày hết tự nguyện;Ngày xác minh;Tình trạng;Ngày nhập;Ngày cập nhật cuối;Phải thu;Đã thu";

/// What was sent so far.
pub(crate) struct Lists {
    directive: Directive,
    calendar: WorkingDays,
    /// Which review of each office is recorded.
    reviewed: BTreeMap<usize, Timestamp>,
    caused: bool,
}

/// The parts of a unit's story that lists tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseStory {
    /// How many cases are late.
    pub(crate) late: i64,
    /// Whether it sends its lists to the end.
    pub(crate) delivers: bool,
    /// Whether files come online.
    pub(crate) is_online: bool,
    /// How large the unit is.
    pub(crate) size: i64,
}

impl Lists {
    pub(crate) fn new(days: Days) -> Result<Self, DemoProblem> {
        let fiction = |what: &str| DemoProblem::Fiction(what.to_owned());
        let directive = khien_content::in_force(days.now)
            .map_err(|_| fiction("a shipped directive does not load"))?
            .ok_or_else(|| fiction("no shipped directive applies today"))?;
        Ok(Self { directive, calendar: khien_content::calendar(), reviewed: BTreeMap::new(), caused: false })
    }

    /// What comes in on a day.
    pub(crate) async fn of_day(
        &mut self,
        change: &mut Change,
        days: Days,
        ago: i64,
        province: &Province,
        signed_off: &BTreeMap<usize, Timestamp>,
    ) -> Result<(), DemoProblem> {
        for (place, office) in OFFICES.iter().enumerate().skip(1) {
            let story = province.unit_duties[place].cases();
            let unit = unit_id(office);
            let is_due = (usize::try_from(ago).unwrap_or_default() + place).is_multiple_of(EVERY);
            if is_due && (story.delivers || ago >= FORGOTTEN_SINCE) {
                self.send(change, days, ago, province, place, &unit, story).await?;
            }
            let signed = signed_off.get(&place).copied();
            if let Some(at) = signed.filter(|at| self.reviewed.insert(place, *at) != Some(*at)) {
                let review = Review {
                    unit: unit.clone(),
                    reviewed_at: at,
                    reviewed_by: province.person(place, 0).to_owned(),
                    note: None,
                    figures: json!({}),
                };
                cases::review(change, &review).await?;
            }
            if ago == DAYS {
                for back in (1..=MONTHS_BEFORE).rev() {
                    services::keep(change, &month(&unit, days.date(ago), back, province, place, story, change.now()))
                        .await?;
                }
            } else if days.date(ago).day() == FIGURES_ON {
                services::keep(change, &month(&unit, days.date(ago), 1, province, place, story, change.now())).await?;
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "who sends what, where and when")]
    async fn send(
        &mut self,
        change: &mut Change,
        days: Days,
        ago: i64,
        province: &Province,
        place: usize,
        unit: &str,
        story: CaseStory,
    ) -> Result<(), DemoProblem> {
        let now = change.now();
        let upload = Upload {
            id: ids::fresh(now)?,
            source: UploadSource::Web,
            file_name: format!("thu-ly-{unit}-{}.xlsx", days.date(ago)),
            unit: Some(unit.to_owned()),
            exported_at: now,
            mapping: BTreeMap::new(),
            state: UploadState::Checking,
            rows_read: 0,
            changed_at: now,
            outcome: None,
            server: "demo".to_owned(),
            created_by: Some(province.person(place, 1).to_owned()),
            created_at: now,
        };
        let report = self.checked(days, ago, province, place, story)?;
        let (lacking, rows) = (report.lacking, report.all.cases);
        let mut tally = UnitTally::default();
        for other in report.units.into_values() {
            tally.add(other);
        }
        let result = CaseResult::new(&upload.id, unit, tally, &lacking, now, now);
        cases::insert(change, &upload).await?;
        let outcome = json!({ "cases": rows, "units": [unit] });
        let late = result.remarks.iter().find(|remark| remark.kind == RemarkKind::Late).cloned();
        cases::keep(change, &upload.id, u64::from(rows), &[result], &outcome).await?;
        // Once the software was away, and a unit said so.
        if let Some(late) = late.filter(|_| !self.caused && ago < DAYS / 2) {
            self.caused = true;
            let cause = Cause {
                unit: unit.to_owned(),
                case: late.case,
                year: late.year.unwrap_or_default(),
                limit: late.other.unwrap_or_default().into_owned(),
                note: "Phần mềm thụ lý không truy cập được trong hai ngày, đã phản ánh với Văn phòng.".to_owned(),
                recorded_by: province.person(place, 1).to_owned(),
                recorded_at: now,
            };
            cases::record_cause(change, &cause).await?;
        }
        Ok(())
    }

    fn checked(
        &self,
        days: Days,
        ago: i64,
        province: &Province,
        place: usize,
        story: CaseStory,
    ) -> Result<Report, DemoProblem> {
        let fiction = |what: String| DemoProblem::Fiction(what);
        let officers: Vec<(&str, &str)> = province
            .people
            .iter()
            .filter(|official| official.office == place && official.place > 1)
            .map(|official| (official.person.id.as_str(), official.person.name.as_str()))
            .take(6)
            .collect();
        let today = days.date(ago);
        let mut text = format!("{TITLES}\n");
        for number in 0..CASES + story.size * 4 {
            let officer = usize::try_from(number).ok().and_then(|it| officers.get(it % officers.len().max(1)));
            text.push_str(&row(number, today, officer.map_or("", |(_, name)| *name), place, story));
        }
        let mut rules = Rules::new(&self.directive, &self.calendar);
        let mut table = Spreadsheet::open(Cursor::new(text.as_bytes()), Limits::CASES)
            .map_err(|problem| fiction(format!("a list is no table: {problem:?}")))?;
        let known =
            |_: &str, name: &str| officers.iter().find(|(_, known)| *known == name).map(|(id, _)| (*id).to_owned());
        let progress = &mut |_| ControlFlow::Continue(());
        let options = Options { profile: vec![], unit: None, today, officers: Some(&known), progress };
        check(&mut table, &mut rules, options).map_err(|problem| fiction(format!("a list is not checked: {problem:?}")))
    }
}

/// A case of a unit as it is on a day. Every third unit has got no case since the new law.
fn row(number: i64, today: Date, officer: &str, place: usize, story: CaseStory) -> String {
    let before = if place.is_multiple_of(3) { NEW_LAW.min(today) } else { today };
    let received = before.saturating_sub(Span::new().days(20 + number * 5));
    let after = |days: i64| received.saturating_add(Span::new().days(days));
    let shown = |day: Date| format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
    // The oldest are late, and some of the others are stale or lack something.
    let is_late = received < NEW_LAW && number % 17 == 3 && number / 17 < story.late;
    let decided = if is_late { after(15) } else { after(1) };
    let last = decided.saturating_add(Span::new().days(1));
    let is_done = number % 3 == 0;
    let state = if is_done {
        "Thi hành xong"
    } else if number % 11 == 4 {
        "Chưa có điều kiện thi hành"
    } else {
        "Đang thi hành"
    };
    let is_stale = number % 23 == 7 && (story.late > 4 || number == 7 && place.is_multiple_of(2));
    let touched = today.saturating_sub(Span::new().days(if is_stale { 120 } else { number % 40 }));
    let updated = if is_done { last } else { touched.max(last).min(today) };
    // Where much is late, entering is late too.
    let entered = last.saturating_add(Span::new().days(1 + story.late)).min(updated);
    let judged =
        if story.late > 6 && number % 29 == 5 { String::new() } else { format!("{}/2026/DS-ST", number % 90 + 1) };
    let owed = (number % 50 + 1) * 3_000_000;
    let cells = [
        format!("{}/TL-THADS", number + 1),
        shown(decided),
        judged,
        shown(after(-30)),
        shown(received),
        format!("{}/QĐ-THADS", number + 1),
        shown(decided),
        officer.to_owned(),
        shown(last),
        shown(last),
        shown(last),
        state.to_owned(),
        shown(entered),
        shown(updated),
        owed.to_string(),
        if is_done { owed.to_string() } else { (owed / 4).to_string() },
    ];
    cells.join(";") + "\n"
}

/// The figures of the month so many months before a day.
fn month(
    unit: &str,
    day: Date,
    back: i64,
    province: &Province,
    place: usize,
    story: CaseStory,
    now: Timestamp,
) -> ServiceMonth {
    let month = day.first_of_month().saturating_sub(Span::new().months(back));
    let count = |value: i64| u32::try_from(value).unwrap_or_default();
    let received = 10 + story.size + i64::from(month.month()) % 4;
    let online = if story.is_online { received * (20 + 4 * i64::from(month.month())) / 100 } else { 0 };
    ServiceMonth {
        unit: unit.to_owned(),
        month,
        received: count(received),
        received_online: count(online.min(received)),
        settled: count(received - 1),
        settled_on_time: count(received - 1 - story.late.min(2)),
        digitised: Some(count(received / 2)),
        paid_online: None,
        recorded_by: province.person(place, 1).to_owned(),
        recorded_at: now,
    }
}
