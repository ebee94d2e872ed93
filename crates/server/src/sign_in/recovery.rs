//! Codes that stand in for a lost second factor: shown once, kept as hashes, each good once.

use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

/// How many codes a person is given.
pub const CODES: usize = 10;
/// How many letters a code has: 80 bits, which nobody guesses.
const LETTERS: usize = 16;
/// How many letters stand together where a code is read.
const GROUP: usize = 4;
/// Letters and digits that nobody confuses on paper (Crockford's 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// New codes, as they are shown: `k7mq-2f9x-…`. `None`: the system gives no random bytes.
pub fn fresh() -> Option<Vec<String>> {
    let random = SystemRandom::new();
    (0..CODES)
        .map(|_| {
            let mut bytes = [0; LETTERS];
            random.fill(&mut bytes).ok()?;
            let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
            Some(letters.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-"))
        })
        .collect()
}

/// What is kept of a code, typed with or without its dashes, in any case, with letters that look like others.
pub fn kept(person: &str, typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        'u' => 'v',
        other => other,
    });
    let code: String = letters.collect();
    let sum = digest(&SHA256, format!("recovery code of {person}: {code}").as_bytes());
    sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let codes = fresh().unwrap();
        assert_eq!(codes.len(), CODES);
        for code in &codes {
            assert_eq!(code.len(), 19, "{code}");
            assert!(code.bytes().all(|letter| letter == b'-' || ALPHABET.contains(&letter)), "{code}");
            assert_eq!(kept("lan", &code.to_uppercase().replace('-', " ")), kept("lan", code));
            assert_ne!(kept("minh", code), kept("lan", code));
        }
        assert_eq!(kept("lan", "O0IL-1"), kept("lan", "00111"));
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(different.len(), CODES);
    }
}
