//! Firefox's `prefs.js` and `user.js`: lines of `user_pref("name", value);`.

/// The boolean of that name; the last one wins, as in Firefox. `None` when it is not set, or not to a boolean.
pub(super) fn boolean(text: &str, name: &str) -> Option<bool> {
    let mut found = None;
    let mut in_comment = false;
    for line in text.lines() {
        let line = line.trim();
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
            continue;
        }
        let Some((set, value)) = preference(line) else { continue };
        if set == name {
            found = match value {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
        }
    }
    found
}

/// The name and the value as written. Names with escapes are none that anybody asks for.
fn preference(line: &str) -> Option<(&str, &str)> {
    let call = line.strip_prefix("user_pref").or_else(|| line.strip_prefix("pref"))?;
    let arguments = call.trim_start().strip_prefix('(')?.trim_start();
    let quote = arguments.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (name, rest) = arguments.strip_prefix(quote)?.split_once(quote)?;
    let value = rest.trim_start().strip_prefix(',')?.split(')').next()?;
    Some((name, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAME: &str = "signon.rememberSignons";

    #[test]
    fn the_last_setting_wins() {
        for (text, expected) in [
            ("user_pref(\"signon.rememberSignons\", false);", Some(false)),
            ("  user_pref ( 'signon.rememberSignons' ,true ) ;", Some(true)),
            (
                "user_pref(\"signon.rememberSignons\", true);\nuser_pref(\"signon.rememberSignons\", false);",
                Some(false),
            ),
            ("user_pref(\"signon.rememberSignons\", 0);", None),
            ("user_pref(\"signon.rememberSignons\", \"false\");", None),
            ("// user_pref(\"signon.rememberSignons\", false);", None),
            ("# user_pref(\"signon.rememberSignons\", false);", None),
            ("/*\nuser_pref(\"signon.rememberSignons\", false);\n*/", None),
            ("/* note */\nuser_pref(\"signon.rememberSignons\", false);", Some(false)),
            ("user_pref(\"x.signon.rememberSignons\", false);", None),
            ("user_pref(\"signon.rememberSignons\"", None),
            ("", None),
        ] {
            assert_eq!(boolean(text, NAME), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}|((user_pref|/\\*|\\*/)?[\\(\"',\\)a;]{0,12}\n){0,6}") {
            boolean(&text, NAME);
        }
    }
}
