//! Reads a file and what it includes, and puts them together.

use super::merge::{check_ids, merge};
use super::reader::Reader;
use crate::diagnostic::{Code, Mistake, Report};
use crate::format::{DIRECTIVE, VERSION};
use crate::limits::MAX_FILES;
use crate::source::{File, Files, Span};
use crate::yaml::{Decoded, Kind, Node, Plain, build, decode};
use crate::{Source, Texts};

/// The tree of the file called `name` over the trees of all files that it includes.
pub(super) fn read_tree(name: &str, source: &dyn Source, files: &mut Files, report: &mut Report) -> Option<Node> {
    let mut loader = Loader { source, files, report, open: Vec::new(), done: Vec::new() };
    let bytes = match source.read(name) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let file = loader.files.add(File::new(name, String::new()));
            let mistake = Mistake::new(Code::Unreadable, Span::new(file, 0, 0));
            loader.report.add(mistake.with("file", name).with("reason", reason));
            return None;
        }
    };
    let tree = loader.tree(name, bytes)?;
    check_ids(&tree, loader.report);
    Some(tree)
}

struct Loader<'l> {
    source: &'l dyn Source,
    files: &'l mut Files,
    report: &'l mut Report,
    /// The files that are being read, outermost first.
    open: Vec<String>,
    /// The files that were read. One that is included twice counts once, at its first place.
    done: Vec<String>,
}

impl Loader<'_> {
    fn tree(&mut self, name: &str, bytes: Vec<u8>) -> Option<Node> {
        let Decoded { file, readable } = decode(name, bytes, self.files, self.report);
        if !readable {
            return None;
        }
        let tree = build(file, self.files.get(file)?, self.report)?;
        if !matches!(tree.kind, Kind::Map(_)) {
            let place = DIRECTIVE.place();
            Reader { files: self.files, report: self.report }.fields_at(&tree, &DIRECTIVE, &place);
            return None;
        }
        self.check_version(&tree);
        check_ids(&tree, self.report);
        self.open.push(name.to_owned());
        let mut base = None;
        for included in self.included(name, &tree) {
            let Some(node) = self.include(&included) else { continue };
            base = Some(match base {
                Some(base) => merge(base, node),
                None => node,
            });
        }
        self.open.pop();
        self.done.push(name.to_owned());
        Some(match base {
            Some(base) => merge(base, tree),
            None => tree,
        })
    }

    fn check_version(&mut self, tree: &Node) {
        let Some(node) = tree.get("khien") else { return };
        let found = match &node.kind {
            Kind::Scalar(scalar) if scalar.plain() == Plain::Int(VERSION) => return,
            Kind::Scalar(scalar) => scalar.text.clone(),
            _ => {
                Reader { files: self.files, report: self.report }
                    .wrong_type(node, Texts::new("số phiên bản", "the number of a version"));
                return;
            }
        };
        let mistake = Mistake::new(Code::WrongVersion, node.span).with("expected", VERSION).with("found", found);
        self.report.add(mistake);
    }

    /// The files that a tree names under `include`.
    fn included(&mut self, name: &str, tree: &Node) -> Vec<Include> {
        let Some(node) = tree.get("include") else { return Vec::new() };
        let mut reader = Reader { files: self.files, report: self.report };
        let Some(items) = reader.list(node) else { return Vec::new() };
        let mut includes = Vec::new();
        for item in items {
            let Some(text) = reader.text(item) else { continue };
            if text.contains(['/', '\\', ':']) || text.starts_with('.') {
                reader.report.add(Mistake::new(Code::IncludeName, item.span).with("name", text));
                continue;
            }
            includes.push(Include { name: beside(name, text), span: item.span });
        }
        includes
    }

    fn include(&mut self, include: &Include) -> Option<Node> {
        let Include { name, span } = include;
        if let Some(start) = self.open.iter().position(|open| open == name) {
            let mut circle: Vec<&str> = self.open.iter().skip(start).map(String::as_str).collect();
            circle.push(name);
            self.report.add(Mistake::new(Code::IncludeCycle, *span).with("circle", circle.join(" → ")));
            return None;
        }
        if self.done.iter().any(|done| done == name) {
            return None;
        }
        if self.open.len() + self.done.len() >= MAX_FILES {
            self.report.add(Mistake::new(Code::TooManyFiles, *span).with("limit", MAX_FILES));
            return None;
        }
        match self.source.read(name) {
            Ok(bytes) => self.tree(name, bytes),
            Err(reason) => {
                let mistake = Mistake::new(Code::Unreadable, *span).with("file", name).with("reason", reason);
                self.report.add(mistake);
                None
            }
        }
    }
}

struct Include {
    name: String,
    span: Span,
}

/// The name of the file `included` in the folder of `name`.
fn beside(name: &str, included: &str) -> String {
    match name.rfind(['/', '\\']) {
        Some(separator) => {
            let folder: String = name.char_indices().take_while(|(at, _)| *at <= separator).map(|(_, c)| c).collect();
            folder + included
        }
        None => included.to_owned(),
    }
}
