//! What judging costs in memory: nothing per control while nothing fails.

use std::hint::black_box;

use khien_directive::{Control, Directive};
use khien_judge::Judge;
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Organisation, State};
use serde_json::json;

use crate::support::directive::{shipped_directives, small_directive};
use crate::support::facts::read;

fn healthy() -> FactDocument {
    let fact = |value| json!({ "value": value, "observed_at": "2026-11-21T08:00:00Z", "source": "test" });
    let product = json!({ "name": "ClamAV", "running": true, "signatures_built_at": "2026-11-21T00:00:00Z" });
    let account = json!({ "name": "lan", "password_login": true, "password_changed_at": "2026-11-20T00:00:00Z" });
    let facts = json!({
        "antivirus": fact(json!({ "products": [product] })),
        "accounts": fact(json!({ "local": [account] })),
        "shares": fact(json!({ "folders": [] })),
        "software": fact(json!({ "crack_signs": [] })),
        "os": fact(json!({ "support_ends_at": "2028-01-01T00:00:00Z" })),
    });
    read(&json!({ "device": { "id": "pc-07", "facts": facts } }))
}

#[test]
fn a_pass_allocates_nothing() {
    let (directive, none, organisation) = (small_directive(), Exemptions::default(), Organisation::default());
    let now = "2026-11-22T08:00:00Z".parse().expect("a timestamp");
    let judge = Judge::new(&directive, &none, &organisation, now);
    let document = healthy();
    let mut passes = 0;
    let counted = allocation_counter::measure(|| {
        passes = judge.judgements(&document).filter(|judgement| judgement.state == State::Pass).count();
    });
    assert_eq!(passes, judge.controls_about(document.subject().kind), "the machine is healthy");
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn a_shipped_control_allocates_only_to_build_a_list_or_text() {
    let (none, organisation) = (Exemptions::default(), Organisation::default());
    for directive in shipped_directives() {
        for (_, control, example) in khien_directive::examples(&directive) {
            let judge = Judge::new(&directive, &none, &organisation, example.at);
            let counted = allocation_counter::measure(|| {
                black_box(judge.judgements(&example.facts).count());
            });
            let about = |other: &&Control| other.subject == control.subject && builds_a_value(&directive, other);
            let builders = directive.controls().map(|(_, other)| other).filter(about).count();
            assert!(
                counted.count_total <= builders as u64,
                "{}, {}: {builders} controls build values, {counted:?}",
                control.id,
                example.name
            );
        }
    }
}

/// Whether `control`, or one that it asks about, filters or maps a list or joins texts: all of that takes one buffer.
fn builds_a_value(directive: &Directive, control: &Control) -> bool {
    let source = &control.pass.source;
    let asks = |other: &Control| source.contains(&format!("control[\"{}\"]", other.id));
    source.contains(".filter(")
        || source.contains(".map(")
        || source.contains("\" + ")
        || directive.controls().any(|(_, other)| asks(other) && builds_a_value(directive, other))
}
