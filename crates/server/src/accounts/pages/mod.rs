//! The pages of the administrator about accounts.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod edit;
pub(super) mod list;
pub(crate) mod one;
pub(crate) mod run;

use khien_store::connectors::{self, Connector};

use crate::admin::desk::Desk;
use crate::admin::sheet::Link;
use crate::trouble::Trouble;

/// The connector with the id `id`.
async fn found(desk: &Desk<'_>, id: &str) -> Result<Connector, Trouble> {
    connectors::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)
}

fn address(connector: &Connector) -> String {
    format!("/admin/connectors/{}", connector.id)
}

/// The way to what is below the page of a connector.
fn way(desk: &Desk<'_>, connector: &Connector) -> [Link; 2] {
    [Link::new("/admin/connectors", desk.t("connectors-title")), Link::new(address(connector), &connector.name)]
}

/// Who asked for something, for a reader: the name of a person, or the system itself.
async fn asked_by(desk: &Desk<'_>, actor: &str) -> Result<String, Trouble> {
    match actor.strip_prefix("person:") {
        Some(person) => desk.person_name(person).await,
        None => Ok(desk.t("connector-by-schedule")),
    }
}
