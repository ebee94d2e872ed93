//! The audit log: who did what to which thing, when; and whether anybody laid hands on it.

use axum::extract::{Query, State};
use jiff::Timestamp;
use khien_model::text::fold;
use khien_model::{Subject, SubjectKind, start_of_day};
use khien_store::audit::{self, Chain, Record, Search};
use khien_store::{Actor, subjects};
use khien_texts::{Texts, text};
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Desk, PAGE_ROWS, day_of_form, filled, person_called};
use super::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Page, in_address};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many entries are looked through for an action before a page is shown: the log can be searched by person, thing and
/// time only.
const MAX_LOOKED_AT: usize = 5_000;
/// How many letters of the details are shown.
const DETAIL_LETTERS: usize = 300;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    person: String,
    object: String,
    action: String,
    from: String,
    to: String,
    below: String,
    verify: String,
}

impl Asked {
    fn address(&self) -> String {
        let pairs = [
            ("person", &self.person),
            ("object", &self.object),
            ("action", &self.action),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", in_address(value))).collect();
        format!("/admin/audit?{}", pairs.join("&"))
    }

    fn fields(&self, desk: &Desk<'_>) -> Vec<Field> {
        vec![
            Field::search("person", desk.t("audit-person"), &self.person),
            Field::search("object", desk.t("audit-object"), &self.object).hint(desk.t("audit-object-hint")),
            Field::search("action", desk.t("audit-action"), &self.action).hint(desk.t("audit-action-hint")),
            Field::date("from", desk.t("audit-from"), &self.from),
            Field::date("to", desk.t("audit-to"), &self.to),
        ]
    }
}

/// Shows it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut blocks = vec![Block::Text(desk.t("audit-about"))];
    if asked.verify == "yes" {
        blocks.push(verified(&desk).await?);
    }
    blocks.push(Block::Form(Form::search("/admin/audit", desk.t("admin-filter"), asked.fields(&desk))));
    blocks.push(Block::Actions(vec![Link::new("/admin/audit?verify=yes", desk.t("audit-verify"))]));
    match search(&desk, &asked).await? {
        Some((entries, more)) => {
            let mut rows = Vec::new();
            for entry in &entries {
                rows.push(row(&desk, entry).await?);
            }
            let around =
                more.map(|below| Link::new(format!("{}&below={below}", asked.address()), desk.t("audit-older")));
            blocks.push(Block::Table(Table {
                caption: desk.t("audit-entries"),
                heads: ["audit-number", "audit-when", "audit-who", "audit-action", "audit-what", "audit-detail"]
                    .map(|key| desk.t(key))
                    .into(),
                rows,
                empty: desk.t("audit-none"),
                around: around.into_iter().collect(),
            }));
        }
        None => blocks.push(Block::Notice("fail", desk.t("audit-no-such-person"))),
    }
    desk.page(desk.t("audit-title"), &[], &blocks)
}

async fn verified(desk: &Desk<'_>) -> Result<Block, Trouble> {
    Ok(match audit::verify(&desk.state.store).await? {
        Chain::Whole { entries, last_hash } => {
            Block::Notice("pass", text!(desk.texts, "audit-whole", entries = entries, hash = last_hash))
        }
        Chain::Broken { number, what } => {
            Block::Notice("fail", text!(desk.texts, "audit-broken", number = number, what = what))
        }
    })
}

/// The entries, and the number below which there are more; `None` when nobody is called so.
async fn search(desk: &Desk<'_>, asked: &Asked) -> Result<Option<(Vec<Record>, Option<i64>)>, Trouble> {
    let store = &desk.state.store;
    let actor = match filled(&asked.person) {
        Some(written) => match who(desk, &written).await? {
            Some(actor) => Some(actor),
            None => return Ok(None),
        },
        None => None,
    };
    let start = |text: &str| day_of_form(text).map(start_of_day);
    let end = day_of_form(&asked.to).and_then(|day| day.tomorrow().ok()).map(start_of_day);
    let (kind, id) = match filled(&asked.object) {
        Some(object) => match object.split_once(':') {
            Some((kind, id)) => (Some(kind.trim().to_owned()), filled(id)),
            None => (Some(object), None),
        },
        None => (None, None),
    };
    let mut wanted = Search {
        object_kind: kind,
        object_id: id,
        actor,
        from: start(&asked.from),
        before: end,
        below: asked.below.parse().ok(),
    };
    let action = filled(&asked.action);
    let (mut found, mut looked_at) = (Vec::new(), 0);
    loop {
        let entries = audit::list(store, &wanted, audit::PAGE).await?;
        looked_at += entries.len();
        let Some(last) = entries.last().map(|entry| entry.number) else { return Ok(Some((found, None))) };
        wanted.below = Some(last);
        for entry in entries {
            if action.as_ref().is_none_or(|action| is_action(&entry.action, action, desk.texts)) {
                let number = entry.number;
                found.push(entry);
                if found.len() == PAGE_ROWS {
                    return Ok(Some((found, Some(number))));
                }
            }
        }
        if looked_at >= MAX_LOOKED_AT {
            return Ok(Some((found, Some(last))));
        }
    }
}

/// Whom a text means: a person by name or mailbox, the program itself, or what stands in the log.
async fn who(desk: &Desk<'_>, written: &str) -> Result<Option<Actor>, Trouble> {
    if let Ok(actor) = written.parse::<Actor>() {
        return Ok(Some(actor));
    }
    Ok(person_called(desk, written).await?.map(Actor::Person))
}

async fn row(desk: &Desk<'_>, entry: &Record) -> Result<Vec<Cell>, Trouble> {
    let store = &desk.state.store;
    let who = desk.actor_name(&entry.actor).await?;
    let named = match entry.object_kind.parse::<SubjectKind>() {
        Ok(kind) => {
            let subject = Subject { kind, id: entry.object_id.clone() };
            subjects::find(store, &subject).await?.map(|subject| subject.name)
        }
        Err(_) => None,
    };
    let what = named.unwrap_or_else(|| entry.object_id.clone());
    let kind = said(&kind_key(&entry.object_kind), &entry.object_kind, desk.texts);
    Ok(vec![
        Cell::Text(entry.number.to_string()),
        Cell::Text(when(desk, entry.at)),
        Cell::Text(who),
        Cell::Text(said(&action_key(&entry.action), &entry.action, desk.texts)),
        Cell::Text(format!("{kind} {what}")),
        Cell::Text(detail(&entry.detail, desk.texts)),
    ])
}

fn action_key(action: &str) -> String {
    format!("audit-do-{}", action.replace(['.', '_'], "-"))
}

fn kind_key(kind: &str) -> String {
    match kind.parse::<SubjectKind>() {
        Ok(kind) => format!("subject-kind-{kind}"),
        Err(_) => format!("audit-kind-{}", kind.replace('_', "-")),
    }
}

/// The text of a key; what stands in the log itself when a newer version wrote something that this one has no words for.
fn said(key: &str, written: &str, texts: &Texts) -> String {
    texts.find(key, &[]).unwrap_or_else(|| written.to_owned())
}

/// Whether an action is what somebody looks for: its name begins so, or its words have that in them.
fn is_action(action: &str, wanted: &str, texts: &Texts) -> bool {
    action.starts_with(wanted) || fold(&said(&action_key(action), action, texts)).contains(&fold(wanted))
}

/// The details on one line: `người làm: an; ghi chú: …`. A name that has no words, and nested values, stay as they were
/// written.
fn detail(detail: &Value, texts: &Texts) -> String {
    let called = |name: &str| said(&format!("audit-detail-{}", name.replace('_', "-")), name, texts);
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line = match detail {
        Value::Object(entries) => {
            let filled = entries.iter().filter(|(_, value)| !value.is_null() && value.as_str() != Some(""));
            filled.map(|(name, value)| format!("{}: {}", called(name), shown(value))).collect::<Vec<_>>().join("; ")
        }
        other => shown(other),
    };
    let mut letters = line.chars();
    let short: String = letters.by_ref().take(DETAIL_LETTERS).collect();
    if letters.next().is_some() { format!("{short}…") } else { short }
}

fn when(desk: &Desk<'_>, at: Timestamp) -> String {
    desk.moment(at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn sources_of(folder: &Path, found: &mut String) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                sources_of(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn everything_that_is_recorded_has_words_in_both_languages() {
        let mut code = String::new();
        for folder in ["src", "../store/src"] {
            sources_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut code);
        }
        let (mut actions, mut kinds) = (BTreeSet::new(), BTreeSet::new());
        for call in code.split("change.audit(").skip(1) {
            let mut arguments = call.splitn(3, ',').map(str::trim);
            let mut literal = || arguments.next()?.strip_prefix('"')?.strip_suffix('"').map(str::to_owned);
            actions.extend(literal());
            kinds.extend(literal());
        }
        actions.extend(["login.close", "login.reopen", "delivery.sent", "delivery.failed"].map(str::to_owned));
        assert!(actions.len() > 90 && kinds.len() > 20, "the calls are not found: {actions:?} {kinds:?}");
        let texts = crate::texts::load();
        let keys = actions.iter().map(|action| action_key(action)).chain(kinds.iter().map(|kind| kind_key(kind)));
        let missing: Vec<String> =
            keys.filter(|key| texts.iter().any(|texts| texts.find(key, &[]).is_none())).collect();
        assert!(missing.is_empty(), "the audit log has no words for these: {missing:#?}");
    }

    #[test]
    fn actions_are_found_by_name_and_by_words() {
        let [vietnamese, english] = crate::texts::load();
        assert!(is_action("role.grant", "role.", &vietnamese));
        assert!(is_action("role.grant", "giao vai tro", &vietnamese));
        assert!(is_action("role.grant", "Granted", &english));
        assert!(!is_action("role.end", "giao vai tro", &vietnamese));
        assert_eq!(said(&action_key("of.later"), "of.later", &vietnamese), "of.later");
    }

    #[test]
    fn details_are_one_line() {
        let [vietnamese, english] = crate::texts::load();
        assert_eq!(detail(&json!({}), &vietnamese), "");
        let some = json!({ "file": "An", "note": null, "rows": [1, 2], "x_later": true });
        assert_eq!(detail(&some, &vietnamese), "tệp: An; số dòng: [1,2]; x_later: true");
        assert_eq!(detail(&some, &english), "file: An; rows: [1,2]; x_later: true");
        assert_eq!(detail(&json!({ "x": "ệ".repeat(DETAIL_LETTERS) }), &english).chars().count(), DETAIL_LETTERS + 1);
    }
}
