//! Whether a script hides what it does.

use super::literals::Literal;
use crate::Kind;
use crate::kinds::web;

/// A script shorter than this is read by a person.
const MIN_BYTES: usize = 500;

/// So many of a hundred letters are signs in a script that is written in signs alone.
const SIGNS_PERCENT: usize = 90;

/// How many names of the form `_0x1a2b` tell the tool that makes them.
const MIN_NAMES: usize = 20;

/// What runs a text as a script, in lower case.
const RUN: &[&str] = &[
    "eval(",
    "function(\"return",
    "settimeout(\"",
    "setinterval(\"",
    "document.write(",
    "execscript(",
    "new function(",
    "[\"constructor\"]",
];

/// What turns data into text.
const DECODE: &[&str] = &["unescape(", "fromcharcode", "atob(", "decodeuri", "parseint("];

/// What is told of a script, and why.
pub(super) fn judged(script: &str, lower: &str, literals: &[Literal]) -> Option<(&'static Kind, &'static str)> {
    if script.len() < MIN_BYTES {
        return None;
    }
    let dense: Vec<u8> = script.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let signs = dense.iter().filter(|byte| matches!(byte, b'[' | b']' | b'(' | b')' | b'!' | b'+')).count();
    if dense.len() >= MIN_BYTES && signs * 100 >= dense.len() * SIGNS_PERCENT {
        return Some((&web::OBFUSCATED_SCRIPT, "written in signs alone"));
    }
    if lower.matches("_0x").count() >= MIN_NAMES {
        return Some((&web::OBFUSCATED_SCRIPT, "names of the form _0x…"));
    }
    if lower.contains("eval(function(p,a,c,k,e") {
        return Some((&web::PACKED_SCRIPT, "eval(function(p,a,c,k,e,d)"));
    }
    let contains = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if contains(RUN) && contains(DECODE) && literals.iter().any(|literal| encoded(&literal.text)) {
        return Some((&web::OBFUSCATED_SCRIPT, "runs what it decodes"));
    }
    None
}

/// Whether a text is nothing but encoded letters: no blank, or mostly percent signs.
fn encoded(text: &str) -> bool {
    let percents = text.matches('%').count();
    percents * 4 >= text.len()
        || text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b',' | b'|'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrambled_scripts_are_told_from_small_ones() {
        let cases = [
            ("[][(![]+[])[+[]]+([![]]+[][[]])".repeat(40), Some(&web::OBFUSCATED_SCRIPT)),
            ("var _0x1a2b=_0x33;".repeat(30), Some(&web::OBFUSCATED_SCRIPT)),
            (format!("eval(function(p,a,c,k,e,d){{}}('{}'))", "a".repeat(600)), Some(&web::PACKED_SCRIPT)),
            (format!("eval(unescape('{}'))", "%41".repeat(200)), Some(&web::OBFUSCATED_SCRIPT)),
            (format!("eval(atob('{}'))", "QUJD".repeat(200)), Some(&web::OBFUSCATED_SCRIPT)),
            ("function a(b){return b+1}".repeat(40), None),
            (format!("f('{}');String.fromCharCode(1)", "mot hai ba ".repeat(60)), None),
        ];
        for (script, expected) in cases {
            let (literals, _) = super::super::literals::strings(&script);
            let judged = judged(&script, &script.to_ascii_lowercase(), &literals).map(|(kind, _)| kind.id);
            assert_eq!(judged, expected.map(|kind: &Kind| kind.id), "{script}");
        }
    }
}
