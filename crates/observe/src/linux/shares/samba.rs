//! Samba: `smb.conf` with its includes, and the shares that users make themselves (smb.conf(5), net(8)).

use std::collections::BTreeMap;

use khien_model::facts::{ShareProtocol, SharedFolder};
use khien_model::{Gap, GapCode, Listing};

use crate::linux::apt::version;
use crate::linux::context::Context;
use crate::root::{EntryKind, Root};
use crate::text;

/// Where the settings of Samba and of the kernel's own SMB server are.
const SETTINGS: [&str; 2] = ["etc/samba/smb.conf", "etc/ksmbd/ksmbd.conf"];

/// The bound of one settings file.
const MAX_BYTES: u64 = 4 << 20;

/// How deep files include others, and how many are read.
const MAX_DEPTH: usize = 16;
const MAX_FILES: usize = 200;

/// How many shares are kept.
const MAX_SHARES: usize = 10_000;

/// Where users make shares when the settings do not say otherwise.
const USER_SHARES: &str = "/var/lib/samba/usershares";

/// The bound of one user's share.
const MAX_USER_SHARE: u64 = 64 << 10;

/// From this version on, Samba refuses the outdated protocol unless told otherwise.
const FIRST_WITHOUT_SMB1: &[u8] = b"2:4.11";

/// Sections and shares that are no folders of people.
const WELL_KNOWN_NOT_FOLDERS: [&str; 4] = ["printers", "print$", "ipc$", "admin$"];

/// A section's parameters by their plain names.
type Parameters = BTreeMap<String, String>;

/// What Samba shares.
#[derive(Debug, Default)]
pub(super) struct Samba {
    pub(super) folders: Listing<SharedFolder>,
    global: Parameters,
    is_configured: bool,
}

pub(super) fn read(context: &Context) -> Result<Samba, Gap> {
    let mut samba = Samba::default();
    for path in SETTINGS {
        let mut reader = Reader::new(&context.root);
        if !reader.read_file(path, 0)? {
            continue;
        }
        samba.is_configured = true;
        reader.add_shares(&mut samba.folders);
        if let Some(gap) = reader.incomplete {
            samba.folders.note_gap(gap);
        }
        if path == "etc/samba/smb.conf" {
            samba.global = reader.sections.remove(GLOBAL).unwrap_or_default();
        }
    }
    if samba.is_configured {
        add_user_shares(&context.root, &samba.global, &mut samba.folders);
    }
    Ok(samba)
}

impl Samba {
    /// Whether the outdated protocol is accepted. A machine without Samba accepts none.
    pub(super) fn smb1_accepted(&self, context: &Context) -> Result<bool, Gap> {
        if !self.is_configured {
            return Ok(false);
        }
        if let Some(protocol) = self.global.get("serverminprotocol").or_else(|| self.global.get("minprotocol")) {
            let protocol = protocol.to_ascii_uppercase();
            if protocol != "DEFAULT" {
                return Ok(!protocol.starts_with("SMB2") && !protocol.starts_with("SMB3"));
            }
        }
        if let Some(gap) = &self.folders.incomplete {
            return Err(gap.clone());
        }
        let apt = context.apt()?;
        let samba = apt.and_then(|apt| apt.packages.items.iter().find(|package| &*package.name == "samba"));
        if let (None, Some(gap)) = (samba, apt.and_then(|apt| apt.packages.incomplete.clone())) {
            return Err(gap);
        }
        match samba {
            Some(samba) => Ok(version::compare(samba.version.as_bytes(), FIRST_WITHOUT_SMB1).is_lt()),
            None if apt.is_some() => Ok(false),
            None => {
                Err(Gap::with_detail(GapCode::NotObserved, "the oldest accepted protocol depends on Samba's version"))
            }
        }
    }
}

const GLOBAL: &str = "global";

/// Reads settings the way Samba does: files in the place of their `include`, sections by name, later values over earlier.
struct Reader<'a> {
    root: &'a Root,
    sections: BTreeMap<String, Parameters>,
    /// Names as they are written, by their lower-case form.
    names: BTreeMap<String, String>,
    section: String,
    files: usize,
    incomplete: Option<Gap>,
}

impl<'a> Reader<'a> {
    fn new(root: &'a Root) -> Self {
        Self {
            root,
            sections: BTreeMap::new(),
            names: BTreeMap::new(),
            section: GLOBAL.to_owned(),
            files: 0,
            incomplete: None,
        }
    }

    fn note_gap(&mut self, gap: Gap) {
        self.incomplete.get_or_insert(gap);
    }

    /// `false` when the file is not there, which Samba passes over.
    fn read_file(&mut self, path: &str, depth: usize) -> Result<bool, Gap> {
        self.files += 1;
        if depth > MAX_DEPTH || self.files > MAX_FILES {
            return Err(Gap::with_detail(GapCode::TooLarge, format!("{path}: too many files include each other")));
        }
        let Some(content) = self.root.read(path, MAX_BYTES)? else {
            self.root.expect_absent(path)?;
            return Ok(false);
        };
        if let Err(gap) = text::expect_plain(&content, path) {
            self.note_gap(gap);
        }
        // Share names of old systems may be in other encodings: their bytes are shown.
        let content = text::name(&content);
        let mut whole = String::new();
        for line in content.trim_start_matches('\u{feff}').lines() {
            let line = line.trim();
            if whole.is_empty() && line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(start) = line.strip_suffix('\\') {
                whole.push_str(start);
                continue;
            }
            whole.push_str(line);
            self.read_line(&std::mem::take(&mut whole), path, depth);
        }
        self.read_line(&whole, path, depth);
        Ok(true)
    }

    fn read_line(&mut self, line: &str, path: &str, depth: usize) {
        if line.is_empty() {
            return;
        }
        if let Some(name) = line.strip_prefix('[') {
            let Some((name, _)) = name.split_once(']') else {
                return self.note_gap(Gap::with_detail(GapCode::Malformed, format!("/{path}: {line:?}")));
            };
            self.open_section(name.trim());
            return;
        }
        let Some((name, value)) = line.split_once('=') else {
            // Samba passes over such lines with a warning.
            return;
        };
        let (name, value) = (plain_name(name), unquoted(value.trim()));
        match name.as_str() {
            "include" => self.include(value, depth),
            "configbackend" | "registryshares" if !is_no(value) && value != "file" => {
                self.note_gap(Gap::with_detail(GapCode::Unsupported, "Samba takes shares from its registry"));
            }
            "copy" => {
                if let Some(copied) = self.sections.get(&value.to_lowercase()).cloned() {
                    self.sections.entry(self.section.clone()).or_default().extend(copied);
                }
            }
            _ => {
                self.sections.entry(self.section.clone()).or_default().insert(name, value.to_owned());
            }
        }
    }

    fn open_section(&mut self, name: &str) {
        let key = name.to_lowercase();
        if self.sections.len() >= MAX_SHARES && !self.sections.contains_key(&key) {
            self.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_SHARES} shares")));
        } else {
            self.sections.entry(key.clone()).or_default();
            self.names.entry(key.clone()).or_insert_with(|| name.to_owned());
        }
        self.section = key;
    }

    /// A name with `%` depends on who connects: what it would bring is unknown.
    fn include(&mut self, value: &str, depth: usize) {
        if value == "registry" {
            self.note_gap(Gap::with_detail(GapCode::Unsupported, "Samba takes shares from its registry"));
        } else if value.contains('%') {
            let detail = format!("include = {value}: the file depends on who connects");
            self.note_gap(Gap::with_detail(GapCode::NotComputable, detail));
        } else if let Err(gap) = self.read_file(value.trim_start_matches('/'), depth + 1) {
            self.note_gap(gap);
        }
    }

    fn add_shares(&self, folders: &mut Listing<SharedFolder>) {
        let nothing = Parameters::new();
        let global = self.sections.get(GLOBAL).unwrap_or(&nothing);
        let controller = global.get("serverrole").is_some_and(|role| {
            let role = plain_name(role);
            role == "activedirectorydomaincontroller" || role == "dc"
        });
        for (key, own) in &self.sections {
            let of_controller = controller && (key == "sysvol" || key == "netlogon");
            if key == GLOBAL || of_controller || WELL_KNOWN_NOT_FOLDERS.contains(&key.as_str()) {
                continue;
            }
            let section = Section { own, global };
            // Everybody's own home is no shared folder, unless guests may enter.
            let closed_homes = key == "homes" && !section.open_to_everyone();
            if closed_homes || section.is_off_or_printer() {
                continue;
            }
            let path = section.get(&["path", "directory"]).unwrap_or("");
            folders.items.push(SharedFolder {
                name: self.names.get(key).unwrap_or(key).as_str().into(),
                path: path.into(),
                protocol: ShareProtocol::Smb.into(),
                open_to_everyone: section.open_to_everyone().into(),
                writable: section.writable().into(),
            });
        }
    }
}

/// A section over the defaults that `[global]` gives for all.
struct Section<'a> {
    own: &'a Parameters,
    global: &'a Parameters,
}

impl<'a> Section<'a> {
    /// The value of a parameter under any of its names; the section's own before the global one.
    fn get(&self, names: &[&str]) -> Option<&'a str> {
        let find = |parameters: &'a Parameters| names.iter().find_map(|name| parameters.get(*name));
        find(self.own).or_else(|| find(self.global)).map(String::as_str)
    }

    fn is_on(&self, names: &[&str]) -> bool {
        self.get(names).is_some_and(is_yes)
    }

    fn is_off_or_printer(&self) -> bool {
        self.get(&["available"]).is_some_and(is_no) || self.is_on(&["printable", "printok"])
    }

    fn open_to_everyone(&self) -> bool {
        let named = self.get(&["validusers"]).is_some_and(|users| !users.is_empty());
        self.is_on(&["guestok", "public"]) && !named
    }

    fn writable(&self) -> bool {
        // `writable` and `read only` are one parameter; within a section the order decides, and both are rarely there.
        let find = |parameters: &Parameters| {
            let writable = ["writable", "writeable", "writeok"]
                .iter()
                .find_map(|name| parameters.get(*name))
                .map(|value| is_yes(value));
            writable.or_else(|| parameters.get("readonly").map(|value| is_no(value)))
        };
        let listed = self.get(&["writelist"]).is_some_and(|users| !users.is_empty());
        listed || find(self.own).or_else(|| find(self.global)).unwrap_or(false)
    }
}

/// Names of parameters are told apart without blanks and case: `Guest OK` is `guestok`.
fn plain_name(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

fn is_yes(value: &str) -> bool {
    ["yes", "true", "1", "on"].iter().any(|word| value.trim().eq_ignore_ascii_case(word))
}

fn is_no(value: &str) -> bool {
    ["no", "false", "0", "off"].iter().any(|word| value.trim().eq_ignore_ascii_case(word))
}

/// Shares of users: one small file each, allowed when `usershare max shares` is above 0.
fn add_user_shares(root: &Root, global: &Parameters, folders: &mut Listing<SharedFolder>) {
    let allowed = global.get("usersharemaxshares").and_then(|number| number.trim().parse::<u32>().ok()).unwrap_or(0);
    if allowed == 0 {
        return;
    }
    let folder = global.get("usersharepath").map_or(USER_SHARES, String::as_str).trim_matches('/').to_owned();
    let guests_allowed = global.get("usershareallowguests").is_some_and(|value| is_yes(value));
    let listed = match root.list(&folder) {
        Ok(Some(listed)) => listed,
        Ok(None) => return,
        Err(gap) => return folders.note_gap(gap),
    };
    listed.incomplete.into_iter().for_each(|gap| folders.note_gap(gap));
    for entry in listed.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
        let Some(name) = entry.file_name.to_str() else {
            continue;
        };
        match root.read(format!("{folder}/{name}"), MAX_USER_SHARE) {
            Ok(Some(content)) => folders.items.extend(parse_user_share(name, &text::name(&content), guests_allowed)),
            Ok(None) => {}
            Err(gap) => folders.note_gap(gap),
        }
    }
}

/// `None` when it is no share: Samba passes over files without its first line or a path.
fn parse_user_share(file_name: &str, content: &str, guests_allowed: bool) -> Option<SharedFolder> {
    let mut lines = content.lines();
    lines.next().filter(|line| line.trim_end().starts_with("#VERSION "))?;
    let values: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once('=')).collect();
    let path = values.get("path").filter(|path| path.starts_with('/'))?;
    let name = values.get("sharename").filter(|name| !name.is_empty()).unwrap_or(&file_name);
    let guests = values.get("guest_ok").is_some_and(|value| value.eq_ignore_ascii_case("y"));
    // `S-1-1-0:F,S-1-5-…:R`: F is full access.
    let writable = values.get("usershare_acl").is_some_and(|acl| {
        acl.split(',')
            .any(|entry| entry.trim().rsplit_once(':').is_some_and(|(_, right)| right.eq_ignore_ascii_case("f")))
    });
    Some(SharedFolder {
        name: (*name).into(),
        path: (*path).into(),
        protocol: ShareProtocol::Smb.into(),
        open_to_everyone: (guests && guests_allowed).into(),
        writable: writable.into(),
    })
}

#[cfg(test)]
mod tests;
