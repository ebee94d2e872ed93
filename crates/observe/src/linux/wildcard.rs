//! Patterns of file and user names with `*` and `?`.

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

#[cfg(test)]
mod tests {
    use super::*;
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
