//! Receipts: signed with a key of this installation, to be printed and to be verified elsewhere.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use khien_model::day_of;
use khien_scan::receipt::{Receipt, ReceiptFile, RuleSource, new_key, public_key};
use khien_store::scans::{self, ReceiptKey, ScanFile};
use khien_store::{Actor, Store};
use khien_texts::text;
use ring::digest::{SHA256, digest};
use tracing::error;

use super::{address, one};
use crate::admin::desk::{Desk, unit_name};
use crate::attachments::size_shown;
use crate::page::{Crumb, Frame, Page};
use crate::sealing;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// For what a key is sealed.
fn purpose(public_key: &str) -> String {
    format!("receipt {public_key}")
}

/// The receipt for these files; nothing when there is no key to sign with, which the log tells and the page says.
pub(super) async fn signed(
    state: &AppState,
    by: &str,
    scanned_at: Timestamp,
    (rules, sources): (&str, Vec<RuleSource>),
    files: Vec<ReceiptFile>,
) -> Option<String> {
    let key = match own_key(state, scanned_at).await {
        Ok(key) => key,
        Err(trouble) => {
            error!(%trouble, "there is no key to sign receipts with");
            return None;
        }
    };
    let program = format!("khien {}", env!("CARGO_PKG_VERSION"));
    let receipt = Receipt::new(
        scanned_at.to_string(),
        by.to_owned(),
        state.public_url.to_string(),
        program,
        rules.to_owned(),
        files,
    )
    .with_rule_sources(sources);
    let signed = receipt.signed(&key).inspect_err(|problem| error!(%problem, "a receipt could not be signed")).ok()?;
    (signed.chars().count() <= scans::MAX_RECEIPT).then_some(signed)
}

/// The key of this installation: the latest that opens with the key of the data folder, or a new one.
async fn own_key(state: &AppState, now: Timestamp) -> Result<Vec<u8>, Trouble> {
    let internal = |detail: String| Trouble::Internal { detail };
    let data = &state.settings.data;
    for known in scans::receipt_keys(&state.store).await? {
        let opened = sealing::open(data, &known.sealed, &purpose(&known.public_key));
        if let Some(key) = opened.ok().and_then(|key| STANDARD.decode(key).ok()) {
            return Ok(key);
        }
        // It came with a backup from a server whose key of the data folder is not here: what it signed stays good.
    }
    let key = new_key().map_err(|problem| internal(problem.to_string()))?;
    let public_key = public_key(&key).map_err(|problem| internal(problem.to_string()))?;
    let sealed = sealing::seal(data, &STANDARD.encode(&key), &purpose(&public_key));
    let sealed = sealed.map_err(|problem| internal(problem.to_string()))?;
    let mut change = state.store.begin(Actor::System, now).await?;
    scans::insert_key(&mut change, &ReceiptKey { public_key, sealed, made_at: now }).await?;
    change.commit().await?;
    Ok(key)
}

/// Whether this installation has ever signed with this key.
async fn is_ours(store: &Store, public_key: &str) -> Result<bool, Trouble> {
    Ok(scans::receipt_keys(store).await?.iter().any(|key| key.public_key == public_key))
}

/// A key in few letters, to be compared by eye: the beginning of its SHA-256, in fours.
fn fingerprint(public_key: &str) -> String {
    const BYTES: usize = 16;
    let bytes = STANDARD.decode(public_key).unwrap_or_default();
    let hash = digest(&SHA256, &bytes);
    let hex: Vec<String> = hash.as_ref().iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect();
    hex.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(" ")
}

#[derive(Template)]
#[template(path = "scans/receipt.html")]
struct ReceiptPage<'p> {
    frame: Frame<'p>,
    organisation: String,
    facts: Vec<(String, String)>,
    files: Vec<Line>,
    rest: Vec<String>,
    fingerprint: String,
    key: String,
    json: String,
    /// What the signed receipt is called when it is downloaded.
    file_name: String,
}

/// What a signed receipt is called when it is downloaded.
fn file_name(id: &str) -> String {
    format!("phieu-{id}.json")
}

/// One file of a receipt.
struct Line {
    name: String,
    size: String,
    sha256: String,
    verdict: String,
    class: &'static str,
}

/// Shows the receipt to be printed.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let scan = one::found(&desk, &id).await?;
    let signed = scan.receipt.as_deref().ok_or(Trouble::NotFound)?;
    let changed = |problem| Trouble::Internal { detail: format!("receipt of {id}: {problem}") };
    let (receipt, key) = Receipt::verified(signed.as_bytes()).map_err(changed)?;
    let tree = desk.tree().await?;
    let unit = scan.unit.as_deref().map(|unit| unit_name(&tree.on(desk.today), unit));
    let mut facts = vec![
        (desk.t("scans-who"), desk.person_name(&scan.person).await?),
        (desk.t("scans-unit"), unit.unwrap_or_else(|| desk.t("scans-no-unit"))),
        (desk.t("scans-when"), desk.moment(scan.scanned_at)),
        (desk.t("scans-verdict"), desk.t(&format!("scans-verdict-{}", scan.verdict))),
        (desk.t("scans-server"), receipt.machine.clone()),
        (desk.t("scans-program"), receipt.program.clone()),
    ];
    facts.extend(rules_shown(&desk, &scan.rules, &receipt.rule_sources));
    facts.push((desk.t("scans-id"), scan.id.clone()));
    facts.retain(|(_, value)| !value.is_empty());
    let files = scans::files_of(&state.store, &id).await?;
    let line = |file: &ScanFile| Line {
        name: file.name.clone(),
        size: size_shown(file.size, desk.texts),
        sha256: file.sha256.clone(),
        verdict: desk.t(&format!("scans-verdict-{}", file.verdict)),
        class: super::class_of(&file.verdict),
    };
    let mut rest = vec![desk.t("scans-receipt-means")];
    if !is_ours(&state.store, &key).await? {
        rest.push(desk.t("scans-receipt-other-key"));
    }
    let page = ReceiptPage {
        organisation: khien_store::settings::ORGANISATION_NAME.get(&state.store).await?,
        facts,
        files: files.iter().map(line).collect(),
        rest,
        fingerprint: fingerprint(&key),
        key,
        json: format!("{}/receipt.json", address(&id)),
        file_name: file_name(&id),
        frame: Frame::new(&state, &visit, desk.t("scans-receipt"))
            .below(vec![Crumb::new(desk.t("scans-title"), "/scan"), Crumb::new(desk.t("scans-result"), address(&id))]),
    };
    Page::new(&page)
}

/// The rules and signatures that looked, as a receipt names them; nothing without a receipt.
pub(super) fn sources_of(receipt: Option<&str>) -> Vec<RuleSource> {
    let read = receipt.and_then(|signed| Receipt::verified(signed.as_bytes()).ok());
    read.map(|(receipt, _)| receipt.rule_sources).unwrap_or_default()
}

/// The rules, for a reader: each set with its age, and the id of all of them.
pub(super) fn rules_shown(desk: &Desk<'_>, rules: &str, sources: &[RuleSource]) -> Vec<(String, String)> {
    let one = |source: &RuleSource| {
        let (name, id) = (text!(desk.texts, "scans-rules-of", name = source.name.as_str()), source.id.as_str());
        let made = source.made_at.as_deref().and_then(|made| made.parse::<Timestamp>().ok());
        let age = match (source.age_days, made.map(day_of)) {
            (Some(days), Some(made)) => {
                text!(desk.texts, "scans-rules-age", id = id, days = days, made = desk.day(made))
            }
            _ => text!(desk.texts, "scans-rules-no-age", id = id),
        };
        (name, age)
    };
    let id = if rules.is_empty() { desk.t("scans-rules-none") } else { rules.to_owned() };
    sources.iter().map(one).chain([(desk.t("scans-rules"), id)]).collect()
}

/// What is to be said of rules that are older than they may be.
pub(super) fn old_rules(desk: &Desk<'_>, sources: &[RuleSource]) -> Vec<String> {
    let most = desk.state.settings.rules.max_age_days;
    let old = sources.iter().filter_map(|source| Some((source, source.age_days.filter(|days| *days > most)?)));
    old.map(|(source, days)| text!(desk.texts, "scans-rules-old", name = source.name.as_str(), days = days)).collect()
}

/// Hands the signed receipt out, as `khien receipt verify` reads it.
pub(super) async fn download(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let scan = one::found(&desk, &id).await?;
    let signed = scan.receipt.ok_or(Trouble::NotFound)?;
    // An id has letters and digits only.
    let disposition = format!("attachment; filename=\"{}\"", file_name(&scan.id));
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, disposition)], signed).into_response())
}
