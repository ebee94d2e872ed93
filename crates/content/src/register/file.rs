//! A file of the register as it is written, read and checked entry by entry.

use jiff::civil::Date;
use khien_directive::{Lang, Texts, plain_value, render};
use khien_model::text::nfc;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Checked, DocumentKind, DocumentStatus, Issued, KnownFrom, MAX_DOCUMENTS, MAX_ID, MAX_LETTERS, MAX_OBLIGATIONS,
    Obligation, RegisteredDocument, Replaced, VERSION,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Khiên register of legal documents")]
struct RegisterFile {
    /// The version of this form: 1.
    khien: i64,
    /// The documents.
    documents: Vec<DocumentFile>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DocumentFile {
    /// The stable id: lower-case letters, digits, hyphens. The same as in the directives that cite the document.
    id: String,
    /// Số/ký hiệu, e.g. '116/2025/QH15'.
    number: String,
    kind: DocumentKind,
    title: BothFile,
    issuer: BothFile,
    /// The day, or the year as a text where the day is not known.
    issued: String,
    /// The first day on which it counts.
    #[serde(default)]
    in_force_from: Option<Date>,
    /// The first day on which it no longer counts.
    #[serde(default)]
    in_force_to: Option<Date>,
    status: DocumentStatus,
    /// The day on which the status was true.
    as_of: Date,
    known_from: KnownFromFile,
    /// What it takes the place of.
    #[serde(default)]
    replaces: Vec<ReplacedFile>,
    /// What it asks of an office.
    obligations: Vec<ObligationFile>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KnownFromFile {
    checked: Checked,
    /// The text, page or notice.
    r#where: String,
    /// Its address.
    #[serde(default)]
    url: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReplacedFile {
    /// The id of the earlier document.
    document: String,
    /// From which day on, where it is known.
    #[serde(default)]
    on: Option<Date>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ObligationFile {
    /// Where it stands.
    #[serde(default)]
    article: Option<String>,
    text: BothFile,
    /// The controls of the directive that look after it.
    controls: Vec<String>,
}

/// A sentence in both languages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BothFile {
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

/// Reads a file of the register; every mistake in a sentence that says where it is. How the documents are linked is for
/// [`Register::new`](super::Register::new) to check.
pub fn read_register(name: &str, bytes: &[u8]) -> Result<Vec<RegisteredDocument>, Vec<String>> {
    let value = plain_value(name, bytes.to_vec())
        .map_err(|mistakes| mistakes.iter().map(|mistake| render(mistake, Lang::En, false)).collect::<Vec<_>>())?;
    let file: RegisterFile = serde_json::from_value(value).map_err(|error| vec![format!("{name}: {error}")])?;
    let mut mistakes = Vec::new();
    if file.khien != VERSION {
        mistakes.push(format!("{name}: khien: {} is a form that this program does not read", file.khien));
    }
    if file.documents.len() > MAX_DOCUMENTS {
        mistakes.push(format!("{name}: more than {MAX_DOCUMENTS} documents"));
    }
    let written = file.documents.into_iter().take(MAX_DOCUMENTS);
    let documents: Vec<RegisteredDocument> =
        written.filter_map(|written| checked(name, written, &mut mistakes)).collect();
    if mistakes.is_empty() { Ok(documents) } else { Err(mistakes) }
}

fn checked(name: &str, written: DocumentFile, mistakes: &mut Vec<String>) -> Option<RegisteredDocument> {
    let place = format!("{name}: document {}", written.id);
    check_id(&place, &written.id, mistakes);
    let issued = issued(&written.issued);
    if issued.is_none() {
        mistakes.push(format!("{place}: issued: {:?} is neither a day nor a year", written.issued));
    }
    if written.obligations.len() > MAX_OBLIGATIONS {
        mistakes.push(format!("{place}: more than {MAX_OBLIGATIONS} obligations"));
    }
    if written.known_from.url.as_ref().is_some_and(|url| !url.starts_with("https://")) {
        mistakes.push(format!("{place}: url: only addresses that begin with https:// are taken"));
    }
    let mut tidy = |text: &str| tidy(&place, text, mistakes);
    let document = RegisteredDocument {
        number: tidy(&written.number),
        kind: written.kind,
        title: written.title.texts(&mut tidy),
        issuer: written.issuer.texts(&mut tidy),
        issued: issued?,
        in_force_from: written.in_force_from,
        in_force_to: written.in_force_to,
        status: written.status,
        as_of: written.as_of,
        known_from: KnownFrom {
            checked: written.known_from.checked,
            place: tidy(&written.known_from.r#where),
            url: written.known_from.url,
        },
        replaces: written.replaces.into_iter().map(|old| Replaced { document: old.document, on: old.on }).collect(),
        obligations: written
            .obligations
            .into_iter()
            .take(MAX_OBLIGATIONS)
            .map(|duty| Obligation {
                article: duty.article.map(|article| tidy(&article)),
                text: duty.text.texts(&mut tidy),
                controls: duty.controls,
            })
            .collect(),
        id: written.id,
    };
    check_days(&place, &document, mistakes);
    Some(document)
}

/// A day, or a year alone.
fn issued(text: &str) -> Option<Issued> {
    if let Ok(day) = text.parse() {
        return Some(Issued::Day(day));
    }
    let year: i16 = text.parse().ok()?;
    (1945..=2100).contains(&year).then_some(Issued::Year(year))
}

fn check_days(place: &str, document: &RegisteredDocument, mistakes: &mut Vec<String>) {
    let issued = document.issued.earliest();
    if document.as_of < issued {
        mistakes.push(format!("{place}: as_of: the status was noted before the document was issued"));
    }
    if document.in_force_from.is_some_and(|from| from < issued) {
        mistakes.push(format!("{place}: in_force_from: it counts before it was issued"));
    }
    let begins = document.in_force_from.unwrap_or(issued);
    if document.in_force_to.is_some_and(|to| to <= begins) {
        mistakes.push(format!("{place}: in_force_to: it ends before it begins"));
    }
    let has_ended = document.in_force_to.is_some_and(|to| to <= document.as_of);
    if document.status == DocumentStatus::InForce && has_ended {
        mistakes.push(format!("{place}: status: it is in force, and in_force_to has passed"));
    }
    if document.status == DocumentStatus::InForce && document.in_force_from.is_some_and(|from| document.as_of < from) {
        mistakes.push(format!("{place}: status: it is in force, and in_force_from has not come"));
    }
    if document.status == DocumentStatus::Expired && document.in_force_to.is_some() && !has_ended {
        mistakes.push(format!("{place}: status: it has expired, and in_force_to has not come"));
    }
}

impl BothFile {
    fn texts(&self, tidy: &mut impl FnMut(&str) -> String) -> Texts {
        Texts::new(tidy(&self.vi), tidy(&self.en))
    }
}

fn tidy(place: &str, text: &str, mistakes: &mut Vec<String>) -> String {
    let tidy = nfc(text.trim()).into_owned();
    if tidy.is_empty() || tidy.chars().count() > MAX_LETTERS {
        mistakes.push(format!("{place}: a text is empty or longer than {MAX_LETTERS} letters: {tidy:?}"));
    }
    tidy
}

fn check_id(place: &str, id: &str, mistakes: &mut Vec<String>) {
    let known = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(known) {
        mistakes
            .push(format!("{place}: the id {id:?} is not of lower-case letters, digits and hyphens, {MAX_ID} at most"));
    }
}

/// The schema of such files, for editors, as the text of `content/schema/register.schema.json`.
pub fn register_schema_text() -> String {
    let schema =
        schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<RegisterFile>();
    format!("{:#}\n", schema.to_value())
}
