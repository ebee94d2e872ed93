//! What entries mean: recorded ones of Active Directory and of plain directories, against what is known of the account.

use expect_test::{Expect, expect};
use jiff::Timestamp;
use khien_connect::ldap::{Entry, Kind, accounts};

const NOW: &str = "2026-11-22T08:00:00+07:00";
/// 2026-11-01T01:00:00Z.
const NOVEMBER: &str = "134379684000000000";
/// 2024-01-05T01:02:03Z, five seconds after the account was made.
const AT_ONCE: &str = "133488901230000000";
/// The FILETIME for never.
const NEVER: &str = "9223372036854775807";

/// The facts of one entry, area by area.
fn facts(kind: Kind, entry: Entry) -> String {
    let now: Timestamp = NOW.parse().expect("a moment");
    let mapped = accounts(kind, &kind.names(), &[], &[entry], now);
    let [account] = mapped.accounts.as_slice() else { panic!("{mapped:?}") };
    let show = |value: serde_json::Value| -> String {
        let fields = value.as_object().expect("a record").iter();
        fields.map(|(name, value)| format!("{name}: {value}\n")).collect()
    };
    let credential = serde_json::to_value(&account.credential).expect("JSON");
    let lifecycle = serde_json::to_value(&account.lifecycle).expect("JSON");
    show(credential) + &show(lifecycle)
}

fn user() -> Entry {
    Entry::named("CN=Nguyễn Thị Lan,CN=Users,DC=thads,DC=test").with("sAMAccountName", &["LanNT"])
}

fn person() -> Entry {
    Entry::named("uid=lannt,ou=people,dc=thads,dc=test").with("uid", &["lannt"])
}

#[test]
fn active_directory_says_when_the_password_was_changed_and_more() {
    let entry = user()
        .with("whenCreated", &["20240105010158.0Z"])
        .with("pwdLastSet", &[NOVEMBER])
        .with("userAccountControl", &["66048"])
        .with("accountExpires", &[NEVER])
        .with("lastLogonTimestamp", &[NOVEMBER])
        .with("adminCount", &["1"]);
    check(
        Kind::ActiveDirectory,
        entry,
        &expect![[r#"
        created_at: "2024-01-05T01:01:58Z"
        evidence: "observed"
        initial_password_in_use: false
        must_change_password: false
        password_changed_at: "2026-11-01T01:00:00Z"
        password_never_expires: true
        received_at: "2024-01-05T01:01:58Z"
        second_factor: {"unknown":{"code":"not_observed","detail":"no smart card is required"}}
        administrator: true
        enabled: true
        last_login_at: "2026-11-01T01:00:00Z"
    "#]],
    );
}

#[test]
fn a_password_set_with_the_account_is_the_initial_one() {
    let entry = user()
        .with("whenCreated", &["20240105010158.0Z"])
        .with("pwdLastSet", &[AT_ONCE])
        .with("userAccountControl", &["512"])
        .with("accountExpires", &["0"])
        .with("lastLogonTimestamp", &[NOVEMBER]);
    check(
        Kind::ActiveDirectory,
        entry,
        &expect![[r#"
        created_at: "2024-01-05T01:01:58Z"
        evidence: "observed"
        initial_password_in_use: true
        must_change_password: false
        password_changed_at: "2024-01-05T01:02:03Z"
        password_never_expires: false
        received_at: "2024-01-05T01:01:58Z"
        second_factor: {"unknown":{"code":"not_observed","detail":"no smart card is required"}}
        administrator: {"unknown":{"code":"not_observed","detail":"adminCount"}}
        enabled: true
        last_login_at: "2026-11-01T01:00:00Z"
    "#]],
    );
}

#[test]
fn zero_means_that_the_password_must_be_changed() {
    let entry = user()
        .with("whenCreated", &["20240105010158.0Z"])
        .with("pwdLastSet", &["0"])
        .with("userAccountControl", &["514"])
        .with("accountExpires", &[NOVEMBER])
        .with("lastLogonTimestamp", &["0"]);
    check(
        Kind::ActiveDirectory,
        entry,
        &expect![[r#"
        created_at: "2024-01-05T01:01:58Z"
        evidence: {"unknown":{"code":"not_observed","detail":"pwdLastSet is 0"}}
        initial_password_in_use: {"unknown":{"code":"not_observed","detail":"pwdLastSet is 0"}}
        must_change_password: true
        password_changed_at: {"unknown":{"code":"not_observed","detail":"pwdLastSet is 0"}}
        password_never_expires: false
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        second_factor: {"unknown":{"code":"not_observed","detail":"no smart card is required"}}
        administrator: {"unknown":{"code":"not_observed","detail":"adminCount"}}
        enabled: false
        last_login_at: {"unknown":{"code":"not_observed","detail":"lastLogonTimestamp is 0"}}
    "#]],
    );
}

#[test]
fn an_account_past_its_last_day_is_closed() {
    let entry = user().with("userAccountControl", &["262656"]).with("accountExpires", &[NOVEMBER]);
    check(
        Kind::ActiveDirectory,
        entry,
        &expect![[r#"
        created_at: {"unknown":{"code":"not_observed","detail":"whenCreated"}}
        evidence: {"unknown":{"code":"not_observed","detail":"pwdLastSet"}}
        initial_password_in_use: {"unknown":{"code":"not_observed","detail":"whenCreated"}}
        must_change_password: {"unknown":{"code":"not_observed","detail":"pwdLastSet"}}
        password_changed_at: {"unknown":{"code":"not_observed","detail":"pwdLastSet"}}
        password_never_expires: false
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        second_factor: true
        administrator: {"unknown":{"code":"not_observed","detail":"adminCount"}}
        enabled: false
        last_login_at: {"unknown":{"code":"not_observed","detail":"lastLogonTimestamp"}}
    "#]],
    );
}

#[test]
fn what_active_directory_does_not_send_is_unknown() {
    check(
        Kind::ActiveDirectory,
        user(),
        &expect![[r#"
        created_at: {"unknown":{"code":"not_observed","detail":"whenCreated"}}
        evidence: {"unknown":{"code":"not_observed","detail":"pwdLastSet"}}
        initial_password_in_use: {"unknown":{"code":"not_observed","detail":"whenCreated"}}
        must_change_password: {"unknown":{"code":"not_observed","detail":"pwdLastSet"}}
        password_changed_at: {"unknown":{"code":"not_observed","detail":"pwdLastSet"}}
        password_never_expires: {"unknown":{"code":"not_observed","detail":"userAccountControl"}}
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        second_factor: {"unknown":{"code":"not_observed","detail":"userAccountControl"}}
        administrator: {"unknown":{"code":"not_observed","detail":"adminCount"}}
        enabled: {"unknown":{"code":"not_observed","detail":"userAccountControl"}}
        last_login_at: {"unknown":{"code":"not_observed","detail":"lastLogonTimestamp"}}
    "#]],
    );
}

#[test]
fn what_is_odd_is_malformed_and_never_a_guess() {
    let entry = user()
        .with("whenCreated", &["yesterday"])
        .with("pwdLastSet", &[NEVER])
        .with("userAccountControl", &["open"])
        .with("lastLogonTimestamp", &["-1"]);
    check(
        Kind::ActiveDirectory,
        entry,
        &expect![[r#"
        created_at: {"unknown":{"code":"malformed","detail":"whenCreated"}}
        evidence: {"unknown":{"code":"malformed","detail":"pwdLastSet"}}
        initial_password_in_use: {"unknown":{"code":"malformed","detail":"whenCreated"}}
        must_change_password: {"unknown":{"code":"malformed","detail":"pwdLastSet"}}
        password_changed_at: {"unknown":{"code":"malformed","detail":"pwdLastSet"}}
        password_never_expires: {"unknown":{"code":"malformed","detail":"userAccountControl"}}
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        second_factor: {"unknown":{"code":"malformed","detail":"userAccountControl"}}
        administrator: {"unknown":{"code":"not_observed","detail":"adminCount"}}
        enabled: {"unknown":{"code":"malformed","detail":"userAccountControl"}}
        last_login_at: {"unknown":{"code":"malformed","detail":"lastLogonTimestamp"}}
    "#]],
    );
}

#[test]
fn a_password_policy_says_the_second() {
    let entry = person()
        .with("createTimestamp", &["20240105010203Z"])
        .with("pwdChangedTime", &["20240105010204Z"])
        .with("pwdReset", &["TRUE"])
        .with("pwdAccountLockedTime", &["000001010000Z"])
        .with("authTimestamp", &["20261001000000Z"])
        .with("pwdLastSuccess", &["20261101000000Z"]);
    check(
        Kind::Plain,
        entry,
        &expect![[r#"
        created_at: "2024-01-05T01:02:03Z"
        evidence: "observed"
        initial_password_in_use: true
        must_change_password: true
        password_changed_at: "2024-01-05T01:02:04Z"
        password_never_expires: {"unknown":{"code":"not_observed","detail":"shadowMax"}}
        received_at: "2024-01-05T01:02:03Z"
        administrator: {"unknown":{"code":"not_observed","detail":"no group of administrators is named"}}
        enabled: false
        last_login_at: "2026-11-01T00:00:00Z"
    "#]],
    );
}

#[test]
fn shadow_attributes_say_the_day() {
    let entry = person()
        .with("createTimestamp", &["20240105010203Z"])
        .with("shadowLastChange", &["20000"])
        .with("shadowMax", &["99999"])
        .with("shadowExpire", &["-1"]);
    check(
        Kind::Plain,
        entry,
        &expect![[r#"
        created_at: "2024-01-05T01:02:03Z"
        evidence: "observed"
        initial_password_in_use: {"unknown":{"code":"not_observed","detail":"shadowLastChange is exact to a day only"}}
        must_change_password: false
        password_changed_at: "2024-10-04T00:00:00Z"
        password_never_expires: true
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        administrator: {"unknown":{"code":"not_observed","detail":"no group of administrators is named"}}
        enabled: true
        last_login_at: {"unknown":{"code":"not_observed","detail":"pwdLastSuccess, authTimestamp"}}
    "#]],
    );
}

#[test]
fn shadow_attributes_close_an_account() {
    let entry = person().with("shadowLastChange", &["0"]).with("shadowMax", &["90"]).with("shadowExpire", &["20000"]);
    check(
        Kind::Plain,
        entry,
        &expect![[r#"
        created_at: {"unknown":{"code":"not_observed","detail":"createTimestamp"}}
        evidence: {"unknown":{"code":"not_observed","detail":"shadowLastChange is 0"}}
        initial_password_in_use: {"unknown":{"code":"not_observed","detail":"createTimestamp"}}
        must_change_password: true
        password_changed_at: {"unknown":{"code":"not_observed","detail":"shadowLastChange is 0"}}
        password_never_expires: false
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        administrator: {"unknown":{"code":"not_observed","detail":"no group of administrators is named"}}
        enabled: false
        last_login_at: {"unknown":{"code":"not_observed","detail":"pwdLastSuccess, authTimestamp"}}
    "#]],
    );
}

#[test]
fn what_a_plain_directory_does_not_send_is_unknown() {
    check(
        Kind::Plain,
        person(),
        &expect![[r#"
        created_at: {"unknown":{"code":"not_observed","detail":"createTimestamp"}}
        evidence: {"unknown":{"code":"not_observed","detail":"pwdChangedTime, shadowLastChange"}}
        initial_password_in_use: {"unknown":{"code":"not_observed","detail":"createTimestamp"}}
        must_change_password: {"unknown":{"code":"not_observed","detail":"pwdReset, shadowLastChange"}}
        password_changed_at: {"unknown":{"code":"not_observed","detail":"pwdChangedTime, shadowLastChange"}}
        password_never_expires: {"unknown":{"code":"not_observed","detail":"shadowMax"}}
        received_at: {"unknown":{"code":"not_observed","detail":"the account was never used, as far as is known"}}
        administrator: {"unknown":{"code":"not_observed","detail":"no group of administrators is named"}}
        enabled: {"unknown":{"code":"not_observed","detail":"pwdAccountLockedTime, nsAccountLock, shadowExpire"}}
        last_login_at: {"unknown":{"code":"not_observed","detail":"pwdLastSuccess, authTimestamp"}}
    "#]],
    );
}

fn check(kind: Kind, entry: Entry, expected: &Expect) {
    expected.assert_eq(&facts(kind, entry));
}
