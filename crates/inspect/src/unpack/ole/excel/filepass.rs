//! Encrypted workbooks of Excel 5 to 2003: the heads of records stay readable, their data does not.

use super::super::encrypted::legacy::Legacy;
use super::super::encrypted::tried;
use super::workbook::records;
use crate::Reason;
use crate::bytes::{at_most, u16_le};
use crate::walk::Inside;

/// The record that says how a workbook is encrypted.
const FILE_PASS: u16 = 0x002F;
/// How many bytes have one key.
const BLOCK_BYTES: usize = 1024;
/// How many records are looked at for it: it stands near the beginning.
const MAX_LOOKED_AT: usize = 256;
/// Records that are never encrypted.
const PLAIN: &[u16] = &[0x0809, FILE_PASS, 0x00E1, 0x0194, 0x0195, 0x0196, 0x0138];
/// The record of a sheet: its first four bytes, the place of the sheet, are never encrypted.
const SHEET: u16 = 0x0085;

/// Letters of the oldest way, which turns bytes with sixteen others.
const PADDING: [u8; 15] = [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0, 0xBE, 0x0F, 0, 0xBF, 0x0F, 0];
const FIRST_KEYS: [u16; 15] = [
    0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A,
    0x4EC3,
];
const KEY_BITS: [u16; 105] = [
    0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
    0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
    0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
    0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
    0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
    0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
    0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
    0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4,
];

/// How a workbook is encrypted.
enum Method {
    Xor { verifier: u16 },
    Rc4(Legacy),
}

/// The plain stream of an encrypted workbook and what may be said of its password; none for one that is not encrypted.
pub(super) fn decrypted(stream: &[u8], inside: &mut Inside<'_, '_>) -> Result<Option<(&'static str, Vec<u8>)>, Reason> {
    let Some(pass) = records(stream).take(MAX_LOOKED_AT).find(|record| record.id == FILE_PASS) else { return Ok(None) };
    let method = match (pass.data.len(), u16_le(pass.data, 0)) {
        // Excel 5 and 95 know one way only and do not name it.
        (4, _) => Method::Xor { verifier: u16_le(pass.data, 2).unwrap_or(0) },
        (_, Some(0)) => Method::Xor { verifier: u16_le(pass.data, 4).unwrap_or(0) },
        (_, Some(1)) => Method::Rc4(Legacy::read(at_most(pass.data, 2, usize::MAX))?),
        (_, kind) => return Err(Reason::unsupported(format!("encryption {kind:?} of a workbook"))),
    };
    let opened = tried(inside, |password| match &method {
        Method::Xor { verifier } => {
            xor_verifier(password).filter(|own| own == verifier).and_then(|_| xor_array(password)).map(Key::Xor)
        }
        Method::Rc4(legacy) => legacy.opens(password).then(|| Key::Rc4(password.to_owned())),
    })?;
    let Some((said, _, key)) = opened else { return Err(Reason::Encrypted) };
    let mut turned = stream.to_vec();
    if let (Key::Rc4(password), Method::Rc4(legacy)) = (&key, &method) {
        legacy.turn(password, BLOCK_BYTES, &mut turned);
    }
    let mut plain = stream.to_vec();
    for record in records(stream).filter(|record| !PLAIN.contains(&record.id)) {
        let skipped = if record.id == SHEET { 4 } else { 0 };
        for offset in skipped..record.data.len() {
            let place = record.place + offset;
            let value = match &key {
                Key::Rc4(_) => turned.get(place).copied(),
                Key::Xor(array) => {
                    let index = (record.place + record.data.len() + offset) % array.len();
                    plain.get(place).zip(array.get(index)).map(|(byte, key)| (byte ^ key).rotate_right(5))
                }
            };
            if let (Some(byte), Some(value)) = (plain.get_mut(place), value) {
                *byte = value;
            }
        }
    }
    Ok(Some((said, plain)))
}

/// What turns the bytes.
enum Key {
    Xor([u8; 16]),
    Rc4(String),
}

/// The letters of a password as the oldest way takes them: at most fifteen, of one byte.
fn letters(password: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> =
        password.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect::<Option<_>>()?;
    (1..=15).contains(&letters.len()).then_some(letters)
}

/// The number by which a password is recognised.
fn xor_verifier(password: &str) -> Option<u16> {
    let letters = letters(password)?;
    let length = u8::try_from(letters.len()).ok()?;
    let turned = letters.iter().rev().chain(std::iter::once(&length)).fold(0_u16, |verifier, letter| {
        let carried = u16::from(verifier & 0x4000 != 0);
        (carried | (verifier << 1 & 0x7FFF)) ^ u16::from(*letter)
    });
    Some(turned ^ 0xCE4B)
}

/// The sixteen bytes that turn those of the workbook.
fn xor_array(password: &str) -> Option<[u8; 16]> {
    let letters = letters(password)?;
    let mut key = *FIRST_KEYS.get(letters.len() - 1)?;
    let mut bits = KEY_BITS.iter().rev();
    for letter in letters.iter().rev() {
        for bit in (0..7).rev() {
            let taken = bits.next()?;
            if letter >> bit & 1 != 0 {
                key ^= taken;
            }
        }
    }
    let [low, high] = key.to_le_bytes();
    let mut array = [0; 16];
    for ((place, byte), letter) in array.iter_mut().enumerate().zip(letters.iter().chain(&PADDING)) {
        let key = if place % 2 == 0 { low } else { high };
        *byte = (letter ^ key).rotate_right(1);
    }
    Some(array)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Encrypts a stream whose second record is the one that says how, with room for it.
    pub(crate) fn turned(stream: &[u8], password: &str, legacy: Option<&Legacy>) -> Vec<u8> {
        let mut whole = stream.to_vec();
        if let Some(legacy) = legacy {
            legacy.turn(password, BLOCK_BYTES, &mut whole);
        }
        let mut turned = stream.to_vec();
        for record in records(stream).filter(|record| !PLAIN.contains(&record.id)) {
            let skipped = if record.id == SHEET { 4 } else { 0 };
            for offset in skipped..record.data.len() {
                let place = record.place + offset;
                turned[place] = if legacy.is_some() {
                    whole[place]
                } else {
                    let array = xor_array(password).unwrap();
                    stream[place].rotate_left(5) ^ array[(record.place + record.data.len() + offset) % 16]
                };
            }
        }
        turned
    }

    /// The record for the oldest way.
    pub(crate) fn xor_pass(password: &str) -> Vec<u8> {
        let verifier = xor_verifier(password).unwrap();
        [[0; 4], [verifier.to_le_bytes()[0], verifier.to_le_bytes()[1], 0, 0]].concat()[..6].to_vec()
    }

    #[test]
    fn the_number_of_a_password_is_the_one_of_excel() {
        assert_eq!(xor_verifier("VelvetSweatshop"), Some(0x9A0A));
        assert_eq!(xor_verifier(""), None);
        assert_eq!(xor_verifier("sixteen letters!"), None);
    }
}
