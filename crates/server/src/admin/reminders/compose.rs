//! The words of a digest: pure. A letter is short: the most urgent first, so many lines and then a count.

use std::collections::BTreeMap;

use jiff::civil::Date;
use khien_model::{Severity, day_of};
use khien_texts::{Texts, text};

/// How many lines a letter has; the rest is counted.
pub(crate) const MAX_LINES: usize = 30;
/// How many names stand in the line of one control.
const MAX_NAMES: usize = 5;

/// One open failure, as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The clause.
    pub(crate) clause: String,
    /// The id of the control.
    pub(crate) control: String,
    /// What the control is called.
    pub(crate) title: String,
    /// The subject: a device, an account, a person, the unit itself.
    pub(crate) subject: String,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// Since when it is red.
    pub(crate) since: Date,
    /// Until when it must be mended.
    pub(crate) due: Option<jiff::Timestamp>,
    /// The first thing to do.
    pub(crate) step: Option<String>,
}

impl Item {
    fn due_day(&self) -> Option<Date> {
        self.due.map(day_of)
    }

    /// 0 overdue, 1 due within a week, 2 later or without a date.
    fn urgency(&self, today: Date) -> u8 {
        let in_a_week = today.checked_add(jiff::Span::new().days(7)).unwrap_or(today);
        match self.due_day() {
            Some(due) if due < today => 0,
            Some(due) if due <= in_a_week => 1,
            _ => 2,
        }
    }
}

/// A letter without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Composed {
    /// The line in the inbox.
    pub(crate) subject: String,
    /// As plain text.
    pub(crate) text: String,
    /// As HTML.
    pub(crate) html: String,
}

/// What every letter says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'o> {
    /// The organisation; empty when nobody said.
    pub(crate) organisation: &'o str,
    /// To whom.
    pub(crate) name: &'o str,
    /// The address of the server.
    pub(crate) url: &'o str,
    /// The day.
    pub(crate) today: Date,
}

/// The digest of the head of a unit: by control, with how many are overdue.
pub(crate) fn for_head(occasion: Occasion<'_>, unit: &str, items: &[Item], texts: &Texts) -> Composed {
    let overdue = items.iter().filter(|item| item.urgency(occasion.today) == 0).count();
    let soon = items.iter().filter(|item| item.urgency(occasion.today) == 1).count();
    let subject = text!(texts, "digest-head-subject", unit = unit, count = items.len(), overdue = overdue);
    let opening = text!(texts, "digest-head-opening", unit = unit, count = items.len(), overdue = overdue, soon = soon);
    let mut controls: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        controls.entry(&item.control).or_default().push(item);
    }
    let mut groups: Vec<Vec<&Item>> = controls.into_values().collect();
    groups.sort_by_key(|items| {
        let urgency = items.iter().map(|item| item.urgency(occasion.today)).min();
        let worst = items.iter().map(|item| item.severity).min();
        (urgency, worst, usize::MAX - items.len())
    });
    let lines: Vec<String> = groups.iter().map(|items| group_line(items, occasion.today, texts)).collect();
    written(occasion, subject, &opening, &lines, texts)
}

fn group_line(items: &[&Item], today: Date, texts: &Texts) -> String {
    let Some(first) = items.first() else { return String::new() };
    let overdue = items.iter().filter(|item| item.urgency(today) == 0).count();
    let mut names: Vec<&str> = items.iter().map(|item| item.subject.as_str()).take(MAX_NAMES).collect();
    names.dedup();
    let left = items.len().saturating_sub(names.len());
    let mut names = names.join(", ");
    if left > 0 {
        names = text!(texts, "digest-and-more", names = names, count = left);
    }
    text!(
        texts,
        "digest-head-line",
        clause = first.clause.as_str(),
        title = first.title.as_str(),
        count = items.len(),
        overdue = overdue,
        names = names
    )
}

/// The digest of an official: each thing to do, with its first step.
pub(crate) fn for_official(occasion: Occasion<'_>, items: &[Item], texts: &Texts) -> Composed {
    let overdue = items.iter().filter(|item| item.urgency(occasion.today) == 0).count();
    let subject = text!(texts, "digest-own-subject", count = items.len(), overdue = overdue);
    let opening = text!(texts, "digest-own-opening", count = items.len(), overdue = overdue);
    let mut sorted: Vec<&Item> = items.iter().collect();
    sorted.sort_by_key(|item| (item.urgency(occasion.today), item.severity, item.due, &item.clause));
    let lines: Vec<String> = sorted.iter().map(|item| own_line(item, occasion.today, texts)).collect();
    written(occasion, subject, &opening, &lines, texts)
}

fn own_line(item: &Item, today: Date, texts: &Texts) -> String {
    let day = |day: Date| khien_texts::moment::day_shown(day, texts);
    let when = match (item.due_day(), item.urgency(today)) {
        (Some(due), 0) => text!(texts, "digest-overdue-since", day = day(due)),
        (Some(due), _) => text!(texts, "digest-due", day = day(due)),
        (None, _) => text!(texts, "digest-red-since", day = day(item.since)),
    };
    let line = text!(
        texts,
        "digest-own-line",
        clause = item.clause.as_str(),
        title = item.title.as_str(),
        subject = item.subject.as_str(),
        when = when
    );
    match &item.step {
        Some(step) => text!(texts, "digest-first-step", line = line, step = step.as_str()),
        None => line,
    }
}

fn written(occasion: Occasion<'_>, subject: String, opening: &str, lines: &[String], texts: &Texts) -> Composed {
    let greeting = text!(texts, "digest-greeting", name = occasion.name);
    let mut shown: Vec<String> = lines.iter().take(MAX_LINES).cloned().collect();
    if lines.len() > MAX_LINES {
        shown.push(text!(texts, "digest-more-lines", count = lines.len() - MAX_LINES));
    }
    let onward = text!(texts, "digest-onward", url = occasion.url);
    let closing = if occasion.organisation.is_empty() {
        texts.text("digest-closing")
    } else {
        text!(texts, "digest-closing-of", organisation = occasion.organisation)
    };
    let listed: String = shown.iter().map(|line| format!("- {line}\n")).collect();
    let text = format!("{greeting}\n\n{opening}\n\n{listed}\n{onward}\n\n{closing}\n");
    let items: String = shown.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
    let (url, link) = (escaped(occasion.url), escaped(&texts.text("digest-open")));
    let html = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head><body><p>{}</p><p>{}</p>\
         <ul>{items}</ul><p><a href=\"{url}\">{link}</a></p><p>{}</p></body></html>",
        texts.language().tag(),
        escaped(&subject),
        escaped(&greeting),
        escaped(opening),
        escaped(&closing),
    );
    Composed { subject, text, html }
}

/// Text as it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::civil::date;
    use khien_model::start_of_day;
    use khien_texts::Language;

    use super::*;
    use crate::admin::tests::texts;

    const TODAY: Date = date(2026, 11, 23);

    fn item(control: &str, subject: &str, due: Option<Date>) -> Item {
        Item {
            clause: "4.1".into(),
            control: control.into(),
            title: format!("Biện pháp {control}"),
            subject: subject.into(),
            severity: Severity::High,
            since: date(2026, 11, 2),
            due: due.map(start_of_day),
            step: Some("Mở Windows Security & bật <bảo vệ>.".into()),
        }
    }

    fn occasion() -> Occasion<'static> {
        Occasion {
            organisation: "THADS tỉnh Ví Dụ",
            name: "Nguyễn Văn An",
            url: "https://khien.example.vn",
            today: TODAY,
        }
    }

    #[test]
    fn a_head_reads_what_is_red_by_control() {
        let mut items = vec![item("later", "PC-09", Some(date(2027, 1, 1)))];
        items.extend((1..=7).map(|number| item("overdue", &format!("PC-0{number}"), Some(date(2026, 11, 20)))));
        items.push(item("soon", "PC-08", Some(date(2026, 11, 27))));
        let letter = for_head(occasion(), "Văn phòng", &items, &texts(Language::Vi));
        expect![[r#"
            Khiên: Văn phòng còn 9 kết quả không đạt, 7 quá hạn

            Kính gửi Nguyễn Văn An,

            Văn phòng còn 9 kết quả không đạt: 7 đã quá hạn, 1 đến hạn trong 7 ngày tới.

            - Khoản 4.1 – Biện pháp overdue: 7 (quá hạn 7): PC-01, PC-02, PC-03, PC-04, PC-05 và 2 nơi khác
            - Khoản 4.1 – Biện pháp soon: 1 (quá hạn 0): PC-08
            - Khoản 4.1 – Biện pháp later: 1 (quá hạn 0): PC-09

            Xem đầy đủ và cách khắc phục: https://khien.example.vn

            Thư này do Khiên của THADS tỉnh Ví Dụ tự động gửi hằng tuần.
        "#]]
        .assert_eq(&format!("{}\n\n{}", letter.subject, letter.text));
    }

    #[test]
    fn an_official_reads_what_to_do_first() {
        let items = [item("b", "PC-01", None), item("a", "PC-01", Some(date(2026, 11, 20)))];
        let letter = for_official(occasion(), &items, &texts(Language::En));
        expect![[r#"
            Khiên: you have 2 things to do, 1 overdue

            Dear Nguyễn Văn An,

            You have 2 things to do about cyber-security, 1 of them overdue:

            - Clause 4.1 – Biện pháp a (PC-01), overdue since 2026-11-20. First step: Mở Windows Security & bật <bảo vệ>.
            - Clause 4.1 – Biện pháp b (PC-01), failing since 2026-11-02. First step: Mở Windows Security & bật <bảo vệ>.

            All of it, and how to mend it: https://khien.example.vn

            Khiên of THADS tỉnh Ví Dụ sends this letter every week.

            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Khiên: you have 2 things to do, 1 overdue</title></head><body><p>Dear Nguyễn Văn An,</p><p>You have 2 things to do about cyber-security, 1 of them overdue:</p><ul><li>Clause 4.1 – Biện pháp a (PC-01), overdue since 2026-11-20. First step: Mở Windows Security &amp; bật &lt;bảo vệ&gt;.</li><li>Clause 4.1 – Biện pháp b (PC-01), failing since 2026-11-02. First step: Mở Windows Security &amp; bật &lt;bảo vệ&gt;.</li></ul><p><a href="https://khien.example.vn">Open Khiên</a></p><p>Khiên of THADS tỉnh Ví Dụ sends this letter every week.</p></body></html>"#]].assert_eq(&format!("{}\n\n{}\n{}", letter.subject, letter.text, letter.html));
    }

    #[test]
    fn a_letter_has_an_end() {
        let items: Vec<Item> = (0..MAX_LINES + 3).map(|number| item(&format!("c{number}"), "PC", None)).collect();
        let letter = for_official(occasion(), &items, &texts(Language::Vi));
        assert_eq!(letter.text.lines().filter(|line| line.starts_with("- ")).count(), MAX_LINES + 1);
        assert!(letter.text.contains('3'), "{}", letter.text);
    }
}
