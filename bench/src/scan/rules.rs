//! Rules in the form of public sets, so that figures can be taken with as many as those have without shipping them: words and
//! paths of programs, bytes with gaps, patterns, and conditions over them. They look at every type, as rules of others do.

use khien_rules::{RuleFile, installed, shipped, to_bytes};

use super::mix::Chance;

/// How many rules there are beside ours: ReversingLabs' public set has 1.2 thousand.
const RULES: usize = 1_200;

/// How many rules lie in one file.
const RULES_PER_FILE: usize = 5;

/// What words of rules are made of, as those of public sets are: names of functions, folders and commands.
const WORDS: &[&str] = &[
    "Create",
    "Remote",
    "Thread",
    "Process",
    "Virtual",
    "Alloc",
    "Write",
    "Memory",
    "Registry",
    "Software",
    "Microsoft",
    "Windows",
    "Current",
    "Version",
    "Mozilla",
    "Compatible",
    "Accept",
    "Encoding",
    "Download",
    "Execute",
    "Inject",
    "Encrypt",
    "Decrypt",
    "Password",
    "Token",
    "Session",
    "Global",
    "Mutex",
    "Shell",
    "Object",
    "Config",
    "Update",
    "Service",
    "Library",
    "System",
    "Kernel",
    "Socket",
    "Listen",
    "Connect",
    "Buffer",
];

/// The rules beside ours, in the form in which workers get them.
pub(super) fn more() -> Vec<u8> {
    to_bytes(&files())
}

/// How many rules we ship.
pub(super) fn own() -> Result<usize, String> {
    count(&[])
}

/// How many rules there are with those of this benchmark; every one of them must be in the set.
pub(super) fn with_more() -> Result<usize, String> {
    let all = count(&files())?;
    if all == own()? + RULES { Ok(all) } else { Err(format!("only {all} of our rules and {RULES} can be used")) }
}

fn count(files: &[RuleFile]) -> Result<usize, String> {
    let wrong =
        |problems: Vec<khien_rules::Problem>| format!("{} mistakes in {} files", problems.len(), shipped().len());
    installed(files).map(|(set, _)| set.len()).map_err(wrong)
}

fn files() -> Vec<RuleFile> {
    let mut chance = Chance(1200);
    let numbers: Vec<usize> = (0..RULES).collect();
    let file = |numbers: &[usize]| RuleFile {
        path: format!("bench/{}.yar", numbers.first().copied().unwrap_or_default()),
        text: numbers.iter().map(|number| rule(*number, &mut chance)).collect(),
    };
    numbers.chunks(RULES_PER_FILE).map(file).collect()
}

/// One rule: three in ten look for bytes of a program, the others for words and a pattern.
fn rule(number: usize, chance: &mut Chance) -> String {
    let (strings, condition) = if number % 10 < 3 {
        let strings: String = (0..3).map(|place| format!("        $b{place} = {{ {} }}\n", bytes(chance))).collect();
        (strings, "uint16(0) == 0x5a4d and all of them")
    } else {
        let word = |place: usize, chance: &mut Chance| {
            let how = ["ascii", "wide ascii", "nocase", "fullword ascii"][place % 4];
            format!("        $s{place} = \"{}\" {how}\n", words(chance))
        };
        let mut strings: String = (0..5).map(|place| word(place, chance)).collect();
        strings.push_str(&format!(
            "        $r = /{}[A-Za-z0-9_]{{4,16}}\\.{}/ nocase\n",
            words(chance),
            ending(chance)
        ));
        (strings, "filesize < 20MB and (4 of ($s*) or ($r and 2 of ($s*)))")
    };
    format!("rule bench_{number} {{\n    strings:\n{strings}    condition:\n        {condition}\n}}\n")
}

/// Two words and a number.
fn words(chance: &mut Chance) -> String {
    let mut one = || WORDS.get(chance.below(WORDS.len())).copied().unwrap_or_default();
    let (first, second) = (one(), one());
    format!("{first}{second}{:04x}", chance.below(0x1_0000))
}

fn ending(chance: &mut Chance) -> &'static str {
    ["exe", "dll", "dat", "tmp", "php"].get(chance.below(5)).copied().unwrap_or_default()
}

/// Some twenty bytes with two of any value and a gap among them.
fn bytes(chance: &mut Chance) -> String {
    let mut run = |count: usize| (0..count).map(|_| format!("{:02X} ", chance.byte())).collect::<String>();
    let (first, second, third) = (run(6), run(6), run(8));
    format!("{first}?? ?? {second}[2-6] {third}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_the_set() {
        assert!(with_more().unwrap() >= 1_292);
    }
}
