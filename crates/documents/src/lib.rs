//! Texts of documents: out of files, and found again.
//!
//! ```text
//! .pdf, .docx, .txt ─▶ text_of ─▶ text ─▶ Index::new ─▶ search ─▶ hits, ranked, each with an excerpt
//!                      bounded                          without marks, đ as d, words broken by stray spaces put together
//! ```
//!
//! **Knows nothing** about files on a disk, the register or the server: it reads what it is handed.

#![forbid(unsafe_code)]

mod extract;
mod find;

pub use extract::{FileKind, MAX_FILE_BYTES, MAX_LETTERS, MAX_PAGES, TextProblem, text_of};
pub use find::{
    Entry, Field, Hit, Index, MAX_ENTRIES, MAX_EXCERPT_LETTERS, MAX_QUERY_LETTERS, MAX_TERMS, MAX_WORDS, Piece,
};
