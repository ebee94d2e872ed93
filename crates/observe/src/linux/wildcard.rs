//! Patterns of file and user names with `*` and `?`, and the files that the pattern of an include stands for.

use std::path::{Path, PathBuf};

use khien_model::{Gap, GapCode};

use crate::root::{Root, shown};

/// Whether `text` has characters with a meaning in patterns.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Whether the whole of `name` matches. Takes at most `pattern × name` steps. A `[` stands for itself.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut in_name) = (0, 0);
    // Where to go on when the characters after the last `*` do not match: it then takes one more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), name.get(in_name)) {
            (Some('*'), _) => {
                at += 1;
                retry = Some((at, in_name));
            }
            (Some('?'), Some(_)) => (at, in_name) = (at + 1, in_name + 1),
            (Some(wanted), Some(found)) if wanted == found => (at, in_name) = (at + 1, in_name + 1),
            (None, None) => return true,
            _ => match retry {
                Some((after_star, taken)) if taken < name.len() => {
                    retry = Some((after_star, taken + 1));
                    (at, in_name) = (after_star, taken + 1);
                }
                _ => return false,
            },
        }
    }
}

/// The files that a path or pattern stands for, in the order of their names; relative to `base` unless it begins with `/`.
/// As in glob(3), a pattern that does not begin with a dot leaves hidden files out.
pub(crate) fn files(root: &Root, base: &Path, pattern: &str) -> Result<Vec<PathBuf>, Gap> {
    let path = Path::new(pattern);
    let path = match path.strip_prefix("/") {
        Ok(absolute) => absolute.to_owned(),
        Err(_) => base.join(path),
    };
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(Vec::new());
    };
    if is_pattern(&shown(folder)) {
        let detail = format!("{pattern}: a pattern of folders is not followed");
        return Err(Gap::with_detail(GapCode::Unsupported, detail));
    }
    if !is_pattern(name) {
        return Ok(vec![path.clone()]);
    }
    let listed = root.list(folder)?.unwrap_or_default();
    if let Some(gap) = listed.incomplete {
        return Err(gap);
    }
    let is_meant = |file: &str| (!file.starts_with('.') || name.starts_with('.')) && matches(name, file);
    let entries = listed.entries.iter().filter(|entry| entry.file_name.to_str().is_some_and(is_meant));
    Ok(entries.map(|entry| folder.join(&entry.file_name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use proptest::prelude::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("*.conf", "10-a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("r??t", "root", true),
            ("r?t", "root", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("Hồ*", "Hồ sơ", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_stands_for_files_in_order_and_not_for_hidden_ones() {
        let machine = Machine::new();
        for file in ["etc/a.d/2.conf", "etc/a.d/1.conf", "etc/a.d/.3.conf", "etc/a.d/4.bak"] {
            machine.file(file, "");
        }
        let root = machine.context().root;
        let found = |base: &str, pattern: &str| {
            let files = files(&root, Path::new(base), pattern).unwrap();
            files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(found("etc/a.d", "*.conf"), ["etc/a.d/1.conf", "etc/a.d/2.conf"]);
        assert_eq!(found("etc", "/etc/a.d/.*"), ["etc/a.d/.3.conf"]);
        assert_eq!(found("etc", "a.d/4.bak"), ["etc/a.d/4.bak"]);
        assert!(found("etc", "none/*").is_empty());
        let refused = files(&root, Path::new("etc"), "*/1.conf").unwrap_err();
        assert_eq!(refused.code, GapCode::Unsupported);
    }

    proptest! {
        #[test]
        fn a_name_matches_itself_and_a_star(name in "[^*?]{0,20}") {
            prop_assert!(matches(&name, &name));
            prop_assert!(matches("*", &name));
            let within = ["*", &name, "*"].concat();
            prop_assert!(matches(&within, &name));
        }
    }
}
