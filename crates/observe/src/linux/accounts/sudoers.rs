//! Who may become administrator by `sudo` (sudoers(5)): users, groups and aliases that are granted `ALL` commands as root.

use std::collections::BTreeMap;

use khien_model::{Gap, GapCode};

use crate::linux::users::{User, number};
use crate::root::{EntryKind, Root};
use crate::text;

/// The bound of one file of rules, and of `/etc/group`.
const MAX_BYTES: u64 = 4 << 20;

/// How many files include each other, and how deep aliases name others.
const MAX_FILES: usize = 500;
const MAX_DEPTH: usize = 16;

/// What a user is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    None,
    WithPassword,
    WithoutPassword,
}

/// One rule that lets somebody run everything as root.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    users: Vec<String>,
    without_password: bool,
}

#[derive(Debug, Default)]
pub(super) struct Sudoers {
    rules: Vec<Rule>,
    user_aliases: BTreeMap<String, Vec<String>>,
    command_aliases: BTreeMap<String, Vec<String>>,
    /// `Defaults !authenticate`: for everybody (an empty name) or for one user.
    no_authentication: Vec<String>,
    /// Names of members and number of each group.
    groups: BTreeMap<String, (u32, Vec<Vec<u8>>)>,
    files: usize,
    incomplete: Option<Gap>,
}

impl Sudoers {
    pub(super) fn read(root: &Root) -> Result<Self, Gap> {
        let mut sudoers = Self::default();
        let mut lines = Vec::new();
        let there = sudoers.read_file(root, "etc/sudoers", &mut lines)?;
        if root.exists("etc/doas.conf")? {
            sudoers.note_gap(Gap::with_detail(GapCode::Unsupported, "/etc/doas.conf grants rights too"));
        }
        if !there {
            return Ok(sudoers);
        }
        sudoers.groups = match root.read("etc/group", MAX_BYTES)? {
            Some(content) => parse_groups(&content),
            None => BTreeMap::new(),
        };
        // Aliases may be used before the line that defines them.
        for line in &lines {
            sudoers.read_alias(line);
        }
        for line in &lines {
            sudoers.read_rule(line);
        }
        Ok(sudoers)
    }

    /// The greatest grant to a user. No grant among rules that could not all be read is unknown.
    pub(super) fn grant_to(&self, user: &User) -> Result<Grant, Gap> {
        let mut granted = Grant::None;
        for rule in &self.rules {
            if self.names(&rule.users, user, 0) == Some(true) {
                let without = rule.without_password
                    || self.no_authentication.iter().any(|name| name.is_empty() || *name == user.name);
                granted = match (granted, without) {
                    (Grant::WithoutPassword, _) | (_, true) => Grant::WithoutPassword,
                    (_, false) => Grant::WithPassword,
                };
            }
        }
        match (&self.incomplete, granted) {
            (Some(gap), Grant::None) => Err(gap.clone()),
            _ => Ok(granted),
        }
    }

    /// Why there may be more rules than were understood.
    pub(super) fn incomplete(&self) -> Option<&Gap> {
        self.incomplete.as_ref()
    }

    fn note_gap(&mut self, gap: Gap) {
        self.incomplete.get_or_insert(gap);
    }

    /// Reads a file and those it includes as whole lines, comments dropped. `false` when it is not there.
    fn read_file(&mut self, root: &Root, path: &str, lines: &mut Vec<String>) -> Result<bool, Gap> {
        self.files += 1;
        if self.files > MAX_FILES {
            return Err(Gap::with_detail(GapCode::TooLarge, format!("/{path}: too many files include each other")));
        }
        let Some(content) = root.read(path, MAX_BYTES)? else {
            root.expect_absent(path)?;
            return Ok(false);
        };
        if let Err(gap) = text::expect_plain(&content, path) {
            self.note_gap(gap);
        }
        let content = text::name(&content).replace("\\\n", " ");
        for line in content.lines().map(str::trim) {
            let directive = line.strip_prefix(['@', '#']).unwrap_or_default();
            if let Some(folder) =
                directive.strip_prefix("includedir").filter(|rest| rest.starts_with(char::is_whitespace))
            {
                self.read_folder(root, &included_path(folder, path), lines);
            } else if let Some(file) =
                directive.strip_prefix("include").filter(|rest| rest.starts_with(char::is_whitespace))
            {
                if let Err(gap) = self.read_file(root, &included_path(file, path), lines) {
                    self.note_gap(gap);
                }
            } else if let Some(line) = without_comment(line) {
                lines.push(line.to_owned());
            }
        }
        Ok(true)
    }

    fn read_folder(&mut self, root: &Root, path: &str, lines: &mut Vec<String>) {
        let folder = match root.list(path) {
            Ok(Some(folder)) => folder,
            Ok(None) => return,
            Err(gap) => return self.note_gap(gap),
        };
        folder.incomplete.into_iter().for_each(|gap| self.note_gap(gap));
        for entry in folder.entries.iter().filter(|entry| entry.kind != EntryKind::Folder) {
            let Some(name) = entry.file_name.to_str() else {
                continue;
            };
            // sudo passes over names with a dot or with `~` at the end.
            if name.contains('.') || name.ends_with('~') {
                continue;
            }
            if let Err(gap) = self.read_file(root, &format!("{path}/{name}"), lines) {
                self.note_gap(gap);
            }
        }
    }

    fn read_alias(&mut self, line: &str) {
        let Some((kind, rest)) = line.split_once(char::is_whitespace) else {
            return;
        };
        let aliases = match kind {
            "User_Alias" => &mut self.user_aliases,
            "Cmnd_Alias" | "Cmd_Alias" => &mut self.command_aliases,
            _ => return,
        };
        for definition in rest.split(':') {
            if let Some((name, items)) = definition.split_once('=') {
                aliases.insert(name.trim().to_owned(), list(items));
            }
        }
    }

    fn read_rule(&mut self, line: &str) {
        let first = line.split(|letter: char| letter.is_whitespace() || matches!(letter, ':' | '@' | '!' | '>')).next();
        match first {
            Some("User_Alias" | "Runas_Alias" | "Host_Alias" | "Cmnd_Alias" | "Cmd_Alias") => return,
            Some("Defaults") => return self.read_default(line),
            _ => {}
        }
        let Some((who, what)) = line.split_once('=') else {
            return self.note_gap(Gap::with_detail(GapCode::Malformed, "a rule of /etc/sudoers without ="));
        };
        if !who.trim().contains(char::is_whitespace) || !list(what).iter().all(|command| is_command(command)) {
            let detail = format!("a rule of /etc/sudoers that is none: {line:?}");
            return self.note_gap(Gap::with_detail(GapCode::Malformed, detail));
        }
        let users = users_of(who);
        if let Some(without_password) = self.all_as_root(what) {
            self.rules.push(Rule { users, without_password });
        }
    }

    fn read_default(&mut self, line: &str) {
        let rest = line.strip_prefix("Defaults").unwrap_or_default();
        let (scope, options) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if !options.split(',').any(|option| option.trim() == "!authenticate") {
            return;
        }
        match scope.strip_prefix(':') {
            Some(user) => self.no_authentication.push(user.to_owned()),
            None if scope.is_empty() => self.no_authentication.push(String::new()),
            None => {}
        }
    }

    /// Whether a rule's commands include all, as root; then, whether without a password.
    fn all_as_root(&self, what: &str) -> Option<bool> {
        let (mut as_root, mut without_password, mut granted) = (true, false, None);
        for command in list(what) {
            let (runas, command) = without_runas(command.trim());
            if let Some(runas) = runas {
                let users = runas.split(':').next().unwrap_or_default();
                as_root = users.split(',').any(|user| matches!(user.trim(), "root" | "ALL" | "#0"));
            }
            let mut command = without_options(command);
            while let Some((tag, rest)) = command.split_once(':').filter(|(tag, _)| is_tag(tag)) {
                match tag.trim() {
                    "NOPASSWD" => without_password = true,
                    "PASSWD" => without_password = false,
                    _ => {}
                }
                command = rest.trim();
            }
            // A second host of the rule may follow: `ALL : HOST = …`.
            let command = command.split(':').next().unwrap_or_default().trim();
            if as_root && self.is_all(command, 0) {
                granted = Some(granted.unwrap_or(false) || without_password);
            }
        }
        granted
    }

    fn is_all(&self, command: &str, depth: usize) -> bool {
        command == "ALL"
            || depth < MAX_DEPTH
                && self
                    .command_aliases
                    .get(command)
                    .is_some_and(|commands| commands.iter().any(|command| self.is_all(command, depth + 1)))
    }

    /// Whether a list names the user; the last item that says something wins.
    fn names(&self, users: &[String], user: &User, depth: usize) -> Option<bool> {
        let mut named = None;
        for item in users {
            let (negated, item) = match item.strip_prefix('!') {
                Some(item) => (true, item),
                None => (false, item.as_str()),
            };
            let matches = match item.strip_prefix('%') {
                Some(group) => self.is_member(user, group),
                None => match item.strip_prefix('#') {
                    Some(uid) => number(uid.as_bytes()) == Some(user.uid),
                    None if item == "ALL" || item == user.name => true,
                    None if depth < MAX_DEPTH => self
                        .user_aliases
                        .get(item)
                        .and_then(|items| self.names(items, user, depth + 1))
                        .unwrap_or(false),
                    None => false,
                },
            };
            if matches {
                named = Some(!negated);
            }
        }
        named
    }

    fn is_member(&self, user: &User, group: &str) -> bool {
        if let Some(gid) = group.strip_prefix('#') {
            let gid: Option<u32> = number(gid.as_bytes());
            let by_number = self.groups.values().find(|(number, _)| Some(*number) == gid);
            return gid == Some(user.gid) || by_number.is_some_and(|(_, members)| members.contains(&user.raw_name));
        }
        self.groups.get(group).is_some_and(|(gid, members)| *gid == user.gid || members.contains(&user.raw_name))
    }
}

fn parse_groups(content: &[u8]) -> BTreeMap<String, (u32, Vec<Vec<u8>>)> {
    let mut groups = BTreeMap::new();
    for line in content.split(|byte| *byte == b'\n') {
        let mut fields = line.split(|byte| *byte == b':');
        let (Some(name), Some(_), Some(gid), Some(members)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let Some(gid) = number(gid) else {
            continue;
        };
        let members = members.split(|byte| *byte == b',').filter(|member| !member.is_empty()).map(<[u8]>::to_vec);
        groups.insert(text::name(name), (gid, members.collect()));
    }
    groups
}

/// A `#` starts a comment unless a number follows (a user id).
fn without_comment(line: &str) -> Option<&str> {
    let comment = line.match_indices('#').find(|(at, _)| {
        let number = line.get(at + 1..).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()));
        !number
    });
    let line = comment.map_or(line, |(at, _)| line.get(..at).unwrap_or_default()).trim();
    (!line.is_empty()).then_some(line)
}

/// The path of an include: quoted or not, relative to the folder of the including file, `%h` never expanded.
fn included_path(written: &str, including: &str) -> String {
    let written = written.trim().trim_matches('"');
    match written.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => format!("{}/{written}", including.rsplit_once('/').map_or("", |(folder, _)| folder)),
    }
}

/// The user list is what stands before the host list: its items are joined by commas, blanks allowed around them.
fn users_of(who: &str) -> Vec<String> {
    let mut users: Vec<String> = Vec::new();
    let mut item = String::new();
    let mut joined = true;
    let mut letters = who.trim().chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => item.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => {
                users.push(std::mem::take(&mut item));
                joined = true;
            }
            blank if blank.is_whitespace() && !quoted => {
                joined = joined && item.is_empty();
                let next = letters.peek();
                if !item.is_empty() && !joined && next.is_some_and(|next| !next.is_whitespace() && *next != ',') {
                    break;
                }
            }
            other => {
                item.push(other);
                joined = false;
            }
        }
    }
    if !item.is_empty() {
        users.push(item);
    }
    users
}

/// Items between commas; those within parentheses belong together.
fn list(items: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_u32;
    for letter in items.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(letter);
        }
    }
    found.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// Whom a command runs as, `(user:group)`, and the rest.
fn without_runas(command: &str) -> (Option<&str>, &str) {
    match command.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((runas, rest)) => (Some(runas), rest.trim()),
        None => (None, command),
    }
}

/// What stands after options such as `CWD=/srv TIMEOUT=5m`.
fn without_options(mut command: &str) -> &str {
    while let Some((option, rest)) = command.split_once(char::is_whitespace)
        && option.split_once('=').is_some_and(|(name, _)| is_tag(name))
    {
        command = rest.trim();
    }
    command
}

/// Whether the grammar knows this as a command with all that may stand before it.
fn is_command(command: &str) -> bool {
    let mut command = without_options(without_runas(command.trim()).1);
    while let Some((_, rest)) = command.split_once(':').filter(|(tag, _)| is_tag(tag)) {
        command = rest.trim();
    }
    let command = command.trim_start_matches(['!', ' ']);
    // A second host of the rule may follow: `ALL : HOST = …`.
    let first = command.split(|letter: char| letter.is_whitespace() || letter == ':').next().unwrap_or_default();
    let follows = command.get(first.len()..).unwrap_or_default().trim();
    let digest = first.starts_with("sha2") || first.starts_with("sha3") || first.starts_with("sha5");
    if first.starts_with(['/', '^', '"', '\\']) || digest || matches!(first, "sudoedit" | "list") {
        return true;
    }
    // `ALL` and aliases take no arguments: a tag without its colon looks like one that does.
    let named = first.starts_with(|letter: char| letter.is_ascii_uppercase())
        && first.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    named && (follows.is_empty() || follows.starts_with(':'))
}

fn is_tag(word: &str) -> bool {
    let word = word.trim();
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') && word != "ALL"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    fn grants(sudoers: &str, more: &[(&str, &str)]) -> Result<Grant, Gap> {
        let machine = Machine::with_user();
        machine.file("etc/group", "sudo:x:27:an\nstaff:x:1000:\nother:x:50:bình\n");
        machine.file("etc/sudoers", sudoers);
        for (path, content) in more {
            machine.file(path, content);
        }
        let context = machine.context();
        let user = context.users.as_ref().unwrap().items.iter().find(|user| user.name == "an").unwrap();
        Sudoers::read(&context.root)?.grant_to(user)
    }

    #[test]
    fn rules_grant_rights() {
        use Grant::{None, WithPassword, WithoutPassword};
        for (rules, expected) in [
            ("", None),
            ("# an ALL=(ALL) ALL", None),
            ("root ALL=(ALL:ALL) ALL", None),
            ("an ALL=(ALL:ALL) ALL", WithPassword),
            ("an ALL = (ALL) NOPASSWD: ALL # note", WithoutPassword),
            ("an ALL=NOPASSWD:SETENV: ALL", WithoutPassword),
            ("an ALL=(ALL) NOPASSWD: /bin/ls, PASSWD: ALL", WithPassword),
            ("an ALL=(www) ALL", None),
            ("an ALL=(www,root) ALL", WithPassword),
            ("an ALL=/usr/bin/apt", None),
            ("%sudo ALL=(ALL) ALL", WithPassword),
            ("%staff ALL=(ALL) ALL", WithPassword),
            ("%#27 ALL=(ALL) ALL", WithPassword),
            ("%other ALL=(ALL) ALL", None),
            ("#1000 ALL=(ALL) ALL", WithPassword),
            ("bình, an ALL=(ALL) ALL", WithPassword),
            ("bình , \\\n  an ALL=(ALL) ALL", WithPassword),
            ("ALL, !an ALL=(ALL) ALL", None),
            ("User_Alias ADMINS = bình, an\nADMINS ALL=(ALL) ALL", WithPassword),
            ("ADMINS ALL=(ALL) ALL\nUser_Alias ADMINS = an", WithPassword),
            ("User_Alias A = B : B = A\nA ALL=(ALL) ALL", None),
            ("Cmnd_Alias EVERYTHING = ALL\nan ALL=(ALL) NOPASSWD: EVERYTHING", WithoutPassword),
            ("an ALL=(ALL) CWD=/srv TIMEOUT=5m NOPASSWD: ALL", WithoutPassword),
            ("an ALL=(ALL) NOPASSWD: !/bin/sh, sudoedit /etc/x, sha256:abc /bin/ls, SOME_9", None),
            ("Defaults !authenticate\nan ALL=(ALL) ALL", WithoutPassword),
            ("Defaults:an !authenticate\nan ALL=(ALL) ALL", WithoutPassword),
            ("Defaults:bình !authenticate\nan ALL=(ALL) ALL", WithPassword),
            (
                "Defaults env_reset\nDefaults@host x\nDefaults!/bin/ls y\nan host=(ALL) ALL : other=(ALL) ALL",
                WithPassword,
            ),
        ] {
            assert_eq!(grants(rules, &[]), Ok(expected), "{rules}");
        }
    }

    #[test]
    fn included_rules_count() {
        for directive in ["@includedir /etc/sudoers.d", "#includedir sudoers.d", "@include /etc/sudoers.d/one"] {
            let rule = [("etc/sudoers.d/one", "an ALL=(ALL) NOPASSWD:ALL\n")];
            assert_eq!(grants(directive, &rule), Ok(Grant::WithoutPassword), "{directive}");
        }
        let passed_over = [("etc/sudoers.d/one.bak", "an ALL=(ALL) ALL"), ("etc/sudoers.d/two~", "an ALL=(ALL) ALL")];
        assert_eq!(grants("@includedir /etc/sudoers.d", &passed_over), Ok(Grant::None));
    }

    #[test]
    fn what_could_not_be_read_leaves_it_unknown() {
        assert_eq!(grants("@include /etc/sudoers", &[]).unwrap_err().code, GapCode::TooLarge);
        assert_eq!(grants("", &[("etc/doas.conf", "permit an\n")]).unwrap_err().code, GapCode::Unsupported);
        for broken in [
            "an",
            "an ALL=(ALL) NOPASSWD ALL",
            "an ALL=(ALL ALL",
            "an =(ALL) ALL",
            "an ALL=(ALL) all",
            "\0\u{1}\u{2}",
            "# \0",
        ] {
            assert_eq!(grants(broken, &[]).unwrap_err().code, GapCode::Malformed, "{broken:?}");
        }
        let decided = "an ALL=(ALL) NOPASSWD ALL\nan ALL=(ALL) NOPASSWD: ALL";
        assert_eq!(grants(decided, &[]), Ok(Grant::WithoutPassword));
    }

    proptest::proptest! {
        // Each case makes a machine: fewer than usual, of longer texts.
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_read_without_panic(content in "(an|ALL|=|,|!|%|#|\\(|\\)|:|User_Alias|Defaults|\\\\|\"| |\n|ế){0,40}") {
            let _ = grants(&content, &[]);
        }
    }
}
