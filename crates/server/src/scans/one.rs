//! What came of looking into files: the verdict first, in plain words, then why and what to do.

use askama::Template;
use axum::extract::{Path, State};
use khien_store::scans::{self, Both, Scan, ScanFile, Thing};
use khien_texts::{Language, text};

use super::{address, class_of, own, receipts};
use crate::admin::desk::Desk;
use crate::admin::sheet::Link;
use crate::attachments::size_shown;
use crate::page::{Crumb, Frame, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The scan with this id, if it is the visitor's own: what somebody has looked into is theirs alone.
pub(super) async fn found(desk: &Desk<'_>, id: &str) -> Result<Scan, Trouble> {
    let scan = scans::find(&desk.state.store, id).await?;
    let person = desk.person()?;
    scan.filter(|scan| scan.person == person).ok_or(Trouble::NotFound)
}

#[derive(Template)]
#[template(path = "scans/result.html")]
struct ResultPage<'p> {
    frame: Frame<'p>,
    verdict: Said,
    about: String,
    /// Whether there is one file alone, whose verdict is that of the whole.
    is_one: bool,
    files: Vec<FileShown>,
    technical: Vec<(String, String)>,
    ways: Vec<Link>,
    no_receipt: Option<String>,
    old_rules: Vec<String>,
    uploads: Option<String>,
}

/// A verdict: its word, what it means, its class.
struct Said {
    word: String,
    means: String,
    class: &'static str,
    sign: &'static str,
}

fn said(desk: &Desk<'_>, verdict: &str) -> Said {
    Said {
        word: desk.t(&format!("scans-verdict-{verdict}")),
        means: desk.t(&format!("scans-means-{verdict}")),
        class: class_of(verdict),
        sign: match verdict {
            "clean" => "✓",
            "blocked" => "✕",
            "suspicious" => "!",
            _ => "?",
        },
    }
}

/// One file, as it is shown.
struct FileShown {
    id: String,
    name: String,
    size: String,
    verdict: Said,
    things: Vec<ThingShown>,
    more: Option<String>,
    technical: Vec<(String, String)>,
}

/// One thing that was found, as it is shown.
struct ThingShown {
    class: &'static str,
    weight: String,
    what: String,
    path: String,
    place: Option<String>,
    evidence: String,
    fix: Option<String>,
    id: String,
}

/// Shows a scan.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let scan = found(&desk, &id).await?;
    let files = scans::files_of(&state.store, &id).await?;
    let is_one = files.len() == 1;
    let title = match files.as_slice() {
        [file] => text!(desk.texts, "scans-result-of", file = file.name.as_str()),
        files => text!(desk.texts, "scans-result-of-several", count = files.len()),
    };
    let mut ways = Vec::new();
    if scan.receipt.is_some() {
        ways.push(Link::new(format!("{}/receipt", address(&id)), desk.t("scans-receipt-open")));
    }
    ways.push(Link::new("/scan", desk.t("scans-another")));
    let sources = receipts::sources_of(scan.receipt.as_deref());
    let mut technical = receipts::rules_shown(&desk, &scan.rules, &sources);
    technical.push((desk.t("scans-id"), scan.id.clone()));
    let may_say = visit.rights.could(Action::Sign, Resource::OwnUpload);
    let uploads = if may_say { Some(own::forms(&desk, &scan, &files)?) } else { None };
    let result = ResultPage {
        verdict: said(&desk, &scan.verdict),
        about: text!(desk.texts, "scans-done-at", moment = desk.moment(scan.scanned_at)),
        is_one,
        files: files.iter().zip(1..).map(|(file, number)| file_shown(&desk, file, number)).collect(),
        old_rules: receipts::old_rules(&desk, &sources),
        technical,
        ways,
        no_receipt: scan.receipt.is_none().then(|| desk.t("scans-no-receipt")),
        uploads,
        frame: Frame::new(&state, &visit, title).below(vec![Crumb::new(desk.t("scans-title"), "/scan")]),
    };
    Page::new(&result)
}

fn file_shown(desk: &Desk<'_>, file: &ScanFile, number: usize) -> FileShown {
    let told = &file.told;
    FileShown {
        id: format!("file-{number}"),
        name: file.name.clone(),
        size: size_shown(file.size, desk.texts),
        verdict: said(desk, &file.verdict),
        things: told.things.iter().map(|thing| thing_shown(desk, thing)).collect(),
        more: (told.more > 0).then(|| text!(desk.texts, "scans-more", count = told.more)),
        technical: vec![
            (desk.t("scans-sha256"), file.sha256.clone()),
            (desk.t("scans-size"), text!(desk.texts, "scans-bytes", count = file.size)),
            (desk.t("scans-types"), told.types.join(", ")),
            (desk.t("scans-parts"), told.parts.to_string()),
            (desk.t("scans-took"), text!(desk.texts, "scans-milliseconds", count = file.milliseconds)),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect(),
    }
}

fn thing_shown(desk: &Desk<'_>, thing: &Thing) -> ThingShown {
    let in_words = |both: &Both| match desk.visit.language {
        Language::Vi => both.vi.clone(),
        Language::En => both.en.clone(),
    };
    let weight = thing.weight.as_str();
    ThingShown {
        class: if weight == "note" { "quiet" } else { class_of(weight) },
        weight: if weight == "note" { desk.t("scans-note") } else { desk.t(&format!("scans-verdict-{weight}")) },
        what: in_words(&thing.what),
        path: thing.path.clone(),
        place: thing.place.as_ref().map(in_words),
        evidence: thing.evidence.clone(),
        fix: Some(in_words(&thing.fix)).filter(|fix| weight != "note" && !fix.is_empty()),
        id: thing.id.clone(),
    }
}
