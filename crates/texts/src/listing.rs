//! A whole area of facts as lines that a person reads: name and value of everything that is known.

use khien_model::NOT_OBSERVED;
use khien_model::facts::FactSet;
use khien_model::reflect::{Record, RecordShape, Shape, View};

use crate::labels::{field_key, naming_fields, reason_words, shortened};
use crate::{Texts, moment, text};

/// The most lines that one area gives. A machine has thousands of programs.
pub const MAX_LINES: usize = 60;

/// One thing that is known, or the reason why it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// The value, or the reason.
    pub value: String,
}

/// The lines of one area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// In the order of the schema.
    pub lines: Vec<Line>,
    /// How many more there are than [`MAX_LINES`].
    pub left_out: usize,
}

/// What is known in the area called `area`. Nothing when there is no such area or nobody looked.
pub fn lines(facts: &dyn FactSet, area: &str, texts: &Texts) -> Lines {
    let mut lines = Lines::default();
    let Some((index, field)) = facts.shape().field(area) else { return lines };
    let Some(seen) = facts.area(index) else { return lines };
    match seen.view {
        View::Record(record) => collect(record, "", texts, &mut lines),
        other => lines.add(texts.text(&field_key(facts.shape(), field)), plain(other, texts)),
    }
    lines
}

/// What the area called `area` of `facts` is called.
pub fn area_name(facts: &RecordShape, area: &str, texts: &Texts) -> String {
    facts.field(area).map_or_else(|| shortened(area), |(_, field)| texts.text(&field_key(facts, field)))
}

impl Lines {
    fn add(&mut self, name: String, value: String) {
        if self.lines.len() < MAX_LINES {
            self.lines.push(Line { name, value });
        } else {
            self.left_out += 1;
        }
    }
}

fn collect(record: &dyn Record, place: &str, texts: &Texts, lines: &mut Lines) {
    let shape = record.shape();
    for (index, field) in shape.fields.iter().enumerate() {
        let own = texts.text(&field_key(shape, field));
        let name = if place.is_empty() { own } else { format!("{place} › {own}") };
        match record.field(index) {
            // What nobody looked for is no news.
            View::Unknown(gap) if *gap == NOT_OBSERVED => {}
            View::Record(inner) => collect(inner, &name, texts, lines),
            View::List(list) if matches!(field.shape, Shape::List(Shape::Record(_))) && !list.is_empty() => {
                for position in 0..list.len() {
                    let item = list.item(position);
                    let named = naming_fields(item);
                    let place = if named.is_empty() {
                        format!("{name}{}", text!(texts, "item-position", position = position + 1))
                    } else {
                        format!("{name} ({})", named.join(", "))
                    };
                    match item {
                        View::Record(inner) => collect(inner, &place, texts, lines),
                        other => lines.add(place, plain(other, texts)),
                    }
                }
                if let Some(gap) = list.gap() {
                    lines.add(name, reason_words(gap, texts));
                }
            }
            other => lines.add(name, plain(other, texts)),
        }
    }
}

/// A value that has no parts with names of their own.
fn plain(view: View<'_>, texts: &Texts) -> String {
    match view {
        View::Unknown(gap) => reason_words(gap, texts),
        View::Bool(true) => texts.text("value-yes"),
        View::Bool(false) => texts.text("value-no"),
        View::Int(number) => number.to_string(),
        View::Double(number) => number.to_string(),
        View::Text("") => texts.text("value-empty"),
        View::Text(written) => shortened(written),
        View::Timestamp(at) => moment::shown(at, texts),
        View::Duration(length) => moment::length(length, texts),
        View::List(list) => {
            let items: Vec<String> = (0..list.len()).map(|position| plain(list.item(position), texts)).collect();
            let mut shown = if items.is_empty() { texts.text("value-none") } else { shortened(&items.join(", ")) };
            if let Some(gap) = list.gap() {
                shown = text!(texts, "reason-detail", reason = shown, detail = reason_words(gap, texts));
            }
            shown
        }
        View::Record(_) => texts.text("value-yes"),
    }
}

#[cfg(test)]
mod tests {
    use khien_model::facts::FactDocument;
    use serde_json::json;

    use super::*;
    use crate::Language;

    fn said(facts: &serde_json::Value, area: &str) -> Vec<String> {
        let document = json!({"device": {"id": "pc-07", "facts": facts}}).to_string();
        let document = FactDocument::from_json(&document).expect("facts");
        let lines = lines(document.facts(), area, &Texts::new(Language::En, &[])).lines;
        lines.into_iter().map(|line| format!("{}: {}", line.name, line.value)).collect()
    }

    #[test]
    fn an_area_is_said_line_by_line() {
        let facts = json!({
            "shares": {
                "observed_at": "2026-11-22T01:00:00Z", "source": "test",
                "value": {
                    "service_running": true,
                    "smb1_accepted": {"unknown": {"code": "permission_denied", "detail": "/etc/samba"}},
                    "folders": [{"name": "ho-so", "path": "/srv/hồ sơ", "open_to_everyone": false}]
                }
            },
            "guard": {"observed_at": "2026-11-22T01:00:00Z", "source": "test", "error": {"code": "unsupported", "detail": ""}}
        });
        assert_eq!(
            said(&facts, "shares"),
            [
                "shared folder (ho-so, /srv/hồ sơ) › share name: ho-so",
                "shared folder (ho-so, /srv/hồ sơ) › path: /srv/hồ sơ",
                "shared folder (ho-so, /srv/hồ sơ) › anybody can open it: no",
                "sharing service runs: yes",
                "still accepts SMB 1: not enough rights to read it (/etc/samba)",
            ]
        );
        assert_eq!(said(&facts, "guard"), ["Ransomware guard: it cannot be observed on this kind of machine"]);
        assert!(said(&facts, "os").is_empty() && said(&facts, "nonsense").is_empty());
    }
}
