//! What an organisation thinks of what is found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Effect, Kind};

/// What an organisation thinks of what is found: for a kind of finding, another effect than the usual one.
///
/// A policy changes what findings do. It cannot make clean what was not looked into.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The id of a kind (or `rule:` and the name of a rule) and its effect.
    pub effects: BTreeMap<String, Effect>,
}

impl Policy {
    /// What a finding of `kind` does to the verdict.
    pub fn effect_of(&self, kind: &Kind) -> Effect {
        self.effect(kind.id, kind.effect)
    }

    /// What the finding called `id` does to the verdict, `usual` if the policy says nothing.
    pub(crate) fn effect(&self, id: &str, usual: Effect) -> Effect {
        self.effects.get(id).copied().unwrap_or(usual)
    }
}
