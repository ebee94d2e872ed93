//! Lists of cases as offices export them, and what is said about each row.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use expect_test::{Expect, expect};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use khien_cases::report::{MAX_REMARKS_OF_UNIT, Tally};
use khien_cases::{CheckProblem, Options, RemarkKind, Report, Rules, check};
use khien_directive::Directive;
use khien_model::Observed;
use khien_model::facts::CaseData;
use khien_tables::{Limits, Spreadsheet};
use proptest::prelude::*;

const TITLES: &str = "Số thụ lý;Ngày thụ lý;Số bản án;Ngày bản án;Ngày nhận bản án;Số QĐ;Ngày QĐ;Chấp hành viên;Đơn vị;\
                      Ngày thông báo;Tình trạng;Ngày cập nhật cuối;Phải thu;Đã thu;Người phải thi hành án";
const TODAY: Date = date(2026, 11, 23);

static DIRECTIVE: LazyLock<Directive> =
    LazyLock::new(|| khien_content::shipped("thads-2026").expect("the directive is in order").directive);

fn checked(text: &str, unit: Option<&str>) -> Result<Report, CheckProblem> {
    let calendar = khien_content::calendar();
    let mut rules = Rules::new(&DIRECTIVE, &calendar);
    let mut table = Spreadsheet::open(Cursor::new(text.as_bytes()), Limits::CASES)?;
    let unit = unit.map(str::to_owned);
    let progress = &mut |_| ControlFlow::Continue(());
    check(&mut table, &mut rules, Options { profile: vec![], unit, today: TODAY, officers: None, progress })
}

/// As a server checks it, which knows the officers of the unit KV1.
fn checked_with_officers(text: &str) -> Report {
    let calendar = khien_content::calendar();
    let mut rules = Rules::new(&DIRECTIVE, &calendar);
    let mut table = Spreadsheet::open(Cursor::new(text.as_bytes()), Limits::CASES).expect("a table");
    let officers = |unit: &str, name: &str| (unit == "KV1" && name == "Lê Hà").then(|| "ha.l".to_owned());
    let progress = &mut |_| ControlFlow::Continue(());
    let options = Options { profile: vec![], unit: None, today: TODAY, officers: Some(&officers), progress };
    check(&mut table, &mut rules, options).expect("a report")
}

fn case_data(report: &Report, exported_at: Timestamp) -> CaseData {
    khien_cases::case_data(&report.all, &report.lacking, 0, exported_at)
}

fn shown(report: &Report) -> String {
    let all = &report.all;
    let mut page = format!(
        "{} cases, {} open: {} in time, {} late, {} undated, {} without a source; {} stale, {} incomplete, {} contradict \
         themselves; on time {:?}, lag at most {:?}\n",
        all.cases,
        all.open,
        all.timely,
        all.late,
        all.undated,
        all.unsourced,
        all.stale,
        all.incomplete,
        all.inconsistent,
        all.share_bounds(),
        all.median_lag_days_at_most(),
    );
    for remark in report.remarks() {
        page.push_str(&format!("{} ({}): {} {}", remark.row, remark.case, remark.kind.word(), remark.column));
        for part in
            [remark.other.clone().map(Into::into), remark.days.map(|days| format!("{days} days"))].iter().flatten()
        {
            page.push_str(&format!(", {part}"));
        }
        if let Some(first) = remark.first_row {
            page.push_str(&format!(", as in row {first}"));
        }
        page.push('\n');
    }
    page
}

#[track_caller]
fn assert_report(rows: &str, expected: &Expect) {
    expected.assert_eq(&shown(&checked(&format!("{TITLES}\n{rows}"), None).expect("a report")));
}

/// A case of the spring of 2026: received on Monday 2 March, decided on the last day of the limit.
const GOOD: &str = "1/TL;09/03/2026;5/DS;01/02/2026;02/03/2026;7/QĐ;09/03/2026;Lê Hà;KV1;12/03/2026;Thi hành xong;13/03/2026;100;100;Nguyễn Văn A";

#[test]
fn limits_are_kept_to_the_last_day_and_missed_by_one() {
    assert_report(
        &[
            GOOD,
            // A day later than five working days.
            "2/TL;10/03/2026;5/DS;01/02/2026;02/03/2026;7/QĐ;10/03/2026;Lê Hà;KV1;12/03/2026;Thi hành xong;13/03/2026;;;",
            // The notice two days late, over a weekend.
            "3/TL;09/03/2026;5/DS;01/02/2026;02/03/2026;7/QĐ;09/03/2026;Lê Hà;KV1;14/03/2026;Thi hành xong;14/03/2026;;;",
            // Received and not yet decided: nobody can say.
            "4/TL;09/03/2026;5/DS;01/02/2026;02/03/2026;;;Lê Hà;KV1;;Đang thi hành;20/11/2026;;;",
            // Not known when it came.
            "5/TL;09/03/2026;5/DS;01/02/2026;;7/QĐ;09/03/2026;Lê Hà;KV1;12/03/2026;Thi hành xong;12/03/2026;;;",
        ]
        .join("\n"),
        &expect![[r#"
            5 cases, 1 open: 1 in time, 2 late, 2 undated, 0 without a source; 0 stale, 0 incomplete, 0 contradict themselves; on time Some((200, 600)), lag at most Some(1)
            3 (2/TL): late ngay_qd, decision, 1 days
            4 (3/TL): late ngay_thong_bao, notice, 2 days
            5 (4/TL): undated ngay_qd, decision
            6 (5/TL): undated ngay_nhan_ban_an
        "#]],
    );
}

#[test]
fn a_limit_that_no_source_gives_is_never_in_time() {
    let rows =
        "1/TL;03/08/2026;5/DS;01/07/2026;03/08/2026;7/QĐ;03/08/2026;Lê Hà;KV1;03/08/2026;Thi hành xong;03/08/2026;;;";
    assert_report(
        rows,
        &expect![[r#"
            1 cases, 0 open: 0 in time, 0 late, 0 undated, 1 without a source; 0 stale, 0 incomplete, 0 contradict themselves; on time Some((0, 1000)), lag at most Some(0)
        "#]],
    );
    let report = checked(&format!("{TITLES}\n{rows}"), None).expect("a report");
    let facts = case_data(&report, Timestamp::UNIX_EPOCH);
    assert!(facts.late_cases.known().is_none(), "nobody knows that none is late");
    assert_eq!(facts.unsourced_cases, Observed::Known(1));
    assert_eq!(facts.timely_cases, Observed::Known(0));
}

#[test]
fn what_cannot_be_true_is_listed_with_its_row() {
    assert_report(
        &[
            GOOD,
            GOOD,
            "2/TL;09/03/2026;5/DS;01/04/2026;02/03/2026;7/QĐ;09/03/2026;Lê Hà;KV1;12/03/2026;Đang thi hành;13/03/2026;100;200;",
            "3/TL;09/03/2027;;;02/03/2026;7/QĐ;;;KV1;;;hôm qua;năm đồng;;",
            "Tổng cộng;;;;;;;;;;;;300;300;",
        ]
        .join("\n"),
        &expect![[r#"
            4 cases, 2 open: 3 in time, 0 late, 1 undated, 0 without a source; 1 stale, 1 incomplete, 3 contradict themselves; on time Some((750, 1000)), lag at most Some(1)
            3 (1/TL): duplicate so_thu_ly, as in row 2
            4 (2/TL): stale ngay_cap_nhat_cuoi, 255 days
            4 (2/TL): order ngay_nhan_ban_an, ngay_ban_an, 30 days
            4 (2/TL): overpaid da_thu, phai_thu
            5 (3/TL): undated ngay_qd, decision
            5 (3/TL): incomplete so_ban_an
            5 (3/TL): incomplete ngay_ban_an
            5 (3/TL): incomplete chap_hanh_vien
            5 (3/TL): incomplete tinh_trang
            5 (3/TL): incomplete ngay_qd
            5 (3/TL): future ngay_thu_ly, 106 days
            5 (3/TL): unreadable ngay_cap_nhat_cuoi
            5 (3/TL): unreadable phai_thu
        "#]],
    );
    let report = checked(&format!("{TITLES}\n{GOOD}\nTổng cộng;;;;;;;;;;;;300;100;"), None).expect("a report");
    let totals: Vec<String> =
        report.totals.iter().map(|total| format!("{} {} {}", total.column, total.said, total.summed)).collect();
    assert_eq!(totals, ["phai_thu 300 100", "da_thu 100 100"]);
}

#[test]
fn parties_are_nowhere_in_a_report() {
    let report = checked(&format!("{TITLES}\n{GOOD}"), None).expect("a report");
    assert_eq!(report.dropped, ["Người phải thi hành án"]);
    assert!(!format!("{report:?}").contains("Nguyễn Văn A"));
}

#[test]
fn units_and_officers_are_told_apart() {
    let rows = format!("{TITLES}\n{GOOD}\n{}", GOOD.replace("KV1", "KV2").replace("1/TL", "2/TL"));
    let report = checked(&rows, None).expect("a report");
    let units: Vec<(&String, u32)> = report.units.iter().map(|(unit, tally)| (unit, tally.all.cases)).collect();
    assert_eq!(units, [(&"KV1".to_owned(), 1), (&"KV2".to_owned(), 1)]);
    assert_eq!(report.units["KV1"].officers["Lê Hà"].timely, 1);
    assert_eq!(checked(&rows, Some("kv2")).expect("a report").all.cases, 1);
    assert_eq!(checked(&rows, Some("KV3")), Err(CheckProblem::NoSuchUnit(vec!["KV1".into(), "KV2".into()])));
}

#[test]
fn a_list_without_its_columns_is_refused_with_their_names() {
    let problem = checked("Họ tên;Đơn vị\nA;B", None);
    let titles = vec!["Họ tên".to_owned(), "Đơn vị".to_owned()];
    let missing = vec!["so_thu_ly", "ngay_thu_ly", "tinh_trang"];
    assert_eq!(problem, Err(CheckProblem::MissingColumns { missing, titles }));
    // What a column would show is not known without it.
    let report = checked("Số thụ lý;Ngày thụ lý;Tình trạng\n1;01/02/2026;Đang thi hành", None).expect("a report");
    let facts = case_data(&report, Timestamp::UNIX_EPOCH);
    assert!(facts.late_cases.known().is_none() && facts.stale_cases.known().is_none());
    assert!(facts.incomplete_cases.known().is_none() && facts.median_entry_lag.known().is_none());
}

#[test]
fn a_later_change_is_no_late_entry() {
    let titles = "Số thụ lý;Ngày thụ lý;Ngày QĐ;Tình trạng;Ngày nhập;Ngày cập nhật cuối";
    // Decided on the 9th, entered on the 10th, touched again half a year later.
    let row = "1/TL;09/03/2026;09/03/2026;Đang thi hành;10/03/2026;20/11/2026";
    let report = checked(&format!("{titles}\n{row}"), None).expect("a report");
    assert_eq!((report.all.median_lag_days(), report.all.median_lag_days_at_most()), (Some(1), Some(256)));
    assert_eq!(report.last_change, Some(date(2026, 11, 20)));
    // Without the day of the entry nobody can tell, and no number says that it was late.
    let report = checked(&format!("{titles}\n{}", row.replace("10/03/2026", "")), None).expect("a report");
    let facts = case_data(&report, Timestamp::UNIX_EPOCH);
    assert!(facts.median_entry_lag.known().is_none());
    assert_eq!(facts.median_entry_lag_at_most, Observed::Known(jiff::SignedDuration::from_hours(24 * 256)));
}

#[test]
fn a_case_is_looked_at_before_it_is_stale() {
    let row = |updated: &str| format!("1/TL;09/03/2026;;;;;;;;;Đang thi hành;{updated};;;");
    // Thirty days are not too many, nor are ninety.
    for (updated, ageing, stale) in
        [("24/10/2026", 0, 0), ("23/10/2026", 1, 0), ("25/08/2026", 1, 0), ("24/08/2026", 0, 1)]
    {
        let all = checked(&format!("{TITLES}\n{}", row(updated)), None).expect("a report").all;
        assert_eq!((all.ageing, all.stale), (ageing, stale), "{updated}");
    }
}

#[test]
fn officers_are_those_whom_somebody_knows() {
    let open = GOOD.replace("Thi hành xong", "Đang thi hành").replace("Lê Hà", "Người Lạ");
    let text = format!("{TITLES}\n{GOOD}\n{}\n{}", open.replace("1/TL", "2/TL"), GOOD.replace("KV1", "KV2"));
    let report = checked_with_officers(&text);
    let officers: Vec<&String> = report.units["KV1"].officers.keys().collect();
    assert_eq!(officers, ["", "ha.l"], "who is not known has no name");
    assert_eq!(report.remark_counts.get(&RemarkKind::UnknownOfficer), Some(&1), "what is closed is nobody's any more");
    assert_eq!((report.all.inconsistent, report.units["KV2"].all.inconsistent), (1, 0));
    assert!(!format!("{report:?}").contains("Người Lạ"));
}

#[test]
fn what_looks_like_no_number_is_not_kept() {
    let report = checked(&format!("{TITLES}\n{}", GOOD.replace("1/TL", "Nguyễn Văn A")), None).expect("a report");
    assert!(!format!("{report:?}").contains("Nguyễn Văn A"));
}

#[test]
fn rows_to_correct_belong_to_their_unit_and_are_bounded() {
    let bad = |unit: &str| format!("x/1;09/03/2026;;;;;;;{unit};;Đang thi hành;;;;\n");
    let many = usize::try_from(MAX_REMARKS_OF_UNIT).expect("it fits");
    let report = checked(&format!("{TITLES}\n{}{}", bad("KV1").repeat(many), bad("KV2")), None).expect("a report");
    assert_eq!(report.units["KV1"].remarks.len(), many);
    assert!(report.units["KV1"].remark_count() > u64::from(MAX_REMARKS_OF_UNIT));
    let rows: Vec<u32> = report.units["KV2"].remarks.iter().map(|remark| remark.row).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| *row == MAX_REMARKS_OF_UNIT + 2), "{rows:?}");
    assert_eq!(report.units["KV1"].first_row, 2);
    assert_eq!(report.units["KV1"].limits[0].undated, MAX_REMARKS_OF_UNIT);
}

#[test]
fn whoever_waits_may_stop() {
    let calendar = khien_content::calendar();
    let mut rules = Rules::new(&DIRECTIVE, &calendar);
    let text = format!("{TITLES}\n{}", format!("{GOOD}\n").repeat(10_000));
    let mut table = Spreadsheet::open(Cursor::new(text.as_bytes()), Limits::CASES).expect("a table");
    let progress = &mut |_| ControlFlow::Break(());
    let options = Options { profile: vec![], unit: None, today: TODAY, officers: None, progress };
    assert_eq!(check(&mut table, &mut rules, options), Err(CheckProblem::Stopped));
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(rows in prop::collection::vec("[0-9];0[1-9]/0[1-9]/202[56];;;02/03/2026;;(0[1-9]/03/2026|);(Hà|Lan);(A|B|C);;(Xong|Đang);(0[1-9]/0[1-9]/2026|);;;", 1..20)) {
        let report = checked(&format!("{TITLES}\n{}", rows.join("\n")), None).expect("a report");
        let mut sum = Tally::default();
        let mut all = khien_cases::UnitTally::default();
        for unit in report.units.values() {
            sum.add(&unit.all);
            all.add(unit.clone());
        }
        prop_assert_eq!(&sum, &report.all);
        prop_assert_eq!(&all.all, &report.all);
        prop_assert_eq!(all.remark_count(), report.remark_count());
        prop_assert_eq!(all.limits[0].undated, report.limits[0].undated);
    }

    #[test]
    fn every_case_is_counted_once(rows in prop::collection::vec("[0-9]{1,2};(0[1-9]/0[1-9]/202[456]|x|);(5|);(01/02/2026|);(02/03/2026|);;(0[1-9]/03/2026|);(Hà|);(A|B);;(Xong|Đang|);(0[1-9]/0[1-9]/2026|);(1|x|);(2|)", 1..30)) {
        let report = checked(&format!("{TITLES}\n{}", rows.join("\n")), None).expect("a report");
        let all = &report.all;
        prop_assert_eq!(all.cases as usize, rows.len());
        prop_assert_eq!(all.timely + all.late + all.undated + all.unsourced, all.cases);
        prop_assert_eq!(report.units.values().map(|unit| unit.all.cases).sum::<u32>(), all.cases);
        prop_assert!(all.open <= all.cases && all.stale <= all.open);
    }
}
