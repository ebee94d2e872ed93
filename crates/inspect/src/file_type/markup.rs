//! Text that begins with a tag: HTML, and XML by its root.

use super::FileType;

/// How many things in front of the root are stepped over: declarations, comments, instructions.
const MAX_PROLOGUE: usize = 64;

/// Tags by which browsers know a page.
const HTML_TAGS: &[&str] = &[
    "html", "head", "body", "script", "iframe", "style", "title", "meta", "link", "base", "table", "div", "span", "p",
    "br", "a", "b", "i", "u", "font", "center", "h1", "h2", "h3", "h4", "img", "form", "input", "object", "embed",
    "frameset", "frame", "ul", "ol", "pre", "noscript", "main", "section", "article", "header", "nav", "button",
    "area", "map", "video",
];

/// The type of a text that begins with `<`; none if it only looks so.
pub(super) fn identify(extension: &str, text: &str) -> Option<FileType> {
    let mut rest = text.trim_start();
    // Markdown has tags of HTML among its own signs.
    if !rest.starts_with('<') || matches!(extension, "md" | "markdown" | "rst") && !rest.starts_with("<?") {
        return None;
    }
    let is_xml = rest.starts_with("<?xml");
    for _ in 0..MAX_PROLOGUE {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("<!--") {
            let Some((_, behind)) = comment.split_once("-->") else {
                return Some(unended(extension, is_xml));
            };
            rest = behind;
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            if instruction.starts_with("php") {
                return Some(FileType::Php);
            }
            if instruction.starts_with("mso-application") {
                return Some(FileType::OfficeXml);
            }
            let Some((_, behind)) = instruction.split_once("?>") else {
                return Some(unended(extension, is_xml));
            };
            rest = behind;
        } else if let Some(declaration) = rest.strip_prefix("<!") {
            let word = declaration.trim_start();
            if has_prefix(word, "doctype html") || has_prefix(word, "doctype wml") {
                return Some(FileType::Html);
            }
            let Some(behind) = behind_declaration(declaration) else { return Some(unended(extension, is_xml)) };
            rest = behind;
        } else {
            break;
        }
    }
    let Some(tag) = rest.strip_prefix('<') else {
        return Some(unended(extension, is_xml))
            .filter(|_| is_xml || !rest.is_empty() && rest.len() < text.trim_start().len());
    };
    let name: String = tag
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || matches!(letter, ':' | '_' | '-' | '.'))
        .take(64)
        .collect();
    by_root(extension, &name, tag, is_xml)
}

/// A declaration, with what it declares in brackets.
fn behind_declaration(declaration: &str) -> Option<&str> {
    let end = declaration.find(['>', '['])?;
    let (_, behind) = declaration.split_at_checked(end)?;
    if let Some(inner) = behind.strip_prefix('[') {
        return inner.split_once("]>").map(|(_, rest)| rest);
    }
    behind.strip_prefix('>')
}

/// What has no root within reach: XML if it says so, else a page if it is called one.
fn unended(extension: &str, is_xml: bool) -> FileType {
    if !is_xml && FileType::Html.extensions().contains(&extension) { FileType::Html } else { FileType::Xml }
}

fn has_prefix(text: &str, lower: &str) -> bool {
    text.get(..lower.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(lower))
}

fn by_root(extension: &str, name: &str, tag: &str, is_xml: bool) -> Option<FileType> {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let local = local.to_lowercase();
    let opening = tag.split('>').next().unwrap_or_default();
    let scripts = matches!(extension, "wsf" | "wsc" | "sct");
    let own = match local.as_str() {
        "svg" => FileType::Svg,
        "stylesheet" | "transform" if opening.contains("XSL/Transform") || prefix == "xsl" => FileType::Xsl,
        "worddocument" => FileType::OfficeXml,
        "package" if opening.contains("schemas.microsoft.com/office/2006/xmlPackage") => FileType::OfficeXml,
        "workbook" if opening.contains("urn:schemas-microsoft-com:office:spreadsheet") => FileType::OfficeXml,
        "html" => FileType::Html,
        "librarydescription" | "searchconnectordescription" | "persistedquery" => FileType::SearchConnector,
        "pcsettings" => FileType::SettingContent,
        "mmc_consolefile" => FileType::Msc,
        "jnlp" => FileType::Jnlp,
        "assembly" if opening.contains("urn:schemas-microsoft-com:asm.v1") && extension == "application" => {
            FileType::ClickOnce
        }
        "scriptlet" | "component" | "package" | "job" if scripts => FileType::Wsf,
        "job" | "scriptlet" if !is_xml && tag.contains("<script") => FileType::Wsf,
        "scriptlet" => FileType::Wsf,
        "hta" => FileType::Hta,
        _ if name.is_empty() => return asp_or_none(tag),
        _ if !is_xml && prefix.is_empty() && HTML_TAGS.contains(&local.as_str()) => FileType::Html,
        _ if is_xml || opening.contains("xmlns") => FileType::Xml,
        _ if FileType::Xml.extensions().contains(&extension) => FileType::Xml,
        // Some tag that nobody knows: XML if it is closed or goes on with tags.
        _ if tag.contains("</") || tag.contains("/>") => FileType::Xml,
        _ => return None,
    };
    let applied = extension == "hta" || tag.to_lowercase().contains("<hta:application");
    Some(if own == FileType::Html && applied { FileType::Hta } else { own })
}

/// `<%` begins pages of servers.
fn asp_or_none(tag: &str) -> Option<FileType> {
    let rest = tag.strip_prefix('%')?;
    let lower = rest.split('>').next().unwrap_or_default().to_lowercase();
    let java = lower.contains("java.")
        || lower.contains("page import")
        || lower.contains("contenttype")
        || lower.starts_with('!');
    Some(if java && !lower.contains("language=\"c#\"") { FileType::Jsp } else { FileType::Asp })
}
