//! Tìm kiếm: units, people, devices and controls by a part of their name, whatever marks it is typed with.

use askama::Template;
use axum::extract::{Query, State};
use khien_model::text::fold;
use khien_model::{Subject, SubjectKind, day_of};
use khien_store::search::{self, Hit, Hits, MAX_LETTERS};
use khien_texts::{Texts, text};
use serde::Deserialize;

use super::finding::control_href;
use super::known::Known;
use super::subject::subject_href;
use crate::access;
use crate::page::{Crumb, Frame, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct View<'a> {
    frame: Frame<'a>,
    q: String,
    conclusion: String,
    groups: Vec<Group>,
}

/// The hits of one kind.
struct Group {
    title: String,
    hits: Vec<Found>,
    is_cut: bool,
}

/// One hit.
struct Found {
    name: String,
    href: String,
    detail: String,
    /// The id of the person whose name it is.
    person: Option<String>,
}

/// Shows what was found.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let q: String = asked.q.trim().chars().take(MAX_LETTERS).collect();
    let known = Known::load(&state).await?;
    let texts = state.texts(visit.language);
    let mut groups = Vec::new();
    if !q.is_empty() {
        let units = search::units(&state.store, &q).await?;
        let people = search::people(&state.store, &q).await?;
        let subjects = search::subjects(&state.store, &q).await?;
        groups.push(group("search-units", &units, Resource::Unit, &known, &visit, texts));
        groups.push(group("search-people", &people, Resource::Person, &known, &visit, texts));
        groups.push(group("search-subjects", &subjects, Resource::Subject, &known, &visit, texts));
        groups.push(controls(&q, &known, texts));
        groups.retain(|group| !group.hits.is_empty());
    }
    let named = groups.iter().flat_map(|group| &group.hits).filter_map(|hit| hit.person.as_deref());
    let list = access::NamedList { resource: Resource::Person, unit: "", words: &q };
    access::listed(&state, &visit, list, named).await?;
    let found: usize = groups.iter().map(|group| group.hits.len()).sum();
    let conclusion = match (q.is_empty(), found) {
        (true, _) => texts.text("search-how"),
        (false, 0) => text!(texts, "search-nothing", q = q.as_str()),
        (false, found) => text!(texts, "search-found", q = q.as_str(), count = found),
    };
    let frame = Frame::new(&state, &visit, texts.text("search-title"));
    let frame = frame.below(vec![Crumb::new(texts.text("places-overview"), "/")]);
    Page::new(&View { frame, q, conclusion, groups })
}

/// The hits that the reader may see: those of the units they reach, and themselves.
fn group(key: &str, hits: &Hits, resource: Resource, known: &Known, visit: &Visit, texts: &Texts) -> Group {
    let today = day_of(visit.now);
    let reached = known.reached(&visit.rights, Action::View, resource, today);
    let organisation = known.organisation();
    let unit_of = |subject: &Subject| match subject.kind {
        SubjectKind::Unit => organisation.tree().find(&subject.id),
        _ => organisation.unit_of(subject, today),
    };
    let is_seen = |hit: &Hit| {
        let is_self = hit.subject.kind == SubjectKind::Person && hit.subject.id == visit.rights.person();
        is_self || reached.reach.contains(unit_of(&hit.subject))
    };
    let shown = hits.list.iter().filter(|hit| is_seen(hit)).map(|hit| {
        let unit = unit_of(&hit.subject).filter(|_| hit.subject.kind != SubjectKind::Unit);
        let unit = unit.map(|unit| known.unit_name(&organisation.tree().unit(unit).id, today));
        let kind =
            matches!(resource, Resource::Subject).then(|| texts.text(&format!("subject-kind-{}", hit.subject.kind)));
        let detail: Vec<String> = [kind, hit.detail.clone(), unit].into_iter().flatten().collect();
        Found {
            name: hit.name.clone(),
            href: subject_href(hit.subject.kind, &hit.subject.id),
            detail: detail.join(" · "),
            person: (hit.subject.kind == SubjectKind::Person).then(|| hit.subject.id.clone()),
        }
    });
    Group { title: texts.text(key), hits: shown.collect(), is_cut: hits.is_cut }
}

/// The controls with the words of `q` in their title or id.
fn controls(q: &str, known: &Known, texts: &Texts) -> Group {
    let folded = fold(q);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let found = known.directive().controls().filter(|(clause, control)| {
        let (titles, other) = (texts.pick(&control.title), texts.pick(&clause.title));
        let whole = fold(&format!("{titles} {other} {} {}", control.id, clause.id));
        words.iter().all(|word| whole.contains(word))
    });
    let hits = found.map(|(clause, control)| Found {
        name: texts.pick(&control.title).to_owned(),
        href: control_href(&control.id),
        detail: text!(texts, "clause", id = clause.id.as_str()),
        person: None,
    });
    Group { title: texts.text("search-controls"), hits: hits.collect(), is_cut: false }
}
