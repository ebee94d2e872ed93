//! One thing in the tree of a file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{FileType, Reason};

/// One thing in the tree of a file: the file itself, or what came out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name and those of what it lies in, from the outside in, e.g. `thu.zip › hoa-don.doc › Macros/VBA/ThisDocument`.
    pub path: String,
    /// Its own name, as its container has it.
    pub name: String,
    /// The place in the list of nodes of what it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// How it was got out of there, e.g. `zip deflate`.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub how: Cow<'static, str>,
    /// Every type that it is; two mean that two programs would read it differently.
    pub types: Vec<FileType>,
    /// In bytes; unknown for what could not be unpacked and does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// SHA-256 in lower-case hexadecimal digits, of what was unpacked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Why it, or something in it that has no node of its own, was not looked into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_inspected: Vec<Reason>,
}
