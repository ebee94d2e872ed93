//! The heat map: units × clauses, summed up over the tree of the day.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use khien_directive::Directive;
use khien_judge::Counts;
use khien_model::{TreeOnDay, UnitIndex};
use khien_store::pages::overview::Tally;
use khien_texts::{Texts, text};

use crate::page::in_address;
use crate::pages::chart::{share_class, share_shown};
use crate::pages::numbers::count;

/// The most units that one page unfolds.
pub(crate) const MAX_UNFOLDED: usize = 64;
/// How deep rows are moved in. Deeper ones stand below the last.
const DEEPEST: usize = 4;

/// The counts of a day, by place of the unit and of the clause.
pub(crate) struct Sums<'t> {
    tree: TreeOnDay<'t>,
    clauses: Vec<String>,
    /// Of each unit alone, in the order of the register.
    own: Vec<Vec<Counts>>,
    /// Of what belongs to no unit of the day.
    elsewhere: Vec<Counts>,
}

impl<'t> Sums<'t> {
    /// Sorts the rows of the store by unit and clause. The clauses of the directive come first, in its order; others that
    /// are counted follow.
    pub(crate) fn new(tallies: &[Tally], directive: &Directive, tree: TreeOnDay<'t>) -> Self {
        let known = directive.clauses.iter().filter(|clause| !clause.controls.is_empty());
        let mut clauses: Vec<String> = known.map(|clause| clause.id.clone()).collect();
        let counted: BTreeSet<&str> = tallies.iter().map(|tally| tally.clause.as_str()).collect();
        clauses.extend(counted.into_iter().filter(|id| directive_has_no(directive, id)).map(str::to_owned));
        let places: HashMap<&str, usize> =
            clauses.iter().enumerate().map(|(place, clause)| (clause.as_str(), place)).collect();
        let mut own = vec![vec![Counts::default(); clauses.len()]; tree.tree().units().len()];
        let mut elsewhere = vec![Counts::default(); clauses.len()];
        for tally in tallies {
            let Some(clause) = places.get(tally.clause.as_str()) else { continue };
            let unit = tree.tree().find(&tally.unit).filter(|unit| tree.contains(*unit));
            match unit {
                Some(unit) => own[unit.place()][*clause] += tally.counts,
                None => elsewhere[*clause] += tally.counts,
            }
        }
        Self { tree, clauses, own, elsewhere }
    }

    /// The tree of the day.
    pub(crate) fn tree(&self) -> &TreeOnDay<'t> {
        &self.tree
    }

    /// The clauses, in the order of the columns.
    pub(crate) fn clauses(&self) -> &[String] {
        &self.clauses
    }

    /// By clause, `unit` and everything below it.
    pub(crate) fn below(&self, unit: UnitIndex) -> Vec<Counts> {
        self.sum(self.tree.subtree(unit).iter().copied())
    }

    /// By clause, these units without what is below them.
    pub(crate) fn sum(&self, units: impl Iterator<Item = UnitIndex>) -> Vec<Counts> {
        let mut sum = vec![Counts::default(); self.clauses.len()];
        for unit in units {
            for (total, own) in sum.iter_mut().zip(&self.own[unit.place()]) {
                *total += *own;
            }
        }
        sum
    }

    /// By clause, what belongs to no unit of the day.
    pub(crate) fn elsewhere(&self) -> &[Counts] {
        &self.elsewhere
    }
}

fn directive_has_no(directive: &Directive, clause: &str) -> bool {
    directive.clauses.iter().all(|known| known.id != clause)
}

/// The map as the template shows it.
pub(crate) struct HeatMap {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// One clause.
pub(crate) struct Column {
    pub(crate) clause: String,
    pub(crate) title: String,
    pub(crate) href: String,
}

/// One unit.
pub(crate) struct Row {
    pub(crate) anchor: String,
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) depth: usize,
    pub(crate) unfold: Option<Unfold>,
    pub(crate) total: Cell,
    pub(crate) cells: Vec<Cell>,
}

/// The way to show or hide what is below a unit.
pub(crate) struct Unfold {
    pub(crate) href: String,
    pub(crate) is_open: bool,
    pub(crate) said: String,
}

/// One unit and one clause.
pub(crate) struct Cell {
    pub(crate) clause: String,
    pub(crate) href: Option<String>,
    pub(crate) class: String,
    pub(crate) share: String,
    pub(crate) note: String,
    pub(crate) unknown: String,
    pub(crate) said: String,
}

/// How addresses of the page are made: the day and the units that are unfolded go along.
pub(crate) struct Links<'a> {
    pub(crate) day: Option<String>,
    pub(crate) open: &'a BTreeSet<String>,
}

impl Links<'_> {
    fn with_day(&self, address: String) -> String {
        match &self.day {
            Some(day) => format!("{address}{}day={day}", if address.contains('?') { '&' } else { '?' }),
            None => address,
        }
    }

    /// The page with `unit` folded the other way.
    fn toggled(&self, unit: &str) -> String {
        let mut open = self.open.clone();
        if !open.remove(unit) {
            open.insert(unit.to_owned());
        }
        let open: Vec<String> = open.iter().map(|unit| in_address(unit)).collect();
        let address = if open.is_empty() { "/?open=-".to_owned() } else { format!("/?open={}", open.join(",")) };
        format!("{}#u-{}", self.with_day(address), in_address(unit))
    }

    /// The red list of a unit, under one clause or all.
    pub(crate) fn unit(&self, unit: &str, clause: Option<&str>) -> String {
        let clause = clause.map(|clause| format!("?clause={}", in_address(clause))).unwrap_or_default();
        self.with_day(format!("/units/{}{clause}", in_address(unit)))
    }
}

/// Draws the units at `tops` and what is unfolded below them.
pub(crate) fn heat_map(
    sums: &Sums<'_>,
    tops: &[UnitIndex],
    with_elsewhere: bool,
    directive: &Directive,
    links: &Links<'_>,
    texts: &Texts,
) -> HeatMap {
    let columns = sums.clauses().iter().map(|id| Column {
        clause: id.clone(),
        title: clause_title(directive, id, texts),
        href: format!("/controls#clause-{}", in_address(id)),
    });
    let mut rows = Vec::new();
    let mut pending: Vec<(UnitIndex, usize)> = tops.iter().rev().map(|unit| (*unit, 0)).collect();
    while let Some((unit, depth)) = pending.pop() {
        let id = &sums.tree().tree().unit(unit).id;
        let children: Vec<UnitIndex> = sums.tree().children(unit).collect();
        let is_open = links.open.contains(id);
        rows.push(row(sums, unit, depth, !children.is_empty(), links, texts));
        if is_open {
            pending.extend(children.iter().rev().map(|child| (*child, depth + 1)));
        }
    }
    let nothing_elsewhere = sums.elsewhere().iter().all(|counts| counts.total() == 0);
    if with_elsewhere && !nothing_elsewhere {
        let name = texts.text("overview-without-unit");
        let cells = cells(sums, sums.elsewhere(), |_| None, &name, texts);
        let total = total(sums.elsewhere(), None, &name, texts);
        rows.push(Row { anchor: "elsewhere".into(), name, href: None, depth: 0, unfold: None, total, cells });
    }
    HeatMap { columns: columns.collect(), rows }
}

fn row(sums: &Sums<'_>, unit: UnitIndex, depth: usize, has_children: bool, links: &Links<'_>, texts: &Texts) -> Row {
    let id = &sums.tree().tree().unit(unit).id;
    let name = sums.tree().name(unit).map_or_else(|| id.clone(), |name| name.name.clone());
    let counts = sums.below(unit);
    let is_open = links.open.contains(id);
    let unfold = has_children.then(|| Unfold {
        href: links.toggled(id),
        is_open,
        said: text!(texts, if is_open { "overview-fold" } else { "overview-unfold" }, unit = name.as_str()),
    });
    let href = links.unit(id, None);
    Row {
        anchor: in_address(id),
        total: total(&counts, Some(href.clone()), &name, texts),
        cells: cells(sums, &counts, |clause| Some(links.unit(id, Some(clause))), &name, texts),
        href: Some(href),
        name,
        depth: depth.min(DEEPEST),
        unfold,
    }
}

fn total(counts: &[Counts], href: Option<String>, unit: &str, texts: &Texts) -> Cell {
    let counts = counts.iter().copied().sum();
    let whole = cell(&texts.text("overview-all-clauses"), &counts, href, unit, texts);
    Cell { clause: texts.text("overview-all-short"), ..whole }
}

fn cells(
    sums: &Sums<'_>,
    counts: &[Counts],
    href: impl Fn(&str) -> Option<String>,
    unit: &str,
    texts: &Texts,
) -> Vec<Cell> {
    let pairs = sums.clauses().iter().zip(counts);
    pairs.map(|(clause, counts)| cell(clause, counts, href(clause), unit, texts)).collect()
}

fn cell(clause: &str, counts: &Counts, href: Option<String>, unit: &str, texts: &Texts) -> Cell {
    let number = |value: u64| count(value, texts.language());
    let mut class = share_class(counts).to_owned();
    // Some of it is not known: the cell says so whatever its share is.
    if counts.unknown > 0 && counts.unknown < counts.total() {
        class.push_str(" unsure");
    }
    let said = if counts.total() == 0 {
        text!(texts, "cell-nothing", unit = unit, clause = clause)
    } else {
        text!(
            texts,
            "cell-said",
            unit = unit,
            clause = clause,
            pass = number(counts.pass),
            total = number(counts.total()),
            fail = number(counts.fail),
            unknown = number(counts.unknown),
            exempt = number(counts.exempt),
        )
    };
    let note = if counts.total() == 0 { String::new() } else { compact(counts.pass, counts.total()) };
    let unknown = if counts.unknown == 0 { String::new() } else { format!("?{}", short(counts.unknown)) };
    Cell {
        clause: clause.to_owned(),
        href: href.filter(|_| counts.total() > 0),
        class,
        share: share_shown(counts),
        note,
        unknown,
        said,
    }
}

/// `17/20`, which may break after the stroke.
fn compact(pass: u64, total: u64) -> String {
    format!("{}/\u{200b}{}", short(pass), short(total))
}

/// A count in at most four letters: `9999`, then `12k`. The exact number is in the words beside it.
fn short(number: u64) -> String {
    if number < 10_000 { number.to_string() } else { format!("{}k", number / 1_000) }
}

/// The title of a clause; its number when the directive in force does not have it.
pub(crate) fn clause_title(directive: &Directive, id: &str, texts: &Texts) -> String {
    let clause = directive.clauses.iter().find(|clause| clause.id == id);
    clause.map_or_else(|| text!(texts, "clause", id = id), |clause| texts.pick(&clause.title).to_owned())
}

/// The clauses that fall short most, up to `limit`: those of which most fails, then those of which most is unknown.
pub(crate) fn worst(counts: &[Counts], limit: usize) -> Vec<usize> {
    let mut places: Vec<usize> =
        (0..counts.len()).filter(|place| counts[*place].fail + counts[*place].unknown > 0).collect();
    places.sort_by_key(|place| {
        let counts = &counts[*place];
        let in_thousand = |number: u64| number * 1_000 / counts.total().max(1);
        (Reverse(in_thousand(counts.fail)), Reverse(in_thousand(counts.unknown)), *place)
    });
    places.truncate(limit);
    places
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use khien_model::{Unit, UnitName, UnitParent, UnitRegister, UnitTree};
    use khien_texts::Language;

    use super::*;

    fn unit(id: &str, parent: Option<&str>) -> Unit {
        let from = date(2020, 1, 1);
        let parents = parent.map(|parent| UnitParent { unit: parent.into(), valid_from: from, valid_to: None });
        Unit {
            id: id.into(),
            kind: None,
            names: vec![UnitName {
                name: format!("Đơn vị {id}"),
                abbreviation: None,
                valid_from: from,
                valid_to: None,
            }],
            parents: parents.into_iter().collect(),
            valid_from: from,
            valid_to: None,
        }
    }

    fn tally(unit: &str, clause: &str, pass: u64, fail: u64, unknown: u64) -> Tally {
        Tally { unit: unit.into(), clause: clause.into(), counts: Counts { pass, fail, unknown, exempt: 1 } }
    }

    #[test]
    fn what_is_below_counts_and_nothing_is_lost() {
        let units = vec![unit("tinh", None), unit("a", Some("tinh")), unit("b", Some("tinh"))];
        let tree = UnitTree::new(UnitRegister { units, successions: Vec::new() }).expect("a tree");
        let directive = khien_content::shipped("thads-2026").expect("it loads").directive;
        let tallies = [
            tally("a", "4.1", 5, 2, 0),
            tally("b", "4.1", 0, 0, 3),
            tally("", "4.1", 1, 0, 0),
            tally("gone", "4.1", 1, 0, 0),
            tally("a", "9.9", 0, 1, 0),
        ];
        let sums = Sums::new(&tallies, &directive, tree.on(date(2026, 11, 22)));
        assert_eq!(sums.clauses().last().map(String::as_str), Some("9.9"), "what is counted has a column");
        let texts = Texts::new(Language::En, crate::texts::sources(Language::En));
        let open = BTreeSet::from(["tinh".to_owned()]);
        let links = Links { day: Some("2026-06-30".into()), open: &open };
        let tops: Vec<UnitIndex> = sums.tree().roots().collect();
        let map = heat_map(&sums, &tops, true, &directive, &links, &texts);
        let place = map.columns.iter().position(|column| column.clause == "4.1").expect("the clause");
        let shown: Vec<(&str, &str, &str, &str, usize)> = map
            .rows
            .iter()
            .map(|row| {
                let cell = &row.cells[place];
                (row.name.as_str(), cell.share.as_str(), cell.note.as_str(), cell.unknown.as_str(), row.depth)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("Đơn vị tinh", "41%", "5/\u{200b}12", "?3", 0),
                ("Đơn vị a", "62%", "5/\u{200b}8", "", 1),
                ("Đơn vị b", "0%", "0/\u{200b}4", "?3", 1),
                ("Not in any unit", "50%", "2/\u{200b}4", "", 0),
            ]
        );
        let row = &map.rows[0];
        assert_eq!(row.cells[place].class, "share-1 unsure");
        assert_eq!(row.cells[place].href.as_deref(), Some("/units/tinh?clause=4.1&day=2026-06-30"));
        assert_eq!(row.unfold.as_ref().map(|unfold| unfold.href.as_str()), Some("/?open=-&day=2026-06-30#u-tinh"));
        let all: u64 = tallies.iter().map(|tally| tally.counts.total()).sum();
        let below: u64 = sums.below(tops[0]).iter().chain(sums.elsewhere()).map(Counts::total).sum();
        assert_eq!(all, below);
    }

    #[test]
    fn the_worst_clauses_come_first() {
        let counts = |pass, fail, unknown| Counts { pass, fail, unknown, exempt: 0 };
        let all =
            [counts(9, 1, 0), counts(5, 0, 0), counts(1, 9, 0), counts(0, 0, 9), counts(1, 8, 1), counts(0, 0, 0)];
        assert_eq!(worst(&all, 4), [2, 4, 0, 3], "what fails before what nobody knows");
    }
}
