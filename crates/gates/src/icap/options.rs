//! What is offered: the answer to `OPTIONS`, and the tag that changes with the rules.

use ring::digest;
use serde_json::json;

use super::respond::{ResponseHead, Status};
use crate::GatePolicy;
use crate::spool::hex;

/// After how many seconds clients ask again what is offered.
const OPTIONS_TTL: u64 = 600;

/// How many digits of the digest make the tag. With its frame it stays below the 32 bytes of RFC 3507, 4.7.
const TAG_DIGITS: usize = 20;

/// The tag of what files are looked at with, in its quotes: other rules or another policy, another tag.
pub(super) fn istag(rules_id: &str, policy: &GatePolicy) -> String {
    let all = json!([rules_id, policy, env!("CARGO_PKG_VERSION")]).to_string();
    let digest = hex(digest::digest(&digest::SHA256, all.as_bytes()).as_ref());
    format!("\"khien-{}\"", digest.get(..TAG_DIGITS).unwrap_or_default())
}

/// The answer to `OPTIONS`. Nothing is ignored by ending: every body is to come.
pub(super) fn options(istag: &str, connections: usize, preview: Option<u64>, closes: bool) -> Vec<u8> {
    let mut head = ResponseHead::new(Status::Ok, istag)
        .with("Methods", "REQMOD, RESPMOD")
        .with("Service", &format!("Khien {}", env!("CARGO_PKG_VERSION")))
        .with("Options-TTL", &OPTIONS_TTL.to_string())
        .with("Max-Connections", &connections.to_string())
        .with("Allow", "204")
        .with("X-Include", "X-Client-IP");
    if let Some(preview) = preview {
        head = head.with("Preview", &preview.to_string()).with("Transfer-Preview", "*");
    } else {
        head = head.with("Transfer-Complete", "*");
    }
    head.end(closes, "null-body=0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, NotInspected};

    #[test]
    fn the_tag_changes_with_rules_and_policy() {
        let usual = GatePolicy::default();
        let other = GatePolicy { suspicious: Action::Block, not_inspected: NotInspected::Block };
        let one = istag("rules-1", &usual);
        assert_eq!(one, istag("rules-1", &usual));
        assert_ne!(one, istag("rules-2", &usual));
        assert_ne!(one, istag("rules-1", &other));
        assert!(one.len() <= 32 && one.starts_with('"') && one.ends_with('"'), "{one}");
    }
}
