//! The sources of accounts there are.

use std::collections::BTreeMap;

use axum::extract::State;
use khien_store::accounts;
use khien_store::connectors::{self, Connector, ConnectorKind};
use khien_texts::text;

use super::address;
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{Block, Cell, Link, Table};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Lists them.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let counted: BTreeMap<String, (u64, u64)> = accounts::counted(&state.store)
        .await?
        .into_iter()
        .map(|(connector, there, unjoined)| (connector, (there, unjoined)))
        .collect();
    let mut rows = Vec::new();
    for connector in connectors::all(&state.store).await? {
        let (there, unjoined) = counted.get(&connector.id).copied().unwrap_or_default();
        rows.push(vec![
            Cell::link(address(&connector), &connector.name),
            Cell::Code(connector.system.clone()),
            Cell::Text(kind_name(&desk, connector.kind)),
            Cell::Text(unit_name(&on, &connector.unit)),
            Cell::Number(there.to_string()),
            Cell::Number(unjoined.to_string()),
            standing(&desk, &connector).await?,
        ]);
    }
    let heads = [
        "connector-name",
        "connector-system",
        "connector-kind",
        "connector-unit",
        "connector-accounts",
        "connector-unjoined",
        "connector-last",
    ];
    let mut blocks = vec![
        Block::Text(desk.t("connectors-about")),
        Block::Table(Table {
            caption: desk.t("connectors-title"),
            heads: heads.map(|key| desk.t(key)).into(),
            rows,
            empty: desk.t("connectors-none"),
            around: vec![],
        }),
    ];
    if visit.rights.could(Action::Change, Resource::Connector) {
        blocks.push(Block::Heading(desk.t("connector-new")));
        let ways = ConnectorKind::ALL.iter().map(|kind| {
            Link::new(format!("/admin/connectors/new?kind={kind}"), desk.t(&format!("connector-new-{kind}")))
        });
        blocks.push(Block::Actions(ways.collect()));
    }
    desk.page(desk.t("connectors-title"), &[], &blocks)
}

pub(super) fn kind_name(desk: &Desk<'_>, kind: ConnectorKind) -> String {
    desk.t(&format!("connector-kind-{kind}"))
}

/// How the last reading went.
async fn standing(desk: &Desk<'_>, connector: &Connector) -> Result<Cell, Trouble> {
    if connector.kind == ConnectorKind::Attestation {
        return Ok(Cell::Text(desk.t("connector-no-reading")));
    }
    let last = connectors::runs_of(&desk.state.store, &connector.id, 1).await?.into_iter().next();
    Ok(match last {
        None => Cell::Badge("unknown", desk.t("connector-never-read")),
        Some(run) => {
            let when = desk.moment(run.ended_at);
            match run.problem {
                None if connector.taken_over_at.is_none() => Cell::Badge("unknown", desk.t("connector-not-taken-over")),
                None => Cell::Badge("pass", text!(desk.texts, "connector-read-at", moment = when)),
                Some(_) => Cell::Badge("fail", text!(desk.texts, "connector-failed-at", moment = when)),
            }
        }
    })
}
