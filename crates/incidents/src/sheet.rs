//! The fact sheet (phiếu thông tin sự cố): filled in once, read by clocks and letters.

use jiff::{SignedDuration, Timestamp};
use khien_model::{DAY_OFFSET, text, words};
use khien_texts::moment;
use serde::{Deserialize, Serialize};

use crate::acts::Act;

/// The longest line, in letters.
pub const MAX_LINE: usize = 300;
/// The longest text, in letters.
pub const MAX_TEXT: usize = 4_000;
/// How long ago an incident may have been discovered: three years.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(3 * 366 * 24);

words! {
    /// What happened, by its kind.
    pub enum IncidentKind {
        /// Malicious software (mã độc).
        Malware = "malware",
        /// Files are encrypted for money (mã độc tống tiền).
        Ransomware = "ransomware",
        /// A message that deceives (thư lừa đảo).
        Phishing = "phishing",
        /// Somebody else uses an account.
        Account = "account",
        /// Data went where it does not belong.
        DataLeak = "data_leak",
        /// Somebody got into a system or changed a page.
        Intrusion = "intrusion",
        /// A system does not answer.
        Outage = "outage",
        /// A device or a storage medium is lost or stolen.
        LostDevice = "lost_device",
        /// Something else.
        Other = "other",
    }

    /// How bad it is; decides which reports are owed.
    pub enum Severity {
        /// It was no incident.
        FalseAlarm = "false_alarm",
        /// An incident as they happen.
        Ordinary = "ordinary",
        /// A serious one.
        Serious = "serious",
        /// One that touches national security or public order, or stops a system in earnest.
        Grave = "grave",
    }

    /// Yes or no.
    pub enum YesNo {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
    }

    /// How far it is.
    pub enum Progress {
        /// It goes on.
        Ongoing = "ongoing",
        /// It spreads no further.
        Contained = "contained",
        /// It is over, and mended.
        Resolved = "resolved",
    }

    /// One thing that the sheet asks: its word is the name of the field in forms and in the audit log.
    pub enum Part {
        /// What is seen.
        Seen = "seen",
        /// On which machines and systems.
        Systems = "systems",
        /// Since when that is known.
        DiscoveredAt = "discovered_at",
        /// How it was discovered.
        DiscoveredHow = "discovered_how",
        /// When it began.
        StartedAt = "started_at",
        /// What kind of incident it is.
        Kind = "kind",
        /// How bad it is.
        Severity = "severity",
        /// Which units it concerns.
        Units = "units",
        /// Whether personal data is concerned.
        PersonalData = "personal_data",
        /// Which data.
        Data = "data",
        /// How far it reaches.
        Impact = "impact",
        /// Why it happened.
        Cause = "cause",
        /// What was done.
        Done = "done",
        /// What is to be done, and what is asked for.
        Planned = "planned",
        /// How far it is.
        Progress = "progress",
        /// When it was over.
        EndedAt = "ended_at",
        /// Who can be asked.
        Contact = "contact",
    }
}

/// How a part is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One line of at most [`MAX_LINE`] letters.
    Line,
    /// Several lines, of at most [`MAX_TEXT`] letters together.
    Lines,
    /// A moment of the past.
    Moment,
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Part {
    /// How it is filled in.
    pub const fn shape(self) -> Shape {
        match self {
            Self::Seen | Self::Impact | Self::Cause | Self::Done | Self::Planned => Shape::Lines,
            Self::Systems | Self::DiscoveredHow | Self::Units | Self::Data | Self::Contact => Shape::Line,
            Self::DiscoveredAt | Self::StartedAt | Self::EndedAt => Shape::Moment,
            Self::Kind => Shape::Choice(IncidentKind::WORDS),
            Self::Severity => Shape::Choice(Severity::WORDS),
            Self::PersonalData => Shape::Choice(YesNo::WORDS),
            Self::Progress => Shape::Choice(Progress::WORDS),
        }
    }

    /// Whether there is no sheet without it: the three things that whoever sees an incident can tell.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Seen | Self::Systems | Self::DiscoveredAt)
    }
}

/// What is known of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSheet {
    /// What is seen.
    pub seen: String,
    /// On which machines and systems.
    pub systems: String,
    /// Since when that is known: the clocks count from here.
    pub discovered_at: Timestamp,
    /// How it was discovered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered_how: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// What kind of incident it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<IncidentKind>,
    /// How bad it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Which units it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<String>,
    /// Whether personal data is concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_data: Option<YesNo>,
    /// Which data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// How far it reaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Why it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<String>,
    /// What is to be done, and what is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
    /// How far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who can be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// What is wrong with something that was filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It must be there.
    Missing,
    /// It has more letters than this.
    TooLong(usize),
    /// It is no day with a time.
    NoMoment,
    /// It has not come yet.
    Future,
    /// It is none of the words.
    NoSuchWord,
    /// It is later than the discovery.
    AfterDiscovery,
    /// Longer ago than [`MAX_AGE`]: a slip in the year would stop every clock.
    LongAgo,
    /// It is earlier than the discovery.
    BeforeDiscovery,
    /// A report was made before it.
    AfterReport,
}

/// What is wrong with which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// The part.
    pub part: Part,
    /// What is wrong.
    pub wrong: Wrong,
}

impl FactSheet {
    /// A sheet with the three things that whoever sees an incident can tell.
    pub fn first(seen: impl Into<String>, systems: impl Into<String>, discovered_at: Timestamp) -> Self {
        Self {
            seen: seen.into(),
            systems: systems.into(),
            discovered_at,
            discovered_how: None,
            started_at: None,
            kind: None,
            severity: None,
            units: None,
            personal_data: None,
            data: None,
            impact: None,
            cause: None,
            done: None,
            planned: None,
            progress: None,
            ended_at: None,
            contact: None,
        }
    }

    /// Reads a form. `value` gives what was typed for the field of a name; `acts` are the reports that were made.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the form.
    pub fn read<'v>(value: impl Fn(&str) -> &'v str, acts: &[Act], now: Timestamp) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut form = Form { value, mistakes: &mut mistakes, now };
        let seen = form.text(Part::Seen);
        let systems = form.text(Part::Systems);
        let discovered_at = form.moment(Part::DiscoveredAt);
        let sheet = Self {
            discovered_how: form.text(Part::DiscoveredHow),
            started_at: form.moment(Part::StartedAt),
            kind: form.word(Part::Kind),
            severity: form.word(Part::Severity),
            units: form.text(Part::Units),
            personal_data: form.word(Part::PersonalData),
            data: form.text(Part::Data),
            impact: form.text(Part::Impact),
            cause: form.text(Part::Cause),
            done: form.text(Part::Done),
            planned: form.text(Part::Planned),
            progress: form.word(Part::Progress),
            ended_at: form.moment(Part::EndedAt),
            contact: form.text(Part::Contact),
            ..Self::first(seen.unwrap_or_default(), systems.unwrap_or_default(), discovered_at.unwrap_or(now))
        };
        if discovered_at.is_some() {
            mistakes.extend(sheet.disorder(acts, now));
        }
        if mistakes.is_empty() { Ok(sheet) } else { Err(mistakes) }
    }

    /// What is wrong with a sheet that comes from elsewhere than a form.
    pub fn mistakes(&self, acts: &[Act], now: Timestamp) -> Vec<Mistake> {
        let written: Vec<(&str, String)> =
            Part::ALL.iter().map(|part| (part.as_str(), self.written(*part).unwrap_or_default())).collect();
        let value = |name: &str| written.iter().find(|(part, _)| *part == name).map_or("", |(_, value)| value.as_str());
        Self::read(value, acts, now).err().unwrap_or_default()
    }

    /// What comes before that which it follows.
    fn disorder(&self, acts: &[Act], now: Timestamp) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let mut wrong = |part, wrong| mistakes.push(Mistake { part, wrong });
        if now.duration_since(self.discovered_at) > MAX_AGE {
            wrong(Part::DiscoveredAt, Wrong::LongAgo);
        }
        if acts.iter().any(|act| act.is_valid() && minute(act.done_at) < minute(self.discovered_at)) {
            wrong(Part::DiscoveredAt, Wrong::AfterReport);
        }
        if self.started_at.is_some_and(|start| minute(start) > minute(self.discovered_at)) {
            wrong(Part::StartedAt, Wrong::AfterDiscovery);
        }
        if self.ended_at.is_some_and(|end| minute(end) < minute(self.discovered_at)) {
            wrong(Part::EndedAt, Wrong::BeforeDiscovery);
        }
        mistakes
    }

    /// What stands in a part, as a form holds it; `None` when nothing is known.
    pub fn written(&self, part: Part) -> Option<String> {
        match part {
            Part::Seen => Some(self.seen.clone()),
            Part::Systems => Some(self.systems.clone()),
            Part::DiscoveredAt => Some(form_moment(self.discovered_at)),
            Part::DiscoveredHow => self.discovered_how.clone(),
            Part::StartedAt => self.started_at.map(form_moment),
            Part::Kind => self.kind.map(|kind| kind.to_string()),
            Part::Severity => self.severity.map(|severity| severity.to_string()),
            Part::Units => self.units.clone(),
            Part::PersonalData => self.personal_data.map(|answer| answer.to_string()),
            Part::Data => self.data.clone(),
            Part::Impact => self.impact.clone(),
            Part::Cause => self.cause.clone(),
            Part::Done => self.done.clone(),
            Part::Planned => self.planned.clone(),
            Part::Progress => self.progress.map(|progress| progress.to_string()),
            Part::EndedAt => self.ended_at.map(form_moment),
            Part::Contact => self.contact.clone(),
        }
    }

    /// The parts in which two sheets differ, each with what it was and is.
    pub fn changes(&self, other: &Self) -> Vec<(Part, Option<String>, Option<String>)> {
        let pair = |part: &Part| (*part, self.written(*part), other.written(*part));
        Part::ALL.iter().map(pair).filter(|(_, was, is)| was != is).collect()
    }
}

/// The minute in which a moment lies: people name minutes, programs write down seconds.
pub(crate) fn minute(moment: Timestamp) -> Timestamp {
    let seconds = moment.as_second();
    let whole = seconds - seconds.rem_euclid(60);
    Timestamp::from_second(whole).unwrap_or(moment)
}

/// A moment as the field of a form holds it: Vietnamese time, to the minute.
pub fn form_moment(moment: Timestamp) -> String {
    let local = DAY_OFFSET.to_datetime(moment);
    format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// A form that is read field by field.
struct Form<'m, V> {
    value: V,
    mistakes: &'m mut Vec<Mistake>,
    now: Timestamp,
}

impl<'v, V: Fn(&str) -> &'v str> Form<'_, V> {
    fn typed(&mut self, part: Part) -> Option<String> {
        let typed = text::nfc((self.value)(part.as_str()).trim()).into_owned();
        if typed.is_empty() && part.is_required() {
            self.mistakes.push(Mistake { part, wrong: Wrong::Missing });
        }
        (!typed.is_empty()).then_some(typed)
    }

    fn text(&mut self, part: Part) -> Option<String> {
        let most = if part.shape() == Shape::Lines { MAX_TEXT } else { MAX_LINE };
        let typed = self.typed(part)?;
        if let Some(wrong) = too_long(&typed, most) {
            self.mistakes.push(Mistake { part, wrong });
            return None;
        }
        Some(typed)
    }

    fn moment(&mut self, part: Part) -> Option<Timestamp> {
        let typed = self.typed(part)?;
        match past_moment(&typed, self.now) {
            Ok(moment) => Some(moment),
            Err(wrong) => {
                self.mistakes.push(Mistake { part, wrong });
                None
            }
        }
    }

    fn word<T: std::str::FromStr>(&mut self, part: Part) -> Option<T> {
        let typed = self.typed(part)?;
        let word = typed.parse().ok();
        if word.is_none() {
            self.mistakes.push(Mistake { part, wrong: Wrong::NoSuchWord });
        }
        word
    }
}

/// Whether a text has more letters than it may.
pub(crate) fn too_long(text: &str, most: usize) -> Option<Wrong> {
    (text.chars().count() > most).then_some(Wrong::TooLong(most))
}

/// A moment that was typed and has come.
pub(crate) fn past_moment(typed: &str, now: Timestamp) -> Result<Timestamp, Wrong> {
    let moment = moment::parse(typed).ok_or(Wrong::NoMoment)?;
    if moment > now { Err(Wrong::Future) } else { Ok(moment) }
}
