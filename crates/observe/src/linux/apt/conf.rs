//! APT's settings (apt.conf(5)): scopes, comments, `#clear`; only plain values are kept.

use std::collections::BTreeMap;

use khien_model::{Gap, GapCode};

use crate::root::{EntryKind, Root};

/// The bound of one settings file.
const MAX_BYTES: u64 = 1 << 20;

/// How deep scopes nest at most.
const MAX_DEPTH: usize = 32;

/// Settings by their lower-case name, `apt::periodic::enable`.
#[derive(Debug, Default)]
pub(crate) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads the files in APT's order: `apt.conf.d` by name, then `apt.conf`.
    pub(crate) fn read(root: &Root) -> Result<Self, Gap> {
        let mut settings = Self::default();
        let mut files = Vec::new();
        if let Some(folder) = root.list("etc/apt/apt.conf.d")? {
            if let Some(gap) = folder.incomplete {
                return Err(gap);
            }
            let names = folder.entries.iter().filter(|entry| entry.kind != EntryKind::Folder);
            files.extend(
                names
                    .filter_map(|entry| entry.file_name.to_str())
                    .filter(|name| is_read(name))
                    .map(|name| format!("etc/apt/apt.conf.d/{name}")),
            );
        }
        files.push("etc/apt/apt.conf".to_owned());
        for file in files {
            if let Some(content) = root.read_text(&file, MAX_BYTES)? {
                settings
                    .parse(&content)
                    .map_err(|what| Gap::with_detail(GapCode::Malformed, format!("/{file}: {what}")))?;
            }
        }
        Ok(settings)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// Whether a setting of the kind "every so many days" is on: a number above 0 (with a unit), or `always`.
    pub(crate) fn is_periodic(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| {
            value.eq_ignore_ascii_case("always") || value.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
        })
    }

    /// Adds what one file says; later values replace earlier ones.
    fn parse(&mut self, content: &str) -> Result<(), &'static str> {
        let mut scopes: Vec<String> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let mut tokens = Tokens(content);
        while let Some(token) = tokens.next()? {
            match token {
                Token::Word(word) => words.push(word),
                Token::Open => {
                    if scopes.len() == MAX_DEPTH {
                        return Err("scopes nest too deep");
                    }
                    scopes.push(words.drain(..).next().unwrap_or_default());
                }
                Token::Close => {
                    self.set(&scopes, &std::mem::take(&mut words));
                    scopes.pop().ok_or("a } without its {")?;
                }
                Token::End => self.set(&scopes, &std::mem::take(&mut words)),
            }
        }
        self.set(&scopes, &words);
        if scopes.is_empty() { Ok(()) } else { Err("a { without its }") }
    }

    fn set(&mut self, scopes: &[String], words: &[String]) {
        match words {
            [name, value] if name == "#clear" => {
                let name = value.to_ascii_lowercase();
                let below = format!("{name}::");
                self.0.retain(|key, _| *key != name && !key.starts_with(&below));
            }
            [name, value] if !name.starts_with('#') && !name.ends_with("::") => {
                let path: Vec<&str> = scopes.iter().map(String::as_str).chain([name.as_str()]).collect();
                self.0.insert(path.join("::").to_ascii_lowercase(), value.clone());
            }
            // Items of lists, and names without a value.
            _ => {}
        }
    }
}

/// APT reads names of letters, digits, `_`, `-` and `.` without an ending or with `.conf`.
fn is_read(name: &str) -> bool {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'));
    plain && !name.starts_with('.') && name.rsplit_once('.').is_none_or(|(_, ending)| ending == "conf")
}

enum Token {
    Word(String),
    Open,
    Close,
    End,
}

struct Tokens<'a>(&'a str);

impl Tokens<'_> {
    fn next(&mut self) -> Result<Option<Token>, &'static str> {
        loop {
            self.0 = self.0.trim_start();
            let comment = self.0.starts_with("//")
                || (self.0.starts_with('#') && !self.0.starts_with("#clear") && !self.0.starts_with("#include"));
            if comment {
                self.0 = self.0.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(rest) = self.0.strip_prefix("/*") {
                self.0 = rest.split_once("*/").ok_or("a /* without its */")?.1;
            } else {
                break;
            }
        }
        let Some(first) = self.0.chars().next() else {
            return Ok(None);
        };
        let rest = self.0.get(first.len_utf8()..).unwrap_or_default();
        let token = match first {
            '{' => Token::Open,
            '}' => Token::Close,
            ';' => Token::End,
            '"' => {
                let (word, rest) = rest.split_once('"').ok_or("a \" without its end")?;
                self.0 = rest;
                return Ok(Some(Token::Word(word.to_owned())));
            }
            _ => {
                let end = self
                    .0
                    .find(|letter: char| letter.is_whitespace() || "{};\"".contains(letter))
                    .unwrap_or(self.0.len());
                let (word, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
                self.0 = rest;
                return Ok(Some(Token::Word(word.to_owned())));
            }
        };
        self.0 = rest;
        Ok(Some(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(content: &str) -> Settings {
        let mut settings = Settings::default();
        settings.parse(content).unwrap();
        settings
    }

    #[test]
    fn values_are_found_in_every_form() {
        let both = settings(
            "// note\nAPT::Periodic::Unattended-Upgrade \"1\"; # more\n/* a \" in a comment */\n\
             APT { Periodic { Enable \"0\"; Update-Package-Lists \"always\" }; NeverAutoRemove { \"^linux.*\"; }; };\n\
             Unattended-Upgrade::Origins-Pattern:: \"x\";\n",
        );
        assert_eq!(both.get("apt::periodic::UNATTENDED-upgrade"), Some("1"));
        assert_eq!(both.get("APT::Periodic::Enable"), Some("0"));
        assert!(
            both.is_periodic("APT::Periodic::Unattended-Upgrade")
                && both.is_periodic("APT::Periodic::Update-Package-Lists")
        );
        assert!(!both.is_periodic("APT::Periodic::Enable") && !both.is_periodic("APT::Periodic::Nothing"));
    }

    #[test]
    fn later_values_and_clear_win() {
        let cleared = settings("A::B \"1\"; A::B \"2\"; C::D \"1\"; C::D::E \"1\"; C::DE \"1\"; #clear C::D;");
        assert_eq!(cleared.get("A::B"), Some("2"));
        assert_eq!((cleared.get("C::D"), cleared.get("C::D::E"), cleared.get("C::DE")), (None, None, Some("1")));
    }

    #[test]
    fn broken_files_are_said_to_be_broken() {
        for content in ["A { B \"1\";", "}", "A \"1", "/* never ends"] {
            assert!(Settings::default().parse(content).is_err(), "{content}");
        }
        let deep = "A {".repeat(MAX_DEPTH);
        assert_eq!(Settings::default().parse(&(deep.clone() + &"};".repeat(MAX_DEPTH))), Ok(()));
        assert_eq!(Settings::default().parse(&(deep + "A {")), Err("scopes nest too deep"));
    }

    #[test]
    fn only_the_files_that_apt_reads_count() {
        for (name, expected) in
            [("20auto-upgrades", true), ("50x.conf", true), ("x.conf.dpkg-old", false), (".x", false), ("x~", false)]
        {
            assert_eq!(is_read(name), expected, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(content in "(A|::|\"|\\{|\\}|;|#clear|//|/\\*|\\*/|\n| |ế){0,40}") {
            let _ = Settings::default().parse(&content);
        }
    }
}
