//! What kind of file something is, by what it holds.
//!
//! ```text
//! marks at fixed places ─▶ narrowed by structure (ZIP, OLE2, PE …) ─▶ a second type in the same bytes? ─▶ types
//!        └─ none ─▶ weak marks ─ none ─▶ text? markup, mail, scripts … ─ none ─▶ by name alone ─ none ─▶ unknown
//! ```

mod magic;
mod markup;
mod name;
mod ole;
mod plain;
mod polyglot;
mod program;
mod script;
mod table;
#[cfg(test)]
mod tests;
mod weak;
mod zip;

pub(crate) use self::magic::{is_tar as is_tar_header, octal};
pub(crate) use self::name::extension;
pub use self::table::{Category, FileType};

/// What the name of the body of a form begins with.
const FORM: &str = "multipart/form-data";

/// Every type that `bytes` are, the most specific first; none if no type is recognised. The name only decides between
/// types that look the same from within, and for types that have no mark.
pub fn identify(name: &str, bytes: &[u8]) -> Vec<FileType> {
    if bytes.is_empty() {
        return Vec::new();
    }
    // Servers hand on the body of a form under the type that its sender gave it. What it is besides, it is too.
    if name.get(..FORM.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(FORM)) {
        let mut types = vec![FileType::MultipartForm];
        types.extend(magic::marked(bytes));
        types.dedup();
        return types;
    }
    let extension = name::extension(name);
    let extension = extension.as_deref().unwrap_or_default();
    let mut types = Vec::new();
    for own in magic::marked(bytes) {
        narrowed(own, extension, bytes, &mut types);
    }
    if types.is_empty() {
        types.extend(weak::identify(extension, bytes));
    }
    if types.is_empty()
        && let Some(text) = plain::Sample::of(bytes)
    {
        types.push(plain::identify(extension, &text));
    }
    if types.is_empty() {
        types.extend(plain::begun(extension, bytes));
    }
    polyglot::add(bytes, &mut types);
    if types.is_empty() {
        types.extend(weak::by_name(extension, bytes));
    }
    let mut distinct = Vec::with_capacity(types.len());
    for own in types {
        if !distinct.contains(&own) {
            distinct.push(own);
        }
    }
    distinct
}

/// Adds what `wide` is more narrowly.
fn narrowed(wide: FileType, extension: &str, bytes: &[u8], types: &mut Vec<FileType>) {
    match wide {
        FileType::Zip => zip::narrow(extension, bytes, types),
        FileType::Ole2 => ole::narrow(bytes, types),
        _ => types.push(wide),
    }
}
