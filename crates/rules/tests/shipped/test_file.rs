//! The test file of antivirus programs: it is found alone, with blanks behind it and within other files, and nothing else is.
//! It does not stand here as it is: marks cut it in pieces, so that nothing takes this file for it.

use khien_inspect::FileType::Text;
use khien_inspect::{Context, Limits, Policy, Rules as _, Verdict, inspect};

use crate::{Case, RULES, bytes_of, case};

const RULE: &str = "antivirus_test_file";
/// The 68 bytes.
const SAMPLE: &str = "X5O!P%@AP¦[4\\PZX54(¦P^)7CC)7}¦$EICAR-ST¦ANDARD-AN¦TIVIRUS-T¦EST-FILE!¦$H+H*";
/// The same, as mails carry it.
const IN_MAIL: &str =
    "WDVPIVAlQEF¦QWzRcUFpYNT¦QoUF4pN0NDK¦Td9JEVJQ0FS¦LVNUQU5EQVJ¦ELUFOVElWSV¦JVUy1URVNUL¦UZJTEUhJEgr¦SCo=";
/// The most that the standard allows.
const MOST: usize = 128;

pub(crate) fn cases() -> Vec<Case> {
    vec![case(RULE, Text, SAMPLE, format!("x{SAMPLE}"))]
}

fn is_found(text: &str) -> bool {
    let hits = RULES.scan(&bytes_of(text), &[Text], "e.txt").unwrap();
    hits.iter().any(|hit| hit.rule == RULE)
}

#[test]
fn blanks_may_stand_behind_it_up_to_the_bound() {
    let blanks = |count: usize| " \t\r\n\u{1a}".chars().cycle().take(count).collect::<String>();
    let room = MOST - bytes_of(SAMPLE).len();
    for (behind, found) in [
        (String::new(), true),
        ("\n".to_owned(), true),
        (blanks(room), true),
        (blanks(room + 1), false),
        (".".to_owned(), false),
        (format!("{}.", blanks(room - 1)), false),
    ] {
        assert_eq!(is_found(&format!("{SAMPLE}{behind}")), found, "{behind:?}");
    }
    let mut short = bytes_of(SAMPLE);
    short.pop();
    assert!(!is_found(&String::from_utf8(short).unwrap()));
}

#[test]
fn it_is_blocked_under_any_name_and_within_other_files() {
    let mail = format!(
        "From: a@example.vn\r\nTo: b@example.vn\r\nSubject: t\r\nMIME-Version: 1.0\r\n\
         Content-Type: application/octet-stream; name=\"e.bin\"\r\nContent-Disposition: attachment; filename=\"e.bin\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{IN_MAIL}\r\n"
    );
    let (limits, policy) = (Limits::default(), Policy::default());
    let context = Context { rules: &*RULES, limits: &limits, policy: &policy, passwords: &[] };
    for (name, text) in
        [("e.txt", SAMPLE), ("e.docx", SAMPLE), ("e.com", SAMPLE), ("", SAMPLE), ("thu.eml", mail.as_str())]
    {
        let inspection = inspect(name, &bytes_of(text), &context);
        let found = inspection.findings.iter().find(|finding| finding.id == format!("rule:{RULE}"));
        assert!(found.is_some_and(|found| found.title_en.contains("harmless")), "{name}: {:?}", inspection.nodes);
        assert_eq!(inspection.verdict, Verdict::Blocked, "{name}");
    }
}
