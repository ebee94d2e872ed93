//! What becomes known of an account: what the source says, with what the office knows itself. Pure.

use khien_model::facts::{Credential, Evidence, Lifecycle};
use khien_model::{GapCode, Observed, start_of_day};
use serde_json::Value;

use super::{Attestation, Office, said};
use crate::connectors::{ATTESTED, Connector, ConnectorKind};
use crate::facts::NewFact;

/// The parameter of a directive that says how long a statement of an owner holds.
pub const ATTESTATION_PARAMETER: &str = "attestation_valid_for";

/// What is known of one account.
pub(super) struct Known<'k> {
    pub(super) id: &'k str,
    pub(super) credential: &'k Credential,
    pub(super) lifecycle: &'k Lifecycle,
    pub(super) read_at: jiff::Timestamp,
    pub(super) person: Option<&'k str>,
}

/// The facts of an account.
pub(super) fn facts(connector: &Connector, known: &Known<'_>, office: &Office) -> Vec<NewFact> {
    // What nobody read is said anew as long as it holds; what was read is as old as the reading.
    let observed_at = if connector.kind == ConnectorKind::Attestation { office.now } else { known.read_at };
    let (credential, is_attested) = credential(connector, known, office);
    let source = match (connector.kind, is_attested) {
        (ConnectorKind::Attestation, _) | (_, false) => connector.source(),
        (_, true) => format!("{} + {ATTESTED}", connector.source()),
    };
    let fact = |area: &str, value: Option<Value>, source: &str| NewFact {
        area: area.to_owned(),
        fact: value.map(|value| said(&value, source)),
        observed_at,
    };
    // Our own types have text keys only and no custom failure, the two things that can go wrong here.
    let credential = serde_json::to_value(&credential).ok();
    let lifecycle = serde_json::to_value(lifecycle(known, office)).ok();
    vec![fact("credential", credential, &source), fact("lifecycle", lifecycle, &connector.source())]
}

/// What the source says, with what the owner states where the source says nothing; whether that was needed.
fn credential(connector: &Connector, known: &Known<'_>, office: &Office) -> (Credential, bool) {
    let mut credential = known.credential.clone();
    credential.system = Observed::Known(connector.system.clone());
    let Some(stated) = office.attested.get(known.id).filter(|stated| known.person == Some(stated.person.as_str()))
    else {
        return (credential, false);
    };
    if credential.password_changed_at.known().is_some() {
        return (credential, false);
    }
    if !holds(stated, office) {
        credential.password_changed_at =
            Observed::unknown(GapCode::Stale, format!("the owner's statement of {}", khien_model::day_of(stated.at)));
        return (credential, false);
    }
    credential.password_changed_at = Observed::Known(start_of_day(stated.changed_on));
    credential.evidence = Observed::Known(Evidence::Attested);
    (credential, true)
}

/// Whether a statement still holds. Without a word of the directive it holds as long as any other fact.
fn holds(stated: &Attestation, office: &Office) -> bool {
    office.attested_for.is_none_or(|time| office.now.duration_since(stated.at) <= time)
}

fn lifecycle(known: &Known<'_>, office: &Office) -> Lifecycle {
    let mut lifecycle = known.lifecycle.clone();
    if let Some(shared) = office.shared.get(known.id) {
        lifecycle.shared = Observed::Known(*shared);
    }
    lifecycle.owner_left = match known.person {
        None => Observed::unknown(GapCode::NotObserved, "the owner is not known"),
        Some(person) => office.has_left(person).map_or_else(
            || Observed::unknown(GapCode::NotObserved, "the owner has never belonged to a unit"),
            Observed::Known,
        ),
    };
    lifecycle
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn connector(kind: ConnectorKind) -> Connector {
        Connector {
            id: "c".into(),
            kind,
            name: "n".into(),
            system: "x.test".into(),
            unit: "p".into(),
            settings: json!({}),
            sealed_secret: None,
            every_hours: 0,
            created_by: "an".into(),
            created_at: Timestamp::UNIX_EPOCH,
            taken_over_at: None,
            next_run: None,
        }
    }

    fn office() -> Office {
        let one = |id: &str, value: &str| [(id.to_owned(), value.to_owned())].into();
        Office {
            now: at("2026-11-22T08:00:00+07:00"),
            today: date(2026, 11, 22),
            people: one("an", "d1"),
            were_here: ["an", "gone"].map(str::to_owned).into(),
            homes: one("an@x.test", "d1"),
            held: one("an@x.test", "an"),
            attested: [].into(),
            shared: [].into(),
            attested_for: Some(SignedDuration::from_hours(24 * 30)),
        }
    }

    fn value(facts: &[NewFact], path: &str) -> serde_json::Value {
        let (area, field) = path.split_once('.').expect("a path");
        let fact = facts.iter().find(|fact| fact.area == area).and_then(|fact| fact.fact.as_deref()).expect("a fact");
        let fact: serde_json::Value = serde_json::from_str(fact).expect("JSON");
        if field == "source" { fact["source"].clone() } else { fact["value"][field].clone() }
    }

    fn said_of(kind: ConnectorKind, credential: &Credential, person: Option<&str>, office: &Office) -> Vec<NewFact> {
        let known = Known {
            id: "an@x.test",
            credential,
            lifecycle: &Lifecycle::default(),
            read_at: at("2026-11-20T08:00:00+07:00"),
            person,
        };
        facts(&connector(kind), &known, office)
    }

    fn stated(person: &str, days_ago: i64) -> Attestation {
        Attestation {
            account: "an@x.test".into(),
            at: office().now - SignedDuration::from_hours(24 * days_ago),
            person: person.into(),
            changed_on: date(2026, 10, 20),
        }
    }

    #[test]
    fn who_has_left_is_known_by_where_people_are() {
        let left = |person| {
            value(&said_of(ConnectorKind::Ldap, &Credential::default(), person, &office()), "lifecycle.owner_left")
        };
        assert_eq!(left(Some("an")), json!(false));
        assert_eq!(left(Some("gone")), json!(true));
        for unknown in [left(Some("never")), left(None)] {
            assert!(unknown.get("unknown").is_some(), "{unknown}");
        }
    }

    #[test]
    fn a_statement_counts_where_the_source_says_nothing_as_long_as_it_holds() {
        let mut office = office();
        let nothing = Credential::default();
        let known = Credential {
            password_changed_at: Observed::Known(at("2026-01-01T00:00:00Z")),
            evidence: Observed::Known(Evidence::Observed),
            ..Credential::default()
        };
        let of = |kind, credential: &Credential, office: &Office| {
            let facts = said_of(kind, credential, Some("an"), office);
            let path = |path| value(&facts, path);
            let changed = path("credential.password_changed_at").as_str().map(str::to_owned);
            (changed, path("credential.evidence"), path("credential.source"))
        };
        let nobody = of(ConnectorKind::Ldap, &nothing, &office);
        assert_eq!((nobody.0, nobody.2), (None, json!("ldap:x.test")));
        office.attested.insert("an@x.test".into(), stated("an", 30));
        let day = Some("2026-10-19T17:00:00Z".to_owned());
        let overlaid = of(ConnectorKind::Ldap, &nothing, &office);
        assert_eq!(overlaid, (day.clone(), json!("attested"), json!("ldap:x.test + web:attestation")));
        let alone = of(ConnectorKind::Attestation, &nothing, &office);
        assert_eq!(alone, (day, json!("attested"), json!("web:attestation")));
        // What was observed is worth more than what is stated.
        let observed = of(ConnectorKind::Ldap, &known, &office);
        assert_eq!(observed, (Some("2026-01-01T00:00:00Z".to_owned()), json!("observed"), json!("ldap:x.test")));
        // A day later it holds no longer; somebody else's statement never did.
        for statement in [stated("an", 31), stated("binh", 1)] {
            office.attested.insert("an@x.test".into(), statement);
            assert_eq!(of(ConnectorKind::Ldap, &nothing, &office).0, None);
        }
    }

    #[test]
    fn what_was_read_is_as_old_as_the_reading() {
        let office = office();
        let of = |kind| said_of(kind, &Credential::default(), None, &office)[0].observed_at;
        assert_eq!(of(ConnectorKind::List), at("2026-11-20T08:00:00+07:00"));
        assert_eq!(of(ConnectorKind::Attestation), office.now);
    }
}
