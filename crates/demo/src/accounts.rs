//! Where accounts are known from: the directory of the province's machines, read three times, once in vain; and a system
//! that nobody can ask, about which some have stated something.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{Credential, Evidence, Lifecycle};
use khien_model::{Observed, day_of};
use khien_store::accounts::{self, Office, Owners, SeenAccount, plan};
use khien_store::connectors::{self, Connector, ConnectorKind, Counts, NextRun, Run, RunKind};
use khien_store::{Actor, Store, people};
use serde_json::json;

use crate::DemoProblem;
use crate::days::{Days, clock};
use crate::province::{OFFICES, TOP};
use crate::set_up::Province;

/// Who set the sources up: the administrator.
const ADMINISTRATOR: &str = "cb006";
/// The unit whose case-management software nobody can ask: that of the official who signs in.
const STATING_UNIT: &str = "kv2";
/// Accounts of the directory that are no person's.
const SERVICES: &[&str] = &["sao-luu", "may-quet-vp", "phong-hop", "quet-virus"];
/// How many people of an office have an account in the directory.
const PER_OFFICE: usize = 6;

/// So many days before today the sources are made, and the directory does not let the server in.
const MADE: i64 = 12;
/// The days on which the directory is read.
const FIRST_READING: i64 = 11;
const LATEST_READING: i64 = 1;
/// The day on which the members of the unit get their accounts, and the one on which some of them state something.
const ENROLLED: i64 = 10;
const STATED: i64 = 8;

/// What happens on a day.
pub(crate) async fn of_day(store: &Store, days: Days, ago: i64, province: &Province) -> Result<(), DemoProblem> {
    let directory =
        source(ConnectorKind::Ldap, "mien-tinh", "Miền máy tính của tỉnh", "mien.thads-an-lac.example", days);
    match ago {
        MADE => {
            let stated = Connector {
                unit: STATING_UNIT.to_owned(),
                ..source(ConnectorKind::Attestation, "thu-ly", "Phần mềm Thụ lý", "thuly", days)
            };
            let mut change = store.begin(Actor::Person(ADMINISTRATOR.to_owned()), directory.created_at).await?;
            for connector in [&directory, &stated] {
                connectors::insert(&mut change, connector).await?;
            }
            change.commit().await?;
            let at = days.at(ago, clock(9, 20));
            read(store, &directory, RunKind::Look, at, Vec::new(), Some("ldap-wrong-password")).await
        }
        FIRST_READING | LATEST_READING => {
            let at = days.at(ago, clock(8, 0));
            read(store, &directory, RunKind::Take, at, entries(days, province, ago, at), None).await
        }
        ENROLLED => {
            accounts::refresh(store, days.at(ago, clock(17, 0))).await?;
            Ok(())
        }
        STATED => state(store, days).await,
        _ => Ok(()),
    }
}

fn source(kind: ConnectorKind, id: &str, name: &str, system: &str, days: Days) -> Connector {
    let is_read = kind == ConnectorKind::Ldap;
    let settings = if is_read {
        json!({ "url": "ldaps://dc.thads-an-lac.example", "bind_name": "doc@thads-an-lac.example" })
    } else {
        json!({})
    };
    Connector {
        id: id.to_owned(),
        kind,
        name: name.to_owned(),
        system: system.to_owned(),
        unit: TOP.to_owned(),
        settings,
        sealed_secret: None,
        // By hand: nobody is to be asked over the network for a province that does not exist.
        every_hours: 0,
        created_by: ADMINISTRATOR.to_owned(),
        created_at: days.at(MADE, clock(9, 0)),
        taken_over_at: None,
        next_run: None,
    }
}

/// What the directory holds so many days before today: one account that was there is gone, one was closed.
fn entries(days: Days, province: &Province, ago: i64, at: Timestamp) -> Vec<SeenAccount> {
    let of_people = province.people.iter().filter(|official| official.place < PER_OFFICE).enumerate();
    let of_people = of_people.map(|(place, official)| {
        let place = i64::try_from(place).unwrap_or_default();
        let changed = days.at(20 + place * 7 % 100, clock(8, 10));
        let is_administrator = OFFICES[official.office].id == "vp" && official.place == 1;
        entry(
            &official.person.id,
            Some(&official.person.name),
            days,
            Some(changed),
            ago == FIRST_READING || place % 31 != 7,
            is_administrator,
            at,
        )
    });
    let services = SERVICES.iter().filter(|name| ago == FIRST_READING || **name != "quet-virus");
    let services = services.map(|name| entry(name, None, days, None, true, false, at));
    of_people.chain(services).collect()
}

fn entry(
    login: &str,
    name: Option<&str>,
    days: Days,
    changed: Option<Timestamp>,
    enabled: bool,
    administrator: bool,
    at: Timestamp,
) -> SeenAccount {
    let created = days.at(700, clock(8, 0));
    let known = |moment: Option<Timestamp>| moment.map_or_else(Observed::default, Observed::Known);
    let used = changed.map(|_| at.saturating_sub(SignedDuration::from_hours(22)).unwrap_or(at));
    SeenAccount {
        login: login.to_owned(),
        owner_name: name.map(str::to_owned),
        mail: None,
        credential: Credential {
            created_at: Observed::Known(created),
            received_at: known(used.map(|_| created)),
            password_changed_at: known(changed),
            evidence: changed.map_or_else(Observed::default, |_| Observed::Known(Evidence::Observed)),
            initial_password_in_use: changed.map_or_else(Observed::default, |_| Observed::Known(false)),
            must_change_password: Observed::Known(false),
            password_never_expires: Observed::Known(changed.is_none()),
            ..Credential::default()
        },
        lifecycle: Lifecycle {
            enabled: Observed::Known(enabled),
            administrator: if administrator { Observed::Known(true) } else { Observed::default() },
            last_login_at: known(used),
            ..Lifecycle::default()
        },
        member: None,
    }
}

/// One reading: taken over, or failed.
async fn read(
    store: &Store,
    connector: &Connector,
    kind: RunKind,
    at: Timestamp,
    seen: Vec<SeenAccount>,
    problem: Option<&str>,
) -> Result<(), DemoProblem> {
    let by = Actor::Person(ADMINISTRATOR.to_owned());
    let known = accounts::of_connector(store, &connector.id).await?;
    let owners = Owners::of(&people::all(store).await?);
    let plan = plan(connector, &known, seen, &owners);
    let failed = problem.map(|key| (key.to_owned(), String::new()));
    let mut run = Run {
        id: format!("lan-doc-{}", at.as_second()),
        connector: connector.id.clone(),
        kind,
        asked_by: by.to_string(),
        started_at: at,
        ended_at: at.saturating_add(SignedDuration::from_secs(2)).unwrap_or(at),
        counts: Counts::default(),
        differences: Vec::new(),
        problem: failed,
    };
    let office = Office::at(store, at).await?;
    let mut change = store.begin(by, at).await?;
    if run.problem.is_none() {
        accounts::take_in(&mut change, connector, &plan.steps, at, &office).await?;
        accounts::vanish(&mut change, &plan.gone).await?;
        (run.counts, run.differences) = (plan.counts, plan.differences);
    }
    let asked = Connector { next_run: Some(NextRun { at, kind, by: run.asked_by.clone() }), ..connector.clone() };
    connectors::finish(&mut change, &asked, &run).await?;
    Ok(change.commit().await?)
}

/// Every third person of the unit states when the password was changed; the others have it still to do.
async fn state(store: &Store, days: Days) -> Result<(), DemoProblem> {
    let at = days.at(STATED, clock(10, 0));
    for (place, account) in accounts::of_connector(store, "thu-ly").await?.into_iter().enumerate() {
        let (true, Some(person)) = (place % 3 == 0, account.person.clone()) else { continue };
        let mut change = store.begin(Actor::Person(person.clone()), at).await?;
        accounts::attest(&mut change, &account, &person, day_of(days.at(STATED + 1, clock(9, 0)))).await?;
        change.commit().await?;
    }
    Ok(())
}
