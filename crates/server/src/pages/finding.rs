//! One finding as a reader needs it: what, why, since when, until when, and what to do.

use jiff::Timestamp;
use khien_directive::Directive;
use khien_judge::told_steps;
use khien_model::facts::FactDocument;
use khien_model::{Evidence, State, Subject, SubjectKind, day_of};
use khien_store::pages::findings::FindingRow;
use khien_texts::basis::basis_of;
use khien_texts::labels::{Label, evidence_words, gap_key, shortened};
use khien_texts::{Texts, moment, text};

use super::known::Known;
use crate::page::in_address;
use crate::rights::{Action, Place, Resource, may};
use crate::visit::Visit;

/// How many deciding facts and offenders a page shows for one finding.
const MAX_SHOWN: usize = 10;

/// One finding.
pub(crate) struct FindingView {
    pub(crate) control: String,
    pub(crate) control_href: String,
    pub(crate) title: String,
    pub(crate) clause: String,
    pub(crate) clause_title: String,
    pub(crate) state: String,
    pub(crate) class: &'static str,
    pub(crate) severity: String,
    pub(crate) severity_class: &'static str,
    pub(crate) since: String,
    pub(crate) due: Option<String>,
    pub(crate) is_overdue: bool,
    pub(crate) why: Vec<Because>,
    pub(crate) why_more: Option<String>,
    pub(crate) offenders: Vec<String>,
    pub(crate) offenders_more: Option<String>,
    pub(crate) steps_name: String,
    pub(crate) steps: Vec<String>,
    pub(crate) basis: Vec<String>,
    pub(crate) exemption: Option<String>,
    /// Where an exemption from it is asked for, by whoever may.
    pub(crate) ask_exemption: Option<String>,
}

/// One value that decided.
pub(crate) struct Because {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The people whose names stand on a list of findings.
pub(crate) fn named(rows: &[FindingRow]) -> impl Iterator<Item = &str> {
    rows.iter().filter_map(|row| match row.kind {
        SubjectKind::Person => Some(row.name.as_str()),
        _ => row.holder.as_deref(),
    })
}

/// What a control is called; its id when the directive in force does not have it.
pub(crate) fn control_title(directive: &Directive, id: &str, texts: &Texts) -> String {
    directive.control(id).map_or_else(|| id.to_owned(), |(_, control)| texts.pick(&control.title).to_owned())
}

/// The address of a control's page.
pub(crate) fn control_href(id: &str) -> String {
    format!("/controls/{}", in_address(id))
}

/// Until when something must be mended, for a reader, and whether that has passed.
pub(crate) fn due_words(due: Option<Timestamp>, now: Timestamp, texts: &Texts) -> (Option<String>, bool) {
    let Some(due) = due else { return (None, false) };
    let is_overdue = due <= now;
    // A limit in working days ends with the day: the moment is the first one of the day after.
    let last = due.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(due);
    let day = moment::day_shown(day_of(last), texts);
    let key = if is_overdue { "due-overdue" } else { "due-by" };
    (Some(text!(texts, key, day = day)), is_overdue)
}

/// Since when, for a reader: the day and how many days that is.
pub(crate) fn since_words(since: Timestamp, now: Timestamp, texts: &Texts) -> String {
    let days = (day_of(now) - day_of(since)).get_days();
    let day = moment::day_shown(day_of(since), texts);
    text!(texts, "since", day = day, days = days)
}

impl FindingView {
    /// The finding `row` about the subject with the facts `document`.
    pub(crate) fn new(
        row: &FindingRow,
        directive: &Directive,
        document: &FactDocument,
        now: Timestamp,
        texts: &Texts,
    ) -> Self {
        let known = directive.control(&row.control);
        let (due, is_overdue) = if row.state == State::Fail { due_words(row.due, now, texts) } else { (None, false) };
        let (why, why_more) = why(row, directive, document, texts);
        let (steps_name, steps) = match (row.state, known) {
            (State::Fail, Some((_, control))) => {
                ("finding-fix", told_steps(control, document).get(texts.language().into()).to_vec())
            }
            (State::Unknown, _) => ("finding-todo", to_find_out(row, texts)),
            _ => ("finding-fix", Vec::new()),
        };
        let (offenders, offenders_more) = offenders(row, texts);
        Self {
            control: row.control.clone(),
            control_href: control_href(&row.control),
            title: control_title(directive, &row.control, texts),
            clause: text!(texts, "clause", id = row.clause.as_str()),
            clause_title: known.map(|(clause, _)| texts.pick(&clause.title).to_owned()).unwrap_or_default(),
            state: texts.text(&format!("state-{}", row.state)),
            class: row.state.as_str(),
            severity: text!(texts, "finding-severity", severity = texts.text(&format!("severity-{}", row.severity))),
            severity_class: row.severity.as_str(),
            since: since_words(row.since, now, texts),
            due,
            is_overdue,
            why,
            why_more,
            offenders,
            offenders_more,
            steps_name: texts.text(steps_name),
            steps,
            basis: known
                .map(|(clause, _)| basis_of(directive, clause).iter().map(|basis| basis.in_full(texts)).collect())
                .unwrap_or_default(),
            exemption: exemption(row, texts),
            ask_exemption: None,
        }
    }

    /// The same with a link to the form for an exemption, when it falls short and the visitor may ask for one in the unit of
    /// the subject.
    #[must_use]
    pub(crate) fn with_way_out(mut self, subject: &Subject, visit: &Visit, known: &Known) -> Self {
        let today = day_of(visit.now);
        let unit = match subject.kind {
            SubjectKind::Unit => known.organisation().tree().find(&subject.id),
            _ => known.organisation().unit_of(subject, today),
        };
        let place = Place { unit, ..Place::default() };
        let is_short = self.class == State::Fail.as_str() || self.class == State::Unknown.as_str();
        if is_short && may(&visit.rights, Action::Ask, Resource::Exemption, &place, &known.tree(today)).is_ok() {
            let written = format!("{}:{}", subject.kind, subject.id);
            let (subject, control) = (in_address(&written), in_address(&format!("control:{}", self.control)));
            self.ask_exemption = Some(format!("/exemptions/new?subject={subject}&lifts={control}"));
        }
        self
    }
}

fn why(
    row: &FindingRow,
    directive: &Directive,
    document: &FactDocument,
    texts: &Texts,
) -> (Vec<Because>, Option<String>) {
    let all = &row.detail.because;
    let shown = all.iter().take(MAX_SHOWN).map(|because| {
        let label = Label::of(&because.path, document.facts(), directive);
        Because { name: label.words(&because.path, texts), value: evidence_words(&because.evidence, &label, texts) }
    });
    let more = all.len().saturating_sub(MAX_SHOWN);
    (shown.collect(), (more > 0).then(|| text!(texts, "because-more", count = more)))
}

fn offenders(row: &FindingRow, texts: &Texts) -> (Vec<String>, Option<String>) {
    // What has no name cannot be listed; the values above say why it offends.
    let all: Vec<&String> = row.detail.offenders.iter().filter(|name| !name.trim().is_empty()).collect();
    let more = all.len().saturating_sub(MAX_SHOWN) + row.detail.offenders_left_out;
    let shown = all.iter().take(MAX_SHOWN).map(|name| shortened(name)).collect();
    (shown, (more > 0).then(|| text!(texts, "offenders-more", count = more)))
}

/// What to do so that an unknown becomes known: one sentence for each kind of reason.
fn to_find_out(row: &FindingRow, texts: &Texts) -> Vec<String> {
    let mut sentences = Vec::new();
    for because in &row.detail.because {
        let Evidence::Reason(gap) = &because.evidence else { continue };
        let sentence = texts.text(&format!("{}-todo", gap_key(gap)));
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

pub(crate) fn exemption(row: &FindingRow, texts: &Texts) -> Option<String> {
    let exemption = row.detail.exemption.as_ref()?;
    // The reader is told the last day on which it counts, not the first on which it no longer does.
    let last_day = exemption.until.yesterday().unwrap_or(exemption.until);
    Some(text!(
        texts,
        "finding-exemption-value",
        reason = shortened(&exemption.reason),
        by = shortened(&exemption.approved_by),
        until = moment::day_shown(last_day, texts),
        state = texts.text(&format!("state-{}", exemption.without)),
    ))
}
