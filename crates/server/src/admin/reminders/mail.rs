//! Handing a letter to the mail server.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::config::{Mail, MailSecurity};
use crate::state::AppState;

/// How long a mail server may take for one step.
const SMTP_TIME: Duration = Duration::from_secs(30);
/// What a server answers that knows no such receiver, or will never take anything for them (RFC 5321, 4.2.3).
const NO_SUCH_RECEIVER: [u16; 3] = [550, 551, 553];
/// How a refusal begins that asking again does not change.
pub(crate) const REFUSED: &str = "refused for good";
/// The ports that are usual for TLS, for STARTTLS, and without either.
const USUAL_PORTS: [u16; 3] = [465, 587, 25];

/// A letter ready to go.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// The address.
    pub(crate) to: String,
    /// Whose it is.
    pub(crate) to_name: String,
    /// The line in the inbox.
    pub(crate) subject: String,
    /// As plain text.
    pub(crate) text: String,
    /// As HTML, beside it.
    pub(crate) html: Option<String>,
    /// What makes it one letter, whatever the mail server does: the same for the same period and person.
    pub(crate) id: String,
}

/// Why a letter did not go.
#[derive(Debug)]
pub(crate) enum MailProblem {
    /// No mail server or no sender is set.
    NotConfigured,
    /// The sender or the receiver is no address.
    Address(String),
    /// Without TLS only a mail server on this machine may be spoken to.
    NotSecret,
    /// It could not be written.
    Unwritable(String),
    /// The mail server knows no such receiver.
    Refused(String),
    /// What the mail server, or the way there, said.
    Server(String),
}

impl std::fmt::Display for MailProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotConfigured => formatter.write_str("mail.host and mail.from are not set"),
            Self::Address(address) => write!(formatter, "{address:?} is no address"),
            Self::NotSecret => formatter.write_str("mail.security is none, and the mail server is not on this machine"),
            Self::Refused(why) => write!(formatter, "{REFUSED}: {why}"),
            Self::Unwritable(why) | Self::Server(why) => formatter.write_str(why),
        }
    }
}

/// Whether there is a mail server to send through.
pub(crate) fn is_configured(state: &AppState) -> bool {
    state.settings.mail.host.is_some() && state.settings.mail.from.is_some()
}

/// Sends one letter.
pub(crate) async fn send(settings: &Mail, letter: &Letter) -> Result<(), MailProblem> {
    let message = message(settings, letter)?;
    let sent = transport(settings)?.send(message).await;
    sent.map(|_| ()).map_err(|error| {
        let code = error.status().map(u16::from);
        let kind = if code.is_some_and(|code| NO_SUCH_RECEIVER.contains(&code)) {
            MailProblem::Refused
        } else {
            MailProblem::Server
        };
        kind(error.to_string())
    })
}

fn message(settings: &Mail, letter: &Letter) -> Result<Message, MailProblem> {
    let address = |text: &str| text.parse::<Mailbox>().map_err(|_| MailProblem::Address(text.to_owned()));
    let from = address(settings.from.as_deref().ok_or(MailProblem::NotConfigured)?)?;
    let to = Mailbox::new(Some(letter.to_name.clone()), address(&letter.to)?.email);
    let id = format!("<{}@{}>", letter.id, from.email.domain());
    let builder = Message::builder().from(from).to(to).subject(letter.subject.clone()).message_id(Some(id));
    let written = match &letter.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(letter.text.clone(), html.clone())),
        None => builder.singlepart(SinglePart::plain(letter.text.clone())),
    };
    let mut message = written.map_err(|error| MailProblem::Unwritable(error.to_string()))?;
    // Nobody's out-of-office note is to come back to it (RFC 3834).
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
    Ok(message)
}

fn transport(settings: &Mail) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailProblem> {
    let host = settings.host.as_deref().ok_or(MailProblem::NotConfigured)?;
    let parameters = || TlsParameters::new(host.to_owned()).map_err(|error| MailProblem::Server(error.to_string()));
    let [tls_port, starttls_port, plain_port] = USUAL_PORTS;
    let (tls, usual_port) = match settings.security {
        MailSecurity::Tls => (Tls::Wrapper(parameters()?), tls_port),
        MailSecurity::StartTls => (Tls::Required(parameters()?), starttls_port),
        MailSecurity::None if is_this_machine(host) => (Tls::None, plain_port),
        MailSecurity::None => return Err(MailProblem::NotSecret),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(settings.port.unwrap_or(usual_port))
        .tls(tls)
        .timeout(Some(SMTP_TIME));
    if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    Ok(builder.build())
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
