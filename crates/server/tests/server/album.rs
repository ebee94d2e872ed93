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
    wrong: Vec<String>,
}

/// Whether what follows `<script` is a file of ours and nothing inside.
fn is_own_file(rest: &str) -> bool {
    rest.starts_with(" src=\"/assets/")
        && rest.split_once('>').is_some_and(|(_, inside)| inside.starts_with("</script>"))
}

impl Album {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, pages: Vec::new(), wrong: Vec::new() }
    }

    /// Keeps a page in `language`, whatever its status. What is wrong with it is said in the end, with everything else: it takes
    /// a while to come to the last page.
    pub(crate) fn keep(&mut self, name: &str, language: &str, answer: &Answer) {
        let body = &answer.body;
        // The policy of content forbids styles and scripts inside.
        for (what, is_so) in [
            ("is no page", body.contains("</html>")),
            ("is in another language", body.contains(&format!("<html lang=\"{language}\""))),
            ("has a style inside", !body.contains(" style=")),
            ("has a script inside", body.split("<script").skip(1).all(is_own_file)),
        ] {
            self.check(is_so, || format!("{name} {what} ({})", answer.status));
        }
        if !body.contains("</html>") {
            return;
        }
        let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
        let slug: String = letters.collect();
        let name = format!("{}-{:03}-{slug}.{language}", self.name, self.pages.len());
        self.pages.push(ShownPage { name, html: body.clone() });
    }

    /// Notes what is wrong unless `is_so`.
    pub(crate) fn check(&mut self, is_so: bool, what: impl FnOnce() -> String) {
        if !is_so {
            self.wrong.push(what());
        }
    }

    /// Has axe-core look at every page, and says everything that is wrong.
    #[expect(clippy::print_stdout, reason = "a test that misses its peer says so")]
    pub(crate) fn look(mut self) {
        match axe_complaints(&self.pages, STYLE) {
            Ok(complaints) => self.wrong.extend(complaints),
            Err(reason) => println!("SKIPPED: {reason}"),
        }
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}
