//! Encrypted entries, as 7-Zip writes them. The password is `khien`.

use super::super::super::testing::{hex, inspected, inspected_within, shown};
use super::writer::{Item, zip};
use crate::{Limit, Limits, Reason, Verdict};

const AES_256: &str = "504b03043300010063007b8f775d00000000430000003c00000009000b0068656c6c6f2e7478740199070002004145030800
    cec3e3db7d8306945b5ab23f52c075e571439614fd57cd4f6ea92a3becce58f72a408b450e823efca98ce63cd7b550de5d0d9cf966b2a8e454d29c
    5a9dcaf34d45a7dc504b01023f033300010063007b8f775d00000000430000003c00000009002f000000000000002080a4810000000068656c6c6f
    2e7478740a002000000000000100180007525f70747bdd01000000000000000000000000000000000199070002004145030800504b050600000000
    0100010066000000750000000000";
const AES_192: &str = "504b03043300010063007b8f775d000000003f0000003c00000009000b0068656c6c6f2e74787401990700020041450208000924f949
    9b0dba815cdbb77b85f13924ec03bed2d31b0b82132e2f03f48e9d07dbdce58f7d8c153e2c38414ae61567ed1cfe9e2e2a182794a06d8a6e19fc67
    504b01023f033300010063007b8f775d000000003f0000003c00000009002f000000000000002080a4810000000068656c6c6f2e7478740a002000
    000000000100180007525f70747bdd01000000000000000000000000000000000199070002004145020800504b0506000000000100010066000000
    710000000000";
const AES_128: &str = "504b03043300010063007b8f775d000000003b0000003c00000009000b0068656c6c6f2e7478740199070002004145010800d304fa88
    69d0909101a87e4ee0a92e3e842a22cf59818fd0ee6b191725cc3fbff013a538f6af160ac4753355a9bdcd36a3676ea9e8fa2008d4905a504b0102
    3f033300010063007b8f775d000000003b0000003c00000009002f000000000000002080a4810000000068656c6c6f2e7478740a00200000000000
    0100180007525f70747bdd01000000000000000000000000000000000199070002004145010800504b05060000000001000100660000006d000000
    0000";
const ZIP_CRYPTO: &str = "504b03041400010008007b8f775dcebc678d330000003c0000000900000068656c6c6f2e7478746b47c50477635998f542a83f908f
    a0f981f06cc5968be7391b413b4bea188d68d17435f38b2632f42444aa253a8c7b282fdfa7504b01023f031400010008007b8f775dcebc678d3300
    00003c000000090024000000000000002080a4810000000068656c6c6f2e7478740a002000000000000100180007525f70747bdd01000000000000
    00000000000000000000504b050600000000010001005b0000005a0000000000";

#[test]
fn a_known_password_opens() {
    for sample in [AES_128, AES_192, AES_256, ZIP_CRYPTO] {
        let inspection = inspected("a.zip", &hex(sample), &["sai", "khien"]);
        assert_eq!(inspection.verdict, Verdict::Clean, "{}", shown(&inspection));
        assert_eq!(inspection.nodes[1].size, Some(60));
    }
}

#[test]
fn without_the_password_it_is_said() {
    for sample in [AES_256, ZIP_CRYPTO] {
        let inspection = inspected("a.zip", &hex(sample), &["sai"]);
        assert_eq!(inspection.verdict, Verdict::NotInspected);
        assert_eq!(inspection.nodes[1].not_inspected, [Reason::Encrypted]);
        assert_eq!(inspection.findings.len(), 1);
        assert_eq!(inspection.findings[0].id, "archive-encrypted");
    }
}

#[test]
fn passwords_are_counted_once_for_an_archive() {
    let limits = Limits { password_tries: 2, ..Limits::default() };
    let enough = inspected_within("a.zip", &hex(ZIP_CRYPTO), &["sai", "khien"], &limits);
    assert_eq!(enough.verdict, Verdict::Clean);
    let limits = Limits { password_tries: 1, ..limits };
    let few = inspected_within("a.zip", &hex(ZIP_CRYPTO), &["sai", "khien"], &limits);
    assert!(few.not_inspected().any(|(_, reason)| *reason == Reason::limit(Limit::PasswordTries, 1)));
}

#[test]
fn damage_under_aes_is_said() {
    let mut bytes = hex(AES_256);
    bytes[80] ^= 1;
    let inspection = inspected("a.zip", &bytes, &["khien"]);
    assert!(matches!(inspection.nodes[1].not_inspected[..], [Reason::Damaged { .. }]), "{}", shown(&inspection));
}

#[test]
fn strong_encryption_is_said() {
    let mut item = Item::stored("a.txt", b"????????????????");
    item.flags |= 0x41;
    let inspection = inspected("a.zip", &zip(&[item]), &["khien"]);
    assert_eq!(inspection.nodes[1].not_inspected, [Reason::Encrypted]);
}

#[test]
fn the_name_of_what_is_encrypted_is_looked_at() {
    let mut item = Item::stored("hoa-don.pdf.exe", b"????????????????");
    item.flags |= 1;
    let inspection = inspected("a.zip", &zip(&[item]), &[]);
    let ids: Vec<&str> = inspection.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids, ["archive-encrypted", "double-extension", "named-program-unopened"]);
    let words = &inspection.findings[2].title_en;
    assert!(words.contains("could not be opened"), "nothing is said of what was not seen: {words}");
}
