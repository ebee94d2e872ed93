//! `nftables.conf`, read for one question: are connections from outside refused unless a rule allows them?

use std::collections::BTreeMap;
use std::path::Path;

use khien_model::{Gap, GapCode};

use crate::linux::wildcard;
use crate::root::{Root, shown};

const MAX_RULES_BYTES: u64 = 4 << 20;

/// How many files one rule set may include, and how deep.
const MAX_FILES: usize = 200;
const MAX_DEPTH: usize = 16;

/// What a rule set does to connections from outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RuleSet {
    /// Whether it has a rule, or a chain that refuses, for what comes in.
    pub(super) filters_input: bool,
    /// Whether what no rule allows is refused.
    pub(super) refuses_input: bool,
}

/// Reads a rule set and what it includes. `Ok(None)` when the file is not there.
pub(super) fn read(root: &Root, path: &Path) -> Result<Option<RuleSet>, Gap> {
    let mut text = String::new();
    let mut files = 0;
    if !append(root, path, &mut text, &mut files, 0)? {
        return Ok(None);
    }
    parse(&text).map(Some).map_err(|what| Gap::with_detail(GapCode::Malformed, format!("{}: {what}", shown(path))))
}

fn append(root: &Root, path: &Path, text: &mut String, files: &mut usize, depth: usize) -> Result<bool, Gap> {
    *files += 1;
    if *files > MAX_FILES || depth > MAX_DEPTH {
        return Err(Gap::with_detail(GapCode::TooLarge, format!("{}: too many files are included", shown(path))));
    }
    let Some(content) = root.read_text(path, MAX_RULES_BYTES)? else {
        return Ok(false);
    };
    for line in content.lines() {
        if let Some(pattern) = included(line) {
            let base = path.parent().unwrap_or(Path::new(""));
            for file in wildcard::files(root, base, pattern)? {
                append(root, &file, text, files, depth + 1)?;
            }
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    Ok(true)
}

/// The path in `include "path"`.
fn included(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("include")?.trim_start();
    rest.strip_prefix('"')?.split('"').next()
}

/// One chain.
#[derive(Debug, Clone, Default)]
struct Chain {
    on_input: bool,
    refuses_by_policy: bool,
    rules: usize,
    last_rule_refuses: bool,
}

/// Statements end at a line end, a `;` or a brace. A chain of the same table and name goes on where it stands again;
/// `flush ruleset` forgets everything before.
fn parse(text: &str) -> Result<RuleSet, &'static str> {
    let mut chains: BTreeMap<(String, String), Chain> = BTreeMap::new();
    // What each open brace belongs to: a table, a chain, or something else (a set, a map).
    let mut open: Vec<Scope> = Vec::new();
    for statement in Statements::of(text) {
        let statement = statement?;
        match statement {
            Statement::Open(head) => {
                let words: Vec<&str> = head.split_whitespace().collect();
                open.push(Scope::of(&words, &open));
            }
            Statement::Close => {
                open.pop().ok_or("a brace is closed that was never opened")?;
            }
            Statement::Line(line) => {
                let words: Vec<&str> = line.split_whitespace().collect();
                if words.starts_with(&["flush", "ruleset"]) {
                    chains.clear();
                } else if let Some(Scope::Chain(table, name)) = open.last() {
                    chains.entry((table.clone(), name.clone())).or_default().add(&words);
                } else if let Some((key, rest)) = stand_alone(&words) {
                    chains.entry(key).or_default().add(rest);
                }
            }
        }
    }
    if !open.is_empty() {
        return Err("a brace is never closed");
    }
    let mut rules = RuleSet::default();
    for chain in chains.values().filter(|chain| chain.on_input) {
        rules.refuses_input |= chain.refuses_by_policy || chain.last_rule_refuses;
        rules.filters_input |= chain.refuses_by_policy || chain.rules > 0;
    }
    Ok(rules)
}

/// `add rule inet filter input …`, and the same without `add`.
fn stand_alone<'a>(words: &'a [&'a str]) -> Option<((String, String), &'a [&'a str])> {
    let words = words.strip_prefix(&["add"]).unwrap_or(words);
    let words = words.strip_prefix(&["rule"])?;
    let families = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];
    let (family, words) = match words.split_first() {
        Some((first, rest)) if families.contains(first) => (*first, rest),
        _ => ("ip", words),
    };
    let [table, chain, rest @ ..] = words else { return None };
    Some(((format!("{family} {table}"), (*chain).to_owned()), rest))
}

#[derive(Debug)]
enum Scope {
    Table(String),
    /// Its table and its name.
    Chain(String, String),
    Other,
}

impl Scope {
    fn of(words: &[&str], open: &[Self]) -> Self {
        let words = words.strip_prefix(&["add"]).unwrap_or(words);
        match (words, open.last()) {
            (["table", name], None) => Self::Table(format!("ip {name}")),
            (["table", family, name], None) => Self::Table(format!("{family} {name}")),
            (["chain", name], Some(Self::Table(table))) => Self::Chain(table.clone(), (*name).to_owned()),
            (["chain", family, table, name], None) => Self::Chain(format!("{family} {table}"), (*name).to_owned()),
            _ => Self::Other,
        }
    }
}

impl Chain {
    fn add(&mut self, words: &[&str]) {
        match words {
            ["type", "filter", "hook", "input", ..] => self.on_input = true,
            ["policy", policy, ..] => self.refuses_by_policy = *policy == "drop",
            [] | ["type" | "comment" | "flags", ..] => {}
            rule => {
                self.rules += 1;
                // Only a rule without a condition refuses what came through the others.
                let statements: Vec<&&str> = rule.iter().filter(|word| !matches!(**word, "counter")).collect();
                self.last_rule_refuses = matches!(statements.first(), Some(&&("drop" | "reject")));
            }
        }
    }
}

enum Statement<'a> {
    /// What stands before a brace that opens a table, a chain, a set …
    Open(&'a str),
    Close,
    Line(&'a str),
}

/// Splits a rule set. Braces inside a rule (`tcp dport { 22, 80 } accept`) are part of the rule.
struct Statements<'a> {
    rest: &'a str,
}

impl<'a> Statements<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text }
    }
}

/// Words that begin a block of their own.
const BLOCKS: [&str; 11] =
    ["table", "chain", "set", "map", "flowtable", "counter", "quota", "limit", "ct", "secmark", "synproxy"];

fn begins_block(head: &str) -> bool {
    let mut words = head.split_whitespace();
    let first = words.next();
    let first = if first == Some("add") { words.next() } else { first };
    let count = words.count();
    first.is_some_and(|word| BLOCKS.contains(&word)) && count <= 3
        || matches!(head.split_whitespace().next(), Some("elements" | "devices" | "hook"))
}

impl<'a> Iterator for Statements<'a> {
    type Item = Result<Statement<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', ';']);
            if self.rest.is_empty() {
                return None;
            }
            if let Some(after) = self.rest.strip_prefix('#') {
                self.rest = after.split_once('\n').map_or("", |(_, rest)| rest);
                continue;
            }
            if let Some(after) = self.rest.strip_prefix('}') {
                self.rest = after;
                return Some(Ok(Statement::Close));
            }
            break;
        }
        let mut depth = 0_usize;
        let mut quoted = false;
        for (at, character) in self.rest.char_indices() {
            let Some((before, from)) = self.rest.split_at_checked(at) else { break };
            match character {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '{' if depth == 0 && begins_block(before) => {
                    self.rest = from.strip_prefix('{').unwrap_or(from);
                    return Some(Ok(Statement::Open(before)));
                }
                '{' => depth += 1,
                '}' if depth == 0 => {
                    self.rest = from;
                    return Some(Ok(Statement::Line(before)));
                }
                '}' => depth -= 1,
                ';' | '\n' | '#' if depth == 0 && !before.ends_with('\\') => {
                    self.rest = from;
                    return Some(Ok(Statement::Line(before)));
                }
                _ => {}
            }
        }
        if quoted || depth > 0 {
            self.rest = "";
            return Some(Err("a quote or a brace is never closed"));
        }
        Some(Ok(Statement::Line(std::mem::take(&mut self.rest))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use proptest::prelude::*;

    const DEBIAN: &str = "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter;\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n\t}\n}\n";

    #[test]
    fn what_a_rule_set_does_to_input() {
        let rules = |filters_input, refuses_input| Ok(RuleSet { filters_input, refuses_input });
        for (name, text, expected) in [
            ("nothing", "", rules(false, false)),
            ("Debian's own file is no firewall", DEBIAN, rules(false, false)),
            (
                "by policy",
                "table inet filter { chain input { type filter hook input priority 0; policy drop; ct state established,related accept } }",
                rules(true, true),
            ),
            (
                "by the last rule",
                "table inet f {\n set s { type ipv4_addr; elements = { 1.2.3.4, 5.6.7.8 } }\n chain in {\n type filter hook input priority 0; policy accept;\n tcp dport { 22, 80 } accept # web\n iif \"lo\" accept\n counter reject with icmpx type admin-prohibited\n }\n}",
                rules(true, true),
            ),
            (
                "some ports only",
                "table inet f { chain in { type filter hook input priority 0; policy accept; tcp dport 23 drop; } }",
                rules(true, false),
            ),
            (
                "forwarding only",
                "table inet f { chain fwd { type filter hook forward priority 0; policy drop; } }",
                rules(false, false),
            ),
            (
                "rules that stand alone",
                "add table inet f\nadd chain inet f in { type filter hook input priority 0; }\nadd rule inet f in tcp dport 22 accept\nadd rule inet f in drop\n",
                rules(true, true),
            ),
            (
                "a comment and a line that goes on",
                "table inet f {\n # policy drop;\n chain in {\n type filter hook input priority 0;\n tcp dport \\\n 22 drop comment \"all } drop\"\n }\n}",
                rules(true, false),
            ),
            (
                "flushed",
                "table inet f { chain in { type filter hook input priority 0; policy drop; } }\nflush ruleset\n",
                rules(false, false),
            ),
            ("open brace", "table inet f { chain in {", Err("a brace is never closed")),
            ("closed brace", "}", Err("a brace is closed that was never opened")),
        ] {
            assert_eq!(parse(text), expected, "{name}");
        }
    }

    #[test]
    fn included_files_belong_to_it() {
        let machine = Machine::new();
        machine.file("etc/nftables.conf", "flush ruleset\ninclude \"/etc/nftables.d/*.nft\"\n");
        machine.file(
            "etc/nftables.d/a.nft",
            "table inet f { chain in { type filter hook input priority 0; policy drop; } }\n",
        );
        machine.file("etc/nftables.d/b.txt", "}");
        let root = machine.context().root;
        let path = Path::new("etc/nftables.conf");
        assert_eq!(read(&root, path), Ok(Some(RuleSet { filters_input: true, refuses_input: true })));
        machine.file("etc/nftables.d/c.nft", "include \"c.nft\"\n");
        assert_eq!(read(&root, path).unwrap_err().code, GapCode::TooLarge);
        assert_eq!(read(&root, Path::new("etc/none")), Ok(None));
    }

    proptest! {
        #[test]
        fn any_rule_set_is_read_without_panic(text in "\\PC{0,60}|((table|chain|policy drop|type filter hook input|drop|set|add rule ip f i|[{};\"#\n\\\\a]) ?){0,24}") {
            if let Ok(rules) = parse(&text) {
                prop_assert!(rules.filters_input || !rules.refuses_input);
            }
        }
    }
}
