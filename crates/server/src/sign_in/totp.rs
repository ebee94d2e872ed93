//! The second factor: codes of an authenticator app (RFC 6238), each good once.

use jiff::Timestamp;
use qrcode::{Color, EcLevel, QrCode};
use ring::rand::{SecureRandom as _, SystemRandom};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Digits of a code. Authenticator apps know no other number for certain.
pub const DIGITS: u8 = 6;
/// How long a code is shown.
pub const STEP_SECONDS: u64 = 30;
/// How many steps a code may be early or late: the clock of a phone is not ours.
pub const SKEW_STEPS: u16 = 1;
/// Random bytes of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// The empty border that a reader of QR codes needs, in modules.
const QUIET_ZONE: usize = 4;

/// A new secret in Base32. `None`: the system gives no random bytes.
pub fn fresh_secret() -> Option<String> {
    let mut bytes = [0; SECRET_BYTES];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(Secret::new_stack(bytes).to_base32())
}

/// The time step of `code` if it is right at `now` and no code of that step or a later one was used before.
pub fn step_of(secret: &str, code: &str, now: Timestamp, last_step: Option<i64>) -> Option<i64> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.as_second()).ok()?;
    let totp = totp(secret, "", "")?;
    let step = i64::try_from(totp.check(&digits, seconds)?).ok()?;
    last_step.is_none_or(|last| step > last).then_some(step)
}

/// What an authenticator app takes in: as an address and, from it, as a picture.
pub fn address(secret: &str, issuer: &str, login: &str) -> Option<String> {
    totp(secret, issuer, login)?.to_url().ok()
}

/// The secret as somebody types it who cannot scan: in groups of four.
pub fn for_typing(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// The QR code of `address` as SVG, black on white whatever the colours of the page. `label` is what it is to somebody who
/// does not see it; it must need no escaping in an attribute but that done here.
pub fn picture(address: &str, label: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let width = code.width();
    let size = width + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", place % width + QUIET_ZONE, place / width + QUIET_ZONE));
        }
    }
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Some(format!(
        "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{label}\" width=\"{pixels}\" \
         height=\"{pixels}\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\"><rect width=\"{size}\" \
         height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>",
        pixels = size * 5,
    ))
}

fn totp(secret: &str, issuer: &str, login: &str) -> Option<Totp> {
    // A colon separates the two in the address.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Secret::try_from_base32(secret).ok()?)
        .with_issuer(Some(plain(issuer)))
        .with_account_name(plain(login))
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples in RFC 6238, appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_examples_of_the_rfc_are_accepted_in_their_step_and_the_ones_beside_it() {
        // Time 1111111109: 07081804, of which six digits are shown; its step is 37037036.
        let step = 37_037_036;
        for (second, expected) in [
            (1_111_111_109, Some(step)),
            (step * 30 + 59, Some(step)),
            (step * 30 - 30, Some(step)),
            (step * 30 + 60, None),
            (step * 30 - 31, None),
        ] {
            assert_eq!(step_of(SECRET, "081804", at(second), None), expected, "{second}");
        }
        assert_eq!(step_of(SECRET, " 081 804 ", at(1_111_111_109), None), Some(step));
        for wrong in ["081805", "81804", "0818040", "", "08180٤", "abcdef"] {
            assert_eq!(step_of(SECRET, wrong, at(1_111_111_109), None), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_an_earlier_one_no_more() {
        let step = 37_037_036;
        assert_eq!(step_of(SECRET, "081804", at(1_111_111_109), Some(step - 1)), Some(step));
        assert_eq!(step_of(SECRET, "081804", at(1_111_111_109), Some(step)), None);
        assert_eq!(step_of(SECRET, "081804", at(1_111_111_109), Some(step + 1)), None);
    }

    #[test]
    fn an_app_reads_the_address() {
        let secret = fresh_secret().unwrap();
        assert_eq!(secret.len(), 32);
        let address = address(&secret, "Khiên: THADS", "lan:nt@moj.gov.vn").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains(&format!("secret={secret}")), "{address}");
        let read = Totp::from_url(&address).unwrap();
        assert_eq!((read.issuer(), read.account_name()), (Some("Khiên  THADS"), "lan nt@moj.gov.vn"));
        assert_eq!(for_typing("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }

    #[test]
    fn the_picture_has_a_border_and_a_name_and_no_style() {
        let picture = picture("otpauth://totp/x?secret=AAAA", "Mã \"QR\" <&>").unwrap();
        assert!(picture.contains("aria-label=\"Mã &quot;QR&quot; &lt;&amp;>\""), "{picture}");
        assert!(!picture.contains("style"), "the content policy allows no style");
        assert!(picture.contains("M4 4h1v1h-1z"), "the corner of the finder pattern stands behind the border");
        assert!(!picture.contains("M3 "), "nothing stands in the border");
    }

    #[test]
    fn a_secret_that_is_none_accepts_nothing() {
        assert_eq!(step_of("not base32!", "081804", at(1_111_111_109), None), None);
        assert_eq!(step_of("", "081804", at(1_111_111_109), None), None);
    }
}
