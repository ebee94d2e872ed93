//! What the units were given to do: by whom, how far they are, what shows it, who asked for more time.

use jiff::Span;
use jiff::civil::Date;
use khien_store::files::NewFile;
use khien_store::tasks::{self, NewTask, Plan, Progress};
use khien_store::{Actor, Change, Store};

use crate::DemoProblem;
use crate::days::{Days, clock};
use crate::decisions::working_day;
use crate::province::{OFFICES, unit_id};
use crate::set_up::Province;

/// A task for every unit.
struct Assigned {
    /// How many days before today it was assigned.
    ago: i64,
    /// How many days it was given.
    days: i64,
    clause: &'static str,
    title: &'static str,
    detail: &'static str,
}

const TASKS: &[Assigned] = &[
    Assigned {
        ago: 82,
        days: 32,
        clause: "4.9",
        title: "Rà soát máy tính dùng hệ điều hành hết hỗ trợ",
        detail: "Lập danh sách máy dùng Windows 7, Windows 8.1 và phương án thay thế hoặc ngắt kết nối. Gửi biên bản rà soát.",
    },
    Assigned {
        ago: 60,
        days: 40,
        clause: "4.2",
        title: "Tập huấn an ninh mạng cho công chức, người lao động",
        detail: "Tổ chức ít nhất một buổi, có danh sách ký tên. Gửi báo cáo kết quả.",
    },
    Assigned {
        ago: 33,
        days: 60,
        clause: "1.2",
        title: "Lập hồ sơ đề xuất cấp độ cho hệ thống của đơn vị",
        detail: "Lập hồ sơ theo mẫu, lấy ý kiến của đơn vị vận hành trước khi trình.",
    },
    Assigned {
        ago: 12,
        days: 25,
        clause: "2.2",
        title: "Rà soát tài khoản của người đã nghỉ việc",
        detail: "Đối chiếu danh sách tài khoản với danh sách công chức, người lao động; đề nghị khóa tài khoản thừa.",
    },
];

/// The plan of the year was approved so many days before today.
const PLAN_APPROVED: i64 = 75;
/// What stands in a file of evidence: nothing of it is true.
const EVIDENCE: &[u8] = "BIÊN BẢN (hư cấu)\n\nĐơn vị đã rà soát theo yêu cầu. Kết quả kèm theo danh sách.\n".as_bytes();

/// The tasks of the units, once they are assigned: by task and office.
#[derive(Default)]
pub(crate) struct Work(Vec<Vec<String>>);

impl Work {
    /// What happens about tasks and plans on that day.
    pub(crate) async fn of_day(
        &mut self,
        store: &Store,
        days: Days,
        ago: i64,
        province: &Province,
    ) -> Result<(), DemoProblem> {
        let office = province.person(1, 0).to_owned();
        if ago == working_day(days, PLAN_APPROVED) {
            let mut change = begin(store, &office, days, ago, 9).await?;
            record_plans(&mut change, days.date(ago), province, &office).await?;
            change.commit().await?;
        }
        for (number, task) in TASKS.iter().enumerate() {
            if ago == working_day(days, task.ago) {
                let mut change = begin(store, &office, days, ago, 9).await?;
                self.0.push(assign(&mut change, task, days, &office).await?);
                change.commit().await?;
            }
            for place in 0..OFFICES.len() {
                if let Some(id) = self.0.get(number).and_then(|ids| ids.get(place)) {
                    step(store, days, ago, province, (task, number), place, id).await?;
                }
            }
        }
        Ok(())
    }
}

async fn begin(store: &Store, person: &str, days: Days, ago: i64, hour: i64) -> Result<Change, DemoProblem> {
    Ok(store.begin(Actor::Person(person.to_owned()), days.at(ago, clock(hour, 5))).await?)
}

async fn record_plans(
    change: &mut Change,
    approved_on: Date,
    province: &Province,
    office: &str,
) -> Result<(), DemoProblem> {
    for (place, one) in OFFICES.iter().enumerate() {
        if !province.unit_duties[place].has_plan() {
            continue;
        }
        let plan = Plan {
            unit: unit_id(one),
            year: approved_on.year(),
            number: format!("{}/KH-THADS", 11 + place),
            approved_on,
            recorded_by: office.to_owned(),
            recorded_at: change.now(),
        };
        tasks::record_plan(change, &plan).await?;
    }
    Ok(())
}

async fn assign(change: &mut Change, task: &Assigned, days: Days, office: &str) -> Result<Vec<String>, DemoProblem> {
    let new = NewTask {
        clause: Some(task.clause.to_owned()),
        title: task.title.to_owned(),
        detail: Some(task.detail.to_owned()),
        due: days.date(task.ago).saturating_add(Span::new().days(task.days)),
        assigned_by: office.to_owned(),
    };
    let units: Vec<String> = OFFICES.iter().map(unit_id).collect();
    Ok(tasks::assign(change, &new, &units).await?)
}

/// What a unit does about one of its tasks on that day.
async fn step(
    store: &Store,
    days: Days,
    ago: i64,
    province: &Province,
    (task, number): (&Assigned, usize),
    place: usize,
    id: &str,
) -> Result<(), DemoProblem> {
    let (head, officer) = (province.person(place, 0), province.person(place, 1));
    let is_late = province.unit_duties[place].is_late();
    let over = task.ago - task.days;
    // Units that are late ask for more time before the end; the one of the last task still waits.
    let asks = is_late && matches!(number, 1 | 3);
    let is_on = |wanted: i64| ago == working_day(days, wanted);
    // In one unit nobody was named for the last task but one.
    let names = is_on(task.ago - 3) && !(number == 2 && place % 5 == 3);
    let begins = is_on(task.ago - 6);
    let done = if is_late { over - 4 } else { over + 3 + i64::try_from(place % 4).unwrap_or_default() };
    let ends = is_on(done) && !(is_late && number == 1 && place.is_multiple_of(2));
    let asks = asks && is_on(if over < 3 { 3 } else { over + 5 });
    if !(names || begins || ends || asks) {
        return Ok(());
    }
    let mut change = begin(store, head, days, ago, 10).await?;
    if names {
        tasks::set_owner(&mut change, id, Some(officer)).await?;
    }
    if begins {
        tasks::set_progress(&mut change, id, Progress::UnderWay).await?;
    }
    if ends {
        if number != 1 || place % 3 != 2 {
            let file = NewFile { name: "Biên bản.txt", media_type: "text/plain; charset=utf-8", content: EVIDENCE };
            tasks::add_evidence(&mut change, id, &file, officer).await?;
        }
        tasks::set_progress(&mut change, id, Progress::Done).await?;
    }
    let mut asked = None;
    if asks {
        let wanted = days.date(over).saturating_add(Span::new().days(14));
        let reason = "Đơn vị đang thiếu người, đề nghị được gia hạn để hoàn thành.";
        asked = Some(tasks::ask_extension(&mut change, id, wanted, reason, officer).await?);
    }
    change.commit().await?;
    if let Some(asked) = asked.filter(|_| number == 1) {
        let office = province.person(1, 2);
        let mut change = begin(store, office, days, ago, 14).await?;
        if place.is_multiple_of(2) {
            tasks::refuse_extension(&mut change, &asked, office, Some("Đề nghị bố trí lại công việc.")).await?;
        } else {
            let until = days.date(over).saturating_add(Span::new().days(7));
            tasks::grant_extension(&mut change, &asked, until, office, Some("Đồng ý gia hạn một tuần.")).await?;
        }
        change.commit().await?;
    }
    Ok(())
}
