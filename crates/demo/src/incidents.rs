//! Two security incidents: one that is over and closed, one of yesterday whose clocks still run.

use khien_incidents::{FactSheet, IncidentKind, NewAct, Progress, Severity, Step, YesNo};
use khien_store::tickets::incidents;
use khien_store::tickets::{self, NewTicket, TicketKind};
use khien_store::{Change, Store};

use crate::DemoProblem;
use crate::days::{Days, clock};
use crate::decisions::{ANSWER_DAYS, begin};
use crate::province::{OFFICES, unit_id};
use crate::set_up::Province;

/// The one that is over: so many days before today, in this office.
const OVER: (i64, usize) = (38, 4);
/// The one that goes on. Less than the 72 hours of the detailed report are over.
const OPEN: (i64, usize) = (1, 7);

/// What is reported that day.
pub(crate) async fn of_day(store: &Store, days: Days, ago: i64, province: &Province) -> Result<(), DemoProblem> {
    if ago == OVER.0 {
        is_over(store, days, province).await?;
    }
    if ago == OPEN.0 {
        goes_on(store, days, province).await?;
    }
    Ok(())
}

async fn open(
    store: &Store,
    days: Days,
    (ago, place): (i64, usize),
    province: &Province,
    (id, title): (&str, &str),
    sheet: &FactSheet,
) -> Result<(), DemoProblem> {
    // Whoever sits at a machine sees it first.
    let person = province.person(place, 3).to_owned();
    let mut change = begin(store, &person, days, ago, clock(14, 50)).await?;
    let new = NewTicket {
        id: id.to_owned(),
        kind: TicketKind::Incident,
        title: title.to_owned(),
        text: sheet.seen.clone(),
        person,
        unit: unit_id(&OFFICES[place]),
        about: None,
        answer_due_at: khien_content::calendar().deadline(change.now(), ANSWER_DAYS).ok(),
    };
    incidents::open(&mut change, &new, sheet).await?;
    Ok(change.commit().await?)
}

/// A report that was made just before it is recorded.
async fn record(change: &mut Change, id: &str, step: Step, by: &str, how: &str) -> Result<(), DemoProblem> {
    let act = NewAct { step, done_at: change.now(), done_by: "Đầu mối CNTT".to_owned(), how: how.to_owned() };
    Ok(incidents::record(change, id, by, &act).await?)
}

async fn goes_on(store: &Store, days: Days, province: &Province) -> Result<(), DemoProblem> {
    const ID: &str = "sc02";
    let (ago, place) = OPEN;
    let first = FactSheet::first(
        "Mở tệp trong thư lạ, sau đó các tệp Word đổi đuôi thành .locked và có thư đòi tiền.",
        "Máy tính của văn thư, thư mục hồ sơ trên máy đó",
        days.at(ago, clock(14, 40)),
    );
    open(store, days, OPEN, province, (ID, "Tệp bị đổi đuôi .locked, có thư đòi tiền"), &first).await?;
    let officer = province.person(place, 1);
    let mut change = begin(store, officer, days, ago, clock(15, 10)).await?;
    let sheet = FactSheet {
        discovered_how: Some("Công chức không mở được tệp".to_owned()),
        started_at: Some(days.at(ago, clock(14, 5))),
        kind: Some(IncidentKind::Ransomware),
        severity: Some(Severity::Serious),
        units: Some("Phòng nơi xảy ra sự cố".to_owned()),
        personal_data: Some(YesNo::Yes),
        data: Some("Hồ sơ khoảng 20 việc thi hành án".to_owned()),
        done: Some("14:45 rút dây mạng.\n15:00 đổi mật khẩu tài khoản công vụ trên máy khác.".to_owned()),
        progress: Some(Progress::Contained),
        contact: Some("Đầu mối CNTT của đơn vị, 0900 000 000".to_owned()),
        ..first
    };
    incidents::fill(&mut change, ID, 1, officer, &sheet).await?;
    record(&mut change, ID, Step::Office, officer, "Điện thoại cho Văn phòng").await?;
    change.commit().await?;
    let office = province.person(0, 0);
    let mut change = begin(store, office, days, ago, clock(16, 20)).await?;
    tickets::assign(&mut change, ID, office, officer).await?;
    record(&mut change, ID, Step::Superior, office, "Thư điện tử công vụ, Công văn số 41/THADS-VP").await?;
    record(&mut change, ID, Step::FirstNotice, office, "Công văn số 41/THADS-VP").await?;
    Ok(change.commit().await?)
}

async fn is_over(store: &Store, days: Days, province: &Province) -> Result<(), DemoProblem> {
    const ID: &str = "sc01";
    let (ago, place) = OVER;
    let first = FactSheet::first(
        "Phần mềm diệt vi-rút báo có mã độc khi cắm USB của khách.",
        "Máy tính tiếp công dân",
        days.at(ago, clock(14, 45)),
    );
    open(store, days, OVER, province, (ID, "Báo có mã độc khi cắm USB của khách"), &first).await?;
    let officer = province.person(place, 1);
    let mut change = begin(store, officer, days, ago, clock(15, 20)).await?;
    record(&mut change, ID, Step::Office, officer, "Điện thoại cho Văn phòng").await?;
    let sheet = FactSheet {
        discovered_how: Some("Cảnh báo của phần mềm diệt vi-rút".to_owned()),
        started_at: Some(days.at(ago, clock(14, 44))),
        kind: Some(IncidentKind::Malware),
        severity: Some(Severity::Ordinary),
        units: Some("Bộ phận tiếp công dân".to_owned()),
        personal_data: Some(YesNo::No),
        impact: Some("01 máy tính, không lan sang máy khác".to_owned()),
        cause: Some("USB của khách có mã độc; máy chưa tắt tự động chạy.".to_owned()),
        done: Some("Cách ly tệp, quét toàn bộ máy, tắt tự động chạy trên các máy của đơn vị.".to_owned()),
        progress: Some(Progress::Resolved),
        ended_at: Some(days.at(ago, clock(15, 15))),
        contact: Some("Đầu mối CNTT của đơn vị, 0900 000 000".to_owned()),
        ..first
    };
    incidents::fill(&mut change, ID, 1, officer, &sheet).await?;
    change.commit().await?;
    let office = province.person(0, 0);
    let mut change = begin(store, office, days, ago, clock(16, 10)).await?;
    record(&mut change, ID, Step::Detailed, office, "Công văn số 29/THADS-VP").await?;
    record(&mut change, ID, Step::Closing, office, "Công văn số 29/THADS-VP").await?;
    let answer = "Máy đã sạch. Không cắm USB của khách vào máy làm việc; dùng máy quét riêng ở bộ phận một cửa.";
    tickets::answer(&mut change, ID, office, answer, true).await?;
    change.commit().await?;
    let reporter = province.person(place, 3);
    let mut change = begin(store, reporter, days, ago, clock(16, 30)).await?;
    tickets::close(&mut change, ID, reporter).await?;
    Ok(change.commit().await?)
}
