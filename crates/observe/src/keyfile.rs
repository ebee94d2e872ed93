//! Files of groups and keys: `[Group]`, `Key=value`. GLib, KDE, Firefox and systemd write nearly the same.

/// One `Key=value` with the group it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting<'a> {
    /// What stands between the brackets; empty before the first group. KDE: with marks such as `[$i]` after it.
    pub(crate) group: &'a str,
    /// The key.
    pub(crate) key: &'a str,
    /// The value, without space around it.
    pub(crate) value: &'a str,
}

/// Every setting, in the order of the file. Lines that are none are skipped, as all readers of such files do.
pub(crate) fn settings(text: &str) -> impl Iterator<Item = Setting<'_>> {
    let mut group = "";
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if line.starts_with(['#', ';']) {
            return None;
        }
        if let Some(rest) = line.strip_prefix('[') {
            // `[Daemon][$i]` is the group `Daemon][$i`: the marks are for the reader of KDE's files.
            group = rest.strip_suffix(']').unwrap_or(rest);
            return None;
        }
        let (key, value) = line.split_once('=')?;
        Some(Setting { group, key: key.trim_end(), value: value.trim_start() })
    })
}

/// The value of `key` in `group`; the last one wins.
#[cfg(any(target_os = "linux", test))]
pub(crate) fn value<'a>(text: &'a str, group: &str, key: &str) -> Option<&'a str> {
    settings(text).filter(|setting| setting.group == group && setting.key == key).last().map(|setting| setting.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn settings_stand_in_their_groups() {
        let text = "lone=1\r\n# a=b\n;c=d\n[One]\nName = Hồ sơ \n[Two][$i]\nName=x=y\nbroken\n[One]\nName=last\n";
        let found: Vec<_> = settings(text).map(|setting| (setting.group, setting.key, setting.value)).collect();
        assert_eq!(
            found,
            [("", "lone", "1"), ("One", "Name", "Hồ sơ"), ("Two][$i", "Name", "x=y"), ("One", "Name", "last")]
        );
        assert_eq!(value(text, "One", "Name"), Some("last"));
        assert_eq!(value(text, "One", "name"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}|([\\[\\]a=#;$ ]{0,12}\n){0,8}") {
            settings(&text).for_each(drop);
        }
    }
}
