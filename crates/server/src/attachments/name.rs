//! What a file is called here: its own name, without a path, and without signs that mislead whoever reads it.

use khien_model::text::nfc;
use khien_store::files::MAX_NAME;

use super::Kind;

/// What a file is called that has no name left.
const NAMELESS: &str = "tệp";
/// How many letters of a name a message shows.
const SHOWN_LETTERS: usize = 60;

/// The name under which a file is kept.
pub(super) fn cleaned(name: &str, kind: Kind) -> String {
    let whole = plain(name);
    let stem = whole.rsplit_once('.').map_or(whole.as_str(), |(stem, _)| stem);
    let room = MAX_NAME - kind.ending().len();
    let stem: String = stem.trim_end_matches([' ', '.']).chars().take(room).collect();
    let stem = if stem.is_empty() { NAMELESS } else { stem.trim_end_matches([' ', '.']) };
    format!("{stem}{}", kind.ending())
}

/// The name of a file that is not taken, for a message about it.
pub(super) fn shown(name: &str) -> String {
    let name = plain(name);
    if name.is_empty() { NAMELESS.to_owned() } else { name.chars().take(SHOWN_LETTERS).collect() }
}

/// The last part of a path, composed, without signs of control, signs that turn the direction of writing (with them
/// `exe.pdf` reads like `fdp.exe`) and signs that no file system takes; spaces are single.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let kept = |letter: char| {
        !letter.is_control() && !turns(letter) && !matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*')
    };
    let last: String = nfc(last).chars().filter(|letter| kept(*letter)).collect();
    let words: Vec<&str> = last.split_whitespace().collect();
    words.join(" ").trim_matches([' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        let cases = [
            ("Biên bản.pdf", "Biên bản.pdf"),
            ("Bie\u{302}n ba\u{309}n.PDF", "Biên bản.pdf"),
            ("C:\\Users\\an\\Desktop\\thư.pdf", "thư.pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("a\r\nb.pdf", "ab.pdf"),
            ("hóa\u{202e}fdp.exe.pdf", "hóafdp.exe.pdf"),
            ("a<b>:\"c|?*.pdf", "abc.pdf"),
            ("  nhiều   khoảng  trắng . pdf", "nhiều khoảng trắng.pdf"),
            (".pdf", "pdf.pdf"),
            ("...", "tệp.pdf"),
            ("", "tệp.pdf"),
        ];
        for (name, expected) in cases {
            assert_eq!(cleaned(name, Kind::Pdf), expected, "{name:?}");
        }
        let longest = cleaned(&format!("{}.pdf", "ạ".repeat(1_000)), Kind::Pdf);
        assert_eq!(longest.chars().count(), MAX_NAME);
        assert_eq!(shown(&"ạ".repeat(1_000)).chars().count(), SHOWN_LETTERS);
        assert_eq!(shown("/"), NAMELESS);
    }
}
