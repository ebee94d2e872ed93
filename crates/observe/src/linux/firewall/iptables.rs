//! Rules as `iptables-save` writes them.

use super::nftables::RuleSet;

/// What the rules do to connections from outside: the `INPUT` chain of the table `filter`.
pub(super) fn parse(text: &str) -> RuleSet {
    let mut rules = RuleSet::default();
    let mut in_filter = false;
    for line in text.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('*') {
            in_filter = table == "filter";
        } else if in_filter {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some(":INPUT"), Some(policy)) => {
                    rules.refuses_input = policy == "DROP";
                    rules.filters_input |= rules.refuses_input;
                }
                (Some("-A"), Some("INPUT")) => {
                    rules.filters_input = true;
                    // Only a rule without a condition refuses what came through the others.
                    rules.refuses_input |=
                        matches!((words.next(), words.next()), (Some("-j"), Some("DROP" | "REJECT")));
                }
                _ => {}
            }
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_input_chain_decides() {
        let rules = |filters_input, refuses_input| RuleSet { filters_input, refuses_input };
        for (text, expected) in [
            ("", rules(false, false)),
            ("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", rules(false, false)),
            ("*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n", rules(true, true)),
            (
                "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j REJECT --reject-with x\n",
                rules(true, true),
            ),
            ("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 23 -j DROP\n", rules(true, false)),
            ("*nat\n:INPUT DROP [0:0]\n-A INPUT -j DROP\n", rules(false, false)),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}|((\\*filter|:INPUT|-A INPUT|-j|DROP)[ \n]){0,12}") {
            let rules = parse(&text);
            prop_assert!(rules.filters_input || !rules.refuses_input);
        }
    }
}
