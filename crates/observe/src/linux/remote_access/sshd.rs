//! `sshd_config`, as sshd_config(5) reads it: the first value wins, `Include` is followed, and what stands under `Match` holds
//! for some connections only.

use std::path::Path;

use khien_model::{Gap, GapCode};

use crate::linux::wildcard;
use crate::root::{Root, shown};

const CONFIGS: [&str; 2] = ["etc/ssh/sshd_config", "usr/etc/ssh/sshd_config"];

/// What a path in `Include` is relative to.
const INCLUDE_BASE: &str = "etc/ssh";

const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// sshd's own bound.
const MAX_DEPTH: usize = 16;

/// How many files one configuration may include.
const MAX_FILES: usize = 200;

const DEFAULT_PORT: u16 = 22;

/// What matters here of one section: the global one, or a `Match` block. `None` means "not said".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Section {
    password: Option<bool>,
    keyboard_interactive: Option<bool>,
    pam: Option<bool>,
    root_login: Option<bool>,
    /// `AuthenticationMethods`: lists of methods, each of which suffices.
    methods: Option<Vec<String>>,
    /// Patterns of `AllowUsers` and `DenyUsers`; these add up.
    allow_users: Vec<String>,
    deny_users: Vec<String>,
}

/// A `Match` block.
#[derive(Debug, Clone)]
struct Block {
    /// Where it begins, for the person who mends it.
    place: String,
    /// `Match all`.
    always: bool,
    section: Section,
}

/// A whole configuration.
#[derive(Debug, Default)]
pub(super) struct Sshd {
    global: Section,
    blocks: Vec<Block>,
    ports: Vec<u16>,
    files: usize,
}

impl Sshd {
    /// Reads the configuration of this machine.
    pub(super) fn read(root: &Root) -> Result<Self, Gap> {
        let mut sshd = Self::default();
        for config in CONFIGS {
            if sshd.read_file(root, Path::new(config), 0)? {
                return Ok(sshd);
            }
        }
        Err(Gap::with_detail(GapCode::NotObserved, "/etc/ssh/sshd_config: not there"))
    }

    /// The ports it listens on.
    pub(super) fn ports(&self) -> Vec<u16> {
        if self.ports.is_empty() { vec![DEFAULT_PORT] } else { self.ports.clone() }
    }

    /// Whether somebody gets in with a password alone.
    pub(super) fn password_suffices(&self) -> Result<bool, Gap> {
        self.decide(Section::password_suffices)
    }

    /// Whether root can log in directly, by whatever means.
    pub(super) fn root_logs_in(&self) -> Result<bool, Gap> {
        self.decide(Section::root_logs_in)
    }

    /// The answer of the global section, unless a block that may apply says more.
    fn decide(&self, ask: fn(&Section) -> bool) -> Result<bool, Gap> {
        let mut global = self.global.clone();
        for block in self.blocks.iter().filter(|block| block.always) {
            global = global.overridden_by(&block.section);
        }
        if ask(&global) {
            // A block may close the door for some; it stays open for others.
            return Ok(true);
        }
        let opens = |block: &&Block| !block.always && ask(&global.clone().overridden_by(&block.section));
        match self.blocks.iter().find(opens) {
            None => Ok(false),
            Some(block) => Err(Gap::with_detail(
                GapCode::NotObserved,
                format!("{}: whether this Match block applies depends on the connection", block.place),
            )),
        }
    }

    /// `Ok(false)` when the file is not there.
    fn read_file(&mut self, root: &Root, path: &Path, depth: usize) -> Result<bool, Gap> {
        if depth > MAX_DEPTH || self.files > MAX_FILES {
            return Err(Gap::with_detail(GapCode::TooLarge, format!("{}: too many files are included", shown(path))));
        }
        let Some(text) = root.read_text(path, MAX_CONFIG_BYTES)? else {
            return Ok(false);
        };
        self.files += 1;
        // A `Match` reaches to the end of its file; an included file goes on in the block that includes it.
        let mut block: Option<usize> = None;
        for (number, line) in text.lines().enumerate() {
            let Some((keyword, arguments)) = directive(line) else { continue };
            match keyword.as_str() {
                "match" => {
                    let always = arguments.len() == 1 && arguments.iter().all(|word| word.eq_ignore_ascii_case("all"));
                    let place = format!("{}: line {}", shown(path), number + 1);
                    block = Some(self.blocks.len());
                    self.blocks.push(Block { place, always, section: Section::default() });
                }
                "include" => {
                    for pattern in &arguments {
                        self.include(root, pattern, depth, block)?;
                    }
                }
                "port" if block.is_none() => {
                    self.ports.extend(arguments.first().and_then(|port| port.parse::<u16>().ok()));
                }
                _ => {
                    let section = match block {
                        Some(index) => self.blocks.get_mut(index).map(|block| &mut block.section),
                        None => Some(&mut self.global),
                    };
                    if let Some(section) = section {
                        section.set(&keyword, &arguments);
                    }
                }
            }
        }
        Ok(true)
    }

    /// What is included from inside a block holds under its condition only.
    fn include(&mut self, root: &Root, pattern: &str, depth: usize, block: Option<usize>) -> Result<(), Gap> {
        for path in wildcard::files(root, Path::new(INCLUDE_BASE), pattern)? {
            let Some(index) = block else {
                self.read_file(root, &path, depth + 1)?;
                continue;
            };
            let mut inner = Self { files: self.files, ..Self::default() };
            inner.read_file(root, &path, depth + 1)?;
            self.files = inner.files;
            if let Some(outer) = self.blocks.get_mut(index) {
                outer.section = inner.global.overridden_by(&outer.section);
            }
            for mut nested in inner.blocks {
                nested.always = false;
                self.blocks.push(nested);
            }
        }
        Ok(())
    }
}

impl Section {
    fn set(&mut self, keyword: &str, arguments: &[String]) {
        let Some(first) = arguments.first() else { return };
        let yes = || Some(!first.eq_ignore_ascii_case("no"));
        match keyword {
            "passwordauthentication" => self.password = self.password.or_else(yes),
            "kbdinteractiveauthentication" | "challengeresponseauthentication" | "skeyauthentication" => {
                self.keyboard_interactive = self.keyboard_interactive.or_else(yes);
            }
            "usepam" => self.pam = self.pam.or_else(yes),
            "permitrootlogin" => self.root_login = self.root_login.or_else(yes),
            "authenticationmethods" => {
                self.methods.get_or_insert_with(|| arguments.to_vec());
            }
            "allowusers" => self.allow_users.extend_from_slice(arguments),
            "denyusers" => self.deny_users.extend_from_slice(arguments),
            _ => {}
        }
    }

    fn overridden_by(mut self, other: &Self) -> Self {
        self.password = other.password.or(self.password);
        self.keyboard_interactive = other.keyboard_interactive.or(self.keyboard_interactive);
        self.pam = other.pam.or(self.pam);
        self.root_login = other.root_login.or(self.root_login);
        self.methods = other.methods.clone().or(self.methods);
        if !other.allow_users.is_empty() {
            self.allow_users.clone_from(&other.allow_users);
        }
        if !other.deny_users.is_empty() {
            self.deny_users.clone_from(&other.deny_users);
        }
        self
    }

    /// The defaults are OpenSSH's own.
    fn password_suffices(&self) -> bool {
        let password = self.password.unwrap_or(true);
        // Keyboard-interactive asks for the password through PAM.
        let keyboard_interactive = self.keyboard_interactive.unwrap_or(true) && self.pam.unwrap_or(false);
        let Some(methods) = &self.methods else {
            return password || keyboard_interactive;
        };
        methods.iter().any(|list| {
            let mut steps = list.split(',');
            let (first, more) = (steps.next().unwrap_or_default(), steps.next().is_some());
            match first.split(':').next() {
                Some("any") => password || keyboard_interactive,
                Some("password") => password && !more,
                Some("keyboard-interactive") => keyboard_interactive && !more,
                _ => false,
            }
        })
    }

    /// Everything but `no` lets root in: with a password, a key, or for one command.
    fn root_logs_in(&self) -> bool {
        let names_root = |pattern: &String| {
            let user = pattern.split('@').next().unwrap_or_default();
            wildcard::matches(user, "root")
        };
        let denied = self.deny_users.iter().any(|pattern| !pattern.contains('@') && names_root(pattern));
        let allowed = self.allow_users.is_empty() || self.allow_users.iter().any(names_root);
        self.root_login.unwrap_or(true) && allowed && !denied
    }
}

/// The keyword of a line in lower case, and its arguments.
fn directive(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (keyword, rest) = line.split_once([' ', '\t', '=']).unwrap_or((line, ""));
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    Some((keyword.to_ascii_lowercase(), words(rest)))
}

/// Words, some of them in double quotes; a `#` that begins a word begins a comment.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use proptest::prelude::*;

    fn answers(config: &str) -> (Result<bool, GapCode>, Result<bool, GapCode>) {
        let machine = Machine::new();
        machine.file("etc/ssh/sshd_config", config);
        let sshd = Sshd::read(&machine.context().root).unwrap();
        (sshd.password_suffices().map_err(|gap| gap.code), sshd.root_logs_in().map_err(|gap| gap.code))
    }

    #[test]
    fn what_sshd_would_do() {
        let unknown = Err(GapCode::NotObserved);
        for (config, password, root) in [
            ("", Ok(true), Ok(true)),
            ("PasswordAuthentication no\nPermitRootLogin no", Ok(false), Ok(false)),
            ("passwordauthentication=no\nPERMITROOTLOGIN = \"no\"", Ok(false), Ok(false)),
            ("#PasswordAuthentication no\nPermitRootLogin no # never", Ok(true), Ok(false)),
            ("PasswordAuthentication no\nPasswordAuthentication yes", Ok(false), Ok(true)),
            ("PasswordAuthentication no\nUsePAM yes", Ok(true), Ok(true)),
            ("PasswordAuthentication no\nUsePAM yes\nKbdInteractiveAuthentication no", Ok(false), Ok(true)),
            ("PasswordAuthentication no\nUsePAM yes\nChallengeResponseAuthentication no", Ok(false), Ok(true)),
            ("PermitRootLogin prohibit-password", Ok(true), Ok(true)),
            ("AuthenticationMethods publickey,password", Ok(false), Ok(true)),
            ("AuthenticationMethods publickey,password password", Ok(true), Ok(true)),
            ("AuthenticationMethods any", Ok(true), Ok(true)),
            ("AllowUsers an binh@10.0.0.*", Ok(true), Ok(false)),
            ("AllowUsers r??t", Ok(true), Ok(true)),
            ("DenyUsers root", Ok(true), Ok(false)),
            ("DenyUsers root@10.*", Ok(true), Ok(true)),
            ("PasswordAuthentication no\nMatch User an\nPasswordAuthentication yes", unknown, Ok(true)),
            ("PermitRootLogin no\nMatch Address 10.0.0.0/8\nPermitRootLogin yes", Ok(true), unknown),
            ("Match User an\nPasswordAuthentication no\nPermitRootLogin no", Ok(true), Ok(true)),
            ("Match all\nPasswordAuthentication no\nPermitRootLogin no", Ok(false), Ok(false)),
            ("PasswordAuthentication no\nMatch User an\nX11Forwarding no", Ok(false), Ok(true)),
        ] {
            assert_eq!(answers(config), (password, root), "{config}");
        }
    }

    #[test]
    fn included_files_come_first_where_they_are_included() {
        let machine = Machine::new();
        machine.file(
            "etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\nPort 22\n",
        );
        machine.file(
            "etc/ssh/sshd_config.d/10-a.conf",
            "PasswordAuthentication no\nPort 2222\nMatch User an\nPermitRootLogin yes\n",
        );
        machine.file("etc/ssh/sshd_config.d/20-b.conf", "PermitRootLogin no\n");
        machine.file("etc/ssh/sshd_config.d/30-c.disabled", "PasswordAuthentication yes\n");
        let sshd = Sshd::read(&machine.context().root).unwrap();
        assert_eq!(sshd.password_suffices(), Ok(false));
        assert_eq!(sshd.ports(), [2222, 22]);
        let gap = sshd.root_logs_in().unwrap_err();
        assert!(gap.detail.starts_with("etc/ssh/sshd_config.d/10-a.conf: line 3"), "{gap}");
    }

    #[test]
    fn a_circle_of_files_and_a_missing_file_are_said() {
        let machine = Machine::new();
        assert_eq!(Sshd::read(&machine.context().root).unwrap_err().code, GapCode::NotObserved);
        machine.file("etc/ssh/sshd_config", "Include sshd_config\n");
        assert_eq!(Sshd::read(&machine.context().root).unwrap_err().code, GapCode::TooLarge);
        machine.file("etc/ssh/sshd_config", "Include */x.conf\n");
        assert_eq!(Sshd::read(&machine.context().root).unwrap_err().code, GapCode::Unsupported);
        machine.file("etc/ssh/sshd_config", b"Port 22\n\xff\n");
        assert_eq!(Sshd::read(&machine.context().root).unwrap_err().code, GapCode::Malformed);
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_panic(line in "\\PC{0,40}|[a-z\"=# \t]{0,30}") {
            if let Some((keyword, arguments)) = directive(&line) {
                let mut section = Section::default();
                section.set(&keyword, &arguments);
                section.password_suffices();
                section.root_logs_in();
            }
        }

    }

    proptest! {
        // Each case is a machine in a folder.
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_configuration_has_an_answer(lines in proptest::collection::vec(
            ("(Match User a|Match all|PasswordAuthentication|PermitRootLogin|UsePAM|AllowUsers|AuthenticationMethods)", "(yes|no|any|password|\"|#)?"), 0..8)) {
            let lines: Vec<String> = lines.iter().map(|(keyword, value)| [keyword, " ", value].concat()).collect();
            let (password, root) = answers(&lines.join("\n"));
            // Without a Match block nothing is left open.
            if !lines.iter().any(|line| line.starts_with("Match")) {
                prop_assert!(password.is_ok() && root.is_ok());
            }
        }
    }
}
