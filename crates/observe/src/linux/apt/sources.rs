//! Where APT takes packages from: `sources.list` and `sources.list.d`, in both forms (sources.list(5)).

use khien_model::{Gap, GapCode, Listing};

use crate::root::{EntryKind, Root};
use crate::text;

/// The bound of one file of sources.
const MAX_BYTES: u64 = 1 << 20;

/// How many sources are kept.
const MAX_SOURCES: usize = 1_000;

/// One enabled source of binary packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The address, without credentials.
    pub(crate) uri: String,
    pub(crate) suite: String,
    pub(crate) components: Vec<String>,
    /// `trusted=yes`: signatures are not checked.
    pub(crate) unsigned: bool,
    /// The file that names it.
    pub(crate) file: String,
}

impl Source {
    /// The host of the address, lower case; empty for local ones.
    pub(crate) fn host(&self) -> String {
        let after_scheme = self.uri.split_once("://").map_or("", |(_, rest)| rest);
        let authority = after_scheme.split('/').next().unwrap_or_default();
        authority.split(':').next().unwrap_or_default().to_lowercase()
    }
}

/// All enabled sources.
pub(crate) fn read(root: &Root) -> Result<Listing<Source>, Gap> {
    let mut sources = Listing::default();
    let mut files = vec!["etc/apt/sources.list".to_owned()];
    if let Some(folder) = root.list("etc/apt/sources.list.d")? {
        sources.incomplete = folder.incomplete;
        for entry in folder.entries.iter().filter(|entry| entry.kind != EntryKind::Folder) {
            match entry.file_name.to_str() {
                Some(name) if has_ending(name, "list") || has_ending(name, "sources") => {
                    files.push(format!("etc/apt/sources.list.d/{name}"));
                }
                // APT ignores other endings, and names that are not plain.
                _ => {}
            }
        }
    }
    for path in files {
        let content = match root.read_text(&path, MAX_BYTES) {
            Ok(Some(content)) => content,
            Ok(None) => continue,
            Err(gap) => {
                sources.note_gap(gap);
                continue;
            }
        };
        let file = format!("/{path}");
        if has_ending(&path, "sources") {
            parse_stanzas(&content, &file, &mut sources);
        } else {
            parse_lines(&content, &file, &mut sources);
        }
    }
    Ok(sources)
}

/// APT tells endings apart by case.
fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}

fn keep(sources: &mut Listing<Source>, source: Source) {
    if sources.items.len() == MAX_SOURCES {
        sources.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_SOURCES} package sources")));
    } else {
        sources.items.push(source);
    }
}

/// The one-line form: `deb [options] uri suite component…`.
fn parse_lines(content: &str, file: &str, sources: &mut Listing<Source>) {
    for (number, line) in content.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some(rest) = line.strip_prefix("deb").filter(|rest| rest.starts_with(char::is_whitespace)) else {
            if !line.is_empty() && !line.starts_with("deb-src") {
                let gap = Gap::with_detail(GapCode::Malformed, format!("{file}: line {}", number + 1));
                sources.note_gap(gap);
            }
            continue;
        };
        let rest = rest.trim_start();
        let (options, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((options, rest)) => (options, rest.trim_start()),
            None => ("", rest),
        };
        // The name of a disc may hold blanks: `cdrom:[Debian 12 _Bookworm_]/`.
        let (uri, rest) = match rest.strip_prefix("cdrom:[").and_then(|disc| disc.split_once(']')) {
            Some((_, rest)) => ("cdrom:", rest.trim_start_matches('/')),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        let mut words = rest.split_whitespace();
        let Some(suite) = words.next() else {
            let gap = Gap::with_detail(GapCode::Malformed, format!("{file}: line {}", number + 1));
            sources.note_gap(gap);
            continue;
        };
        let unsigned = options.split_whitespace().any(|option| option.eq_ignore_ascii_case("trusted=yes"));
        let source = Source {
            uri: without_credentials(uri),
            suite: suite.to_owned(),
            components: words.map(str::to_owned).collect(),
            unsigned,
            file: file.to_owned(),
        };
        keep(sources, source);
    }
}

/// The fields of one stanza of the deb822 form.
#[derive(Default)]
struct Stanza {
    types: String,
    uris: String,
    suites: String,
    components: String,
    enabled: String,
    trusted: String,
}

/// The deb822 form: fields with lists of types, addresses and suites.
fn parse_stanzas(content: &str, file: &str, sources: &mut Listing<Source>) {
    let mut stanza = Stanza::default();
    // Where continuation lines go: to the last field, or nowhere.
    let mut last = String::new();
    for line in content.lines().chain([""]) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            keep_stanza(&std::mem::take(&mut stanza), file, sources);
            last.clear();
            continue;
        }
        let value = if line.starts_with([' ', '\t']) {
            line
        } else {
            let Some((field, value)) = line.split_once(':') else {
                sources.note_gap(Gap::with_detail(GapCode::Malformed, format!("{file}: {line:?}")));
                continue;
            };
            last = field.trim().to_ascii_lowercase();
            value
        };
        let field = match last.as_str() {
            "types" => &mut stanza.types,
            "uris" => &mut stanza.uris,
            "suites" => &mut stanza.suites,
            "components" => &mut stanza.components,
            "enabled" => &mut stanza.enabled,
            "trusted" => &mut stanza.trusted,
            _ => continue,
        };
        field.push(' ');
        field.push_str(value.trim());
    }
}

fn keep_stanza(stanza: &Stanza, file: &str, sources: &mut Listing<Source>) {
    let disabled = matches!(
        stanza.enabled.trim().to_ascii_lowercase().as_str(),
        "no" | "false" | "0" | "off" | "disable" | "without"
    );
    if disabled || !stanza.types.split_whitespace().any(|kind| kind == "deb") {
        return;
    }
    for uri in stanza.uris.split_whitespace() {
        for suite in stanza.suites.split_whitespace() {
            let source = Source {
                uri: without_credentials(uri),
                suite: suite.to_owned(),
                components: stanza.components.split_whitespace().map(str::to_owned).collect(),
                unsigned: stanza.trusted.trim().eq_ignore_ascii_case("yes"),
                file: file.to_owned(),
            };
            keep(sources, source);
        }
    }
}

/// The address without user and password, which some repositories carry in it.
pub(crate) fn without_credentials(uri: &str) -> String {
    let uri = text::nfc(uri);
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.into_owned();
    };
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    let host = authority.rsplit('@').next().unwrap_or_default();
    match path {
        Some(path) => format!("{scheme}://{host}/{path}"),
        None => format!("{scheme}://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(content: &str, stanzas: bool) -> (Vec<String>, bool) {
        let mut sources = Listing::default();
        if stanzas {
            parse_stanzas(content, "f", &mut sources);
        } else {
            parse_lines(content, "f", &mut sources);
        }
        let shown = |source: &Source| {
            let unsigned = if source.unsigned { " unsigned" } else { "" };
            format!("{} {} {}{unsigned}", source.uri, source.suite, source.components.join(","))
        };
        (sources.items.iter().map(shown).collect(), sources.incomplete.is_none())
    }

    #[test]
    fn one_line_sources() {
        for (line, expected) in [
            (
                "deb http://deb.debian.org/debian bookworm main contrib",
                &["http://deb.debian.org/debian bookworm main,contrib"][..],
            ),
            ("deb [arch=amd64 trusted=yes] https://x.vn/apt ./", &["https://x.vn/apt ./  unsigned"]),
            ("deb [ signed-by=/k.gpg ]   https://u:secret@x.vn/a stable main # note", &["https://x.vn/a stable main"]),
            ("deb cdrom:[Debian 12 _Bookworm_ - Official amd64]/ bookworm main", &["cdrom: bookworm main"]),
            ("# deb http://off.vn/ x y", &[]),
            ("deb-src http://src.vn/ x y", &[]),
            ("", &[]),
        ] {
            let expected: Vec<String> = expected.iter().map(|text| text.replace("  ", " ")).collect();
            let (found, complete) = parsed(line, false);
            let found: Vec<String> = found.iter().map(|text| text.replace("  ", " ")).collect();
            assert_eq!((found, complete), (expected, true), "{line}");
        }
        for line in ["deb", "deb http://x", "rpm http://x y z", "deb http://x/ # y"] {
            assert!(!parsed(line, false).1, "{line}");
        }
    }

    #[test]
    fn stanzas_of_sources() {
        let content = "# head\nTypes: deb deb-src\nURIs: http://a/ http://b/\nSuites: one\n two\nComponents: main\n\n\
                       Enabled: no\nTypes: deb\nURIs: http://off/\nSuites: x\n\nTypes: deb\nuris: file:/srv\nSUITES: ./\nTrusted: yes\n";
        let (found, complete) = parsed(content, true);
        assert!(complete);
        assert_eq!(
            found,
            [
                "http://a/ one main",
                "http://a/ two main",
                "http://b/ one main",
                "http://b/ two main",
                "file:/srv ./  unsigned"
            ]
        );
        assert!(!parsed("Types deb\n", true).1);
    }

    #[test]
    fn credentials_are_never_kept() {
        for (uri, expected) in [
            ("https://user:p%40ss@repo.vn:8443/x", "https://repo.vn:8443/x"),
            ("https://token@repo.vn", "https://repo.vn"),
            ("https://a@b:c@repo.vn/@x", "https://repo.vn/@x"),
            ("cdrom:", "cdrom:"),
        ] {
            assert_eq!(without_credentials(uri), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(content in "(deb|Types|URIs|Suites|[:\\[\\] a-z/#@\n]){0,40}") {
            parsed(&content, true);
            parsed(&content, false);
        }
    }
}
