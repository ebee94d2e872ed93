//! Tổng quan: every unit, every clause, one page.

pub(crate) mod heat;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use jiff::ToSpan as _;
use jiff::civil::Date;
use khien_directive::Directive;
use khien_judge::Counts;
use khien_model::{State as Outcome, UnitIndex, day_of};
use khien_store::pages::overview as tallies;
use khien_store::settings;
use khien_texts::{Texts, moment, text};
use serde::Deserialize;

use self::heat::{HeatMap, Links, MAX_UNFOLDED, Sums};
use super::chart::{Spark, spark};
use super::known::{Known, Reached};
use super::numbers::{count, share_words};
use crate::page::{Frame, Onward, Page, in_address};
use crate::rights::{Action, Reach, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How far back the line of the trend goes.
pub(crate) const TREND_DAYS: i64 = 90;
/// How many clauses are named as the worst.
const WORST_CLAUSES: usize = 3;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The day that is looked at; today when it is missing or empty.
    #[serde(default)]
    day: String,
    /// The units that are unfolded, separated by commas; `-` for none. Missing: the topmost ones.
    open: Option<String>,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct View<'a> {
    frame: Frame<'a>,
    day: DayChoice,
    as_of: String,
    conclusion: String,
    tiles: Vec<Tile>,
    trend: Option<Spark>,
    worst: Vec<WorstClause>,
    /// Whether the visitor has to set the installation up first.
    is_new: bool,
    /// Whether nothing was judged on that day: then nothing is to be praised either.
    is_empty: bool,
    map: HeatMap,
}

/// The form that chooses a day.
pub(crate) struct DayChoice {
    /// The day that is shown.
    pub(crate) chosen: String,
    /// The first day of which anything is known.
    pub(crate) first: String,
    /// Today.
    pub(crate) today: String,
    /// Whether it is a day of the past.
    pub(crate) is_past: bool,
}

impl DayChoice {
    /// Reads the day out of an address. A day to come is none.
    pub(crate) fn read(written: &str, first: Option<Date>, today: Date) -> Result<(Self, Date), Trouble> {
        let chosen = match written.trim() {
            "" => today,
            written => written.parse().map_err(|_| Trouble::BadRequest { detail: "day".to_owned() })?,
        };
        if chosen > today {
            return Err(Trouble::BadRequest { detail: "a day to come".to_owned() });
        }
        let choice = Self {
            chosen: chosen.to_string(),
            first: first.unwrap_or(today).to_string(),
            today: today.to_string(),
            is_past: chosen < today,
        };
        Ok((choice, chosen))
    }
}

/// How many findings are in one state.
pub(crate) struct Tile {
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) number: String,
}

/// The states in the order in which they are shown: what needs work first.
pub(crate) const WORST_FIRST: [Outcome; 4] = [Outcome::Fail, Outcome::Unknown, Outcome::Exempt, Outcome::Pass];

/// One tile for each state.
pub(crate) fn tiles(counts: &Counts, texts: &Texts) -> Vec<Tile> {
    let tile = |state: Outcome| {
        let number = counts.of(state);
        let class = if number == 0 { format!("{state} none") } else { state.to_string() };
        Tile { class, name: texts.text(&format!("state-{state}")), number: count(number, texts.language()) }
    };
    WORST_FIRST.into_iter().map(tile).collect()
}

/// How it stands, in one sentence.
pub(crate) fn conclusion(counts: &Counts, texts: &Texts) -> String {
    let number = |value: u64| count(value, texts.language());
    if counts.total() == 0 {
        return texts.text("conclusion-nothing");
    }
    text!(
        texts,
        "conclusion",
        share = share_words(counts),
        pass = number(counts.pass),
        total = number(counts.total()),
        fail = number(counts.fail),
        unknown = number(counts.unknown),
        exempt = number(counts.exempt),
    )
}

/// A clause that falls short.
struct WorstClause {
    id: String,
    title: String,
    said: String,
    href: String,
}

/// Shows the overview; whoever has no units to look after is led to their own list.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    if !visit.rights.could(Action::View, Resource::Overview) {
        return Ok(Onward::to("/my").into_response());
    }
    let first = tallies::first_day(&state.store).await?;
    let (day, shown) = DayChoice::read(&asked.day, first, day_of(visit.now))?;
    let known = Known::load_for(&state, &day, shown).await?;
    let reached = known.reached(&visit.rights, Action::View, Resource::Overview, shown);
    if reached.is_nothing() {
        return Err(Trouble::NotAllowed);
    }
    let rows = if day.is_past { tallies::on(&state.store, shown).await? } else { tallies::now(&state.store).await? };
    let from = shown.checked_sub(TREND_DAYS.days()).unwrap_or(shown);
    let trend = tallies::trend(&state.store, reached.scope(), from, shown).await?;
    let texts = state.texts(visit.language);
    let sums = Sums::new(&rows, known.directive(), known.tree(shown));
    let total = total(&sums, &reached);
    let open = unfolded(asked.open.as_deref(), &sums, &reached.tops);
    let links = Links { day: day.is_past.then(|| day.chosen.clone()), open: &open };
    let by_clause = by_clause(&sums, &reached);
    let is_new = visit.rights.could(Action::Change, Resource::Setting)
        && known.tree(shown).units().len() <= 1
        && !settings::SET_UP.get(&state.store).await?;
    let everything = reached.is_everything();
    let frame = Frame::new(&state, &visit, texts.text("overview-title"));
    let view = View {
        as_of: as_of(shown, &visit, day.is_past, texts),
        conclusion: conclusion(&total, texts),
        tiles: tiles(&total, texts),
        is_new,
        is_empty: total.total() == 0,
        trend: spark(&trend, from, shown, texts),
        worst: worst(&by_clause, &sums, known.directive(), &links, &reached, texts),
        map: heat::heat_map(&sums, &reached.tops, everything, known.directive(), &links, texts),
        day,
        frame,
    };
    Ok(Page::new(&view)?.into_response())
}

/// By clause, everything that may be seen.
fn by_clause(sums: &Sums<'_>, reached: &Reached) -> Vec<Counts> {
    let mut counts = match &reached.reach {
        Reach::Everything => sums.sum(sums.tree().units().iter().copied()),
        Reach::Units(units) => sums.sum(units.iter().copied()),
        Reach::OwnThings => sums.sum(std::iter::empty()),
    };
    if reached.is_everything() {
        for (total, elsewhere) in counts.iter_mut().zip(sums.elsewhere()) {
            *total += *elsewhere;
        }
    }
    counts
}

fn total(sums: &Sums<'_>, reached: &Reached) -> Counts {
    by_clause(sums, reached).into_iter().sum()
}

/// The ids of the units that are unfolded: those of the address, or the topmost ones.
fn unfolded(asked: Option<&str>, sums: &Sums<'_>, tops: &[UnitIndex]) -> BTreeSet<String> {
    match asked {
        Some(asked) => {
            let ids = asked.split(',').filter(|id| !id.is_empty() && *id != "-");
            ids.take(MAX_UNFOLDED).map(str::to_owned).collect()
        }
        None => tops.iter().take(MAX_UNFOLDED).map(|unit| sums.tree().tree().unit(*unit).id.clone()).collect(),
    }
}

/// When the figures are of.
fn as_of(day: Date, visit: &Visit, is_past: bool, texts: &Texts) -> String {
    if is_past {
        text!(texts, "as-of-day", day = moment::day_shown(day, texts))
    } else {
        text!(texts, "as-of-now", moment = moment::shown(visit.now, texts))
    }
}

fn worst(
    counts: &[Counts],
    sums: &Sums<'_>,
    directive: &Directive,
    links: &Links<'_>,
    reached: &Reached,
    texts: &Texts,
) -> Vec<WorstClause> {
    let number = |value: u64| count(value, texts.language());
    let first = reached.tops.first().map(|unit| sums.tree().tree().unit(*unit).id.as_str());
    heat::worst(counts, WORST_CLAUSES)
        .into_iter()
        .map(|place| {
            let (id, counts) = (&sums.clauses()[place], &counts[place]);
            WorstClause {
                id: id.clone(),
                title: heat::clause_title(directive, id, texts),
                said: text!(
                    texts,
                    "worst-said",
                    share = share_words(counts),
                    fail = number(counts.fail),
                    unknown = number(counts.unknown),
                ),
                href: first
                    .map_or_else(|| format!("/controls#clause-{}", in_address(id)), |unit| links.unit(unit, Some(id))),
            }
        })
        .collect()
}
