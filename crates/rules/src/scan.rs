//! A set of rules looks at bytes.

use std::path::Path;
use std::time::Duration;

use boreal::scanner::{EvaluatedRule, ScanError, ScanParams, StringMatch};
use khien_inspect::{FileType, Limit, Reason, RuleHit, Rules};

use crate::compile::{Group, RuleSet};
use crate::meta::Meta;

/// How many matches of one string are counted. A condition that asks for more of them is never true.
pub const MAX_MATCHES_PER_STRING: u32 = 1_000;

/// How many hits are told of one thing. Beyond it the gravest are kept, so that the verdict stays the same.
pub const MAX_HITS: usize = 256;

/// How many bytes of a match are shown.
const EVIDENCE_BYTES: usize = 160;

/// How a scan is bounded.
pub(crate) fn parameters(seconds: Option<u32>) -> ScanParams {
    ScanParams::default()
        // Without it the place of the first match would depend on the order in which the engine decides.
        .compute_full_matches(true)
        .match_max_length(EVIDENCE_BYTES)
        .string_max_nb_matches(MAX_MATCHES_PER_STRING)
        .timeout_duration(seconds.map(|seconds| Duration::from_secs(u64::from(seconds))))
}

impl Rules for RuleSet {
    fn id(&self) -> &str {
        &self.id
    }

    fn scan(&self, bytes: &[u8], types: &[FileType], name: &str) -> Result<Vec<RuleHit>, Reason> {
        let mut hits = Vec::new();
        for group in self.groups.iter().filter(|group| group.looks_at(types)) {
            self.scan_group(group, bytes, types, name, &mut hits)?;
        }
        keep_gravest(&mut hits);
        hits.sort_by(|one, other| {
            (&one.rule, one.offset, &one.title_en).cmp(&(&other.rule, other.offset, &other.title_en))
        });
        hits.dedup();
        Ok(hits)
    }
}

impl RuleSet {
    fn scan_group(
        &self,
        group: &Group,
        bytes: &[u8],
        types: &[FileType],
        name: &str,
        hits: &mut Vec<RuleHit>,
    ) -> Result<(), Reason> {
        let named = group.asks_name.then(|| group.named(name));
        let scanner = named.as_ref().unwrap_or(&group.scanner);
        let result = scanner.scan_mem(bytes).map_err(|(error, _)| self.reason(&error))?;
        for rule in &result.rules {
            let meta = self.metas.get(rule.namespace).and_then(|metas| metas.get(rule.name));
            hits.extend(meta.filter(|meta| meta.looks_at(types)).map(|meta| hit(meta, rule)));
        }
        Ok(())
    }

    fn reason(&self, error: &ScanError) -> Reason {
        match error {
            ScanError::Timeout => Reason::limit(Limit::Seconds, self.seconds.unwrap_or_default().into()),
            other => Reason::Unavailable { what: format!("rules: {other}") },
        }
    }
}

impl Group {
    fn looks_at(&self, types: &[FileType]) -> bool {
        let own = self.types.as_deref();
        types.is_empty() || own.is_none_or(|own| types.iter().any(|of_file| own.contains(of_file)))
    }

    /// The engine with the name of the file filled in. Copies share what was compiled.
    fn named(&self, name: &str) -> boreal::Scanner {
        let mut scanner = self.scanner.clone();
        let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        for (symbol, value) in [("filename", name), ("extension", &format!(".{extension}"))] {
            // Both names are defined for every compiler, as texts, so that this cannot fail.
            let _ = scanner.define_symbol(symbol, value);
        }
        scanner
    }
}

fn hit(meta: &Meta, rule: &EvaluatedRule<'_>) -> RuleHit {
    let first = rule.matches.iter().flat_map(|string| &string.matches).min_by_key(|found| (found.offset, found.length));
    RuleHit {
        rule: meta.rule.clone(),
        offset: first.map_or(0, |found| found.offset as u64),
        evidence: first.map(evidence).unwrap_or_default(),
        effect: meta.effect,
        attack: meta.attack.clone(),
        title_vi: meta.title_vi.clone(),
        title_en: meta.title_en.clone(),
        fix_vi: meta.fix_vi.clone(),
        fix_en: meta.fix_en.clone(),
    }
}

/// What was matched, as a person reads it: UTF-16 as the letters it stands for.
fn evidence(found: &StringMatch) -> String {
    let is_wide = found.data.len() > 2 && found.data.iter().skip(1).step_by(2).all(|byte| *byte == 0);
    let bytes: Vec<u8> = found.data.iter().step_by(if is_wide { 2 } else { 1 }).copied().collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Keeps at most [`MAX_HITS`], the gravest.
fn keep_gravest(hits: &mut Vec<RuleHit>) {
    if hits.len() > MAX_HITS {
        hits.sort_by(|one, other| (other.effect, &one.rule).cmp(&(one.effect, &other.rule)));
        hits.truncate(MAX_HITS);
    }
}
