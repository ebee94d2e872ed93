use super::*;
use crate::linux::testing::Machine;

fn accounts(machine: &Machine) -> Vec<LocalAccount> {
    collect(&machine.context()).unwrap().local.known().unwrap().items.clone()
}

#[test]
fn those_who_can_log_in_are_listed() {
    let machine = Machine::new();
    machine.file(
        "etc/passwd",
        "root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\npostgres:x:110:110::/:/bin/bash\n\
         oracle:x:500:500::/:/bin/bash\nnguye\u{302}\u{303}n:x:1000:1000::/home/n:/bin/bash\n",
    );
    machine.file(
        "etc/shadow",
        "root:*:20000::::::\npostgres:!:20000::::::\noracle:$6$abcdefghijkl:20000:0:99999:7:::\n\
         nguye\u{302}\u{303}n:$y$j9T$abcdefghij:20500:0:90:7:::\n",
    );
    let found = accounts(&machine);
    let names: Vec<_> = found.iter().filter_map(|account| account.name.known().map(String::as_str)).collect();
    assert_eq!(names, ["root", "oracle", "nguyễn"]);
    let [root, oracle, person] = found.as_slice() else {
        panic!("three accounts");
    };
    assert_eq!((&root.password_login, &root.administrator), (&false.into(), &true.into()));
    assert_eq!((&oracle.password_never_expires, &person.password_never_expires), (&true.into(), &false.into()));
    assert_eq!(person.password_changed_at, "2026-02-16T00:00:00Z".parse::<Timestamp>().unwrap().into());
    assert_eq!(person.administrator, false.into());
}

#[test]
fn without_shadow_passwords_are_unknown() {
    let machine = Machine::with_user();
    let found = accounts(&machine);
    assert_eq!(found.len(), 2);
    for account in found {
        assert!(matches!(account.password_empty, Observed::Unknown(gap) if gap.code == GapCode::Unreadable));
    }
}

#[test]
fn empty_expired_and_future_passwords() {
    // Day 20779 is the day on which the test's machines are looked at.
    for (line, login, empty, must_change, changed) in [
        ("an::20000:0:99999:7:::", true, true, false, true),
        ("an:$6$abcdefghijkl:0:0:99999:7:::", true, false, true, false),
        ("an:$6$abcdefghijkl:20000:0:99999:7::20779:", false, false, false, true),
        ("an:$6$abcdefghijkl:20000:0:99999:7::20780:", true, false, false, true),
        ("an:$6$abcdefghijkl:20780:0:99999:7:::", true, false, false, false),
    ] {
        let machine = Machine::with_user();
        machine.file("etc/shadow", format!("root:*:1::::::\n{line}\n"));
        let account = accounts(&machine).pop().unwrap();
        assert_eq!((account.password_login, account.password_empty), (login.into(), empty.into()), "{line}");
        assert_eq!(account.must_change_password, must_change.into(), "{line}");
        assert_eq!(account.password_changed_at.known().is_some(), changed, "{line}");
    }
}

#[test]
fn a_password_of_the_homes_first_day_is_taken_for_the_initial_one() {
    let machine = Machine::with_user();
    let context = machine.context();
    let user = context.users.as_ref().unwrap().items.last().unwrap().clone();
    let Ok(Some(made)) = context.root.created_at("home/an") else {
        // Not every file system records when a folder was made.
        return;
    };
    let entry = |password, day| shadow::Entry { password, changed_day: Some(day), ..shadow::Entry::default() };
    for (password, day, expected) in [
        (PasswordState::Hash, days(made), Some(true)),
        (PasswordState::Hash, days(made) + 1, Some(false)),
        (PasswordState::Hash, days(made) - 1, None),
        (PasswordState::Hash, 0, Some(true)),
        (PasswordState::Locked, days(made), Some(false)),
    ] {
        assert_eq!(
            initial_password_in_use(&context, &user, &entry(password, day)).ok(),
            expected,
            "{password:?} {day}"
        );
    }
}
