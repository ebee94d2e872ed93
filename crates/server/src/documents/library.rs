//! The register and the texts, ready to be looked through.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use khien_content::register::{self, Register, RegisteredDocument};
use khien_documents::{Entry, Field, Index};
use khien_store::{StoreError, studies};

use crate::state::AppState;
use crate::trouble::Trouble;

/// How much a word counts in the number, the title, the rest of what the register says, and the text.
const WEIGHTS: [u8; 4] = [8, 6, 2, 1];

/// The parts of a document in the index, in this order.
pub(super) const NUMBER: usize = 0;
/// The title in the language of the office.
pub(super) const TITLE: usize = 1;
/// What else the register says.
pub(super) const REST: usize = 2;
/// The text, where there is one.
pub(super) const TEXT: usize = 3;

/// The register that ships with the program.
pub(crate) fn register() -> &'static Register {
    static REGISTER: LazyLock<Register> = LazyLock::new(register::register);
    &REGISTER
}

/// The document of the register with this id.
pub(super) fn find(id: &str) -> Result<&'static RegisteredDocument, Trouble> {
    register().find(id).ok_or(Trouble::NotFound)
}

/// An index, and a mark of each text that it was made of.
type Made = (Vec<(String, String)>, Arc<Index>);

/// The index as it was made last, and of which texts. Another text makes another one, on whichever server it was uploaded.
#[derive(Default)]
pub(crate) struct Library(Mutex<Option<Made>>);

impl std::fmt::Debug for Library {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Library")
    }
}

impl Library {
    /// The index of the documents of [`register()`], in its order.
    pub(super) async fn index(&self, state: &AppState) -> Result<Arc<Index>, Trouble> {
        let marks = studies::text_marks(&state.store).await?;
        if let Some((made_of, index)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && *made_of == marks
        {
            return Ok(Arc::clone(index));
        }
        let texts = studies::texts(&state.store).await?;
        let made = tokio::task::spawn_blocking(move || Index::new(entries(&texts))).await;
        let index = Arc::new(made.map_err(|error| Trouble::Internal { detail: error.to_string() })?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((marks, Arc::clone(&index)));
        Ok(index)
    }
}

fn entries(texts: &[studies::DocumentText]) -> Vec<Entry> {
    let entry = |document: &RegisteredDocument| {
        let text = texts.iter().find(|text| text.document == document.id).map(|text| text.text.clone());
        let duties = document.obligations.iter().flat_map(|duty| [&duty.text.vi, &duty.text.en]);
        let rest: Vec<&str> = [&document.issuer.vi, &document.title.en, &document.issuer.en]
            .into_iter()
            .chain(duties)
            .map(String::as_str)
            .collect();
        let parts = [document.number.clone(), document.title.vi.clone(), rest.join(" · "), text.unwrap_or_default()];
        parts.into_iter().zip(WEIGHTS).map(|(text, weight)| Field { weight, text }).collect()
    };
    register().documents().iter().map(entry).collect()
}

/// Whether there is a text of each document.
pub(super) async fn with_text(state: &AppState) -> Result<Vec<String>, StoreError> {
    Ok(studies::text_marks(&state.store).await?.into_iter().map(|(document, _)| document).collect())
}
