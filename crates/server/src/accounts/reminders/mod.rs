//! Reminders by e-mail before a password is due: 14 days, 7 days and a day before, each sent once.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_directive::Directive;
use khien_expr::Value;
use khien_model::facts::FactDocument;
use khien_model::{Subject, SubjectKind, day_of};
use khien_store::people::{self, Person};
use khien_store::{Actor, deliveries, facts, holders, settings, subjects};
use khien_texts::{Language, Texts, text};

use crate::admin::reminders::mail::{self, Letter};
use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "password_reminders";
/// So many days before a password is due somebody hears of it.
pub(crate) const DAYS_BEFORE: [i32; 3] = [14, 7, 1];
/// How many letters go out in one run; the next one goes on.
const MAX_LETTERS: usize = 100;
/// After how many letters that do not go, one after the other, the run gives up: the mail server is away.
const MAX_FAILURES: usize = 3;

/// A password that is due soon.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Due {
    /// The account.
    account: String,
    /// The last day on which the password stands.
    day: Date,
    /// The reminder whose turn it is.
    before: i32,
}

impl Due {
    /// What is sent once: this reminder for this account and this day.
    fn kind(&self) -> String {
        format!("password_due_{}", self.before)
    }

    fn period(&self) -> String {
        format!("{} {}", self.day, self.account)
    }
}

/// Which reminder is due so many days before: the nearest that is not past. Nothing where none is, or the day is over.
fn reminder(days_left: i32) -> Option<i32> {
    DAYS_BEFORE.into_iter().filter(|before| (0..=*before).contains(&days_left)).min()
}

/// How long passwords stand by the directive: those of administrators, and all others.
#[derive(Debug, Clone, Copy)]
struct Ages {
    everybody: SignedDuration,
    administrators: SignedDuration,
}

impl Ages {
    fn of(directive: &Directive, now: Timestamp) -> Option<Self> {
        let age = |name: &str| {
            let parameter = directive.parameters.iter().find(|parameter| parameter.name == name)?;
            match parameter.at(now)?.value {
                Value::Duration(age) => Some(age),
                _ => None,
            }
        };
        let everybody = age("password_max_age")?;
        let administrators = age("administrator_password_max_age").map_or(everybody, |age| age.min(everybody));
        Some(Self { everybody, administrators })
    }

    /// The last day on which the password of an account stands; nothing for one that is closed or of which nothing is known.
    fn last_day(&self, document: &FactDocument) -> Option<Date> {
        let FactDocument::Account(account) = document else { return None };
        let credential = account.facts.credential.as_ref()?.outcome.as_ref().ok()?;
        let life = account.facts.lifecycle.as_ref().and_then(|fact| fact.outcome.as_ref().ok());
        if life.is_some_and(|life| life.enabled.known() == Some(&false)) {
            return None;
        }
        let administrates = life.is_some_and(|life| life.administrator.known() == Some(&true));
        let age = if administrates { self.administrators } else { self.everybody };
        let changed_at = credential.password_changed_at.known()?;
        changed_at.checked_add(age).ok().map(day_of)
    }
}

/// Sends what is due and says what was done.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    if !settings::PASSWORD_REMINDERS_ON.get(&state.store).await? || !mail::is_configured(&state) {
        return Ok("reminders are off".to_owned());
    }
    let hour = settings::DIGEST_HOUR.get(&state.store).await?;
    if i64::from(khien_model::DAY_OFFSET.to_datetime(now).hour()) < hour {
        return Ok("not yet time".to_owned());
    }
    let context = state.store.judge_context().await?;
    let Some(ages) = context.directive().and_then(|directive| Ages::of(directive, now)) else {
        return Ok("no directive says how long a password stands".to_owned());
    };
    let due = due(&state, ages, now).await?;
    let people: HashMap<String, Person> =
        people::all(&state.store).await?.into_iter().map(|person| (person.id.clone(), person)).collect();
    let (mut sent, mut failed, mut in_a_row, mut last) = (0, 0, 0, String::new());
    for (person, accounts) in due {
        if sent + failed == MAX_LETTERS || in_a_row == MAX_FAILURES {
            break;
        }
        let Some(person) = people.get(&person) else { continue };
        match deliver(&state, person, accounts, now).await? {
            None => {}
            Some(Ok(())) => (sent, in_a_row) = (sent + 1, 0),
            Some(Err(problem)) => (failed, in_a_row, last) = (failed + 1, in_a_row + 1, problem),
        }
    }
    let done = format!("{sent} reminders sent, {failed} failed");
    if failed > 0 { Err(Trouble::Internal { detail: format!("{done}: {last}") }) } else { Ok(done) }
}

/// The passwords that are due soon, by whoever answers for the account.
async fn due(state: &AppState, ages: Ages, now: Timestamp) -> Result<BTreeMap<String, Vec<Due>>, Trouble> {
    let today = day_of(now);
    let held = holders::all_on(&state.store, SubjectKind::Account, today).await?;
    let mut due: BTreeMap<String, Vec<Due>> = BTreeMap::new();
    for record in subjects::of_kind(&state.store, SubjectKind::Account).await? {
        let Some(person) = held.get(&record.subject.id) else { continue };
        let subject = Subject { kind: SubjectKind::Account, id: record.subject.id.clone() };
        let Some(document) = facts::document(&state.store, &subject).await? else { continue };
        let Some(day) = ages.last_day(&document) else { continue };
        let days_left = (day - today).get_days();
        if let Some(before) = reminder(days_left) {
            due.entry(person.clone()).or_default().push(Due { account: subject.id, day, before });
        }
    }
    Ok(due)
}

/// Sends one letter about the accounts whose reminder was not sent yet; nothing when there is none.
async fn deliver(
    state: &AppState,
    person: &Person,
    accounts: Vec<Due>,
    now: Timestamp,
) -> Result<Option<Result<(), String>>, Trouble> {
    let Some(address) = &person.email else { return Ok(None) };
    // Claimed before it is sent: two servers at once send it once.
    let mut change = state.store.begin(Actor::System, now).await?;
    let mut claimed = Vec::new();
    for due in accounts {
        if deliveries::claim(&mut change, &due.kind(), &person.id, &due.period()).await? {
            claimed.push(due);
        }
    }
    let Some(first) = claimed.first() else { return Ok(None) };
    let id = format!("{}.{}.{}", first.kind(), person.id, now.as_millisecond());
    change.commit().await?;
    let language = person.language.as_deref().and_then(Language::from_tag).unwrap_or_default();
    let texts = state.texts(language);
    let organisation = settings::ORGANISATION_NAME.get(&state.store).await?;
    let (subject, text) = words(person, &claimed, &organisation, &state.public_url, day_of(now), texts);
    let letter = Letter { to: address.clone(), to_name: person.name.clone(), subject, text, html: None, id };
    let outcome = mail::send(&state.settings.mail, &letter).await.map_err(|problem| problem.to_string());
    let mut change = state.store.begin(Actor::System, now).await?;
    for due in &claimed {
        let noted = outcome.as_ref().copied().map_err(String::as_str);
        deliveries::record(&mut change, &due.kind(), &person.id, &due.period(), noted).await?;
    }
    change.commit().await?;
    Ok(Some(outcome))
}

/// The line in the inbox and the words of a letter.
fn words(person: &Person, due: &[Due], organisation: &str, url: &str, today: Date, texts: &Texts) -> (String, String) {
    let nearest = due.iter().map(|due| (due.day - today).get_days()).min().unwrap_or_default();
    let subject = text!(texts, "reminder-subject", days = nearest, count = due.len());
    let lines: String = due
        .iter()
        .map(|due| {
            let day = khien_texts::moment::day_shown(due.day, texts);
            let days = (due.day - today).get_days();
            format!("- {}\n", text!(texts, "reminder-line", account = due.account.as_str(), day = day, days = days))
        })
        .collect();
    let greeting = text!(texts, "digest-greeting", name = person.name.as_str());
    let onward = text!(texts, "reminder-onward", url = url);
    let closing = if organisation.is_empty() {
        texts.text("reminder-closing")
    } else {
        text!(texts, "reminder-closing-of", organisation = organisation)
    };
    (subject, format!("{greeting}\n\n{}\n\n{lines}\n{onward}\n\n{closing}\n", texts.text("reminder-opening")))
}

#[cfg(test)]
mod tests;
