//! What a source says against what is known: who is new, what changed, what is gone, whose each account is. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use khien_model::facts::{Credential, Lifecycle};
use khien_model::{Observed, words};
use serde::{Deserialize, Serialize};

use super::{Account, Joined};
use crate::connectors::{Connector, ConnectorKind, Counts};
use crate::people::Person;

/// An account as a source says.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenAccount {
    /// The name by which it signs in, in small letters.
    pub login: String,
    /// Whose it is, as the source writes it.
    pub owner_name: Option<String>,
    /// The address of its mailbox.
    pub mail: Option<String>,
    /// Its password.
    pub credential: Credential,
    /// Its life.
    pub lifecycle: Lifecycle,
    /// Whose it is, when that needs no looking for.
    pub member: Option<String>,
}

/// People by what stands before the `@` of their mailboxes.
#[derive(Debug, Default)]
pub struct Owners {
    by_local_part: HashMap<String, Vec<(String, String)>>,
}

/// What stands before the first `@`, in small letters.
fn local_part(address: &str) -> Option<String> {
    address.split('@').next().filter(|local| !local.is_empty()).map(str::to_lowercase)
}

impl Owners {
    /// Of `people`.
    pub fn of(people: &[Person]) -> Self {
        let mut by_local_part: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for person in people {
            let Some(email) = person.email.as_deref().map(str::to_lowercase) else { continue };
            let Some(local) = local_part(&email) else { continue };
            by_local_part.entry(local).or_default().push((email, person.id.clone()));
        }
        Self { by_local_part }
    }

    /// Whose an account is: the mailbox decides, and where it belongs to nobody here, the login. Of several people with the
    /// same local part, the one with the very address; without such a one it cannot be told.
    pub fn find(&self, login: &str, mail: Option<&str>) -> (Option<String>, Joined) {
        for (address, found) in [(mail, Joined::Mail), (Some(login), Joined::Login)] {
            let Some(address) = address.map(str::to_lowercase) else { continue };
            let Some(people) = local_part(&address).and_then(|local| self.by_local_part.get(&local)) else { continue };
            let exactly = people.iter().find(|(email, _)| *email == address);
            return match (exactly, people.as_slice()) {
                (Some((_, person)), _) | (None, [(_, person)]) => (Some(person.clone()), found),
                _ => (None, Joined::Several),
            };
        }
        (None, Joined::Nobody)
    }
}

words! {
    /// What became of an account.
    pub enum Sort {
        /// It is there for the first time.
        New = "new",
        /// It was gone and is there again.
        Back = "back",
        /// Something about it is different.
        Changed = "changed",
        /// The source has it no longer.
        Gone = "gone",
    }
}

/// One thing that is different: which, what it was, what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Which: `owner`, `enabled`, `administrator`, `password_changed_at`, `mail`, `owner_name`.
    pub what: String,
    /// What it was; nothing when that was not known.
    pub before: Option<String>,
    /// What it is; nothing when that is not known.
    pub after: Option<String>,
}

/// What is different about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDifference {
    /// The account's login.
    pub login: String,
    /// What became of it.
    pub sort: Sort,
    /// Whose it is, if that is known.
    pub person: Option<String>,
    /// How that was found, or why not.
    pub joined: Joined,
    /// What changed.
    pub changed: Vec<Changed>,
}

/// An account that is to be taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id as a subject.
    pub id: String,
    /// What the source says.
    pub seen: SeenAccount,
    /// Whose it is.
    pub person: Option<String>,
    /// How that was found, or why not.
    pub joined: Joined,
}

/// What taking over what a source says would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Every account that is there.
    pub steps: Vec<Step>,
    /// The ids of those that are there no longer.
    pub gone: Vec<String>,
    /// How many of which sort.
    pub counts: Counts,
    /// What differs, all of it.
    pub differences: Vec<AccountDifference>,
}

/// Compares what a source says with the accounts that are `known` of it. Of two with one login the first counts.
pub fn plan(connector: &Connector, known: &[Account], seen: Vec<SeenAccount>, owners: &Owners) -> Plan {
    let known: BTreeMap<&str, &Account> = known.iter().map(|account| (account.login.as_str(), account)).collect();
    let mut plan = Plan::default();
    let mut logins: BTreeSet<String> = BTreeSet::new();
    for seen in seen {
        if !logins.insert(seen.login.clone()) {
            plan.counts.skipped += 1;
            continue;
        }
        let before = known.get(seen.login.as_str()).copied();
        let (person, joined) = owner(before, &seen, owners);
        plan.counts.read += 1;
        plan.counts.unjoined += usize::from(person.is_none());
        let step = Step { id: connector.account_id(&seen.login), seen, person, joined };
        if let Some(difference) = difference(before, &step) {
            match difference.sort {
                Sort::New | Sort::Back => plan.counts.new += 1,
                Sort::Changed | Sort::Gone => plan.counts.changed += 1,
            }
            plan.differences.push(difference);
        }
        plan.steps.push(step);
    }
    // Of a system that nobody can ask, nobody knows that an account is gone.
    if connector.kind == ConnectorKind::Attestation {
        return plan;
    }
    for account in known.values().filter(|account| account.gone_at.is_none() && !logins.contains(&account.login)) {
        plan.counts.gone += 1;
        plan.gone.push(account.id.clone());
        plan.differences.push(AccountDifference {
            login: account.login.clone(),
            sort: Sort::Gone,
            person: account.person.clone(),
            joined: account.joined,
            changed: Vec::new(),
        });
    }
    plan
}

/// What somebody said by hand stands.
fn owner(before: Option<&Account>, seen: &SeenAccount, owners: &Owners) -> (Option<String>, Joined) {
    if let Some(account) = before.filter(|account| account.joined == Joined::Hand) {
        return (account.person.clone(), Joined::Hand);
    }
    match &seen.member {
        Some(member) => (Some(member.clone()), Joined::Member),
        None => owners.find(&seen.login, seen.mail.as_deref()),
    }
}

fn difference(before: Option<&Account>, step: &Step) -> Option<AccountDifference> {
    let (sort, changed) = match before {
        None => (Sort::New, Vec::new()),
        Some(account) => {
            let changed = changes(account, step);
            match (account.gone_at, changed.is_empty()) {
                (Some(_), _) => (Sort::Back, changed),
                (None, true) => return None,
                (None, false) => (Sort::Changed, changed),
            }
        }
    };
    let (login, person) = (step.seen.login.clone(), step.person.clone());
    Some(AccountDifference { login, sort, person, joined: step.joined, changed })
}

fn changes(account: &Account, step: &Step) -> Vec<Changed> {
    fn shown<T: ToString>(value: &Observed<T>) -> Option<String> {
        value.known().map(ToString::to_string)
    }
    let seen = &step.seen;
    let pairs = [
        ("owner", account.person.clone(), step.person.clone()),
        ("owner_name", account.owner_name.clone(), seen.owner_name.clone()),
        ("mail", account.mail.clone(), seen.mail.clone()),
        ("enabled", shown(&account.lifecycle.enabled), shown(&seen.lifecycle.enabled)),
        ("administrator", shown(&account.lifecycle.administrator), shown(&seen.lifecycle.administrator)),
        (
            "password_changed_at",
            shown(&account.credential.password_changed_at),
            shown(&seen.credential.password_changed_at),
        ),
    ];
    let differ = pairs.into_iter().filter(|(_, before, after)| before != after);
    differ.map(|(what, before, after)| Changed { what: what.to_owned(), before, after }).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn person(id: &str, email: Option<&str>) -> Person {
        Person {
            id: id.into(),
            name: id.into(),
            position: None,
            email: email.map(str::to_owned),
            language: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn connector(kind: ConnectorKind) -> Connector {
        Connector {
            id: "c".into(),
            kind,
            name: "Danh bạ".into(),
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

    fn seen(login: &str, mail: Option<&str>, enabled: bool) -> SeenAccount {
        SeenAccount {
            login: login.into(),
            owner_name: None,
            mail: mail.map(str::to_owned),
            credential: Credential::default(),
            lifecycle: Lifecycle { enabled: Observed::Known(enabled), ..Lifecycle::default() },
            member: None,
        }
    }

    fn known(login: &str, enabled: bool, owner: Option<&str>, joined: Joined) -> Account {
        Account {
            id: format!("{login}@x.test"),
            connector: "c".into(),
            login: login.into(),
            owner_name: None,
            mail: None,
            credential: Credential::default(),
            lifecycle: Lifecycle { enabled: Observed::Known(enabled), ..Lifecycle::default() },
            read_at: Timestamp::UNIX_EPOCH,
            first_read_at: Timestamp::UNIX_EPOCH,
            gone_at: None,
            person: owner.map(str::to_owned),
            joined,
            shared: None,
        }
    }

    #[test]
    fn the_local_part_of_mailbox_or_login_finds_the_owner() {
        type Case<'c> = (&'c str, Option<&'c str>, (Option<&'c str>, Joined));
        let people = [
            person("lan", Some("Lan.NT@moj.gov.vn")),
            person("binh", Some("binh@moj.gov.vn")),
            person("binh2", Some("binh@thads.example")),
            person("nobody", None),
        ];
        let owners = Owners::of(&people);
        let cases: [Case<'_>; 9] = [
            ("lan.nt", None, (Some("lan"), Joined::Login)),
            ("LAN.NT@thads.test", None, (Some("lan"), Joined::Login)),
            ("u1", Some("lan.nt@moj.gov.vn"), (Some("lan"), Joined::Mail)),
            ("u1", Some("Lan.Nt@elsewhere.test"), (Some("lan"), Joined::Mail)),
            ("binh", None, (None, Joined::Several)),
            ("binh@thads.example", None, (Some("binh2"), Joined::Login)),
            ("u1", Some("BINH@moj.gov.vn"), (Some("binh"), Joined::Mail)),
            // The mailbox is nobody's here: the login decides.
            ("lan.nt", Some("dịch-vụ@moj.gov.vn"), (Some("lan"), Joined::Login)),
            ("u1", Some("@moj.gov.vn"), (None, Joined::Nobody)),
        ];
        for (login, mail, (person, joined)) in cases {
            assert_eq!(owners.find(login, mail), (person.map(str::to_owned), joined), "{login} {mail:?}");
        }
    }

    #[test]
    fn a_plan_says_who_is_new_what_changed_and_what_is_gone() {
        let owners = Owners::of(&[person("an", Some("an@moj.gov.vn")), person("binh", Some("binh@moj.gov.vn"))]);
        let mut back = known("back", true, None, Joined::Nobody);
        back.gone_at = Some(Timestamp::UNIX_EPOCH);
        let known = [
            known("an", true, Some("an"), Joined::Login),
            known("by-hand", true, Some("binh"), Joined::Hand),
            known("closed", true, None, Joined::Nobody),
            known("away", true, None, Joined::Nobody),
            back,
        ];
        let seen = vec![
            seen("an", None, true),
            seen("by-hand", None, true),
            seen("closed", None, false),
            seen("back", None, true),
            seen("binh", None, true),
            seen("binh", None, false),
        ];
        let plan = plan(&connector(ConnectorKind::Ldap), &known, seen.clone(), &owners);
        let expected = Counts { read: 5, new: 2, changed: 1, gone: 1, unjoined: 2, skipped: 1 };
        assert_eq!(plan.counts, expected);
        let sorts: Vec<(&str, Sort, Option<&str>)> =
            plan.differences.iter().map(|it| (it.login.as_str(), it.sort, it.person.as_deref())).collect();
        assert_eq!(
            sorts,
            [
                ("closed", Sort::Changed, None),
                ("back", Sort::Back, None),
                ("binh", Sort::New, Some("binh")),
                ("away", Sort::Gone, None)
            ]
        );
        let changed = &plan.differences[0].changed;
        assert_eq!(changed.len(), 1);
        assert_eq!((changed[0].what.as_str(), changed[0].after.as_deref()), ("enabled", Some("false")));
        assert_eq!(plan.gone, ["away@x.test"]);
        assert_eq!((plan.steps[1].person.as_deref(), plan.steps[1].joined), (Some("binh"), Joined::Hand));

        // Nobody knows of a system that cannot be asked that an account of it is gone.
        let plan = super::plan(&connector(ConnectorKind::Attestation), &known, seen, &owners);
        assert_eq!((plan.gone, plan.counts.gone), (vec![], 0));
    }
}
