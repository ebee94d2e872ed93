//! What can go wrong with a request, as whoever asked is told: a code, what happened, what to do.
//!
//! A handler returns the bare [`Trouble`]. The edge, which knows the language and whether a person or a program asks,
//! makes a page or JSON of it; see [`crate::edge`].

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use khien_store::{StoreError, Unavailable};
use khien_texts::{Texts, text};
use serde::Serialize;

use crate::attachments::size_shown;

/// Something that kept a request from being answered as asked. Its texts stand under `trouble-CODE` and
/// `trouble-CODE-todo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Only somebody who is signed in may ask for this.
    SignInNeeded,
    /// A program has to send its token, and sent none.
    TokenMissing,
    /// The token of a program is none, was revoked, has expired, or its gate is out of use.
    TokenWrong,
    /// The token is good, but for a gate that is asked in another way.
    TokenOfOther,
    /// Whoever asks does not have the right.
    NotAllowed,
    /// There is no such thing, or not for whoever asks.
    NotFound,
    /// The address is there, but not for this method.
    MethodNotAllowed,
    /// The request does not have the form it must have.
    BadRequest {
        /// Which part, in English, for the log and for programs.
        detail: String,
    },
    /// Files were to be looked into, and none came.
    NoFile,
    /// A form that was sent from a page of another site.
    ForgedForm,
    /// A form whose session has ended since it was shown.
    OldForm,
    /// More bytes than are taken in.
    TooLarge {
        /// How many are.
        limit_bytes: usize,
    },
    /// A kind of content that is not taken here.
    WrongContentType,
    /// Somebody else changed the same thing first, or it already exists.
    Conflict {
        /// What, in English, for the log and for programs.
        what: String,
    },
    /// Too many requests from one place.
    TooOften {
        /// When to come again.
        retry_after_seconds: u64,
    },
    /// It took too long.
    TooSlow,
    /// More is waiting to be stored than the store can take.
    Busy {
        /// When to come again.
        retry_after_seconds: u64,
    },
    /// The store cannot be used now: away, full, read-only.
    StoreAway {
        /// What the store says, for the log.
        detail: String,
    },
    /// A mistake of ours.
    Internal {
        /// What, for the log; never shown.
        detail: String,
    },
}

/// When to ask again after the store was away.
const STORE_RETRY_SECONDS: u64 = 10;

/// What a program is told (RFC 9457).
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// A stable word for this kind of trouble.
    pub code: &'static str,
    /// The HTTP status, once more.
    pub status: u16,
    /// What happened.
    pub title: String,
    /// What to do about it.
    pub hint: String,
    /// Which part of the request, where that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The name of the request in the server's log.
    pub request_id: String,
}

impl Trouble {
    /// A stable word for it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign-in-needed",
            Self::TokenMissing => "token-missing",
            Self::TokenWrong => "token-wrong",
            Self::TokenOfOther => "token-of-other",
            Self::NotAllowed => "not-allowed",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::BadRequest { .. } => "bad-request",
            Self::NoFile => "no-file",
            Self::ForgedForm => "forged-form",
            Self::OldForm => "old-form",
            Self::TooLarge { .. } => "too-large",
            Self::WrongContentType => "wrong-content-type",
            Self::Conflict { .. } => "conflict",
            Self::TooOften { .. } => "too-often",
            Self::TooSlow => "too-slow",
            Self::Busy { .. } => "busy",
            Self::StoreAway { .. } => "store-away",
            Self::Internal { .. } => "internal",
        }
    }

    /// The HTTP status it is answered with.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::SignInNeeded | Self::TokenMissing | Self::TokenWrong => StatusCode::UNAUTHORIZED,
            Self::NotAllowed | Self::TokenOfOther | Self::ForgedForm | Self::OldForm => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest { .. } | Self::NoFile => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy { .. } | Self::StoreAway { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The trouble behind an answer of the framework that carries none of ours.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Self::WrongContentType),
            status if status.is_client_error() => Some(Self::BadRequest { detail: status.to_string() }),
            status if status.is_server_error() => Some(Self::Internal { detail: status.to_string() }),
            _ => None,
        }
    }

    /// How many seconds to wait before asking again, where that helps.
    pub const fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooOften { retry_after_seconds } | Self::Busy { retry_after_seconds } => Some(*retry_after_seconds),
            Self::StoreAway { .. } => Some(STORE_RETRY_SECONDS),
            _ => None,
        }
    }

    /// What the log says beside the code.
    pub(crate) fn detail(&self) -> Option<&str> {
        match self {
            Self::BadRequest { detail } | Self::StoreAway { detail } | Self::Internal { detail } => Some(detail),
            Self::Conflict { what } => Some(what),
            _ => None,
        }
    }

    /// What happened, in a sentence.
    pub fn what(&self, texts: &Texts) -> String {
        match self {
            Self::TooLarge { limit_bytes } => {
                text!(texts, "trouble-too-large", limit = size_shown(*limit_bytes as u64, texts))
            }
            _ => texts.text(&format!("trouble-{}", self.code())),
        }
    }

    /// What to do about it, in a sentence.
    pub fn todo(&self, texts: &Texts) -> String {
        let seconds = self.retry_after_seconds().unwrap_or_default();
        match self {
            Self::TooOften { .. } | Self::Busy { .. } | Self::StoreAway { .. } => {
                text!(texts, &format!("trouble-{}-todo", self.code()), seconds = seconds)
            }
            _ => texts.text(&format!("trouble-{}-todo", self.code())),
        }
    }

    /// What a program can do about it: it has no page to go back to and no buttons.
    fn todo_for_programs(&self, texts: &Texts) -> String {
        match self {
            Self::SignInNeeded
            | Self::MethodNotAllowed
            | Self::BadRequest { .. }
            | Self::OldForm
            | Self::WrongContentType => texts.text(&format!("trouble-{}-program", self.code())),
            _ => self.todo(texts),
        }
    }

    /// What a program is told. What only concerns us stays in the log.
    pub fn problem(&self, texts: &Texts, request_id: &str) -> Problem {
        let told = matches!(self, Self::BadRequest { .. } | Self::Conflict { .. });
        Problem {
            code: self.code(),
            status: self.status().as_u16(),
            title: self.what(texts),
            hint: self.todo_for_programs(texts),
            detail: self.detail().filter(|_| told).map(str::to_owned),
            request_id: request_id.to_owned(),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.detail() {
            Some(detail) => write!(formatter, "{}: {detail}", self.code()),
            None => formatter.write_str(self.code()),
        }
    }
}

impl std::error::Error for Trouble {}

/// When to ask again after more came in than could be written.
const BUSY_RETRY_SECONDS: u64 = 5;

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { reason: Unavailable::Busy, .. } => {
                Self::Busy { retry_after_seconds: BUSY_RETRY_SECONDS }
            }
            StoreError::Unavailable { .. } => Self::StoreAway { detail: error.to_string() },
            StoreError::Corrupt { .. } => Self::Internal { detail: error.to_string() },
            StoreError::Conflict { what } => Self::Conflict { what },
            StoreError::NotFound => Self::NotFound,
            StoreError::TooMany { limit } => Self::BadRequest { detail: format!("more than {limit} at once") },
            StoreError::Invalid { what } => Self::BadRequest { detail: what },
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after_seconds() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
