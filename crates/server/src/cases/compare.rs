//! What a list changes for units that have one already: how many cases more or fewer, and whether its export is older. On the
//! page a list that takes much away, or that is older than what is held, counts only once somebody says so; a program and the
//! watched folder, which cannot be asked, are refused an older one.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use jiff::Timestamp;
use khien_model::TreeOnDay;
use khien_store::StoreError;
use khien_store::cases::{self, CaseResult, Upload};
use khien_texts::{Texts, moment, text};
use serde::{Deserialize, Serialize};

use super::check::{self, Outcome};
use super::upload;
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{Block, Cell, Form};
use crate::page::Onward;
use crate::spool;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// One case of so many gone since the list before is noticeable: a tenth of them.
const NOTICEABLE_SHARE: u64 = 10;

/// What is done with a list that is older than what is held, or has noticeably fewer cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhenInDoubt {
    /// Somebody is asked first.
    Ask,
    /// An older one is refused; that one has fewer cases is said.
    RefuseOlder,
    /// Somebody has said that it counts.
    Take,
}

/// A list of a unit beside the one that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Compared {
    /// The unit.
    pub(super) unit: String,
    /// Its cases in this list.
    pub(super) cases: u32,
    /// When this list was exported.
    pub(super) exported_at: Timestamp,
    /// Its cases in the list that is held.
    pub(super) cases_before: u32,
    /// When that was exported.
    pub(super) exported_before: Timestamp,
}

impl Compared {
    /// Whether this list is older than the one that is held. Then it is kept among the earlier ones and changes no figure.
    pub(super) fn is_older(&self) -> bool {
        self.exported_at < self.exported_before
    }

    /// Whether so many cases are gone that somebody should look.
    pub(super) fn is_noticeably_smaller(&self) -> bool {
        let gone = u64::from(self.cases_before.saturating_sub(self.cases));
        gone > 0 && gone * NOTICEABLE_SHARE >= u64::from(self.cases_before)
    }

    fn is_in_doubt(&self) -> bool {
        self.is_older() || self.is_noticeably_smaller()
    }

    /// What changes, in words. `unit` is what the unit is called.
    pub(super) fn said(&self, unit: &str, texts: &Texts) -> String {
        let before = moment::shown(self.exported_before, texts);
        let (key, count) = match self.cases.cmp(&self.cases_before) {
            std::cmp::Ordering::Less => ("case-fewer", self.cases_before - self.cases),
            std::cmp::Ordering::Equal => ("case-as-many", 0),
            std::cmp::Ordering::Greater => ("case-more", self.cases - self.cases_before),
        };
        let said = text!(texts, key, unit = unit, cases = self.cases, count = count, before = before.as_str());
        if !self.is_older() {
            return said;
        }
        let exported = moment::shown(self.exported_at, texts);
        format!("{said} {}", text!(texts, "case-older", moment = exported, before = before))
    }
}

/// The results of a list beside the newest list of each unit that has one.
pub(super) async fn with_newest(state: &AppState, results: &[CaseResult]) -> Result<Vec<Compared>, StoreError> {
    let newest = cases::latest_of_all(&state.store).await?;
    let compared = results.iter().filter_map(|result| {
        let (exported_before, before) = newest.get(&result.unit)?;
        Some(Compared {
            unit: result.unit.clone(),
            cases: result.figures.all.cases,
            exported_at: result.exported_at,
            cases_before: before.all.cases,
            exported_before: *exported_before,
        })
    });
    Ok(compared.collect())
}

/// Whether somebody must be asked before a list counts.
pub(super) fn must_ask(compared: &[Compared], in_doubt: WhenInDoubt) -> bool {
    in_doubt == WhenInDoubt::Ask && compared.iter().any(Compared::is_in_doubt)
}

/// Why a list is refused that is older than what is held: what is wrong and what to do.
pub(super) fn refusal(
    compared: &[Compared],
    in_doubt: WhenInDoubt,
    names: &BTreeMap<String, String>,
    texts: &Texts,
) -> Option<(String, String)> {
    let older = compared.iter().find(|compared| compared.is_older())?;
    if in_doubt != WhenInDoubt::RefuseOlder {
        return None;
    }
    let unit = names.get(&older.unit).unwrap_or(&older.unit);
    let (exported, before) = (moment::shown(older.exported_at, texts), moment::shown(older.exported_before, texts));
    let what = text!(texts, "case-refused-older", unit = unit.as_str(), moment = exported, before = before);
    Some((what, texts.text("case-refused-older-todo")))
}

/// What the page says of the units that had a list before, those first of which somebody should look.
pub(super) fn lines(desk: &Desk<'_>, outcome: &Outcome, on: &TreeOnDay<'_>) -> Vec<Cell> {
    let mut compared: Vec<&Compared> = outcome.compared.iter().collect();
    compared.sort_by_key(|compared| !compared.is_in_doubt());
    compared.iter().map(|it| Cell::Text(it.said(&unit_name(on, &it.unit), desk.texts))).collect()
}

/// What the page asks before a list counts.
pub(super) async fn blocks(desk: &Desk<'_>, upload: &Upload, outcome: &Outcome) -> Result<Vec<Block>, Trouble> {
    let path = spool::path_of(&desk.state.settings.data, &upload.id);
    let discard =
        Form::post(desk.visit, format!("/cases/uploads/{}/discard", upload.id), desk.t("import-discard"), vec![]);
    if !tokio::fs::try_exists(path).await.unwrap_or_default() {
        return Ok(vec![Block::Notice("fail", desk.t("case-file-gone")), Block::Form(discard.dangerous())]);
    }
    let tree = desk.tree().await?;
    let confirm =
        Form::post(desk.visit, format!("/cases/uploads/{}/confirm", upload.id), desk.t("case-confirm"), vec![]);
    Ok(vec![
        Block::Notice("unknown", desk.t("case-confirm-about")),
        Block::List(lines(desk, outcome, &tree.on(desk.today))),
        Block::Form(confirm),
        Block::Form(discard.dangerous()),
    ])
}

/// Somebody says that a list counts although it is older or has fewer cases: it is checked again and kept.
pub(super) async fn confirm(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let upload = upload::found(&desk, &id).await?;
    let taking = upload::taking(&desk).await?;
    let mut change = desk.begin().await?;
    cases::confirm(&mut change, &id).await?;
    change.commit().await?;
    check::begin(&state, upload, taking, WhenInDoubt::Take, visit.actor());
    Ok(Onward::to(format!("/cases/uploads/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_noticeable_and_a_moment_earlier_is_older() {
        let at = |text: &str| text.parse().expect("a moment");
        let list = |cases, exported_at: &str, cases_before| Compared {
            unit: "mot".to_owned(),
            cases,
            exported_at: at(exported_at),
            cases_before,
            exported_before: at("2026-11-20T00:00:00Z"),
        };
        let newer = "2026-11-20T00:00:00Z";
        for (now, before, is_smaller) in [
            (90, 100, true),
            (91, 100, false),
            (0, 1, true),
            (0, 0, false),
            (101, 100, false),
            (18, 20, true),
            (19, 20, false),
        ] {
            assert_eq!(list(now, newer, before).is_noticeably_smaller(), is_smaller, "{before} → {now}");
        }
        let older = list(100, "2026-11-19T23:59:59Z", 100);
        assert!(older.is_older() && !list(100, newer, 100).is_older());
        assert!(must_ask(&[list(100, newer, 100), older.clone()], WhenInDoubt::Ask));
        assert!(
            !must_ask(std::slice::from_ref(&older), WhenInDoubt::RefuseOlder)
                && !must_ask(std::slice::from_ref(&older), WhenInDoubt::Take)
        );
        let [texts, _] = crate::texts::load();
        let refused = |in_doubt| refusal(std::slice::from_ref(&older), in_doubt, &BTreeMap::new(), &texts).is_some();
        assert!(refused(WhenInDoubt::RefuseOlder) && !refused(WhenInDoubt::Ask) && !refused(WhenInDoubt::Take));
    }
}
