//! What is known of units, people and accounts: duties, documents, training, case data, passwords.

use jiff::{SignedDuration, Timestamp};
use khien_store::facts::NewFact;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::days::{DAYS, Days, clock};
use crate::lists::CaseStory;

/// Who says what is known of people and units.
const SOURCE: &str = "web";
/// Who says what is known of accounts.
const DIRECTORY: &str = "import:ldap";

/// An area that was observed at `at`.
fn fact(area: &str, value: &Value, source: &str, at: Timestamp) -> NewFact {
    let content = json!({ "value": value, "source": source });
    NewFact { area: area.to_owned(), fact: Some(content.to_string()), observed_at: at }
}

/// How a unit does its duties.
#[expect(clippy::struct_excessive_bools, reason = "each is a duty that is done or not")]
#[derive(Debug, Clone)]
pub(crate) struct UnitDuties {
    plan_approved: bool,
    late_task: bool,
    late_cases: i64,
    delivers_cases: bool,
    online: bool,
    documents: i64,
    /// The difficulty it reported so many days ago, and when it was answered.
    pub(crate) difficulty: Option<(i64, i64)>,
}

impl UnitDuties {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        let reported = chance.between(15, 60);
        Self {
            plan_approved: chance.percent(85),
            late_task: chance.percent(40),
            late_cases: if chance.percent(45) { chance.between(1, 9) } else { 0 },
            delivers_cases: chance.percent(85),
            online: chance.percent(75),
            documents: chance.between(7, 10),
            difficulty: chance.percent(60).then(|| (reported, reported - chance.between(3, 18))),
        }
    }

    /// How many documents the unit has studied by so many days before today, if there are as many.
    pub(crate) fn studied(&self, ago: i64) -> i64 {
        i64::midpoint(self.documents, (DAYS - ago) / 25)
    }

    /// What its lists of cases tell, and its figures on online services.
    pub(crate) fn cases(&self) -> CaseStory {
        let (late, delivers, is_online) = (self.late_cases, self.delivers_cases, self.online);
        CaseStory { late, delivers, is_online, size: self.documents }
    }

    /// Whether its plan of the year was approved.
    pub(crate) const fn has_plan(&self) -> bool {
        self.plan_approved
    }

    /// Whether it does not keep its deadlines.
    pub(crate) const fn is_late(&self) -> bool {
        self.late_task
    }
}

/// How a person does the duties.
#[derive(Debug, Clone)]
pub(crate) struct PersonDuties {
    acknowledges: Option<i64>,
    passes_quiz: Option<i64>,
    trained: Option<i64>,
    reads: bool,
    uploads: i64,
    forgets_receipts: bool,
    studied: i64,
    password_changed: Vec<i64>,
    initial_password: bool,
}

impl PersonDuties {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        let acknowledges = chance.percent(93).then(|| chance.between(20, 84));
        let trained = chance.percent(78).then(|| chance.between(10, 300));
        let mut password_changed = vec![DAYS + chance.between(10, 130)];
        if chance.percent(72) {
            password_changed.push(chance.between(12, 80));
        }
        Self {
            passes_quiz: acknowledges.filter(|_| chance.percent(86)).map(|ago| ago - chance.between(0, 12)),
            acknowledges,
            trained,
            reads: chance.percent(74),
            uploads: if chance.percent(30) { chance.between(1, 25) } else { 0 },
            forgets_receipts: chance.percent(25),
            studied: chance.between(6, 11),
            password_changed,
            initial_password: chance.percent(3),
        }
    }

    /// Whether the person has read the directive so many days before today.
    pub(crate) fn has_read(&self, ago: i64) -> bool {
        self.acknowledges.is_some_and(|when| when >= ago)
    }

    /// Whether the person has passed the quiz by then.
    pub(crate) fn has_passed(&self, ago: i64) -> bool {
        self.has_read(ago) && self.passes_quiz.is_some_and(|when| when >= ago)
    }

    /// How many documents the person has studied by so many days before today, if there are as many.
    pub(crate) fn studied(&self, ago: i64) -> i64 {
        i64::midpoint(self.studied, (DAYS - ago) / 30)
    }

    /// Whether the person reads advisories when they appear.
    pub(crate) const fn follows_advisories(&self) -> bool {
        self.reads
    }

    /// What is known of the person so many days before today.
    pub(crate) fn facts(&self, days: Days, ago: i64, at: Timestamp) -> Vec<NewFact> {
        let since =
            |when: Option<i64>| when.filter(|when| *when >= ago).map(|when| days.at(when, clock(14, 0)).min(at));
        let mut training = json!({ "exercises": [] });
        if let (Some(trained), Some(fields)) = (since(self.trained), training.as_object_mut()) {
            fields.insert("last_completed_at".into(), json!(trained));
        }
        let with_receipt = if self.forgets_receipts && ago > 15 { self.uploads / 2 } else { self.uploads };
        let uploads = json!({ "uploaded": self.uploads, "with_receipt": with_receipt, "infected_uploaded": 0 });
        vec![fact("training", &training, SOURCE, at), fact("own_uploads", &uploads, "gate", at)]
    }

    /// What is known of the person's account so many days before today.
    pub(crate) fn account_facts(&self, days: Days, ago: i64, at: Timestamp, is_administrator: bool) -> Vec<NewFact> {
        let changed = self.password_changed.iter().copied().filter(|when| *when >= ago).min().unwrap_or(DAYS + 100);
        let created = days.at(900, clock(8, 0));
        let changed_at = if self.initial_password { created } else { days.at(changed, clock(8, 20)).min(at) };
        let credential = json!({
            "system": "Hệ thống thư điện tử", "created_at": created, "received_at": created,
            "password_changed_at": changed_at, "evidence": "observed", "initial_password_in_use": self.initial_password,
            "must_change_password": false, "password_never_expires": false, "second_factor": is_administrator,
        });
        let lifecycle = json!({
            "enabled": true, "administrator": is_administrator, "shared": false, "owner_left": false,
            "last_login_at": at.saturating_sub(SignedDuration::from_hours(20)).unwrap_or(at),
        });
        vec![fact("credential", &credential, DIRECTORY, at), fact("lifecycle", &lifecycle, DIRECTORY, at)]
    }
}
