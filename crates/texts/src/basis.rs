//! The legal documents that a clause rests on, as officials cite them.

use khien_directive::{Basis, Clause, Directive};

use crate::{Bilingual, Texts};

/// One legal document and the places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedDocument {
    /// Number and sign, e.g. `116/2025/QH15`; `None` for a document without one.
    pub number: Option<String>,
    /// The title.
    pub title: Bilingual,
    /// The places in it, e.g. `Điều 31`.
    pub articles: Vec<String>,
}

impl CitedDocument {
    /// As officials cite it in passing: `331/2026/NĐ-CP, Điều 31`.
    pub fn cited(&self, texts: &Texts) -> String {
        self.with_articles(self.number.as_deref().unwrap_or_else(|| texts.pick(&self.title)).to_owned())
    }

    /// In full: `Luật An ninh mạng (116/2025/QH15), Điều 31`.
    pub fn in_full(&self, texts: &Texts) -> String {
        let title = texts.pick(&self.title);
        let number = self.number.as_ref().map(|number| format!(" ({number})")).unwrap_or_default();
        self.with_articles(format!("{title}{number}"))
    }

    fn with_articles(&self, mut cited: String) -> String {
        for article in &self.articles {
            cited.push_str(", ");
            cited.push_str(article);
        }
        cited
    }
}

/// The documents that a clause cites, each once with all its places.
pub fn basis_of(directive: &Directive, clause: &Clause) -> Vec<CitedDocument> {
    let mut documents: Vec<(&str, CitedDocument)> = Vec::new();
    for Basis { document: key, article } in &clause.basis {
        let place = documents.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            documents.push((key, document(directive, key)));
            documents.len() - 1
        });
        documents[place].1.articles.extend(article.clone());
    }
    documents.into_iter().map(|(_, document)| document).collect()
}

fn document(directive: &Directive, key: &str) -> CitedDocument {
    match directive.document(key) {
        Some(document) => CitedDocument {
            // A letter whose number is not known has a remark in brackets in its place.
            number: Some(document.number.clone()).filter(|number| !number.starts_with('(')),
            title: document.title.clone(),
            articles: Vec::new(),
        },
        None => CitedDocument { number: None, title: Bilingual::same(key), articles: Vec::new() },
    }
}
