//! `POST /api/v1/scan`: an application asks about files before it takes them, as a form or as they are. `GET`: it asks what
//! the gate goes by, and thereby says that it is there.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse};
use jiff::Timestamp;
use khien_gates::{Action, Answer, Decision, GatePolicy, NotInspected, Received, SpoolWriter, of_disposition};
use khien_inspect::{Inspection, Verdict};
use khien_protocol::{GateFile, GatePolicySaid, GateRules, GateVerdict, NotInspectedSaid, SuspiciousSaid};
use khien_scan::receipt::{RuleSource, newest};
use khien_store::gates::{self, Gate, GateProtocol, GateSaid};
use khien_store::{Actor, StoreError};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::gate_of;
use crate::api::openapi::Described;
use crate::form_parts::FormParts;
use crate::limits::{MAX_FORM_BYTES, MAX_SCAN_FILES};
use crate::metrics::OfVerdict;
use crate::scans::service::{Incoming, Place, Rules};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Says what is said of all files together.
const VERDICT: HeaderName = HeaderName::from_static("x-khien-verdict");
/// What a form is sent as.
const FORM: &str = "multipart/form-data";
/// The longest name, in letters.
const MAX_NAME: usize = 255;
/// What a gate of HTTP does with each verdict: the application is told whether the file may pass.
const POLICY: GatePolicy = GatePolicy { suspicious: Action::Pass, not_inspected: NotInspected::Block };

/// What is said about files that are sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    name: Option<String>,
    client: Option<String>,
}

/// A text in both languages.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Both {
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

/// One thing that was found in a file, or why something in it could not be looked into.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ScanFinding {
    /// Where in the file.
    path: String,
    /// What it is.
    what: Both,
    /// What to do.
    fix: Both,
}

/// What was found out about one file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ScannedFile {
    /// What it is called.
    name: String,
    /// In bytes.
    size: u64,
    /// SHA-256, in lower-case hexadecimal digits.
    sha256: String,
    /// What is said of it.
    verdict: GateVerdict,
    /// Whether it may pass.
    passes: bool,
    /// The id of what decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What was found, and why something could not be looked into; the gravest first.
    findings: Vec<ScanFinding>,
    /// Why something could not be looked into.
    not_inspected: Vec<Both>,
    /// How long it was looked into, in milliseconds.
    milliseconds: u64,
}

/// One set of rules or signatures that looks at files.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RulesUsed {
    /// What it is called: `khien` for our own rules, the name of a pack, `clamav`.
    name: String,
    /// Its version, or the id of its content.
    id: String,
    /// When it was made (RFC 3339), where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<String>,
    /// How old it is, in whole days.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_days: Option<u64>,
}

impl RulesUsed {
    fn all(rules: &Rules, now: Timestamp) -> Vec<Self> {
        let aged = rules.sources.iter().map(|source| source.clone().aged(now));
        aged.map(|RuleSource { name, id, made_at, age_days }| Self { name, id, made_at, age_days }).collect()
    }
}

/// What was found out about all files of a request.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ScanAnswer {
    /// The gravest verdict.
    verdict: GateVerdict,
    /// Whether all may pass.
    passes: bool,
    /// The rules that looked.
    rules: GateRules,
    /// Which they are, and how old.
    rule_sources: Vec<RulesUsed>,
    /// The files, in the order in which they were sent.
    files: Vec<ScannedFile>,
}

/// What a gate goes by.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ScanTerms {
    /// What is done with each verdict.
    policy: GatePolicySaid,
    /// The rules in force.
    rules: GateRules,
    /// Which they are, and how old.
    rule_sources: Vec<RulesUsed>,
    /// How many bytes all files of a request may have.
    max_bytes: u64,
    /// How many files a form may have.
    max_files: usize,
}

/// A file that came in.
struct Arrived {
    name: String,
    received: Received,
}

/// The gate of a request: one that applications ask.
async fn http_gate(state: &AppState, headers: &HeaderMap) -> Result<Gate, Trouble> {
    let gate = gate_of(state, headers).await?;
    if gate.protocol == GateProtocol::Http { Ok(gate) } else { Err(Trouble::TokenOfOther) }
}

/// Takes files, looks into them, answers, and writes them into the log: the token first, then a place, then the body.
pub(super) async fn take(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<impl IntoResponse, Trouble> {
    let gate = http_gate(&state, request.headers()).await?;
    let limit = state.scans.settings().limits.input_bytes;
    let too_large = || Trouble::TooLarge { limit_bytes: usize::try_from(limit).unwrap_or(usize::MAX) };
    let is_form = header(request.headers(), &CONTENT_TYPE).is_some_and(|kind| is_form(&kind));
    let told = header(request.headers(), &CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    // What a form has around its files is no part of them.
    if !is_form && told.is_some_and(|told| told > limit) {
        return Err(too_large());
    }
    let place = state.scans.enter()?;
    let mut room = Room { left: limit, too_large: too_large() };
    let arrived = if is_form {
        form(&place, request, &mut room).await?
    } else {
        vec![raw(&place, request, &asked, &mut room).await?]
    };
    let mut answered = Vec::new();
    for file in arrived {
        answered.push(looked(&place, file).await);
    }
    let rules = answered.iter().map(|(_, rules)| rules.clone()).find(|rules| !rules.id.is_empty()).unwrap_or_default();
    let files: Vec<ScannedFile> = answered.into_iter().map(|(file, _)| file).collect();
    let client = asked.client.or_else(|| visit.address.map(|address| address.to_string()));
    note(&state, &visit, &gate, &rules, &files, client.as_deref()).await?;
    let verdict = files.iter().map(|file| file.verdict).max().unwrap_or(GateVerdict::NotInspected);
    let answer = ScanAnswer {
        verdict,
        passes: files.iter().all(|file| file.passes),
        rules: named(&rules),
        rule_sources: RulesUsed::all(&rules, (state.clock)()),
        files,
    };
    Ok((AppendHeaders([(VERDICT, HeaderValue::from_static(verdict.as_str()))]), Json(answer)))
}

/// Says what the gate goes by.
pub(super) async fn terms(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Json<ScanTerms>, Trouble> {
    let gate = http_gate(&state, &headers).await?;
    let scans = Arc::clone(&state.scans);
    let rules = tokio::task::spawn_blocking(move || scans.rules()).await;
    let rules = rules.map_err(|error| Trouble::Internal { detail: error.to_string() })?;
    let rules = rules.map_err(|problem| Trouble::Internal { detail: problem.to_string() })?;
    note(&state, &visit, &gate, &rules, &[], None).await?;
    Ok(Json(ScanTerms {
        policy: policy(),
        rule_sources: RulesUsed::all(&rules, (state.clock)()),
        rules: named(&rules),
        max_bytes: state.scans.settings().limits.input_bytes,
        max_files: MAX_SCAN_FILES,
    }))
}

fn named(rules: &Rules) -> GateRules {
    GateRules { id: rules.id.clone(), made_at: newest(&rules.sources) }
}

const fn policy() -> GatePolicySaid {
    GatePolicySaid { suspicious: SuspiciousSaid::Pass, not_inspected: NotInspectedSaid::Block }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_form(kind: &str) -> bool {
    kind.trim_start().get(..FORM.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(FORM))
}

/// How much may still come.
struct Room {
    left: u64,
    too_large: Trouble,
}

impl Room {
    async fn take(&mut self, writer: &mut SpoolWriter, part: &[u8]) -> Result<(), Trouble> {
        self.left = self.left.checked_sub(part.len() as u64).ok_or_else(|| self.too_large.clone())?;
        writer.write(part).await;
        Ok(())
    }
}

/// A body that is the file.
async fn raw(place: &Place, request: Request, asked: &Asked, room: &mut Room) -> Result<Arrived, Trouble> {
    let told = header(request.headers(), &CONTENT_DISPOSITION).and_then(|value| of_disposition(&value));
    let name = told.or_else(|| asked.name.as_deref().and_then(khien_gates::tame_name)).unwrap_or_default();
    let mut writer = place.writer()?;
    let mut body: Body = request.into_body();
    loop {
        let next =
            std::future::poll_fn(|context| axum::body::HttpBody::poll_frame(std::pin::Pin::new(&mut body), context));
        let Some(frame) = next.await else { break };
        let frame = frame.map_err(|error| Trouble::BadRequest { detail: format!("the body: {error}") })?;
        if let Ok(part) = frame.into_data() {
            room.take(&mut writer, &part).await?;
        }
    }
    let received = writer.finish().await;
    // An application that forgot the file must not take this for an answer about one.
    if received.size == 0 {
        return Err(Trouble::NoFile);
    }
    Ok(Arrived { name, received })
}

/// The files of a form. Fields without a file name are read over.
async fn form(place: &Place, mut request: Request, room: &mut Room) -> Result<Vec<Arrived>, Trouble> {
    let bad = |what: &str| Trouble::BadRequest { detail: format!("form: {what}") };
    // What is around the files is bounded too, and no part of what is said to be the bound.
    let limit = usize::try_from(room.left).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(limit.saturating_add(MAX_FORM_BYTES)).apply(&mut request);
    let mut parts = FormParts::of(request, "form", limit).await?;
    let mut arrived = Vec::new();
    let mut fields = 0;
    while let Some(mut part) = parts.next().await? {
        fields += 1;
        if fields > MAX_SCAN_FILES {
            return Err(bad(&format!("more than {MAX_SCAN_FILES} parts")));
        }
        let name = name_of(&part.field);
        let mut writer = place.writer()?;
        while let Some(chunk) = part.chunk().await? {
            room.take(&mut writer, &chunk).await?;
        }
        let Some(name) = name else { continue };
        let received = writer.finish().await;
        // A browser sends a field for which no file was chosen with neither name nor content.
        if !name.is_empty() || received.size > 0 {
            arrived.push(Arrived { name, received });
        }
    }
    if arrived.is_empty() {
        return Err(Trouble::NoFile);
    }
    Ok(arrived)
}

/// What a part of a form is called, if it is a file.
fn name_of(part: &Field<'_>) -> Option<String> {
    let told = header(part.headers(), &CONTENT_DISPOSITION).and_then(|value| of_disposition(&value));
    told.or_else(|| part.file_name().map(str::to_owned))
}

/// Has one file looked into. Gives the rules too.
async fn looked(place: &Place, file: Arrived) -> (ScannedFile, Rules) {
    let (name, size, sha256) =
        (file.name.chars().take(MAX_NAME).collect::<String>(), file.received.size, file.received.sha256.clone());
    let incoming = Incoming { name: name.clone(), content_type: None, passwords: Vec::new(), received: file.received };
    let looked = place.look(incoming).await;
    let inspection: Arc<Inspection> = looked.inspection;
    let mut rules = looked.rules;
    rules.id.clone_from(&inspection.rules);
    let decision = Decision::of(&name, &Answer::Inspected(inspection), &[], &POLICY);
    let both = |vi: String, en: String| Both { vi, en };
    let findings = decision.said.into_iter().map(|said| ScanFinding {
        path: said.path,
        what: both(said.what_vi, said.what_en),
        fix: both(said.fix_vi, said.fix_en),
    });
    let scanned = ScannedFile {
        name,
        size,
        sha256,
        verdict: match decision.verdict {
            Verdict::Clean => GateVerdict::Clean,
            Verdict::Suspicious => GateVerdict::Suspicious,
            Verdict::NotInspected => GateVerdict::NotInspected,
            Verdict::Blocked => GateVerdict::Blocked,
        },
        passes: decision.passes,
        reason: decision.reason,
        findings: findings.collect(),
        not_inspected: decision.not_inspected.iter().map(|reason| both(reason.vi(), reason.en())).collect(),
        milliseconds: u64::try_from(looked.took.as_millis()).unwrap_or(u64::MAX),
    };
    (scanned, rules)
}

/// Writes into the log what was answered, and that the application is there.
async fn note(
    state: &AppState,
    visit: &Visit,
    gate: &Gate,
    rules: &Rules,
    files: &[ScannedFile],
    client: Option<&str>,
) -> Result<(), Trouble> {
    let now = (state.clock)();
    let program = concat!("khien ", env!("CARGO_PKG_VERSION")).to_owned();
    let said = GateSaid { at: now, program, policy: policy(), rules: named(rules) };
    let logged = files.iter().map(|file| GateFile {
        at: now,
        client: client.map(str::to_owned),
        name: file.name.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
        rules: rules.id.clone(),
        verdict: file.verdict,
        passed: file.passes,
        reason: file.reason.clone(),
        milliseconds: file.milliseconds,
    });
    let mut change = state.store.begin(Actor::System, visit.now.max(now)).await?;
    match gates::write(&mut change, &gate.id, &gate.system, &said, logged.collect()).await {
        // It was taken out of use meanwhile: what is not in a log has not passed.
        Err(StoreError::NotFound) => return Err(Trouble::TokenWrong),
        written => written?,
    }
    change.commit().await?;
    for file in files {
        let passed = if file.passes { "yes" } else { "no" };
        state.metrics.gate_files.get_or_create(&OfVerdict { verdict: file.verdict.as_str(), passed }).inc();
    }
    Ok(())
}

pub(super) fn described(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<ScanAnswer>(schemas)
        .taking_a_file_or_form()
        .asking("name", "What the file is called, where the body is the file and no Content-Disposition says it.")
        .asking("client", "From where the application has the files; without it, the address of the application.")
}

pub(super) fn terms_described(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<ScanTerms>(schemas)
}
