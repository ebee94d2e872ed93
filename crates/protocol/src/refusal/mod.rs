//! What the server answers when it does not do what was asked: why, and what a person can do about it.

mod texts;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use khien_model::{DAY_OFFSET, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// Why a request was refused.
    pub enum RefusalCode {
        /// The same request came before.
        Replay = "replay",
        /// The counter is lower than one that was accepted.
        OldCounter = "old_counter",
        /// The signature is not that of the device's key.
        WrongKey = "wrong_key",
        /// No signature of an agent is there.
        SignatureMissing = "signature_missing",
        /// No device has this key.
        UnknownDevice = "unknown_device",
        /// The device was taken out of use by an administrator.
        Revoked = "revoked",
        /// The device with this key is enrolled already.
        AlreadyEnrolled = "already_enrolled",
        /// The text is no enrolment token.
        TokenMalformed = "token_malformed",
        /// No such token was given out.
        TokenUnknown = "token_unknown",
        /// The token is too old.
        TokenExpired = "token_expired",
        /// The token was used as often as it may be.
        TokenUsedUp = "token_used_up",
        /// The token was called back by an administrator.
        TokenRevoked = "token_revoked",
        /// The monitoring notice was accepted in a wording that is not the one in use.
        NoticeOutdated = "notice_outdated",
        /// The clocks are too far apart.
        ClockSkew = "clock_skew",
        /// The body is longer than allowed.
        BodyTooLarge = "body_too_large",
        /// The request is not in its form.
        Malformed = "malformed",
        /// A digest is not that of what it stands beside.
        DigestMismatch = "digest_mismatch",
        /// Nothing is there for this path or method.
        NotFound = "not_found",
        /// Too many requests came from there.
        TooManyRequests = "too_many_requests",
        /// The server cannot store anything now; nothing is wrong with the request.
        ServerUnavailable = "server_unavailable",
    }
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bilingual {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// A text in both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}

/// The answer to a request that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// Why, for programs.
    pub code: RefusalCode,
    /// Why, for people.
    pub message: Box<Bilingual>,
    /// What to do about it.
    pub hint: Box<Bilingual>,
    /// Where exactly, for administrators; in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How long to wait before asking again, where waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// What the server's clock says.
    pub server_time: Timestamp,
}

impl RefusalCode {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::ClockSkew | Self::Malformed | Self::DigestMismatch | Self::TokenMalformed => 400,
            Self::WrongKey | Self::SignatureMissing | Self::UnknownDevice => 401,
            Self::Revoked
            | Self::TokenUnknown
            | Self::TokenExpired
            | Self::TokenUsedUp
            | Self::TokenRevoked
            | Self::NoticeOutdated => 403,
            Self::NotFound => 404,
            Self::Replay | Self::OldCounter | Self::AlreadyEnrolled => 409,
            Self::BodyTooLarge => 413,
            Self::TooManyRequests => 429,
            Self::ServerUnavailable => 503,
        }
    }
}

impl Refusal {
    /// A refusal for a reason that needs no more words.
    pub fn new(code: RefusalCode, now: Timestamp) -> Self {
        let (message, hint) = texts::of(code);
        Self {
            code,
            message: message.into(),
            hint: hint.into(),
            detail: None,
            retry_after_seconds: None,
            server_time: now,
        }
    }

    /// A refusal that says where exactly.
    pub fn with_detail(code: RefusalCode, detail: impl Into<String>, now: Timestamp) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code, now) }
    }

    /// A refusal that says when to ask again.
    pub fn with_retry(code: RefusalCode, after_seconds: u32, now: Timestamp) -> Self {
        Self { retry_after_seconds: Some(after_seconds), ..Self::new(code, now) }
    }

    /// The clock of the machine says `theirs`, and ours `now`: both are shown, and how to set the clock.
    pub fn clock_skew(theirs: Timestamp, now: Timestamp) -> Self {
        Self {
            message: texts::clock_skew(&shown(theirs), &shown(now)).into(),
            ..Self::new(RefusalCode::ClockSkew, now)
        }
    }

    /// `Ok` when `counter` is higher than `last`, the highest one accepted from the device.
    pub fn unless_higher(counter: u64, last: u64, now: Timestamp) -> Result<(), Self> {
        let code = match counter.cmp(&last) {
            std::cmp::Ordering::Greater => return Ok(()),
            std::cmp::Ordering::Equal => RefusalCode::Replay,
            std::cmp::Ordering::Less => RefusalCode::OldCounter,
        };
        Err(Self::with_detail(code, format!("the counter is {counter}, the last accepted one {last}"), now))
    }

    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        self.code.status()
    }
}

/// A moment as people read it here: `22/11/2026 15:00:00`, Vietnamese time.
fn shown(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::fixed(DAY_OFFSET)).strftime("%d/%m/%Y %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_is_wrong_and_what_to_do_in_both_languages() {
        let now = Timestamp::UNIX_EPOCH;
        let mut seen = std::collections::BTreeSet::new();
        for code in RefusalCode::ALL {
            let refusal = Refusal::new(*code, now);
            for text in [&refusal.message, &refusal.hint] {
                assert!(text.vi.ends_with('.') && text.en.ends_with('.'), "{code}: {text:?}");
                assert_ne!(text.vi, text.en, "{code}");
            }
            assert!(seen.insert(refusal.message.vi), "{code} has the text of another");
            assert!((400..600).contains(&code.status()), "{code}");
        }
    }

    #[test]
    fn a_skewed_clock_is_told_both_times_and_how_to_set_it() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().expect("a timestamp");
        let theirs: Timestamp = "2026-11-22T01:00:05Z".parse().expect("a timestamp");
        let refusal = Refusal::clock_skew(theirs, now);
        expect_test::expect![[r#"
            {
              "code": "clock_skew",
              "message": {
                "vi": "Đồng hồ của máy này lệch so với máy chủ: máy này ghi 22/11/2026 08:00:05, máy chủ ghi 22/11/2026 15:00:00 (giờ Việt Nam).",
                "en": "This machine's clock differs from the server's: this machine says 22/11/2026 08:00:05, the server 22/11/2026 15:00:00 (Vietnamese time)."
              },
              "hint": {
                "vi": "Hãy đặt lại ngày, giờ và múi giờ của máy, tốt nhất là bật đồng bộ giờ tự động (“sudo timedatectl set-ntp true”). Nếu chính máy chủ sai giờ, hãy báo quản trị viên.",
                "en": "Set the machine's date, time and time zone, best by turning on automatic time (“sudo timedatectl set-ntp true”). If the server is the one that is wrong, tell the administrator."
              },
              "server_time": "2026-11-22T08:00:00Z"
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&refusal).expect("JSON"));
    }

    #[test]
    fn only_a_higher_counter_is_accepted() {
        let now = Timestamp::UNIX_EPOCH;
        let code = |counter, last| Refusal::unless_higher(counter, last, now).map_err(|refusal| refusal.code);
        assert_eq!(code(8, 7), Ok(()));
        assert_eq!(code(7, 7), Err(RefusalCode::Replay));
        assert_eq!(code(6, 7), Err(RefusalCode::OldCounter));
    }
}
