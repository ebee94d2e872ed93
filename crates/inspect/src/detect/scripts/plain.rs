//! A script with what hides its words taken out: one spelling for everything, and the way back to its lines.

/// What joins pieces of a word in PowerShell, VBScript and JScript, without blanks.
const JOINTS: &[&str] = &["'+'", "\"+\"", "\"&\"", "'&'", "\"_\n&\""];

/// A script in lower case, without the signs that only hide, blanks in a row as one.
pub(super) struct Plain {
    pub(super) text: String,
    /// For each line of the script, where it begins in `text`.
    lines: Vec<usize>,
}

impl Plain {
    pub(super) fn of(script: &str) -> Self {
        let mut text = String::with_capacity(script.len());
        let mut lines = vec![0];
        let mut blank = false;
        let mut letters = script.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                // Carets of Batch and backticks of PowerShell stand before any letter and change nothing.
                '^' | '`' => {}
                '\n' => {
                    if !blank {
                        text.push(' ');
                    }
                    blank = true;
                    lines.push(text.len());
                }
                // VBScript goes on in the next line after `_`.
                '_' if blank && matches!(letters.peek(), Some('\r' | '\n')) => {}
                _ if letter.is_whitespace() => {
                    if !blank {
                        text.push(' ');
                    }
                    blank = true;
                }
                _ => {
                    blank = false;
                    text.extend(letter.to_lowercase());
                    unjoin(&mut text, lines.last().copied().unwrap_or(0));
                }
            }
        }
        Self { text, lines }
    }

    /// The line of a place in the text, counted from 1.
    pub(super) fn line(&self, at: usize) -> u64 {
        self.lines.partition_point(|start| *start <= at).max(1) as u64
    }
}

/// If the text now ends in a joint of two strings, takes it out. `line` is where the line begins.
fn unjoin(text: &mut String, line: usize) {
    let Some(last) = text.bytes().last().filter(|byte| matches!(byte, b'\'' | b'"')) else { return };
    let tail: String =
        text.get(line..).unwrap_or_default().chars().rev().filter(|letter| *letter != ' ').take(3).collect();
    let tail: String = tail.chars().rev().collect();
    if !JOINTS.contains(&tail.as_str()) || tail.as_bytes().first() != Some(&last) {
        return;
    }
    let mut taken = 0;
    while taken < tail.len() {
        match text.pop() {
            Some(' ') => {}
            Some(_) => taken += 1,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_together() {
        let cases = [
            ("p^ow^erSHELL", "powershell"),
            ("I`E`X", "iex"),
            ("'Down' + 'load'+'String'", "'downloadstring'"),
            ("\"WScr\" & \"ipt.Shell\"", "\"wscript.shell\""),
            ("a  \t b\r\nc", "a b c"),
            ("a + b", "a + b"),
            ("\"a\" + 'b'", "\"a\" + 'b'"),
        ];
        for (script, expected) in cases {
            assert_eq!(Plain::of(script).text, expected, "{script}");
        }
    }

    #[test]
    fn places_have_their_lines() {
        let plain = Plain::of("mot\nhai\n\nbon");
        let line = |word: &str| plain.line(plain.text.find(word).unwrap());
        assert_eq!((line("mot"), line("hai"), line("bon")), (1, 2, 4));
    }

    #[test]
    fn any_text_is_made_plain() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let plain = Plain::of(text);
            let _ = plain.line(plain.text.len());
        });
    }
}
