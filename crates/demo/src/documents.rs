//! Legal documents: given to everybody on the first day, studied little by little, one of them with its text.

use std::collections::BTreeMap;

use khien_content::register::register;
use khien_model::{Subject, SubjectKind};
use khien_store::files::{self, NewFile, Owner, OwnerKind};
use khien_store::studies::{self, Audience, DocumentText, StudyMark, StudyTask};
use khien_store::{Actor, Change, Store, ids};

use crate::DemoProblem;
use crate::days::{DAYS, Days, clock};
use crate::province::{OFFICES, TOP, unit_id};
use crate::set_up::Province;

/// What is to be studied.
const GIVEN: &[&str] =
    &["luat-116-2025", "cv-535-tcthads-nv3", "nd-331-2026", "luat-91-2025", "qd-45-btp", "nd-356-2025"];
/// The document whose text was uploaded, and a text in our own words. Some words are broken as in official PDF files.
const TEXT: (&str, &str) = (
    "cv-535-tcthads-nv3",
    "TÓM TẮT NỘI DUNG (văn bản minh họa, không phải toàn văn)\n\
     Công văn yêu cầu tăng cường an toàn thông tin trong sử dụng và quản lý tài khoản.\n\
     1. Mỗi người đổi m ật khẩu 03 tháng một lần và đổi ngay khi nghi ngờ bị lộ.\n\
     2. Không lưu tài khoản, mật khẩu trong trình duyệt.\n\
     3. Hộp th ư điện tử công vụ chỉ dùng cho công việc.\n",
);
/// Every so many days each person and unit reads on, a part of them each day.
const READS_EVERY: usize = 10;

/// How far everybody has come.
pub(crate) struct Studying {
    done: BTreeMap<Subject, usize>,
}

impl Studying {
    /// Gives the documents to everybody on the first day.
    pub(crate) async fn begin(store: &Store, days: Days, province: &Province) -> Result<Self, DemoProblem> {
        let office = province.person(0, 0).to_owned();
        let mut change = store.begin(Actor::Person(office.clone()), days.at(DAYS, clock(8, 30))).await?;
        let register = register();
        for id in GIVEN {
            let document =
                register.find(id).ok_or_else(|| DemoProblem::Fiction(format!("{id} is not in the register")))?;
            let task = StudyTask {
                id: ids::fresh(change.now())?,
                document: document.id.clone(),
                number: document.number.clone(),
                unit: TOP.to_owned(),
                audience: Audience::All,
                assigned_by: office.clone(),
                assigned_at: change.now(),
                ended_at: None,
            };
            studies::assign(&mut change, &task).await?;
        }
        upload(&mut change, &office).await?;
        change.commit().await?;
        Ok(Self { done: BTreeMap::new() })
    }

    /// Who reads on that day says so; then what is known is said again.
    pub(crate) async fn of_day(
        &mut self,
        store: &Store,
        days: Days,
        ago: i64,
        province: &Province,
    ) -> Result<(), DemoProblem> {
        let at = days.at(ago, clock(16, 30));
        let day = usize::try_from(ago).unwrap_or_default();
        let mut change = store.begin(Actor::System, at).await?;
        for (place, official) in province.people.iter().enumerate() {
            if (place + day).is_multiple_of(READS_EVERY) {
                let studied = province.person_duties[place].studied(ago);
                self.catch_up(&mut change, official.subject(), studied, &official.person.id, None).await?;
            }
        }
        for (place, office) in OFFICES.iter().enumerate() {
            if (place + day).is_multiple_of(READS_EVERY) {
                let studied = province.unit_duties[place].studied(ago);
                let unit = Subject { kind: SubjectKind::Unit, id: unit_id(office) };
                let minutes = format!("{:02}/BB-{}", place + 1, office.abbreviation);
                self.catch_up(&mut change, unit, studied, province.person(place, 1), Some(minutes)).await?;
            }
        }
        change.commit().await?;
        studies::refresh(store, at).await?;
        Ok(())
    }

    async fn catch_up(
        &mut self,
        change: &mut Change,
        subject: Subject,
        studied: i64,
        by: &str,
        reference: Option<String>,
    ) -> Result<(), DemoProblem> {
        let done = self.done.entry(subject.clone()).or_default();
        let wanted = usize::try_from(studied).unwrap_or_default().min(GIVEN.len());
        for document in GIVEN.get(*done..wanted).unwrap_or_default() {
            let mark = StudyMark {
                subject: subject.clone(),
                document: (*document).to_owned(),
                studied_on: khien_model::day_of(change.now()),
                reference: reference.clone(),
                recorded_by: by.to_owned(),
                recorded_at: change.now(),
            };
            studies::record(change, &mark).await?;
        }
        *done = (*done).max(wanted);
        Ok(())
    }
}

async fn upload(change: &mut Change, by: &str) -> Result<(), DemoProblem> {
    let (document, text) = TEXT;
    let owner = Owner::new(OwnerKind::Document, document);
    let file = NewFile { name: "tom-tat.txt", media_type: "text/plain; charset=utf-8", content: text.as_bytes() };
    let attachment = files::attach(change, &owner, &file, by).await?;
    let kept = DocumentText {
        document: document.to_owned(),
        attachment,
        text: text.to_owned(),
        uploaded_by: by.to_owned(),
        uploaded_at: change.now(),
    };
    Ok(studies::put_text(change, &kept).await?)
}
