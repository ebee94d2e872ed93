//! Shortcuts of Windows: what they run, and what is hidden behind them.

mod shell_link;

use self::shell_link::ShellLink;
use crate::detect::address::{Leads, leads};
use crate::detect::carried::{Carried, carried};
use crate::detect::commands;
use crate::detect::signs::Signs;
use crate::file_type::identify;
use crate::kinds::programs;
use crate::walk::{Inside, Part};
use crate::{Category, FileType, Location, Reason};

/// So much white space in a row in the arguments pushes the rest out of sight.
const MAX_BLANKS: usize = 32;

/// Arguments longer than this are not seen to their end in Windows.
const MAX_SEEN: usize = 260;

/// Less data than this behind a shortcut are fill.
const MIN_AFTER: usize = 16;

/// Files with icons of documents: of Windows itself, and of programs that show documents.
const DOCUMENT_ICONS: &[&str] =
    &["winword", "excel.exe", "powerpnt", "acrord32", "acrobat", "msedge", "chrome.exe", "foxit", "wordpad", "notepad"];

/// The numbers of document icons are not known here; these libraries have them beside others.
const ICON_LIBRARIES: &[&str] = &["shell32.dll", "imageres.dll"];

/// Looks into a shortcut.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let link = shell_link::read(part.bytes);
    let mut signs = Signs::default();
    look(part.name, &link, &mut signs);
    if let Some(after) = part.bytes.get(link.end..).filter(|_| link.broken.is_none()) {
        behind(after, link.end, &mut signs, inside);
    }
    signs.tell(inside);
    if !link.arguments.is_empty() {
        let taken = inside.take(link.arguments.clone().into_bytes());
        inside.piece("arguments", "shortcut", &taken);
    }
    link.broken.map_or(Ok(()), |what| Err(Reason::damaged(format!("shortcut: {what}"))))
}

/// Says what a shortcut runs.
fn look(name: &str, link: &ShellLink, signs: &mut Signs) {
    let field = |name: &str| Location::Field(name.to_owned());
    let command = format!("{} {}", link.target(), link.arguments);
    let runner = link.targets().find_map(commands::runner).or_else(|| commands::runner(&link.arguments));
    let runs = runner.is_some() || link.targets().any(commands::runs);
    if runner.is_some() {
        let bare = link.arguments.trim().is_empty();
        let kind = if bare { &programs::SHORTCUT_TO_RUNNER } else { &programs::SHORTCUT_COMMAND };
        signs.add(kind, field("target"), command.trim());
    } else {
        let machine = if link.machine.is_empty() { String::new() } else { format!(" [{}]", link.machine) };
        signs.add(&programs::SHORTCUT_TARGET, field("target"), format!("{}{machine}", command.trim()));
    }
    if blanks(&link.arguments) >= MAX_BLANKS || (runner.is_some() && link.arguments.chars().count() > MAX_SEEN) {
        signs.add(&programs::SHORTCUT_PADDED, field("arguments"), link.arguments.trim());
    }
    let far = |target: &&str| matches!(leads(target), Leads::Share | Leads::Handler | Leads::Web);
    if let Some(target) = link.targets().find(far) {
        let web = target.contains('@') || leads(target) == Leads::Handler;
        let runs = commands::runs(target) || web;
        let kind = if runs { &programs::SHORTCUT_TO_FAR_PROGRAM } else { &programs::SHORTCUT_TO_SHARE };
        signs.add(kind, field("target"), target);
    }
    match leads(&link.icon) {
        Leads::Share | Leads::Web => signs.add(&programs::SHORTCUT_FAR_ICON, field("icon"), link.icon.as_str()),
        _ if runs && (looks_like_document(&link.icon, runner.is_some()) || named_as_document(name)) => {
            signs.add(&programs::SHORTCUT_DISGUISED, field("icon"), format!("{} ← {}", link.icon, link.target()));
        }
        _ => {}
    }
}

/// The longest row of white space.
fn blanks(text: &str) -> usize {
    let (mut longest, mut row) = (0, 0);
    for letter in text.chars() {
        row = if letter.is_whitespace() { row + 1 } else { 0 };
        longest = longest.max(row);
    }
    longest
}

/// Whether an icon is one of documents. What runs others has no reason to take one out of a library of Windows.
fn looks_like_document(icon: &str, runner: bool) -> bool {
    let icon = icon.to_lowercase();
    let file = icon.rsplit(['\\', '/']).next().unwrap_or_default().trim_start_matches('.');
    let ending = file.rsplit_once('.').map_or(file, |(_, ending)| ending);
    document_ending(ending)
        || DOCUMENT_ICONS.iter().any(|program| file.starts_with(program))
        || (runner && ICON_LIBRARIES.contains(&file))
}

/// Whether a name says that it is a document, as `hoa-don.pdf.lnk`.
fn named_as_document(name: &str) -> bool {
    let name = name.to_lowercase();
    let inner = name.strip_suffix(".lnk").unwrap_or(&name);
    inner.rsplit_once('.').is_some_and(|(_, ending)| document_ending(ending))
}

fn document_ending(ending: &str) -> bool {
    let shown = |own: &FileType| {
        matches!(own.category(), Category::Document | Category::Picture | Category::Media | Category::Text)
    };
    FileType::ALL.iter().filter(|own| shown(own)).any(|own| own.extensions().contains(&ending))
}

/// Looks into what stands behind a shortcut.
fn behind(after: &[u8], at: usize, signs: &mut Signs, inside: &mut Inside<'_, '_>) {
    if after.len() < MIN_AFTER || after.iter().all(|byte| *byte == 0) {
        return;
    }
    let types = identify("", after);
    let grave = carried(&types) != Carried::Ordinary;
    let kind = if grave { &programs::PROGRAM_AFTER_SHORTCUT } else { &programs::AFTER_SHORTCUT };
    signs.add(kind, Location::Offset(at as u64), String::from_utf8_lossy(after.get(..64).unwrap_or(after)));
    let slice = inside.slice(after);
    if types.is_empty() {
        inside.piece("behind the shortcut", "shortcut", &slice);
    } else {
        inside.child("behind the shortcut", "shortcut", &slice);
    }
}

#[cfg(test)]
mod tests {
    use super::shell_link::tests::written;
    use crate::FileType;
    use crate::walk::testing::{ids, inspected_as, program, told};

    #[test]
    fn shortcuts_are_told_by_what_they_run() {
        let blanks = " ".repeat(300);
        let cases = [
            ("a.lnk", written("C:\\Windows\\System32\\cmd.exe", "/c calc", "", ""), "shortcut-runs-command"),
            ("a.lnk", written("C:\\Windows\\System32\\cmd.exe", "", "", ""), "shortcut-to-runner"),
            ("a.lnk", written("C:\\a\\b.docx", "", "", "%ComSpec%\\cmd.exe"), "shortcut-to-runner"),
            ("a.lnk", written("C:\\a\\b.exe", "powershell -w 1", "", ""), "shortcut-runs-command"),
            (
                "hoa-don.pdf.lnk",
                written("C:\\a\\mshta.exe", "http://example.vn", "", ""),
                "shortcut-runs-command shortcut-disguised",
            ),
            (
                "a.lnk",
                written("C:\\a\\mshta.exe", "x", ".\\hoa-don.pdf", ""),
                "shortcut-runs-command shortcut-disguised",
            ),
            (
                "a.lnk",
                written("C:\\a\\mshta.exe", "x", "%SystemRoot%\\System32\\imageres.dll", ""),
                "shortcut-runs-command shortcut-disguised",
            ),
            (
                "a.lnk",
                written("C:\\a\\wscript.exe", &format!("{blanks}a.js"), "", ""),
                "shortcut-runs-command shortcut-padded",
            ),
            ("a.lnk", written("\\\\server\\a\\b.exe", "", "", ""), "shortcut-target shortcut-to-far-program"),
            ("a.lnk", written("\\\\server\\a", "", "", ""), "shortcut-target shortcut-to-share"),
            (
                "a.lnk",
                written("\\\\example.vn@80\\DavWWWRoot\\a", "", "", ""),
                "shortcut-target shortcut-to-far-program",
            ),
            ("a.lnk", written("C:\\a.docx", "", "\\\\10.0.0.1\\a.ico", ""), "shortcut-target shortcut-far-icon"),
            ("a.lnk", written("C:\\Program Files\\a\\a.exe", "", "", ""), "shortcut-target"),
            ("So lieu.xlsx.lnk", written("D:\\So lieu.xlsx", "", "", ""), "shortcut-target"),
        ];
        for (name, bytes, expected) in cases {
            let inspection = inspected_as(name, &bytes, &[FileType::Lnk], &[]);
            assert_eq!(ids(&inspection).join(" "), expected, "{}", told(&inspection));
        }
    }

    #[test]
    fn what_is_behind_a_shortcut_comes_out() {
        let bytes = [written("C:\\a.docx", "", "", ""), program()].concat();
        let inspection = inspected_as("a.lnk", &bytes, &[FileType::Lnk], &[]);
        assert_eq!(ids(&inspection), ["program", "program-facts", "shortcut-target", "program-after-shortcut"]);
        assert_eq!(inspection.nodes[1].types, [FileType::Pe]);
    }
}
