//! What a report says, in the reader's language.

use khien_texts::{Language, Texts, text};

use crate::limits::LIMITS;
use crate::{CheckProblem, Remark, RemarkKind, Tally};

/// The Fluent source of these words: a program puts it beside its own.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Vi => include_str!("../i18n/cases.vi.ftl"),
        Language::En => include_str!("../i18n/cases.en.ftl"),
    }
}

/// What a canonical column is called.
pub fn column(id: &str, texts: &Texts) -> String {
    texts.text(&column_key(id))
}

fn column_key(id: &str) -> String {
    format!("cases-column-{}", id.replace('_', "-"))
}

/// What a limit is called.
pub fn limit(id: &str, texts: &Texts) -> String {
    texts.text(&format!("cases-limit-{id}"))
}

/// How many remarks of a kind there are, and in how many cases, where one case has several. Of a list that was counted before
/// cases were, their number is not known.
pub fn count_of(kind: RemarkKind, count: u32, cases: Option<u32>, texts: &Texts) -> String {
    let name = texts.text(&kind_key(kind));
    // The counts of the whole list are of cases: that these are parts of one of them is said.
    let name = if kind.is_inconsistent() { text!(texts, "cases-inconsistent-kind", kind = name) } else { name };
    match cases.filter(|cases| *cases != count) {
        Some(cases) => text!(texts, "cases-remark-places", kind = name, count = count, cases = cases),
        None => text!(texts, "cases-remark-count", kind = name, count = count),
    }
}

/// What to do about a list without cases.
pub fn no_cases_todo(texts: &Texts) -> String {
    texts.text("cases-no-cases-todo")
}

/// How the counts of the whole and those of the rows to correct go together.
pub fn about_counts(texts: &Texts) -> String {
    texts.text("cases-about-counts")
}

fn kind_key(kind: RemarkKind) -> String {
    format!("cases-remark-{}", kind.word().replace('_', "-"))
}

/// What a remark is seen against: a limit, or another column.
pub fn other(remark: &Remark, texts: &Texts) -> Option<String> {
    let other = remark.other.as_deref()?;
    let is_limit = LIMITS.iter().any(|limit| limit.id == other);
    Some(if is_limit { limit(other, texts) } else { column(other, texts) })
}

/// By how many days, or the row with the same number.
pub fn how_far(remark: &Remark, texts: &Texts) -> Option<String> {
    let days = remark.days.map(|days| text!(texts, "cases-days", days = days));
    days.or_else(|| remark.first_row.map(|row| text!(texts, "cases-first-row", row = row)))
}

/// The share of cases in time, or between what it lies while the limits of some are not known.
pub fn share(tally: &Tally, texts: &Texts) -> String {
    let percent = |tenths: u32| text!(texts, "cases-percent", whole = tenths / 10, tenth = tenths % 10);
    match tally.share_bounds() {
        None | Some((0, 1000)) => texts.text("cases-unknown"),
        Some((least, most)) if least == most => percent(least),
        Some((0, most)) => text!(texts, "cases-share-at-most", most = percent(most)),
        Some((least, 1000)) => text!(texts, "cases-share-at-least", least = percent(least)),
        Some((least, most)) => text!(texts, "cases-share-between", least = percent(least), most = percent(most)),
    }
}

/// The median entry lag: as it is where a list says when cases were entered, otherwise what it is at most.
pub fn entry_lag(tally: &Tally, texts: &Texts) -> String {
    if let Some(days) = tally.median_lag_days() {
        return text!(texts, "cases-days", days = days);
    }
    let at_most = tally.median_lag_days_at_most();
    at_most.map_or_else(|| texts.text("cases-unknown"), |days| text!(texts, "cases-days-at-most", days = days))
}

/// Why a list was not checked. What is wrong with its file is said by [`khien_tables::say`].
pub fn problem(problem: &CheckProblem, texts: &Texts) -> String {
    match problem {
        CheckProblem::File(problem) => khien_tables::say::file_problem(problem, texts).what,
        CheckProblem::NoTitles => texts.text("cases-no-titles"),
        CheckProblem::NoCases => texts.text("cases-no-cases"),
        CheckProblem::NoUnitColumn => texts.text("cases-no-unit-column"),
        CheckProblem::MissingColumns { missing, .. } => {
            let names: Vec<String> = missing.iter().map(|id| column(id, texts)).collect();
            text!(texts, "cases-missing-columns", columns = names.join(", "))
        }
        CheckProblem::WrongProfile(entries) => text!(texts, "cases-wrong-profile", entries = entries.join("; ")),
        CheckProblem::NoSuchUnit(_) => texts.text("cases-no-such-unit"),
        CheckProblem::Stopped => texts.text("cases-stopped"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use khien_texts::audit;

    use super::*;
    use crate::columns::Column;

    #[test]
    fn both_languages_have_the_same_texts_and_every_text_is_used() {
        let (vietnamese, english) = (source(Language::Vi), source(Language::En));
        assert_eq!(audit::differences(&[vietnamese], &[english]), [""; 0]);
        assert!(audit::not_composed(&[vietnamese]).is_empty());
        let mut used: BTreeSet<String> = Column::ALL.iter().map(|column| column_key(column.id())).collect();
        used.extend(RemarkKind::ALL.iter().map(|kind| kind_key(*kind)));
        used.extend(LIMITS.iter().map(|limit| format!("cases-limit-{}", limit.id)));
        let texts = audit::texts_of(&[vietnamese]);
        let missing: Vec<&String> = used.iter().filter(|key| !texts.contains_key(*key)).collect();
        assert!(missing.is_empty(), "these texts are missing: {missing:#?}");
        audit::literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
        assert_eq!(audit::unused(&[vietnamese], &used), [""; 0]);
    }
}
