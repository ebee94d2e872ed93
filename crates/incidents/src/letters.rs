//! The letters about an incident, in the form of official letters (Decree 30/2020/NĐ-CP, appendix I). Always in Vietnamese:
//! they go to Vietnamese authorities. What is not known stays a gap that somebody fills in by hand; nothing is made up.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_directive::{Directive, LegalDocument};
use khien_model::{DAY_OFFSET, day_of, words};
use khien_texts::Texts;

use crate::acts::Act;
use crate::clocks::{Step, basis};
use crate::say;
use crate::sheet::{FactSheet, Part, Progress, Shape, YesNo};

words! {
    /// Which letter.
    pub enum LetterKind {
        /// At once, or within a day: what is seen.
        First = "first",
        /// Cause, reach and mending.
        Detailed = "detailed",
        /// When everything is over.
        Closing = "closing",
        /// To the authority for personal data, when such data is concerned.
        PersonalData = "personal_data",
    }

    /// Something about the sender that a letter needs.
    pub enum SenderPart {
        /// The authority above.
        Parent = "parent",
        /// The authority that writes.
        Issuer = "issuer",
        /// Where it sits.
        Place = "place",
        /// To whom it writes.
        Receivers = "receivers",
        /// The post of whoever signs.
        Post = "post",
        /// Who signs.
        Signer = "signer",
    }
}

/// Who writes to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sender {
    /// The authority above.
    pub parent: Option<String>,
    /// The authority that writes.
    pub issuer: Option<String>,
    /// Where it sits.
    pub place: Option<String>,
    /// To whom it writes.
    pub receivers: Vec<String>,
    /// The post of whoever signs.
    pub post: Option<String>,
    /// Who signs.
    pub signer: Option<String>,
}

/// A value that a letter lacks although it must have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Of the fact sheet.
    Sheet(Part),
    /// Of the sender.
    Sender(SenderPart),
}

/// A value of a letter: `None` is a gap to be filled in by hand.
pub type Value = Option<String>;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which one.
    pub kind: LetterKind,
    /// The authority above, in capitals.
    pub parent: Value,
    /// The authority that writes, in capitals.
    pub issuer: Value,
    /// What it is about, after "V/v".
    pub about: &'static str,
    /// Where it is written.
    pub place: Value,
    /// When: "ngày 05 tháng 01 năm 2026".
    pub day: String,
    /// To whom; none is a gap.
    pub receivers: Vec<String>,
    /// The sentence with which it begins; its gap is the name of the authority.
    pub opening: (String, Value, &'static str),
    /// What it says: a name and a value each.
    pub items: Vec<(String, Value)>,
    /// The reports that were made before, for the last letter.
    pub reports: Vec<String>,
    /// Who gets a copy.
    pub copies: [&'static str; 2],
    /// The post of whoever signs, in capitals.
    pub post: Value,
    /// Who signs.
    pub signer: Value,
    /// What must be there and is not.
    pub missing: Vec<Missing>,
}

impl LetterKind {
    /// Whether the letter belongs to such an incident.
    pub fn is_for(self, sheet: &FactSheet) -> bool {
        self != Self::PersonalData || sheet.personal_data == Some(YesNo::Yes)
    }

    const fn about(self) -> &'static str {
        match self {
            Self::First => "báo cáo ban đầu về sự cố an ninh mạng",
            Self::Detailed => "báo cáo chi tiết về sự cố an ninh mạng",
            Self::Closing => "báo cáo kết thúc xử lý sự cố an ninh mạng",
            Self::PersonalData => "thông báo vi phạm quy định về bảo vệ dữ liệu cá nhân",
        }
    }

    /// How the first sentence goes on after the authority that writes.
    const fn verb(self) -> &'static str {
        match self {
            Self::First | Self::Detailed | Self::Closing => " báo cáo như sau:",
            Self::PersonalData => " thông báo như sau:",
        }
    }

    /// The report that the letter makes.
    const fn step(self) -> Step {
        match self {
            Self::First => Step::FirstNotice,
            Self::Detailed | Self::Closing => Step::Detailed,
            Self::PersonalData => Step::PersonalData,
        }
    }

    /// What it says, in order; `true`: it must be there.
    const fn parts(self) -> &'static [(Part, bool)] {
        match self {
            Self::First => &[
                (Part::DiscoveredAt, true),
                (Part::DiscoveredHow, false),
                (Part::StartedAt, false),
                (Part::Systems, true),
                (Part::Units, true),
                (Part::Kind, true),
                (Part::Severity, true),
                (Part::Seen, true),
                (Part::PersonalData, false),
                (Part::Data, false),
                (Part::Done, true),
                (Part::Progress, true),
                (Part::Planned, false),
                (Part::Contact, true),
            ],
            Self::Detailed => &[
                (Part::DiscoveredAt, true),
                (Part::DiscoveredHow, true),
                (Part::StartedAt, false),
                (Part::Systems, true),
                (Part::Units, true),
                (Part::Kind, true),
                (Part::Severity, true),
                (Part::Seen, true),
                (Part::Cause, true),
                (Part::Impact, true),
                (Part::PersonalData, true),
                (Part::Data, false),
                (Part::Done, true),
                (Part::Progress, true),
                (Part::Planned, true),
                (Part::Contact, true),
            ],
            Self::PersonalData => &[
                (Part::DiscoveredAt, true),
                (Part::DiscoveredHow, false),
                (Part::StartedAt, false),
                (Part::Systems, true),
                (Part::Units, true),
                (Part::Kind, true),
                (Part::Seen, true),
                (Part::Data, true),
                (Part::Impact, true),
                (Part::Cause, false),
                (Part::Done, true),
                (Part::Progress, true),
                (Part::Planned, true),
                (Part::Contact, true),
            ],
            Self::Closing => &[
                (Part::DiscoveredAt, true),
                (Part::StartedAt, true),
                (Part::EndedAt, true),
                (Part::Systems, true),
                (Part::Units, true),
                (Part::Kind, true),
                (Part::Severity, true),
                (Part::Seen, true),
                (Part::Cause, true),
                (Part::Impact, true),
                (Part::PersonalData, true),
                (Part::Data, false),
                (Part::Done, true),
                (Part::Progress, true),
                (Part::Planned, false),
                (Part::Contact, true),
            ],
        }
    }
}

/// Writes the letter. `texts` are the Vietnamese ones; `now` is the day on which it is written.
pub fn letter(
    kind: LetterKind,
    sheet: &FactSheet,
    acts: &[Act],
    sender: &Sender,
    directive: Option<&Directive>,
    texts: &Texts,
    now: Timestamp,
) -> Letter {
    let parts = kind.parts();
    let items = parts.iter().map(|(part, _)| (say::part(*part, texts), value(sheet, *part, texts)));
    let reports = match kind {
        LetterKind::Closing => reports(acts, texts),
        LetterKind::First | LetterKind::Detailed | LetterKind::PersonalData => Vec::new(),
    };
    let law = basis(kind.step(), directive, sheet.discovered_at);
    let opening = law.map_or_else(String::new, |law| format!("Căn cứ {}, ", cited(law, texts)));
    Letter {
        kind,
        parent: sender.parent.as_deref().map(capitals),
        issuer: sender.issuer.as_deref().map(capitals),
        about: kind.about(),
        place: sender.place.clone(),
        day: long_day(day_of(now)),
        receivers: receivers(kind, sender, texts),
        opening: (opening, sender.issuer.clone(), kind.verb()),
        items: items.collect(),
        reports,
        copies: ["Như trên", "Lưu: VT"],
        post: sender.post.as_deref().map(capitals),
        signer: sender.signer.clone(),
        missing: missing(parts, kind, sheet, sender),
    }
}

/// To whom a letter goes: the notice about personal data has an addressee of its own.
fn receivers(kind: LetterKind, sender: &Sender, texts: &Texts) -> Vec<String> {
    match kind {
        LetterKind::PersonalData => vec![say::receiver(Step::PersonalData, texts)],
        LetterKind::First | LetterKind::Detailed | LetterKind::Closing => sender.receivers.clone(),
    }
}

fn missing(parts: &[(Part, bool)], kind: LetterKind, sheet: &FactSheet, sender: &Sender) -> Vec<Missing> {
    let lacks = [
        (SenderPart::Parent, sender.parent.is_none()),
        (SenderPart::Issuer, sender.issuer.is_none()),
        (SenderPart::Place, sender.place.is_none()),
        (SenderPart::Receivers, kind != LetterKind::PersonalData && sender.receivers.is_empty()),
        (SenderPart::Post, sender.post.is_none()),
        (SenderPart::Signer, sender.signer.is_none()),
    ];
    let of_sender = lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(part, _)| Missing::Sender(part));
    // The closing report says that it is over: a sheet that says something else is not finished.
    let is_missing = |part: Part| match part {
        Part::Progress if kind == LetterKind::Closing => sheet.progress != Some(Progress::Resolved),
        _ => sheet.written(part).is_none(),
    };
    let of_sheet =
        parts.iter().filter(|(part, must)| *must && is_missing(*part)).map(|(part, _)| Missing::Sheet(*part));
    of_sender.chain(of_sheet).collect()
}

/// What a letter says about a part.
fn value(sheet: &FactSheet, part: Part, texts: &Texts) -> Value {
    match part {
        Part::DiscoveredAt => Some(long_moment(sheet.discovered_at)),
        Part::StartedAt => sheet.started_at.map(long_moment),
        Part::EndedAt => sheet.ended_at.map(long_moment),
        _ => {
            let written = sheet.written(part)?;
            Some(if matches!(part.shape(), Shape::Choice(_)) { say::choice(part, &written, texts) } else { written })
        }
    }
}

fn reports(acts: &[Act], texts: &Texts) -> Vec<String> {
    let mut made: Vec<&Act> = acts.iter().filter(|act| act.is_valid()).collect();
    made.sort_by_key(|act| (act.done_at, act.number));
    let line = |act: &&Act| format!("{}: {} ({})", say::step(act.step, texts), long_moment(act.done_at), act.how);
    made.iter().map(line).collect()
}

/// A document as a letter cites it: "Nghị định số 331/2026/NĐ-CP ngày 19 tháng 8 năm 2026 về …".
fn cited(document: &LegalDocument, texts: &Texts) -> String {
    let (title, number, day) = (texts.pick(&document.title), &document.number, long_day(document.issued));
    let kinds = ["Nghị định ", "Thông tư ", "Luật ", "Quyết định "];
    let named = kinds.into_iter().find_map(|kind| Some((kind, title.strip_prefix(kind)?)));
    named.map_or_else(|| format!("{title} ({number}, {day})"), |(kind, rest)| format!("{kind}số {number} {day} {rest}"))
}

/// "ngày 05 tháng 01 năm 2026": days below 10 and the first two months have two digits.
fn long_day(day: Date) -> String {
    let month = if day.month() < 3 { format!("{:02}", day.month()) } else { day.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", day.day(), day.year())
}

/// "14 giờ 05 phút, ngày 05 tháng 01 năm 2026".
fn long_moment(moment: Timestamp) -> String {
    let local = DAY_OFFSET.to_datetime(moment);
    format!("{:02} giờ {:02} phút, {}", local.hour(), local.minute(), long_day(local.date()))
}

fn capitals(text: &str) -> String {
    text.to_uppercase()
}
