//! Rules that look at bytes: what the engine asks of them. The engine of rules itself is a crate of its own, because it is heavy.

use crate::{Effect, FileType, Node, Reason};

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleHit {
    /// The name of the rule.
    pub rule: String,
    /// Where its first match begins, in bytes.
    pub offset: u64,
    /// What it matched.
    pub evidence: String,
    /// What it does to the verdict.
    pub effect: Effect,
    /// The technique of MITRE ATT&CK.
    pub attack: Option<String>,
    /// What it means and what to do, in Vietnamese and English.
    pub title_vi: String,
    /// See `title_vi`.
    pub title_en: String,
    /// See `title_vi`.
    pub fix_vi: String,
    /// See `title_vi`.
    pub fix_en: String,
}

/// A set of rules.
pub trait Rules: Sync {
    /// Names this very set: another set, another id. It is a part of what a verdict depends on.
    fn id(&self) -> &str;

    /// What the rules find in `bytes`, in the order of the names of rules.
    ///
    /// # Errors
    ///
    /// Why the rules could not be asked to the end.
    fn scan(&self, bytes: &[u8], types: &[FileType], name: &str) -> Result<Vec<RuleHit>, Reason>;

    /// Is shown what the node at `place` in the list of nodes so far holds, for who has it looked at by others afterwards.
    fn see(&self, _nodes: &[Node], _place: usize, _bytes: &[u8]) {}
}

/// No rules at all.
#[derive(Debug, Clone, Copy)]
pub struct NoRules;

impl Rules for NoRules {
    fn id(&self) -> &'static str {
        "none"
    }

    fn scan(&self, _: &[u8], _: &[FileType], _: &str) -> Result<Vec<RuleHit>, Reason> {
        Ok(Vec::new())
    }
}
