//! What people decide and ask: exemptions, sign-offs, requests.

use std::collections::BTreeMap;

use jiff::{Span, Timestamp};
use khien_model::{Coverage, Requirement, Subject, SubjectKind};
use khien_store::exemptions::{self, ExemptionRequest};
use khien_store::requests::{self, NewRequest, RequestKind};
use khien_store::sign_offs::{self, SignOff};
use khien_store::tickets::{self, NewTicket, TicketKind};
use khien_store::{Actor, Change, Store, tally};

use crate::DemoProblem;
use crate::chance::Chance;
use crate::days::{Days, clock};
use crate::province::{NEVER_ENROLLED, OFFICES, unit_id};
use crate::set_up::Province;

/// What becomes of a request for an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Approved,
    Refused,
    Waiting,
    Withdrawn,
}

/// A request for an exemption, so many days before today: office, clause, reason, what became of it.
const EXEMPTIONS: &[(i64, usize, &str, &str, Answer)] = &[
    (61, 5, "4.9", "Máy chạy phần mềm kế toán cũ, chờ thay trong quý I năm 2027.", Answer::Approved),
    (53, 7, "4.6", "Thư mục quét của máy photocopy, đã giới hạn trong phòng.", Answer::Approved),
    (47, 3, "4.10", "Chờ cấp bản quyền lá chắn tài liệu.", Answer::Refused),
    (39, 8, "4.9", "Ba máy Windows 7 nối máy quét hồ sơ, đã ngắt Internet.", Answer::Approved),
    (26, 2, "4.5", "Hệ thống cũ chỉ đăng nhập được bằng trình duyệt lưu sẵn.", Answer::Withdrawn),
    (12, 9, "4.8", "Phần mềm tra cứu địa phương chưa có chữ ký số.", Answer::Approved),
    (5, 6, "4.6", "Thư mục dùng chung để bàn giao hồ sơ vụ lớn, đề nghị đến hết tháng 12.", Answer::Waiting),
    (2, 10, "4.1", "Đang chờ máy chủ quản lý tập trung.", Answer::Waiting),
];

/// What units ask for themselves, in a line and in full.
const DIFFICULTIES: &[(&str, &str)] = &[
    ("Thiếu máy thay thế", "Đơn vị còn máy chạy Windows 7 nối máy quét hồ sơ, chưa có máy thay thế."),
    ("Đường truyền chậm", "Phần mềm Thụ lý thường mất kết nối vào giờ cao điểm."),
    ("Cần tập huấn thêm", "Công chức mới về chưa được tập huấn cách nhận biết thư lừa đảo."),
];

/// How many working days the office has for an answer.
pub(crate) const ANSWER_DAYS: u32 = 5;

type Told = (i64, usize, usize, bool, &'static str, &'static str, Option<&'static str>);

/// Tickets and requests for another look: so many days before today, office, the place among the devices of the office,
/// whether it is a ticket, control, text, the answer.
const REQUESTS: &[Told] = &[
    (44, 5, 3, true, "antivirus-fresh", "Phần mềm báo hết hạn, tôi không gia hạn được.", Some("Đã cấp lại bản quyền.")),
    (
        31,
        6,
        2,
        true,
        "screen-locks-when-idle",
        "Tôi không thấy mục cài đặt khóa màn hình.",
        Some("Đã cài qua chính sách."),
    ),
    (18, 2, 7, false, "no-saved-passwords", "Tôi đã xóa hết mật khẩu lưu trong Cốc Cốc.", None),
    (9, 7, 4, true, "restart-not-pending", "Máy khởi động lại nhiều lần vẫn báo.", None),
    (4, 1, 9, false, "no-shared-folders", "Đã tắt chia sẻ thư mục.", None),
    (3, 8, 1, true, "os-supported", "Máy tôi có nâng cấp lên Windows 11 được không?", None),
    (1, 6, 5, true, "remote-control-tools-absent", "Nhà cung cấp vẫn cần UltraViewer để sửa phần mềm.", None),
];

/// What is decided and asked on that day.
pub(crate) async fn of_day(
    store: &Store,
    chance: &mut Chance,
    days: Days,
    ago: i64,
    province: &Province,
    signed_off: &mut BTreeMap<usize, Timestamp>,
) -> Result<(), DemoProblem> {
    for (number, wanted) in EXEMPTIONS.iter().enumerate() {
        // What falls on a weekend is done on the working day before it.
        if working_day(days, wanted.0) == ago {
            ask_exemption(store, days, number, *wanted, province).await?;
        }
    }
    for (number, wanted) in REQUESTS.iter().enumerate() {
        if working_day(days, wanted.0) == ago {
            ask(store, days, number, *wanted, province).await?;
        }
    }
    // Heads sign the month before off on its first working days; now and then one forgets.
    if days.date(ago).day() <= 7 && days.is_monday(ago) {
        sign_off_month(store, chance, days, ago, province, signed_off).await?;
    }
    Ok(())
}

/// The working day on which happens what falls on that day: the last one up to it.
pub(crate) fn working_day(days: Days, ago: i64) -> i64 {
    (ago..ago + 7).find(|ago| days.is_working(*ago)).unwrap_or(ago)
}

/// A change by a person of the province.
pub(crate) async fn begin(
    store: &Store,
    person: &str,
    days: Days,
    ago: i64,
    minute: i64,
) -> Result<Change, DemoProblem> {
    Ok(store.begin(Actor::Person(person.to_owned()), days.at(ago, minute)).await?)
}

async fn ask_exemption(
    store: &Store,
    days: Days,
    number: usize,
    (ago, office, clause, reason, answer): (i64, usize, &str, &str, Answer),
    province: &Province,
) -> Result<(), DemoProblem> {
    let unit = unit_id(&OFFICES[office]);
    let id = format!("mt{:02}", number + 1);
    let ago = working_day(days, ago);
    let from = days.date(ago);
    // Not a whole unit: only a few of its devices are covered.
    let covered = province.stories.iter().filter(|story| story.office == office).nth(number % 5);
    let covers = covered.map_or_else(
        || Coverage::Subtree { unit: unit.clone(), kind: Some(SubjectKind::Device) },
        |story| Coverage::Subject(Subject { kind: SubjectKind::Device, id: story.id.clone() }),
    );
    let request = ExemptionRequest {
        id: id.clone(),
        covers,
        lifts: Requirement::Clause(clause.to_owned()),
        unit,
        reason: reason.to_owned(),
        valid_from: from,
        valid_to: from.saturating_add(Span::new().days(150)),
        asked_by: province.person(office, 1).to_owned(),
    };
    let mut change = begin(store, &request.asked_by, days, ago, clock(10, 15)).await?;
    exemptions::ask(&mut change, &request).await?;
    change.commit().await?;
    let approver = province.person(1, 0);
    let decider = if answer == Answer::Withdrawn { &request.asked_by } else { approver };
    let mut change = begin(store, decider, days, ago, clock(15, 30)).await?;
    match answer {
        Answer::Approved => {
            exemptions::approve(&mut change, &id, approver, Some("Đồng ý, rà soát lại khi hết hạn.")).await?;
        }
        Answer::Refused => {
            exemptions::refuse(&mut change, &id, approver, Some("Đã có bản quyền, đề nghị cài đặt.")).await?;
        }
        Answer::Withdrawn => exemptions::withdraw(&mut change, &id, &request.asked_by, Some("Không còn cần.")).await?,
        Answer::Waiting => {}
    }
    Ok(change.commit().await?)
}

async fn ask(
    store: &Store,
    days: Days,
    number: usize,
    (ago, office, device, is_ticket, control, text, answer): Told,
    province: &Province,
) -> Result<(), DemoProblem> {
    let Some(story) = province.stories.iter().filter(|story| story.office == office).nth(device) else { return Ok(()) };
    let person = province.person(office, story.user).to_owned();
    let subject = Subject { kind: SubjectKind::Device, id: story.id.clone() };
    let ago = working_day(days, ago);
    let mut change = begin(store, &person, days, ago, clock(9, 20)).await?;
    let id = format!("yc{:02}", number + 1);
    let unit = unit_id(&OFFICES[office]);
    if !is_ticket {
        let (kind, control, text) = (RequestKind::ReCheck, control.to_owned(), Some(text.to_owned()));
        let asked = NewRequest { id, kind, person, unit, subject, control, text };
        requests::ask(&mut change, &asked).await?;
        return Ok(change.commit().await?);
    }
    let new = NewTicket {
        id: id.clone(),
        kind: TicketKind::Question,
        title: text.to_owned(),
        text: text.to_owned(),
        person,
        unit,
        about: Some((subject, control.to_owned())),
        answer_due_at: khien_content::calendar().deadline(change.now(), ANSWER_DAYS).ok(),
    };
    tickets::open(&mut change, &new).await?;
    change.commit().await?;
    if let Some(answer) = answer {
        let focal_officer = province.person(office, 1);
        let mut change = begin(store, focal_officer, days, ago, clock(14, 40)).await?;
        tickets::answer(&mut change, &id, focal_officer, answer, true).await?;
        change.commit().await?;
    }
    Ok(())
}

/// On the sixth of a month most units say that they have no difficulties; then what is known is said again.
pub(crate) async fn say_difficulties(
    store: &Store,
    days: Days,
    ago: i64,
    province: &Province,
) -> Result<(), DemoProblem> {
    const SAID_ON: i8 = 6;
    const SILENT: usize = 5;
    if days.date(ago).day() == SAID_ON {
        for (place, office) in OFFICES.iter().enumerate().filter(|(place, _)| *place != SILENT) {
            let focal_officer = province.person(place, 1);
            let mut change = begin(store, focal_officer, days, ago, clock(10, 0)).await?;
            tickets::say_none(&mut change, &unit_id(office), focal_officer).await?;
            change.commit().await?;
        }
    }
    for (place, duties) in province.unit_duties.iter().enumerate() {
        let Some((reported, answered)) = duties.difficulty else { continue };
        let id = format!("kk{place:02}");
        if ago == reported {
            let person = province.person(place, 1).to_owned();
            let mut change = begin(store, &person, days, ago, clock(10, 0)).await?;
            let (title, text) = DIFFICULTIES[place % DIFFICULTIES.len()];
            let new = NewTicket {
                id: id.clone(),
                kind: TicketKind::Question,
                title: title.to_owned(),
                text: text.to_owned(),
                person,
                unit: unit_id(&OFFICES[place]),
                about: None,
                answer_due_at: khien_content::calendar().deadline(change.now(), ANSWER_DAYS).ok(),
            };
            tickets::open(&mut change, &new).await?;
            change.commit().await?;
        }
        if ago == answered {
            let office = province.person(0, 0);
            let mut change = begin(store, office, days, ago, clock(15, 0)).await?;
            tickets::answer(&mut change, &id, office, "Văn phòng đã ghi nhận và bố trí trong tháng tới.", true).await?;
            change.commit().await?;
        }
    }
    tickets::refresh(store, days.at(ago, clock(16, 40))).await?;
    Ok(())
}

async fn sign_off_month(
    store: &Store,
    chance: &mut Chance,
    days: Days,
    ago: i64,
    province: &Province,
    signed_off: &mut BTreeMap<usize, Timestamp>,
) -> Result<(), DemoProblem> {
    let month = days
        .date(ago)
        .first_of_month()
        .yesterday()
        .map_or_else(|_| String::new(), |last| format!("{:04}-{:02}", last.year(), last.month()));
    let counts = tally::all(store).await?;
    for (place, office) in OFFICES.iter().enumerate() {
        let head = province.person(place, 0);
        if !chance.percent(82) || office.id == NEVER_ENROLLED || !province.is_head(head, days.date(ago)) {
            continue;
        }
        let unit = unit_id(office);
        // Pass, fail, unknown, exempt.
        let mut sums = [0_u64; 4];
        for one in counts.iter().filter(|one| one.unit == unit) {
            sums[0] += one.counts.pass;
            sums[1] += one.counts.fail;
            sums[2] += one.counts.unknown;
            sums[3] += one.counts.exempt;
        }
        let [pass, fail, unknown, exempt] = sums;
        let mut change = begin(store, head, days, ago, clock(15, 0)).await?;
        let sign_off = SignOff {
            unit,
            month: month.clone(),
            signed_at: change.now(),
            signed_by: head.to_owned(),
            note: chance.percent(30).then(|| "Một số máy cũ chưa có kinh phí thay thế.".to_owned()),
            figures: serde_json::json!({ "pass": pass, "fail": fail, "unknown": unknown, "exempt": exempt }),
        };
        sign_offs::sign(&mut change, &sign_off).await?;
        signed_off.insert(place, change.now());
        change.commit().await?;
    }
    Ok(())
}
