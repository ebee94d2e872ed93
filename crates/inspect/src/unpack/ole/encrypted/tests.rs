//! Encrypted documents made by code, opened again.

use aes::cipher::consts::U16;
use aes::cipher::{BlockCipherEncrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use aes::{Aes128, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::tests::told;
use super::super::writer::Written;
use super::crypt::{Hash, fitted, wide};
use super::standard::Standard;
use crate::walk::testing::inspected_stated;
use crate::{FileType, Reason};

const PLAIN: &[u8] = b"KHIEN-HARMLESS-TEST, long enough for more than one block";
const SALT: [u8; 16] = *b"KHIEN-TEST-SALT.";

fn padded(bytes: &[u8]) -> Vec<u8> {
    fitted(bytes, bytes.len().next_multiple_of(16), 0)
}

fn blocks(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut bytes = padded(bytes);
    let cipher = Aes128::new_from_slice(key).unwrap();
    for block in bytes.chunks_exact_mut(16) {
        cipher.encrypt_block(block.try_into().unwrap());
    }
    bytes
}

fn chain<C: KeyIvInit + BlockModeEncrypt<BlockSize = U16>>(key: &[u8], start: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut bytes = padded(bytes);
    let mut cipher = C::new_from_slices(key, start).unwrap();
    for block in bytes.chunks_exact_mut(16) {
        cipher.encrypt_block(block.try_into().unwrap());
    }
    bytes
}

fn number(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}

/// A document in the way of Office 2007.
fn standard(password: &str) -> Written {
    let info = |verifier: &[u8], hash: &[u8]| {
        let header =
            [[4, 0, 0, 0], number(0), number(0x660E), number(0x8004), number(128), number(24), number(0), number(0)]
                .concat();
        let header = [&header[..], b"K\0\0\0"].concat();
        let parts = [
            &[3, 0, 2, 0, 0x24, 0, 0, 0][..],
            &number(header.len()),
            &header,
            &number(16),
            &SALT,
            verifier,
            &number(20),
            hash,
        ];
        parts.concat()
    };
    let key = Standard::read(&info(&[0; 16], &[0; 32])).unwrap_or_else(|reason| panic!("{reason}")).key(password);
    let verifier = [7; 16];
    let info = info(&blocks(&key, &verifier), &blocks(&key, &Hash::Sha1.of(&[&verifier])));
    let package = [&(PLAIN.len() as u64).to_le_bytes()[..], &blocks(&key, PLAIN)].concat();
    Written::new().stream("EncryptionInfo", info).stream("EncryptedPackage", package)
}

/// A document in the way of Office since 2010.
fn agile(password: &str, spins: u32) -> Written {
    type Chain = cbc::Encryptor<Aes256>;
    let mut spun = Hash::Sha512.of(&[&SALT, &wide(password)]);
    for spin in 0..spins.min(1000) {
        spun = Hash::Sha512.of(&[&spin.to_le_bytes(), &spun]);
    }
    let seal = |block: [u8; 8], bytes: &[u8]| {
        let key = fitted(&Hash::Sha512.of(&[&spun, &block]), 32, 0x36);
        STANDARD.encode(chain::<Chain>(&key, &SALT, bytes))
    };
    let verifier = seal([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &[9; 16]);
    let hash = seal([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &Hash::Sha512.of(&[&[9; 16]]));
    let key = seal([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &[5; 32]);
    let salt = STANDARD.encode(SALT);
    let settings = format!(
        "saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" \
         cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" saltValue=\"{salt}\""
    );
    let xml = format!(
        "<?xml version=\"1.0\"?><encryption xmlns:p=\"p\"><keyData {settings}/><keyEncryptors><keyEncryptor>\
         <p:encryptedKey spinCount=\"{spins}\" {settings} encryptedVerifierHashInput=\"{verifier}\" \
         encryptedVerifierHashValue=\"{hash}\" encryptedKeyValue=\"{key}\"/></keyEncryptor></keyEncryptors></encryption>"
    );
    let start = fitted(&Hash::Sha512.of(&[&SALT, &[0; 4]]), 16, 0);
    let package = [&(PLAIN.len() as u64).to_le_bytes()[..], &chain::<Chain>(&[5; 32], &start, PLAIN)].concat();
    Written::new()
        .stream("EncryptionInfo", [&[4, 0, 4, 0, 0x40, 0, 0, 0][..], xml.as_bytes()].concat())
        .stream("EncryptedPackage", package)
}

#[test]
fn documents_are_opened_with_known_passwords() {
    for (name, file, passwords) in [
        ("standard", standard("VelvetSweatshop"), vec![]),
        ("standard", standard("mật khẩu"), vec!["sai".to_owned(), "mật khẩu".to_owned()]),
        ("agile", agile("VelvetSweatshop", 1000), vec![]),
        ("agile", agile("", 10), vec![]),
        ("agile", agile("mật khẩu", 1000), vec!["sai".to_owned(), "mật khẩu".to_owned()]),
    ] {
        let inspection = inspected_stated(FileType::EncryptedOffice, "t", &file.bytes(), &passwords);
        let document = inspection.nodes.iter().find(|node| node.name == "document");
        assert_eq!(document.and_then(|node| node.size), Some(PLAIN.len() as u64), "{name} {}", told(&inspection));
        assert!(document.is_some_and(|node| node.types == [FileType::Text]), "{name}");
        assert!(inspection.findings.iter().any(|found| found.id == "office-known-password"));
        assert!(!told(&inspection).contains("mật khẩu"));
    }
}

#[test]
fn documents_that_stay_closed_are_said_to_be() {
    for (file, reason) in [
        (standard("bí mật"), Reason::Encrypted),
        (agile("bí mật", 1000), Reason::Encrypted),
        (agile("", 10_000_001), Reason::limit(crate::Limit::Reader, super::MAX_HASHES)),
        (Written::new().stream("EncryptedPackage", [0; 100]), Reason::Encrypted),
        (
            Written::new().stream("EncryptionInfo", [9, 0, 9, 0]).stream("EncryptedPackage", [0; 100]),
            Reason::unsupported("encryption of version Some(9).Some(9)"),
        ),
    ] {
        let inspection = inspected_stated(FileType::EncryptedOffice, "t", &file.bytes(), &[]);
        assert!(inspection.not_inspected().any(|(_, said)| *said == reason), "{reason} {}", told(&inspection));
    }
}

#[test]
fn any_description_is_read() {
    bolero::check!().with_type::<(bool, Vec<u8>)>().for_each(|(old, bytes)| {
        if *old {
            let _ = Standard::read(&[&[2, 0, 2, 0, 0, 0, 0, 0, 32, 0, 0, 0][..], bytes].concat());
        } else {
            let _ = super::agile::Agile::read(bytes);
        }
    });
}
