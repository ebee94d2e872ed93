//! The clocks of an incident, on its page and on lists.

use std::collections::{BTreeMap, BTreeSet};

use khien_incidents::{Clock, ClockState, LetterKind, Step, clocks, say};
use khien_model::TreeOnDay;
use khien_store::tickets::Ticket;
use khien_store::tickets::incidents::{self, Incident};
use khien_texts::text;

use super::may_fill;
use crate::admin::desk::Desk;
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::tickets::list::address;
use crate::trouble::Trouble;

/// The reports of the incidents that are not closed.
#[derive(Default)]
pub(in crate::tickets) struct Owed {
    /// How many are late, of each incident that has any, by ticket.
    pub(in crate::tickets) late: BTreeMap<String, usize>,
    /// The incidents of which a report is still to be made, or may be.
    pub(in crate::tickets) waiting: BTreeSet<String>,
}

/// What is still owed on incidents that are not closed, whether they were answered or not.
pub(in crate::tickets) async fn owed(desk: &Desk<'_>) -> Result<Owed, Trouble> {
    let context = desk.state.store.judge_context().await?;
    let mut owed = Owed::default();
    for incident in incidents::open_ones(&desk.state.store).await? {
        let all = clocks(&incident.sheet, &incident.acts, context.directive(), desk.visit.now);
        let count = all.iter().filter(|clock| clock.is_overdue()).count();
        if all.iter().any(|clock| clock.done.is_none()) {
            owed.waiting.insert(incident.ticket.clone());
        }
        if count > 0 {
            owed.late.insert(incident.ticket, count);
        }
    }
    Ok(owed)
}

/// What the page of a ticket shows of its incident: the clocks, the ways to the sheet and the letters, the reports.
pub(in crate::tickets) async fn blocks(
    desk: &Desk<'_>,
    ticket: &Ticket,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let Some(incident) = incidents::find(&desk.state.store, &ticket.id).await? else {
        let way = Link::new(format!("{}/sheet", address(&ticket.id)), desk.t("incidents-sheet"));
        return Ok(vec![Block::Notice("fail", desk.t("incidents-no-sheet")), Block::Actions(vec![way])]);
    };
    let may_fill = may_fill(desk, ticket, on);
    let context = desk.state.store.judge_context().await?;
    let all = clocks(&incident.sheet, &incident.acts, context.directive(), desk.visit.now);
    let mut blocks = vec![Block::Heading(desk.t("incidents-clocks"))];
    let late = all.iter().filter(|clock| clock.is_overdue()).count();
    if late > 0 {
        let key = if may_fill { "incidents-late" } else { "incidents-late-others" };
        blocks.push(Block::Notice("fail", text!(desk.texts, key, count = late)));
    }
    blocks.push(Block::Text(text!(
        desk.texts,
        "incidents-clocks-about",
        moment = desk.moment(incident.sheet.discovered_at)
    )));
    let rows = all.iter().map(|clock| row(desk, ticket, clock, may_fill)).collect();
    blocks.push(Block::Table(Table {
        caption: desk.t("incidents-clocks"),
        heads: ["incidents-what", "incidents-to", "incidents-due", "tickets-state"].map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("incidents-nothing-owed"),
        around: vec![],
    }));
    let to = |what: &str| format!("{}/{what}", address(&ticket.id));
    let mut ways = vec![Link::new(to("sheet"), desk.t("incidents-sheet"))];
    if may_fill {
        ways.push(Link::new(to("reports"), desk.t("incidents-record")));
    }
    let letters = LetterKind::ALL.iter().filter(|kind| kind.is_for(&incident.sheet));
    let letters = letters.map(|kind| (to(&format!("letters/{kind}")), say::letter(*kind, desk.texts)));
    ways.extend(letters.map(|(to, name)| Link::new(to, text!(desk.texts, "incidents-print", name = name))));
    blocks.push(Block::Actions(ways));
    blocks.extend(reports(desk, ticket, &incident, may_fill).await?);
    Ok(blocks)
}

fn row(desk: &Desk<'_>, ticket: &Ticket, clock: &Clock<'_>, may_fill: bool) -> Vec<Cell> {
    let texts = desk.texts;
    let mut what = vec![Cell::Text(say::step(clock.step, texts))];
    if let Some(source) = clock.source {
        let title = texts.pick(&source.title);
        // A proposal of ours says so itself, and has no number.
        let by = if source.number.chars().any(|letter| letter.is_ascii_digit()) {
            text!(texts, "incidents-by", source = title, number = source.number.as_str())
        } else {
            title.to_owned()
        };
        what.push(Cell::Below(Box::new(Cell::Text(by))));
    }
    let class = match clock.state {
        ClockState::Running | ClockState::Unknown => "unknown",
        ClockState::Kept => "pass",
        ClockState::Late => "fail",
    };
    let mut state = vec![Cell::Badge(class, say::standing(clock, texts))];
    if let Some(doubt) = clock.doubt {
        state.push(Cell::Below(Box::new(Cell::Text(say::doubt(doubt, texts)))));
    }
    if let Some(act) = clock.done {
        let done = text!(
            texts,
            "incidents-done",
            moment = desk.moment(act.done_at),
            name = act.done_by.as_str(),
            how = act.how.as_str()
        );
        state.push(Cell::Below(Box::new(Cell::Text(done))));
    } else if may_fill {
        let to = format!("{}/reports?step={}", address(&ticket.id), clock.step);
        state.push(Cell::Below(Box::new(Cell::link(to, desk.t("incidents-record")))));
    }
    vec![
        Cell::Several(what),
        Cell::Text(say::receiver(clock.step, texts)),
        Cell::Text(clock.due.map_or_else(|| desk.t("incidents-no-due"), |due| desk.moment(due))),
        Cell::Several(state),
    ]
}

/// The reports that were recorded, each with the way to take it back.
async fn reports(desk: &Desk<'_>, ticket: &Ticket, incident: &Incident, may_fill: bool) -> Result<Vec<Block>, Trouble> {
    let mut lines = Vec::new();
    for act in &incident.acts {
        let key = if act.is_valid() { "incidents-report-line" } else { "incidents-report-withdrawn" };
        let step: Step = act.step;
        let line = text!(
            desk.texts,
            key,
            step = say::step(step, desk.texts),
            moment = desk.moment(act.done_at),
            name = act.done_by.as_str(),
            how = act.how.as_str(),
            recorder = desk.person_name(&act.recorded_by).await?,
            recorded = desk.moment(act.recorded_at)
        );
        let mut cells = vec![Cell::Text(line)];
        if act.is_valid() && may_fill {
            let action = format!("{}/reports/withdraw", address(&ticket.id));
            let fields = vec![Field::hidden("number", act.number.to_string())];
            let form = Form::post(desk.visit, action, desk.t("incidents-withdraw"), fields);
            cells.push(Cell::Button(form.inline().quiet().called(&format!("withdraw-{}", act.number))));
        }
        lines.push(Cell::Several(cells));
    }
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Block::Heading(desk.t("incidents-reports")), Block::List(lines)])
}
