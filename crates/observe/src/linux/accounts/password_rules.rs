//! The rules for new passwords: login.defs, pam_pwquality, pam_unix.

use jiff::SignedDuration;
use khien_model::{Gap, GapCode};

use super::{FOR_EVER_DAYS, of_days};
use crate::root::{EntryKind, Root};

/// The bound of one settings file.
const MAX_BYTES: u64 = 1 << 20;

/// Where distributions keep login.defs.
const LOGIN_DEFS: [&str; 2] = ["etc/login.defs", "usr/etc/login.defs"];

/// The stacks of PAM that set passwords: Debian's, Red Hat's, openSUSE's.
const PAM_STACKS: [&str; 5] = [
    "etc/pam.d/common-password",
    "etc/pam.d/system-auth",
    "etc/pam.d/password-auth",
    "usr/lib/pam.d/common-password",
    "etc/pam.d/passwd",
];

/// What the modules demand when nothing is set.
const QUALITY_DEFAULT: u32 = 8;
const CRACKLIB_DEFAULT: u32 = 9;
const UNIX_DEFAULT: u32 = 6;

/// The longest time a new password may stand.
pub(super) fn max_age(root: &Root) -> Result<SignedDuration, Gap> {
    for path in LOGIN_DEFS {
        if let Some(settings) = root.read_text(path, MAX_BYTES)? {
            let days = value_of(&settings, "PASS_MAX_DAYS", char::is_whitespace);
            // Without a value, and with a negative one, a password stands for ever.
            return match days.map(str::parse::<i64>) {
                None => Ok(of_days(FOR_EVER_DAYS)),
                Some(Ok(days)) if days < 0 => Ok(of_days(FOR_EVER_DAYS)),
                Some(Ok(days)) => Ok(of_days(days)),
                Some(Err(_)) => Err(Gap::with_detail(GapCode::Malformed, format!("/{path}: PASS_MAX_DAYS"))),
            };
        }
    }
    Err(Gap::with_detail(GapCode::NotObserved, "there is no login.defs"))
}

/// The last value of a key; comments start with `#`.
fn value_of<'a>(settings: &'a str, key: &str, separator: fn(char) -> bool) -> Option<&'a str> {
    let lines = settings.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let mut pairs = lines.filter_map(|line| line.split_once(separator));
    pairs.rfind(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
}

/// The shortest password that the first stack with a checking module accepts.
pub(super) fn min_length(root: &Root) -> Result<u32, Gap> {
    for path in PAM_STACKS {
        let Some(stack) = root.read_text(path, MAX_BYTES)? else {
            continue;
        };
        let module = |name: &str| {
            let lines = stack.lines().map(|line| line.split('#').next().unwrap_or_default());
            lines
                .filter(|line| line.trim_start().trim_start_matches('-').starts_with("password"))
                .find(|line| line.contains(name))
        };
        if let Some(line) = module("pam_pwquality.so") {
            return match argument(line, path)? {
                Some(length) => Ok(length),
                None => quality_setting(root),
            };
        }
        for (name, default) in [("pam_cracklib.so", CRACKLIB_DEFAULT), ("pam_unix.so", UNIX_DEFAULT)] {
            if let Some(line) = module(name) {
                return Ok(argument(line, path)?.unwrap_or(default));
            }
        }
    }
    Err(Gap::with_detail(GapCode::NotObserved, "no stack of PAM sets passwords here"))
}

/// `minlen=N` among a module's arguments.
fn argument(line: &str, path: &str) -> Result<Option<u32>, Gap> {
    let value = line.split_whitespace().filter_map(|word| word.strip_prefix("minlen=")).next_back();
    value
        .map(|value| {
            value.parse().map_err(|_| Gap::with_detail(GapCode::Malformed, format!("/{path}: minlen={value}")))
        })
        .transpose()
}

/// `minlen` of pwquality.conf and its folder; later files win.
fn quality_setting(root: &Root) -> Result<u32, Gap> {
    let mut files = vec!["etc/security/pwquality.conf".to_owned()];
    if let Some(folder) = root.list("etc/security/pwquality.conf.d")? {
        let names = folder.entries.iter().filter(|entry| entry.kind != EntryKind::Folder);
        let names =
            names.filter_map(|entry| entry.file_name.to_str()).filter(|name| name.strip_suffix(".conf").is_some());
        // The file itself is read after its folder.
        let more = names.map(|name| format!("etc/security/pwquality.conf.d/{name}"));
        files = more.chain(files).collect();
    }
    let mut length = QUALITY_DEFAULT;
    for file in files {
        if let Some(settings) = root.read_text(&file, MAX_BYTES)?
            && let Some(value) = value_of(&settings, "minlen", |letter| letter == '=')
        {
            length = value
                .parse()
                .map_err(|_| Gap::with_detail(GapCode::Malformed, format!("/{file}: minlen = {value}")))?;
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn the_longest_time() {
        for (settings, expected) in [
            ("PASS_MAX_DAYS\t90\n", Some(90)),
            ("# PASS_MAX_DAYS 30\nPASS_MAX_DAYS   99999 # for ever\n", Some(99999)),
            ("PASS_MAX_DAYS 90\nPASS_MAX_DAYS 60\n", Some(60)),
            ("PASS_MAX_DAYS -1\n", Some(99999)),
            ("", Some(99999)),
            ("PASS_MAX_DAYS ninety\n", None),
        ] {
            let machine = Machine::new();
            machine.file("etc/login.defs", settings);
            assert_eq!(max_age(&machine.context().root).ok(), expected.map(of_days), "{settings}");
        }
        assert_eq!(max_age(&Machine::new().context().root).unwrap_err().code, GapCode::NotObserved);
    }

    #[test]
    fn the_shortest_password() {
        for (stack, quality, expected) in [
            ("password [success=1] pam_unix.so obscure yescrypt\n", "minlen = 12", 6),
            ("password requisite pam_pwquality.so retry=3\npassword x pam_unix.so\n", "# minlen = 9\nminlen = 12", 12),
            ("password requisite pam_pwquality.so retry=3\n", "", 8),
            ("-password requisite pam_pwquality.so minlen=14\n", "minlen = 12", 14),
            ("auth x pam_unix.so\n# password pam_pwquality.so\npassword x pam_unix.so minlen=10\n", "", 10),
        ] {
            let machine = Machine::new();
            machine.file("etc/pam.d/common-password", stack);
            machine.file("etc/security/pwquality.conf", quality);
            assert_eq!(min_length(&machine.context().root), Ok(expected), "{stack}");
        }
        assert_eq!(min_length(&Machine::new().context().root).unwrap_err().code, GapCode::NotObserved);
    }
}
