//! The words of a notice: pure. It names the ticket and leads to it; what was written stays on the page.

use khien_store::tickets::{Post, PostKind, Ticket, TicketKind};
use khien_texts::{Texts, text};

/// A notice without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// The line in the inbox.
    pub(super) subject: String,
    /// As plain text.
    pub(super) text: String,
}

/// What somebody called `name` is told about a post.
pub(super) fn notice(ticket: &Ticket, post: &Post, name: &str, url: &str, texts: &Texts) -> Notice {
    let what = match (ticket.kind, post.kind) {
        (TicketKind::Incident, PostKind::Asked) => texts.text("tickets-mail-incident"),
        _ => texts.text(&format!("tickets-mail-{}", post.kind.as_str().replace('_', "-"))),
    };
    let subject = text!(texts, "tickets-mail-subject", number = ticket.number.as_str(), what = what.as_str());
    let text = text!(
        texts,
        "tickets-mail-text",
        name = name,
        number = ticket.number.as_str(),
        title = ticket.title.as_str(),
        what = what,
        url = format!("{url}/tickets/{}", ticket.id)
    );
    Notice { subject, text }
}

/// Whether whoever asked is told of such a post, and whether whoever answers is.
pub(super) const fn concerns(kind: PostKind) -> (bool, bool) {
    match kind {
        PostKind::Asked | PostKind::Reopened => (false, true),
        PostKind::Taken | PostKind::Message => (true, true),
        PostKind::PutOff | PostKind::Answered => (true, false),
        PostKind::Closed => (false, false),
    }
}
