//! `.pdf`, page by page. A page that cannot be read is left out; a file of which nothing can be read is damaged.

use lopdf::{DecompressError, Document, Error, LoadOptions};

use super::{LEAST_LETTERS_OF_PAGE, MAX_LETTERS, MAX_PAGES, MAX_UNPACKED_BYTES, TextProblem};

pub(super) fn text(bytes: &[u8]) -> Result<String, TextProblem> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_UNPACKED_BYTES), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| problem(&error))?;
    if document.is_encrypted() {
        return Err(TextProblem::Protected);
    }
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    if pages.len() > MAX_PAGES {
        return Err(TextProblem::TooMuch);
    }
    let (mut text, mut unread) = (String::new(), None);
    for page in &pages {
        for chunk in document.extract_text_chunks_with_limit(&[*page], MAX_UNPACKED_BYTES) {
            match chunk {
                Ok(chunk) => text.push_str(&chunk),
                Err(error) => unread = Some(problem(&error)),
            }
        }
        text.push('\n');
        // A letter has four bytes at most.
        if text.len() > 4 * MAX_LETTERS {
            return Err(TextProblem::TooMuch);
        }
    }
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
    if letters < LEAST_LETTERS_OF_PAGE * pages.len().max(1) {
        return Err(unread.unwrap_or(TextProblem::Scanned));
    }
    Ok(text)
}

fn problem(error: &Error) -> TextProblem {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => TextProblem::TooMuch,
        Error::Decryption(_) | Error::InvalidPassword => TextProblem::Protected,
        _ => TextProblem::Damaged,
    }
}
