//! Charts as drawings made here, with the same in words beside them: a line of shares over time, and bars of states.
//!
//! The policy of our pages forbids style attributes, so every place is an attribute of the drawing and every colour a class.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_judge::Counts;
use khien_model::{State, day_of, start_of_day};
use khien_texts::{Texts, moment, text};

use super::numbers::{share, share_words};

/// The size of the line chart, in its own units.
const SPARK_WIDTH: u32 = 520;
const SPARK_HEIGHT: u32 = 110;
/// Room for the words at the sides.
const SPARK_LEFT: u32 = 44;
const SPARK_RIGHT: u32 = 50;
const SPARK_TOP: u32 = 10;
const SPARK_FOOT: u32 = 22;

/// How the share of what passes went over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spark {
    /// The line.
    pub(crate) line: String,
    /// The area under it.
    pub(crate) area: String,
    /// Where it ends.
    pub(crate) end: (u32, u32),
    /// The share at its end.
    pub(crate) last: String,
    /// The first and the last day, for the foot.
    pub(crate) days: (String, String),
    /// The whole in a sentence.
    pub(crate) said: String,
    /// Whether it rose (`up`), fell (`down`) or stayed (`soft`).
    pub(crate) class: &'static str,
}

/// The line through `points`, of which there must be two; from `from` to `to`.
pub(crate) fn spark(points: &[(Date, Counts)], from: Date, to: Date, texts: &Texts) -> Option<Spark> {
    let shares: Vec<(Date, u64)> = points.iter().filter_map(|(day, counts)| Some((*day, share(counts)?))).collect();
    course_of_shares(&shares, from, to, ["trend-up", "trend-down", "trend-same"], texts)
}

/// The line through shares of a hundred, of which there must be two. `words` are the keys of the sentences that say that it
/// rose, fell or stayed.
pub(crate) fn course_of_shares(
    shares: &[(Date, u64)],
    from: Date,
    to: Date,
    words: [&str; 3],
    texts: &Texts,
) -> Option<Spark> {
    let ((first_day, first), (last_day, last)) = (*shares.first()?, *shares.last()?);
    if first_day == last_day {
        return None;
    }
    let span = u64::try_from((to - from).get_days()).ok().filter(|days| *days > 0)?;
    let width = u64::from(SPARK_WIDTH - SPARK_LEFT - SPARK_RIGHT);
    let height = u64::from(SPARK_HEIGHT - SPARK_TOP - SPARK_FOOT);
    let place = |day: Date, share: u64| {
        let passed = u64::try_from((day - from).get_days()).unwrap_or_default();
        let x = u64::from(SPARK_LEFT) + width * passed.min(span) / span;
        let y = u64::from(SPARK_TOP) + height - height * share / 100;
        (u32::try_from(x).unwrap_or_default(), u32::try_from(y).unwrap_or_default())
    };
    let mut line = String::new();
    for (index, (day, share)) in shares.iter().enumerate() {
        let (x, y) = place(*day, *share);
        line.push_str(&format!("{}{x} {y}", if index == 0 { "M" } else { " L" }));
    }
    let foot = SPARK_HEIGHT - SPARK_FOOT;
    let (start, end) = (place(first_day, first), place(last_day, last));
    let days = (moment::day_shown(first_day, texts), moment::day_shown(last_day, texts));
    let (key, class) = match last.cmp(&first) {
        std::cmp::Ordering::Greater => (words[0], "up"),
        std::cmp::Ordering::Less => (words[1], "down"),
        std::cmp::Ordering::Equal => (words[2], "soft"),
    };
    let said = text!(
        texts,
        key,
        from = days.0.as_str(),
        to = days.1.as_str(),
        first = format!("{first}%"),
        last = format!("{last}%"),
    );
    let area = format!("{line} L{} {foot} L{} {foot} Z", end.0, start.0);
    Some(Spark { area, line, end, last: format!("{last}%"), days, said, class })
}

/// The size of the bars, in their own units.
pub(crate) const COURSE_WIDTH: u32 = 880;
const COURSE_LEFT: u32 = 300;
const COURSE_RIGHT: u32 = 12;
const COURSE_TOP: u32 = 24;
const ROW_HEIGHT: u32 = 26;
const BAR_HEIGHT: u32 = 14;
/// The longest name that fits beside the bars, in letters.
const NAME_LETTERS: usize = 42;
/// How many days there are between two marks.
const DAYS_PER_MARK: i64 = 15;

/// The states of one subject over time: one row for each control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Course {
    /// The height of the whole.
    pub(crate) height: u32,
    /// The marks of days: place and day.
    pub(crate) marks: Vec<(u32, String)>,
    /// The rows.
    pub(crate) rows: Vec<CourseRow>,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CourseRow {
    /// Its title, cut to the room there is.
    pub(crate) name: String,
    /// Where the words stand.
    pub(crate) baseline: u32,
    /// The states, oldest first.
    pub(crate) bars: Vec<Bar>,
}

/// One state during some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    /// `bar-fail` …
    pub(crate) class: String,
    /// Its left end.
    pub(crate) x: u32,
    /// Its top.
    pub(crate) y: u32,
    /// Its width, at least one.
    pub(crate) width: u32,
    /// Its height.
    pub(crate) height: u32,
    /// The state and when, in words.
    pub(crate) said: String,
}

/// One row as it is handed in: title, then state, beginning and end.
pub(crate) type States<'a> = (&'a str, Vec<(State, Timestamp, Option<Timestamp>)>);

/// The bars of `rows` from `from` to `now`.
pub(crate) fn course(rows: &[States<'_>], from: Timestamp, now: Timestamp, texts: &Texts) -> Course {
    let span = now.duration_since(from).as_secs().max(1);
    let width = i64::from(COURSE_WIDTH - COURSE_LEFT - COURSE_RIGHT);
    let place = |at: Timestamp| {
        let passed = at.duration_since(from).as_secs().clamp(0, span);
        COURSE_LEFT + u32::try_from(width * passed / span).unwrap_or_default()
    };
    let mut drawn = Vec::new();
    let mut top = COURSE_TOP;
    for (title, states) in rows {
        let bars = states.iter().map(|(state, begun, ended)| {
            let end = ended.unwrap_or(now);
            let (x, right) = (place(*begun), place(end));
            let words = texts.text(&format!("state-{state}"));
            let said = match ended {
                Some(ended) => text!(
                    texts,
                    "course-then",
                    state = words,
                    from = moment::shown(*begun, texts),
                    to = moment::shown(*ended, texts)
                ),
                None => text!(texts, "course-still", state = words, from = moment::shown(*begun, texts)),
            };
            Bar {
                class: format!("bar-{state}"),
                x,
                y: top + (ROW_HEIGHT - BAR_HEIGHT) / 2,
                width: right.saturating_sub(x).max(1),
                height: BAR_HEIGHT,
                said,
            }
        });
        drawn.push(CourseRow { name: cut(title), baseline: top + ROW_HEIGHT - 9, bars: bars.collect() });
        top += ROW_HEIGHT;
    }
    Course { height: top + 6, marks: marks(from, now, place, texts), rows: drawn }
}

fn marks(from: Timestamp, now: Timestamp, place: impl Fn(Timestamp) -> u32, texts: &Texts) -> Vec<(u32, String)> {
    let mut marks = Vec::new();
    let mut day = start_of_day(day_of(from).tomorrow().unwrap_or(day_of(from)));
    while day < now {
        let shown = moment::day_shown(day_of(day), texts);
        // Day and month say enough within a few months.
        let short: String = match texts.language() {
            khien_texts::Language::Vi => shown.chars().take(5).collect(),
            khien_texts::Language::En => shown.chars().skip(5).collect(),
        };
        marks.push((place(day), short));
        day = day.checked_add(SignedDuration::from_hours(24 * DAYS_PER_MARK)).unwrap_or(Timestamp::MAX);
    }
    marks
}

fn cut(title: &str) -> String {
    let mut letters = title.chars();
    let mut short: String = letters.by_ref().take(NAME_LETTERS).collect();
    if letters.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

/// The class of a cell by the share of what passes: five steps, and one for what nobody can tell.
pub(crate) fn share_class(counts: &Counts) -> &'static str {
    if counts.total() == 0 {
        return "nothing";
    }
    // With not one state known there is no share to show.
    if counts.unknown == counts.total() {
        return "unseen";
    }
    match share(counts).unwrap_or_default() {
        0..25 => "share-0",
        25..50 => "share-1",
        50..75 => "share-2",
        75..100 => "share-3",
        _ => "share-4",
    }
}

/// The share in a cell: a question mark where nobody can tell.
pub(crate) fn share_shown(counts: &Counts) -> String {
    if counts.total() > 0 && counts.unknown == counts.total() { "?".to_owned() } else { share_words(counts) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use khien_texts::Language;

    use super::*;

    fn texts() -> Texts {
        Texts::new(Language::En, crate::texts::sources(Language::En))
    }

    fn counts(pass: u64, fail: u64, unknown: u64) -> Counts {
        Counts { pass, fail, unknown, exempt: 0 }
    }

    #[test]
    fn a_line_goes_from_the_first_day_to_the_last() {
        let (from, to) = (date(2026, 8, 25), date(2026, 11, 23));
        let points = [(from, counts(1, 1, 0)), (to, counts(3, 1, 0))];
        let spark = spark(&points, from, to, &texts()).expect("a line");
        assert_eq!(spark.line, "M44 49 L470 30");
        assert_eq!(spark.area, "M44 49 L470 30 L470 88 L44 88 Z");
        assert_eq!(spark.said, "From 2026-08-25 to 2026-11-23 the share of what passes rose from 50% to 75%.");
    }

    #[test]
    fn one_day_makes_no_line() {
        let day = date(2026, 11, 22);
        assert_eq!(spark(&[(day, counts(1, 0, 0))], date(2026, 8, 25), day, &texts()), None);
        assert_eq!(spark(&[], day, day, &texts()), None);
    }

    #[test]
    fn what_nobody_can_tell_is_not_shown_as_a_share() {
        assert_eq!((share_class(&counts(0, 0, 4)), share_shown(&counts(0, 0, 4)).as_str()), ("unseen", "?"));
        assert_eq!((share_class(&counts(0, 0, 0)), share_shown(&counts(0, 0, 0)).as_str()), ("nothing", "–"));
        assert_eq!((share_class(&counts(9, 1, 0)), share_shown(&counts(9, 1, 0)).as_str()), ("share-3", "90%"));
        assert_eq!(share_class(&counts(10, 0, 0)), "share-4");
        assert_eq!(share_class(&counts(0, 9, 1)), "share-0");
    }

    #[test]
    fn bars_stay_within_the_drawing() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a moment") };
        let (from, now) = (at("2026-08-25T00:00:00Z"), at("2026-11-23T00:00:00Z"));
        let states = vec![
            (State::Fail, at("2026-01-01T00:00:00Z"), Some(at("2026-10-01T00:00:00Z"))),
            (State::Pass, at("2026-10-01T00:00:00Z"), None),
        ];
        let course = course(&[("Antivirus runs", states)], from, now, &texts());
        let bars = &course.rows[0].bars;
        assert_eq!((bars[0].x, bars[0].class.as_str()), (COURSE_LEFT, "bar-fail"));
        assert_eq!(bars[1].x + bars[1].width, COURSE_WIDTH - COURSE_RIGHT);
        assert_eq!(bars[0].x + bars[0].width, bars[1].x);
        assert_eq!(course.marks.len(), 6);
        assert_eq!(course.marks[0].1, "08-26");
    }
}
