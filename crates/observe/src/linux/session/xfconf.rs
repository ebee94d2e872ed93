//! Channels of xfconf: XML that XFCE writes itself, `property` elements inside each other.

/// How deep properties may nest.
const MAX_DEPTH: usize = 32;

/// The value of the property at `path`, e.g. `/lock/enabled`.
pub(super) fn value<'a>(xml: &'a str, path: &str) -> Option<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some((_, from)) = rest.split_once('<') {
        if let Some(comment) = from.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = from.split_once('>')?;
        rest = after;
        if tag.starts_with("/property") {
            names.pop();
        } else if let Some(attributes) = tag.strip_prefix("property ") {
            names.push(attribute(attributes, "name").unwrap_or_default());
            if names.len() > MAX_DEPTH {
                return None;
            }
            let here = names.iter().flat_map(|name| ["/", name]);
            if let Some(value) = attribute(attributes, "value")
                && here.eq(path.split('/').skip(1).flat_map(|name| ["/", name]))
            {
                return Some(value);
            }
            if tag.ends_with('/') {
                names.pop();
            }
        }
    }
    None
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (key, after) = rest.split_once('=')?;
        let value = after.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = value.strip_prefix(quote)?.split_once(quote)?;
        if key.trim() == name {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn properties_are_found_by_their_paths() {
        let xml = "<?xml version=\"1.0\"?>\n<channel name=\"x\"><!-- <property name=\"enabled\" value=\"no\"/> -->\n\
            <property name=\"saver\" type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"true\"/></property>\n\
            <property name=\"lock\" type=\"empty\"><property name=\"saver-activation\" type=\"empty\">\
            <property name='delay' type='int' value='5'/></property></property></channel>";
        assert_eq!(value(xml, "/saver/enabled"), Some("true"));
        assert_eq!(value(xml, "/lock/saver-activation/delay"), Some("5"));
        assert_eq!(value(xml, "/enabled"), None);
        assert_eq!(value(xml, "/lock/enabled"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(xml in "\\PC{0,60}|((<|</)?property (name=|value=)?[\"'a/]{0,6}/?>?){0,12}") {
            value(&xml, "/a/a");
        }
    }
}
