//! What the pages of the administrator are made of: texts, tables, forms. One template draws them all, so that labels,
//! mistakes and the order of the keyboard are the same everywhere.

use askama::Template;

use crate::page::{Crumb, Frame, Page};
use crate::pages::chart::Spark;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// A page of the administrator.
#[derive(Template)]
#[template(path = "admin/sheet.html")]
struct Sheet<'s> {
    frame: Frame<'s>,
    blocks: &'s [Block],
}

/// A page out of `blocks`, with the `way` that leads to it.
pub(crate) fn page(
    state: &AppState,
    visit: &Visit,
    title: impl Into<String>,
    way: &[Link],
    blocks: &[Block],
) -> Result<Page, Trouble> {
    let crumbs = way.iter().map(|step| Crumb::new(&step.text, &step.to)).collect();
    Page::new(&Sheet { frame: Frame::new(state, visit, title).below(crumbs), blocks })
}

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where.
    pub(crate) to: String,
    /// What it is called.
    pub(crate) text: String,
}

impl Link {
    pub(crate) fn new(to: impl Into<String>, text: impl Into<String>) -> Self {
        Self { to: to.into(), text: text.into() }
    }
}

/// A part of a page, one below the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// The title of what follows.
    Heading(String),
    /// A sentence.
    Text(String),
    /// A sentence that is not to be overlooked, with its class: `pass`, `fail`, `unknown`, `exempt`.
    Notice(&'static str, String),
    /// What is wrong with a form: each with the id of its field.
    Mistakes(String, Vec<(String, String)>),
    /// Names and values.
    Facts(Vec<(String, Cell)>),
    /// Things, one below the other.
    List(Vec<Cell>),
    /// Steps in order, in large letters.
    Steps(Vec<Cell>),
    /// Rows and columns.
    Table(Table),
    /// Something to fill in.
    Form(Form),
    /// Something to fill in that is shown when its title is pressed.
    Folded(String, Form),
    /// The course of something, as a line with the same in words.
    Chart(Box<Spark>),
    /// Ways on, drawn as buttons.
    Actions(Vec<Link>),
    /// Text as it was written.
    Verbatim(String),
}

/// What stands in a place of a table or list.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/cell.html")]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// Words that lead somewhere.
    Link(Link),
    /// A number: set to the right.
    Number(String),
    /// A word with its class.
    Badge(&'static str, String),
    /// What is typed.
    Code(String),
    /// Several, one after the other.
    Several(Vec<Cell>),
    /// Words of which some are marked.
    Marked(Vec<(bool, String)>),
    /// On a line of its own, in smaller letters.
    Below(Box<Cell>),
    /// So deep in a tree.
    Indented(usize, Box<Cell>),
    /// A button that does something.
    Button(Form),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn link(to: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link(Link::new(to, text))
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether there is nothing to see: on a phone it then needs no label.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    /// What it shows.
    pub(crate) caption: String,
    /// The columns.
    pub(crate) heads: Vec<String>,
    /// The rows; the first cell of each names it.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said when there are no rows.
    pub(crate) empty: String,
    /// Where the pages before and after are.
    pub(crate) around: Vec<Link>,
}

/// Whether the table at this place of a page says in its caption what the heading just before it says: who sees the page
/// reads it once; who hears it still hears what the table is.
pub(crate) fn repeats_heading(blocks: &[Block], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| blocks.get(before));
    matches!((before, blocks.get(index)), (Some(Block::Heading(heading)), Some(Block::Table(table))) if *heading == table.caption)
}

impl Table {
    /// Whether a column holds numbers: its head stands to the right like them.
    pub(crate) fn is_number(&self, column: &usize) -> bool {
        self.rows.first().and_then(|row| row.get(*column)).is_some_and(Cell::is_number)
    }

    pub(crate) fn head(&self, column: &usize) -> &str {
        self.heads.get(*column).map_or("", String::as_str)
    }
}

/// Something to fill in, or a button alone.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/form.html")]
pub(crate) struct Form {
    /// Where it is sent.
    pub(crate) action: String,
    /// How.
    pub(crate) sending: Sending,
    /// The token of the session.
    pub(crate) csrf: String,
    /// What is filled in.
    pub(crate) fields: Vec<Field>,
    /// What the button says.
    pub(crate) submit: String,
    /// The name and value that the button sends, if any, and the same for a second button.
    pub(crate) buttons: Vec<(String, String, String)>,
    /// How the button is drawn.
    pub(crate) look: Look,
    /// Sent whatever the browser thinks of it.
    pub(crate) is_checked_by_server: bool,
    /// In one line.
    pub(crate) is_inline: bool,
    /// What the ids of its fields begin with, when its address does not tell it from others on the page.
    pub(crate) name: Option<String>,
}

/// How a form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Changes nothing: its fields stand in the address.
    Search,
    /// Changes something.
    Post,
    /// Changes something, with files.
    Upload,
}

/// How the button of a form is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// What is to be done.
    Main,
    /// It takes something away for good.
    Danger,
    /// It does not stand out.
    Quiet,
}

impl Form {
    /// A form that changes something.
    pub(crate) fn post(
        visit: &Visit,
        action: impl Into<String>,
        submit: impl Into<String>,
        fields: Vec<Field>,
    ) -> Self {
        Self {
            action: action.into(),
            sending: Sending::Post,
            csrf: visit.csrf.clone(),
            fields,
            submit: submit.into(),
            buttons: Vec::new(),
            look: Look::Main,
            is_checked_by_server: false,
            is_inline: false,
            name: None,
        }
    }

    /// A form with files.
    pub(crate) fn upload(
        visit: &Visit,
        action: impl Into<String>,
        submit: impl Into<String>,
        fields: Vec<Field>,
    ) -> Self {
        Self { sending: Sending::Upload, ..Self::post(visit, action, submit, fields) }
    }

    /// A form that looks for something.
    pub(crate) fn search(action: impl Into<String>, submit: impl Into<String>, fields: Vec<Field>) -> Self {
        Self {
            action: action.into(),
            sending: Sending::Search,
            csrf: String::new(),
            fields,
            submit: submit.into(),
            buttons: Vec::new(),
            look: Look::Main,
            is_checked_by_server: false,
            is_inline: true,
            name: None,
        }
    }

    /// Drawn so that nobody presses it by chance.
    #[must_use]
    pub(crate) fn dangerous(mut self) -> Self {
        self.look = Look::Danger;
        self
    }

    /// Drawn so that it does not stand out among what is to be done.
    #[must_use]
    pub(crate) fn quiet(mut self) -> Self {
        self.look = Look::Quiet;
        self
    }

    /// Sent as it is filled in: the browser would stop at the first thing that is wrong, the server says all of them at once.
    #[must_use]
    pub(crate) fn checked_by_server(mut self) -> Self {
        self.is_checked_by_server = true;
        self
    }

    /// In one line.
    #[must_use]
    pub(crate) fn inline(mut self) -> Self {
        self.is_inline = true;
        self
    }

    /// With ids of fields that begin with `name`: several forms of a page may be sent to addresses that end alike.
    #[must_use]
    pub(crate) fn called(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// With a button that sends a name and a value, beside the first one.
    #[must_use]
    pub(crate) fn button(mut self, name: &str, value: &str, text: String) -> Self {
        self.buttons.push((name.to_owned(), value.to_owned(), text));
        self
    }

    /// What the ids of its fields begin with: two forms of a page may have fields of one name.
    fn prefix(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let path = self.action.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// What is wrong, each with the id of its field, for the summary above the form.
    pub(crate) fn summary(&self) -> Vec<(String, String)> {
        let wrong = self.fields.iter().filter_map(|field| Some((field, field.mistake.as_ref()?)));
        wrong
            .map(|(field, what)| (format!("{}-{}", self.prefix(), field.name), format!("{}: {what}", field.label)))
            .collect()
    }

    /// Puts what is wrong beside its fields.
    #[must_use]
    pub(crate) fn with_mistakes(mut self, mistakes: &[(String, String)]) -> Self {
        for field in &mut self.fields {
            field.mistake = mistakes.iter().find(|(name, _)| *name == field.name).map(|(_, what)| what.clone());
        }
        self
    }
}

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name in the form and in the page.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) label: String,
    /// How to fill it in.
    pub(crate) hint: Option<String>,
    /// What is wrong with it.
    pub(crate) mistake: Option<String>,
    /// Whether it must be filled in.
    pub(crate) is_required: bool,
    /// How it is filled in.
    pub(crate) entry: Entry,
}

/// How something is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// One line of a type of HTML.
    Line(&'static str, String),
    /// A whole number between two.
    Whole(i64, i64, String),
    /// Several lines.
    Lines(String),
    /// One of these: value, name, and whether it is chosen.
    Choice(Vec<(String, String, bool)>),
    /// Any of these.
    Several(Vec<(String, String, bool)>),
    /// Yes or no.
    Tick(bool),
    /// Files of these kinds.
    File(&'static str, bool),
    /// Not shown.
    Hidden(String),
}

impl Field {
    fn new(name: impl Into<String>, label: impl Into<String>, entry: Entry) -> Self {
        Self { name: name.into(), label: label.into(), hint: None, mistake: None, is_required: false, entry }
    }

    pub(crate) fn line(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Entry::Line("text", value.into()))
    }

    pub(crate) fn email(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Entry::Line("email", value.into()))
    }

    /// What is typed without being shown; never filled in with what is known.
    pub(crate) fn password(name: &str, label: impl Into<String>) -> Self {
        Self::new(name, label, Entry::Line("password", String::new()))
    }

    /// A day. What was typed and is none stays as it is: a browser would show nothing of it in a field for days.
    pub(crate) fn date(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        let value = value.into();
        let is_day = value.is_empty() || value.parse::<jiff::civil::Date>().is_ok();
        Self::new(name, label, Entry::Line(if is_day { "date" } else { "text" }, value))
    }

    /// A day with a time, as [`khien_incidents::sheet::form_moment`] writes it.
    pub(crate) fn moment(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        let value = value.into();
        let is_moment = value.is_empty() || value.parse::<jiff::civil::DateTime>().is_ok();
        Self::new(name, label, Entry::Line(if is_moment { "datetime-local" } else { "text" }, value))
    }

    pub(crate) fn search(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Entry::Line("search", value.into()))
    }

    pub(crate) fn whole(
        name: impl Into<String>,
        label: impl Into<String>,
        least: i64,
        most: i64,
        value: impl Into<String>,
    ) -> Self {
        Self::new(name, label, Entry::Whole(least, most, value.into()))
    }

    pub(crate) fn lines(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Entry::Lines(value.into()))
    }

    pub(crate) fn choice(
        name: impl Into<String>,
        label: impl Into<String>,
        options: Vec<(String, String, bool)>,
    ) -> Self {
        Self::new(name, label, Entry::Choice(options))
    }

    pub(crate) fn several(name: &str, label: impl Into<String>, options: Vec<(String, String, bool)>) -> Self {
        Self::new(name, label, Entry::Several(options))
    }

    pub(crate) fn tick(name: &str, label: impl Into<String>, is_on: bool) -> Self {
        Self::new(name, label, Entry::Tick(is_on))
    }

    pub(crate) fn file(name: &str, label: impl Into<String>, kinds: &'static str, several: bool) -> Self {
        Self::new(name, label, Entry::File(kinds, several)).required()
    }

    pub(crate) fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, "", Entry::Hidden(value.into()))
    }

    #[must_use]
    pub(crate) fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub(crate) fn optional(mut self) -> Self {
        self.is_required = false;
        self
    }

    /// The ids of what describes it, for screen readers.
    fn described_by(&self, prefix: &str) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{prefix}-{}-hint", self.name));
        }
        if self.mistake.is_some() {
            ids.push(format!("{prefix}-{}-mistake", self.name));
        }
        ids.join(" ")
    }
}
