//! The first page of the administrator: where everything is, and what is still to do.

use axum::extract::State;

use super::desk::Desk;
use super::setup;
use super::sheet::{self, Block, Cell};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Each place: its address, the keys of its name and of what it is for, and the right it needs.
const PLACES: &[(&str, &str, &str, Action, Resource)] = &[
    ("/admin/units", "tree-title", "units-about", Action::View, Resource::Organisation),
    ("/admin/people", "people-title", "people-about", Action::View, Resource::Person),
    ("/admin/devices", "devices-title", "devices-about", Action::View, Resource::Subject),
    ("/admin/import", "import-title", "import-about", Action::View, Resource::Import),
    ("/admin/connectors", "connectors-title", "connectors-about", Action::View, Resource::Connector),
    ("/admin/feeds", "feeds-title", "feeds-about", Action::Change, Resource::Advisory),
    ("/admin/tokens", "tokens-title", "tokens-about", Action::View, Resource::EnrolmentToken),
    ("/admin/upload-tokens", "upload-tokens-title", "upload-tokens-about", Action::View, Resource::UploadToken),
    ("/admin/gates", "gates-title", "gates-about", Action::View, Resource::Gate),
    ("/admin/directives", "directives-title", "directives-about", Action::View, Resource::Directive),
    ("/exemptions", "exemptions-title", "exemptions-about", Action::View, Resource::Exemption),
    ("/admin/settings", "settings-title", "settings-about", Action::View, Resource::Setting),
    ("/admin/audit", "audit-title", "audit-about", Action::View, Resource::AuditLog),
];

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut blocks = Vec::new();
    if visit.rights.could(Action::Change, Resource::Setting) {
        blocks.extend(setup::reminder(&desk).await?);
    }
    let places = PLACES.iter().filter(|(.., action, resource)| visit.rights.could(*action, *resource));
    let list: Vec<(String, Cell)> =
        places.map(|(to, name, about, ..)| (desk.t(about), Cell::link(*to, desk.t(name)))).collect();
    let list =
        list.into_iter().map(|(about, link)| Cell::Several(vec![link, Cell::Text(format!("– {about}"))])).collect();
    blocks.push(Block::List(list));
    sheet::page(&state, &visit, desk.t("admin-title"), &[], &blocks)
}
