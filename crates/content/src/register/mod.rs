//! The register of legal documents (`content/documents/`): what is in force, what replaced what, and which duty of which
//! document is looked after by which control.
//!
//! Nothing is stated without where it is known from and as of which day. What nobody could check says so.

mod file;
mod links;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use khien_directive::{Directive, Texts};
use khien_model::words;

pub use file::{read_register, register_schema_text};

/// The form of the files that this program reads.
pub const VERSION: i64 = 1;
/// How many documents a register may have.
pub const MAX_DOCUMENTS: usize = 5_000;
/// How many duties one document may have.
pub const MAX_OBLIGATIONS: usize = 50;
/// The longest text, in letters.
pub const MAX_LETTERS: usize = 500;
/// The longest id, in letters.
pub const MAX_ID: usize = 64;

/// The files that ship with the program.
const FILES: &[(&str, &[u8])] = &[
    ("laws-and-decrees.yaml", include_bytes!("../../../../content/documents/laws-and-decrees.yaml")),
    (
        "prime-minister-and-ministries.yaml",
        include_bytes!("../../../../content/documents/prime-minister-and-ministries.yaml"),
    ),
    ("ministry-of-justice.yaml", include_bytes!("../../../../content/documents/ministry-of-justice.yaml")),
];

words! {
    /// What kind of document it is.
    pub enum DocumentKind {
        /// Luật.
        Law = "law",
        /// Nghị định.
        Decree = "decree",
        /// Thông tư.
        Circular = "circular",
        /// Quyết định.
        Decision = "decision",
        /// Chỉ thị.
        Instruction = "instruction",
        /// Công điện.
        Dispatch = "dispatch",
        /// Công văn.
        Letter = "letter",
        /// Tiêu chuẩn, quy chuẩn.
        Standard = "standard",
    }
}

words! {
    /// Whether a document counts.
    pub enum DocumentStatus {
        /// Còn hiệu lực.
        InForce = "in_force",
        /// Hết hiệu lực, còn dùng chuyển tiếp.
        Transitional = "transitional",
        /// Hết hiệu lực.
        Expired = "expired",
        /// Chưa rõ.
        Unclear = "unclear",
    }
}

words! {
    /// How far somebody compared an entry with its source.
    pub enum Checked {
        /// The text itself was read.
        FullText = "full_text",
        /// A public page about it was read.
        PublicPage = "public_page",
        /// Nobody compared it.
        NotChecked = "not_checked",
    }
}

/// When a document was issued: the day, or the year where the day is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Issued {
    /// On that day.
    Day(Date),
    /// In that year.
    Year(i16),
}

impl Issued {
    /// The first day on which it can have been.
    pub fn earliest(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Year(year) => Date::constant(year, 1, 1),
        }
    }
}

/// Where an entry is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFrom {
    /// How far it was compared.
    pub checked: Checked,
    /// The text, page or notice, in Vietnamese.
    pub place: String,
    /// Its address.
    pub url: Option<String>,
}

/// A document that another one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The id of the earlier document.
    pub document: String,
    /// From which day on, where it is known.
    pub on: Option<Date>,
}

/// What a document asks of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Where it stands.
    pub article: Option<String>,
    /// In our words.
    pub text: Texts,
    /// The controls of the directive that look after it.
    pub controls: Vec<String>,
}

/// One legal document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredDocument {
    /// The stable id; the same as in the directives that cite it.
    pub id: String,
    /// Số/ký hiệu.
    pub number: String,
    /// What kind it is.
    pub kind: DocumentKind,
    /// Trích yếu.
    pub title: Texts,
    /// Who issued it.
    pub issuer: Texts,
    /// When.
    pub issued: Issued,
    /// From which day on it counts, where it is known.
    pub in_force_from: Option<Date>,
    /// The first day on which it no longer counts.
    pub in_force_to: Option<Date>,
    /// Whether it counts.
    pub status: DocumentStatus,
    /// The day on which that was true.
    pub as_of: Date,
    /// Where all of this is known from.
    pub known_from: KnownFrom,
    /// What it takes the place of.
    pub replaces: Vec<Replaced>,
    /// What it asks of an office.
    pub obligations: Vec<Obligation>,
}

/// The register: the latest document first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register {
    documents: Vec<RegisteredDocument>,
}

impl Register {
    /// Puts documents together, and says what is wrong with how they are linked.
    pub fn new(mut documents: Vec<RegisteredDocument>) -> Result<Self, Vec<String>> {
        let mistakes = links::mistakes(&documents);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        documents.sort_by(|one, other| other.issued.cmp_days(one.issued).then_with(|| one.number.cmp(&other.number)));
        Ok(Self { documents })
    }

    /// The documents, the latest first.
    pub fn documents(&self) -> &[RegisteredDocument] {
        &self.documents
    }

    /// The document with the id `id`.
    pub fn find(&self, id: &str) -> Option<&RegisteredDocument> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// What took the place of the document `id`, each with the day where it is known.
    pub fn replaced_by(&self, id: &str) -> Vec<(&RegisteredDocument, Option<Date>)> {
        let link =
            |document: &RegisteredDocument| document.replaces.iter().find(|old| old.document == id).map(|old| old.on);
        self.documents.iter().filter_map(|document| Some((document, link(document)?))).collect()
    }

    /// The document `id`, everything before it and everything after it that took each other's place: the oldest first.
    pub fn line_of(&self, id: &str) -> Vec<&RegisteredDocument> {
        let mut line: Vec<&str> = vec![id];
        let mut next = 0;
        while let Some(at) = line.get(next).copied() {
            next += 1;
            let before =
                self.find(at).into_iter().flat_map(|document| &document.replaces).map(|old| old.document.as_str());
            let after = self.replaced_by(at).into_iter().map(|(document, _)| document.id.as_str());
            for other in before.chain(after).collect::<Vec<_>>() {
                if !line.contains(&other) {
                    line.push(other);
                }
            }
        }
        self.documents.iter().rev().filter(|document| line.contains(&document.id.as_str())).collect()
    }

    /// The documents that ask for what `control` looks after, each with the duty.
    pub fn of_control<'r>(
        &'r self,
        control: &'r str,
    ) -> impl Iterator<Item = (&'r RegisteredDocument, &'r Obligation)> {
        self.documents.iter().flat_map(move |document| {
            let duties = document.obligations.iter();
            duties.filter(move |duty| duty.controls.iter().any(|id| id == control)).map(move |duty| (document, duty))
        })
    }
}

impl Issued {
    fn cmp_days(self, other: Self) -> std::cmp::Ordering {
        self.earliest().cmp(&other.earliest())
    }
}

/// The register that ships with the program.
///
/// # Panics
/// When the embedded files, which are part of the program, are not in order.
pub fn register() -> Register {
    let mut documents = Vec::new();
    for (name, bytes) in FILES {
        documents.extend(read_register(name, bytes).expect("our own register is in order"));
    }
    Register::new(documents).expect("our own register is linked in order")
}

/// Duties whose control is not in `directive`. Each in a sentence.
pub fn misfits(register: &Register, directive: &Directive) -> Vec<String> {
    let mut misfits = Vec::new();
    for document in register.documents() {
        for control in document.obligations.iter().flat_map(|duty| &duty.controls) {
            if directive.control(control).is_none() {
                misfits.push(format!("document {}: there is no control {control}", document.id));
            }
        }
    }
    misfits
}
