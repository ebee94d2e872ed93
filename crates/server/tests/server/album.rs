//! Pages as the server sent them, kept to be looked at by a browser.

use khien_test_support::{ShownPage, axe_complaints};

use crate::place::Answer;

const STYLE: &str = include_str!("../../assets/khien.css");

/// The languages of the pages.
pub(crate) const LANGUAGES: [&str; 2] = ["vi", "en"];

/// Keeps pages in the order in which they come.
pub(crate) struct Album {
    name: &'static str,
    pages: Vec<ShownPage>,
}

impl Album {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, pages: Vec::new() }
    }

    /// Keeps a page in `language`, whatever its status.
    pub(crate) fn keep(&mut self, name: &str, language: &str, answer: &Answer) {
        assert!(answer.body.contains("</html>"), "{name} is {} and no page: {}", answer.status, answer.body);
        assert!(answer.body.contains(&format!("<html lang=\"{language}\"")), "{name} is not in {language}");
        // The policy of content forbids both.
        assert!(!answer.body.contains(" style=") && !answer.body.contains("<script"), "{name}");
        let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
        let slug: String = letters.collect();
        let name = format!("{}-{:03}-{slug}.{language}", self.name, self.pages.len());
        self.pages.push(ShownPage { name, html: answer.body.clone() });
    }

    /// Has axe-core look at every page.
    #[expect(clippy::print_stdout, reason = "a test that misses its peer says so")]
    pub(crate) fn look(&self) {
        match axe_complaints(&self.pages, STYLE) {
            Ok(complaints) => assert!(complaints.is_empty(), "{}", complaints.join("\n")),
            Err(reason) => println!("SKIPPED: {reason}"),
        }
    }
}
