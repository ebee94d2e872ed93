//! The digests of a week, sent once each: when the hour has come, to heads about their units, to officials about their own.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_directive::Directive;
use khien_judge::told_steps;
use khien_model::{State, Subject, SubjectKind, day_of};
use khien_store::findings::{self, Interval};
use khien_store::people::{self, Person};
use khien_store::roles::{self, RoleKind};
use khien_store::{Actor, deliveries, facts, holders, settings, subjects};
use khien_texts::{Language, Texts};

use super::compose::{Composed, Item, Occasion, for_head, for_official};
use super::mail::{self, Letter, MailProblem};
use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "digest";
/// How many letters go out in one run; the next one goes on.
const MAX_LETTERS: usize = 100;
/// After how many letters that do not go, one after the other, the run gives up: the mail server is away.
const MAX_FAILURES: usize = 3;

const HEAD: &str = "digest_head";
const OWN: &str = "digest_own";

/// Sends what is due and says what was done.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    if !settings::DIGEST_ON.get(&state.store).await? || !mail::is_configured(&state) {
        return Ok("digests are off".to_owned());
    }
    let weekday = settings::DIGEST_WEEKDAY.get(&state.store).await?;
    let hour = settings::DIGEST_HOUR.get(&state.store).await?;
    let Some(period) = period_due(now, weekday, hour) else { return Ok("not yet time".to_owned()) };
    let context = state.store.judge_context().await?;
    let Some(directive) = context.directive() else { return Ok("no directive is in force".to_owned()) };
    let run = Run { state: &state, now, today: day_of(now), period, directive };
    let (mut sent, mut failed, mut in_a_row, mut last) = (0, 0, 0, String::new());
    for (kind, person) in run.receivers().await? {
        if sent + failed == MAX_LETTERS {
            break;
        }
        match run.deliver(kind, &person).await? {
            Delivered::Sent => (sent, in_a_row) = (sent + 1, 0),
            Delivered::Nothing => {}
            // Nobody reads there, and asking again this week changes nothing.
            Delivered::Refused => in_a_row = 0,
            Delivered::Failed(problem) => {
                last = problem;
                failed += 1;
                in_a_row += 1;
                if in_a_row == MAX_FAILURES {
                    break;
                }
            }
        }
    }
    let done = format!("{sent} digests sent, {failed} failed");
    // A job that failed comes again, later each time.
    if failed > 0 { Err(Trouble::Internal { detail: format!("{done}: {last}") }) } else { Ok(done) }
}

/// The week whose hour has come: `2026-W48`; `None` before it.
pub(crate) fn period_due(now: Timestamp, weekday: i64, hour: i64) -> Option<String> {
    let local = khien_model::DAY_OFFSET.to_datetime(now);
    let (day, of_day) = (i64::from(local.weekday().to_monday_one_offset()), i64::from(local.hour()));
    let has_come = (day, of_day) >= (weekday, hour);
    let week = local.date().iso_week_date();
    has_come.then(|| format!("{}-W{:02}", week.year(), week.week()))
}

enum Delivered {
    Sent,
    Nothing,
    Refused,
    Failed(String),
}

struct Run<'r> {
    state: &'r AppState,
    now: Timestamp,
    today: Date,
    period: String,
    directive: &'r Directive,
}

impl Run<'_> {
    /// Who gets which letter and has not got it for this week.
    async fn receivers(&self) -> Result<Vec<(&'static str, Person)>, Trouble> {
        let store = &self.state.store;
        let heads: Vec<String> = roles::all(store)
            .await?
            .into_iter()
            .filter(|role| role.kind == RoleKind::UnitHead && role.validity().contains(self.today))
            .map(|role| role.person)
            .collect();
        let mut done = BTreeSet::new();
        for kind in [HEAD, OWN] {
            for delivery in deliveries::of_period(store, kind, &self.period).await? {
                if delivery.error.is_none_or(|error| error.starts_with(mail::REFUSED)) {
                    done.insert((kind, delivery.person));
                }
            }
        }
        let mut receivers = Vec::new();
        for person in people::all(store).await?.into_iter().filter(|person| person.email.is_some()) {
            for kind in [HEAD, OWN] {
                let is_wanted = kind == OWN || heads.contains(&person.id);
                if is_wanted && !done.contains(&(kind, person.id.clone())) {
                    receivers.push((kind, person.clone()));
                }
            }
        }
        Ok(receivers)
    }

    async fn deliver(&self, kind: &'static str, person: &Person) -> Result<Delivered, Trouble> {
        let store = &self.state.store;
        let Some(address) = &person.email else { return Ok(Delivered::Nothing) };
        let language = person.language.as_deref().and_then(Language::from_tag).unwrap_or_default();
        let texts = self.state.texts(language);
        let Some(composed) = self.compose(kind, person, texts).await? else { return Ok(Delivered::Nothing) };
        // Claimed before it is sent: two servers at once send it once.
        let mut change = store.begin(Actor::System, self.now).await?;
        if !deliveries::claim(&mut change, kind, &person.id, &self.period).await? {
            return Ok(Delivered::Nothing);
        }
        change.commit().await?;
        let letter = Letter {
            to: address.clone(),
            to_name: person.name.clone(),
            subject: composed.subject,
            text: composed.text,
            html: Some(composed.html),
            id: format!("{kind}.{}.{}", self.period, person.id),
        };
        let outcome = mail::send(&self.state.settings.mail, &letter).await;
        let said = outcome.as_ref().err().map(ToString::to_string);
        let mut change = store.begin(Actor::System, self.now).await?;
        let noted = said.as_deref().map_or(Ok(()), Err);
        deliveries::record(&mut change, kind, &person.id, &self.period, noted).await?;
        change.commit().await?;
        if let Some(problem) = &said {
            tracing::warn!(person = person.id, problem, "a digest was not sent");
        }
        Ok(match outcome {
            Ok(()) => Delivered::Sent,
            Err(MailProblem::Refused(_)) => Delivered::Refused,
            Err(problem) => Delivered::Failed(problem.to_string()),
        })
    }

    /// The letter; `None` when there is nothing to say.
    async fn compose(&self, kind: &str, person: &Person, texts: &Texts) -> Result<Option<Composed>, Trouble> {
        let organisation = settings::ORGANISATION_NAME.get(&self.state.store).await?;
        let occasion = Occasion {
            organisation: &organisation,
            name: &person.name,
            url: &self.state.public_url,
            today: self.today,
        };
        if kind == HEAD {
            let (name, items) = self.of_units(&person.id, texts).await?;
            return Ok((!items.is_empty()).then(|| for_head(occasion, &name, &items, texts)));
        }
        let items = self.own(&person.id, texts).await?;
        Ok((!items.is_empty()).then(|| for_official(occasion, &items, texts)))
    }

    /// The units that somebody is the head of, by name, and what is red in them and below.
    async fn of_units(&self, person: &str, texts: &Texts) -> Result<(String, Vec<Item>), Trouble> {
        let store = &self.state.store;
        let context = store.judge_context().await?;
        let on = context.organisation().tree().on(self.today);
        let (mut names, mut ids) = (Vec::new(), Vec::new());
        for role in roles::of_person_on(store, person, self.today).await? {
            let unit = role.unit.filter(|_| role.kind == RoleKind::UnitHead).and_then(|id| on.tree().find(&id));
            let Some(unit) = unit.filter(|unit| on.contains(*unit)) else { continue };
            names.extend(on.name(unit).map(|name| name.name.clone()));
            ids.extend(on.subtree(unit).iter().map(|below| on.tree().unit(*below).id.clone()));
        }
        if ids.is_empty() {
            return Ok((String::new(), vec![]));
        }
        ids.sort();
        ids.dedup();
        let red = findings::red_list(store, &ids).await?;
        Ok((names.join("; "), red.iter().map(|finding| self.item(finding, texts)).collect()))
    }

    /// What is red about a person and what they answer for.
    async fn own(&self, person: &str, texts: &Texts) -> Result<Vec<Item>, Trouble> {
        let store = &self.state.store;
        let mut about = vec![Subject { kind: SubjectKind::Person, id: person.to_owned() }];
        about.extend(holders::of_person_on(store, person, self.today).await?.into_iter().map(|held| held.subject));
        let mut items = Vec::new();
        for subject in about {
            let Some(record) = subjects::find(store, &subject).await? else { continue };
            if record.retired_at.is_some() {
                continue;
            }
            let document = facts::document(store, &subject).await?;
            for finding in findings::open(store, record.number).await? {
                if finding.state != State::Fail {
                    continue;
                }
                let control = self.directive.control(&finding.control).map(|(_, control)| control);
                let steps = control.zip(document.as_ref()).map(|(control, document)| told_steps(control, document));
                let step = steps.and_then(|steps| steps.get(texts.language().into()).first().cloned());
                items.push(Item { step, ..self.item(&finding, texts) });
            }
        }
        Ok(items)
    }

    fn item(&self, finding: &Interval, texts: &Texts) -> Item {
        let control = self.directive.control(&finding.control).map(|(_, control)| control);
        let title = control.map_or(finding.control.as_str(), |control| texts.pick(&control.title));
        Item {
            clause: finding.clause.clone(),
            control: finding.control.clone(),
            title: title.to_owned(),
            subject: finding.name.clone(),
            severity: finding.severity,
            since: day_of(finding.from),
            due: finding.due,
            step: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_due_from_its_hour_on() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        // 23 November 2026 is a Monday.
        assert_eq!(period_due(at("2026-11-22T23:59:59+07:00"), 1, 7).as_deref(), Some("2026-W47"));
        assert_eq!(period_due(at("2026-11-23T06:59:59+07:00"), 1, 7), None);
        assert_eq!(period_due(at("2026-11-23T07:00:00+07:00"), 1, 7).as_deref(), Some("2026-W48"));
        assert_eq!(period_due(at("2026-11-26T07:00:00+07:00"), 5, 7), None);
        assert_eq!(period_due(at("2026-11-27T08:00:00+07:00"), 5, 7).as_deref(), Some("2026-W48"));
        assert_eq!(period_due(at("2027-01-01T08:00:00+07:00"), 1, 0).as_deref(), Some("2026-W53"));
    }
}
