//! What every page of the administrator begins with: who asks, in which language, on which day.

use jiff::civil::Date;
use khien_model::{TreeOnDay, UnitTree, day_of};
use khien_store::{Actor, Change, devices, people, units};
use khien_texts::Texts;

use super::import::known::{Found, Known, KnownPerson};
use super::sheet::{self, Block, Link};
use crate::page::Page;
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many rows a list shows at once.
pub(crate) const PAGE_ROWS: usize = 50;

/// One request to a page of the administrator.
pub(crate) struct Desk<'d> {
    pub(crate) state: &'d AppState,
    pub(crate) visit: &'d Visit,
    pub(crate) texts: &'d Texts,
    pub(crate) today: Date,
}

impl<'d> Desk<'d> {
    pub(crate) fn new(state: &'d AppState, visit: &'d Visit) -> Self {
        Self { state, visit, texts: state.texts(visit.language), today: day_of(visit.now) }
    }

    /// The sentence `key`.
    pub(crate) fn t(&self, key: &str) -> String {
        self.texts.text(key)
    }

    /// The id of the person who asks.
    pub(crate) fn person(&self) -> Result<&'d str, Trouble> {
        self.visit.person().map(|person| person.person.as_str())
    }

    /// Begins a change in the name of the person who asks.
    pub(crate) async fn begin(&self) -> Result<Change, Trouble> {
        let actor = Actor::Person(self.person()?.to_owned());
        Ok(self.state.store.begin(actor, self.visit.now).await?)
    }

    /// The units.
    pub(crate) async fn tree(&self) -> Result<UnitTree, Trouble> {
        Ok(units::tree(&self.state.store).await?)
    }

    /// Whether this may be done where the unit `unit` is, or at large.
    pub(crate) fn may(&self, action: Action, resource: Resource, unit: Option<&str>, tree: &TreeOnDay<'_>) -> bool {
        let unit = unit.and_then(|id| tree.tree().find(id));
        may(&self.visit.rights, action, resource, &Place { unit, ..Place::default() }, tree).is_ok()
    }

    /// The same as an answer.
    pub(crate) fn check(
        &self,
        action: Action,
        resource: Resource,
        unit: Option<&str>,
        tree: &TreeOnDay<'_>,
    ) -> Result<(), Trouble> {
        if self.may(action, resource, unit, tree) { Ok(()) } else { Err(Trouble::NotAllowed) }
    }

    /// A page below the first page of the administrator.
    pub(crate) fn page(&self, title: impl Into<String>, way: &[Link], blocks: &[Block]) -> Result<Page, Trouble> {
        let mut whole = vec![Link::new("/admin", self.t("admin-title"))];
        whole.extend_from_slice(way);
        sheet::page(self.state, self.visit, title, &whole, blocks)
    }

    /// `day` for a reader.
    pub(crate) fn day(&self, day: Date) -> String {
        khien_texts::moment::day_shown(day, self.texts)
    }

    /// `moment` for a reader.
    pub(crate) fn moment(&self, moment: jiff::Timestamp) -> String {
        khien_texts::moment::shown(moment, self.texts)
    }

    /// The name of a person; the id when nobody has it any more.
    pub(crate) async fn person_name(&self, id: &str) -> Result<String, Trouble> {
        Ok(people::find(&self.state.store, id).await?.map_or_else(|| id.to_owned(), |person| person.name))
    }

    /// What whoever did something is called.
    pub(crate) async fn actor_name(&self, actor: &Actor) -> Result<String, Trouble> {
        Ok(match actor {
            Actor::Person(id) => self.person_name(id).await?,
            Actor::Device(id) => {
                let device = devices::find(&self.state.store, id).await?;
                device.map_or_else(|| id.clone(), |device| device.hostname)
            }
            Actor::System => self.t("audit-system"),
        })
    }
}

/// What the unit `id` is called on the day of `tree`; its last name when it has ended.
pub(crate) fn unit_name(tree: &TreeOnDay<'_>, id: &str) -> String {
    let Some(unit) = tree.tree().find(id) else { return id.to_owned() };
    let last = || tree.tree().unit(unit).names.last().map(|name| name.name.clone());
    tree.name(unit).map(|name| name.name.clone()).or_else(last).unwrap_or_else(|| id.to_owned())
}

/// A day as a form sends it.
pub(crate) fn day_of_form(text: &str) -> Option<Date> {
    let day: Date = text.trim().parse().ok()?;
    // A day of another age is a slip of the keyboard.
    (1990..=2100).contains(&day.year()).then_some(day)
}

/// `Some` for a text with something in it.
pub(crate) fn filled(text: &str) -> Option<String> {
    let text = khien_model::text::nfc(text.trim()).into_owned();
    (!text.is_empty()).then_some(text)
}

/// One page of a list: the rows, and the ways to the pages before and after.
pub(crate) fn paged<'r, T>(rows: &'r [T], page: usize, desk: &Desk<'_>, address: &str) -> (&'r [T], Vec<Link>) {
    let last = rows.len().saturating_sub(1) / PAGE_ROWS;
    let page = page.clamp(1, last + 1) - 1;
    let shown = rows.get(page * PAGE_ROWS..((page + 1) * PAGE_ROWS).min(rows.len())).unwrap_or_default();
    let mut around = Vec::new();
    let separator = if address.contains('?') { '&' } else { '?' };
    if page > 0 {
        around.push(Link::new(format!("{address}{separator}page={page}"), desk.t("admin-page-before")));
    }
    if page < last {
        around.push(Link::new(format!("{address}{separator}page={}", page + 2), desk.t("admin-page-after")));
    }
    (shown, around)
}

/// The units of a day to choose from, those below set in; the first choice is `none` when given.
pub(crate) fn unit_choices(
    tree: &TreeOnDay<'_>,
    chosen: Option<&str>,
    none: Option<String>,
    is_offered: impl Fn(&str) -> bool,
) -> Vec<(String, String, bool)> {
    let mut choices: Vec<(String, String, bool)> =
        none.into_iter().map(|text| (String::new(), text, chosen.is_none())).collect();
    for unit in tree.units() {
        let id = &tree.tree().unit(*unit).id;
        if !is_offered(id) {
            continue;
        }
        let depth = tree.path(*unit).len().saturating_sub(1);
        let name = tree.name(*unit).map_or(id.as_str(), |name| name.name.as_str());
        // Spaces would be cut by the browser.
        choices.push((id.clone(), format!("{}{name}", "\u{2003}".repeat(depth)), chosen == Some(id.as_str())));
    }
    choices
}

/// The one person whose name or mailbox this is.
pub(crate) async fn person_called(desk: &Desk<'_>, written: &str) -> Result<Option<String>, Trouble> {
    let people = people::all(&desk.state.store).await?.into_iter().map(|person| KnownPerson {
        id: person.id,
        name: person.name,
        position: person.position,
        email: person.email,
        unit: None,
    });
    let known = Known { people: people.collect(), ..Known::default() };
    Ok(match known.find_person(written) {
        Found::One(person) => Some(person.id.clone()),
        Found::Several(_) | Found::None(_) => None,
    })
}
