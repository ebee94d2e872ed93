//! What a Rust file mentions outside its tests, found in its syntax tree and not in its letters.

use proc_macro2::TokenStream;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemUse, Macro, Path, UseTree};

/// A path such as `std::fs::read`, and the line on which it stands.
pub(super) struct Mention {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
}

impl Mention {
    /// Whether these segments stand in the path, one after the other.
    pub(super) fn contains(&self, wanted: &str) -> bool {
        let wanted: Vec<&str> = wanted.split("::").collect();
        self.segments.windows(wanted.len()).any(|window| window.iter().zip(&wanted).all(|(have, want)| have == want))
    }

    /// The path as it is written.
    pub(super) fn written(&self) -> String {
        self.segments.join("::")
    }
}

/// Whether a file only serves tests, by where it lies.
pub(super) fn is_for_tests(path: &str) -> bool {
    path.contains("/tests/")
        || path.contains("/benches/")
        || path.contains("/examples/")
        || path.contains("/fuzz/")
        || path.starts_with("tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("/testing.rs")
}

/// Every path that a file mentions outside `#[cfg(test)]`. A file that does not parse is reported by its error.
pub(super) fn mentions(text: &str) -> Result<Vec<Mention>, syn::Error> {
    let mut reader = Reader { found: Vec::new() };
    reader.visit_file(&syn::parse_file(text)?);
    Ok(reader.found)
}

/// Whether a file begins with `#![LEVEL(LINT)]`.
pub(super) fn has_inner_lint_level(text: &str, level: &str, lint: &str) -> bool {
    let Ok(file) = syn::parse_file(text) else { return false };
    file.attrs.iter().any(|attribute| {
        attribute.path().is_ident(level)
            && attribute.parse_args::<Path>().is_ok_and(|path| path.get_ident().is_some_and(|name| name == lint))
    })
}

struct Reader {
    found: Vec<Mention>,
}

impl Reader {
    fn add(&mut self, segments: Vec<String>, line: usize) {
        self.found.push(Mention { segments, line });
    }

    fn add_use(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_use(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.add(with(&name.ident), name.span().start().line),
            UseTree::Rename(rename) => self.add(with(&rename.ident), rename.span().start().line),
            UseTree::Glob(glob) => self.add(before.to_vec(), glob.span().start().line),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.add_use(item, before)),
        }
    }

    /// What is handed to a macro is not parsed by anybody yet: its words are read as paths.
    fn add_tokens(&mut self, tokens: &TokenStream) {
        let line = tokens.span().start().line;
        let text = tokens.to_string().replace(" :: ", "::");
        for word in text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':')) {
            let segments: Vec<String> = word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            if segments.len() > 1 {
                self.add(segments, line);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_file(&mut self, file: &'ast File) {
        if !is_test_only(&file.attrs) {
            visit::visit_file(self, file);
        }
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test_only(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_use(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(segments, path.span().start().line);
        visit::visit_path(self, path);
    }

    /// Attributes and documentation are not code of ours.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.add_tokens(&called.tokens);
        visit::visit_macro(self, called);
    }
}

/// Whether `#[cfg(test)]` or `#[test]` stands there.
fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute.parse_args::<Path>().is_ok_and(|condition| condition.is_ident("test")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<String> {
        mentions(text).unwrap().iter().map(Mention::written).collect()
    }

    #[test]
    fn uses_calls_and_macros_are_mentions() {
        assert_eq!(written("use std::{fs, io::{self, Read as _}};"), ["std::fs", "std::io::self", "std::io::Read"]);
        assert!(written("fn f() { let _ = std::fs::read(\"a\"); }").contains(&"std::fs::read".to_owned()));
        assert!(
            written("fn f() { println!(\"{}\", jiff::Timestamp::now()); }")
                .contains(&"jiff::Timestamp::now".to_owned())
        );
        assert!(written("use std::fs::*;").contains(&"std::fs".to_owned()));
    }

    #[test]
    fn comments_strings_and_tests_are_not() {
        assert!(written("//! std::fs::read\n/* std::net */").is_empty());
        assert!(written("const A: u8 = { \"std::fs::read\"; 1 };").iter().all(|path| path == "u8"));
        assert!(written("#[cfg(test)] mod tests { use std::fs; }").is_empty());
        assert!(written("#[test] fn reads() { std::fs::read(\"a\"); }").is_empty());
        assert_eq!(written("#[cfg(unix)] use std::fs;"), ["std::fs"]);
    }

    #[test]
    fn a_path_contains_its_parts_in_order() {
        let mention = Mention { segments: ["std", "fs", "read"].map(str::to_owned).to_vec(), line: 1 };
        assert!(mention.contains("std::fs") && mention.contains("fs::read") && mention.contains("read"));
        assert!(!mention.contains("std::read") && !mention.contains("rea"));
    }

    #[test]
    fn inner_lint_levels_are_found() {
        assert!(has_inner_lint_level("//! Doc.\n#![forbid(unsafe_code)]\n", "forbid", "unsafe_code"));
        assert!(!has_inner_lint_level("#![deny(unsafe_code)]\n", "forbid", "unsafe_code"));
        assert!(!has_inner_lint_level("// #![forbid(unsafe_code)]\n", "forbid", "unsafe_code"));
    }
}
