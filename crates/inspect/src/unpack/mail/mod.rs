//! Mails and what else carries files between people: MIME, mailboxes, forms, TNEF, invitations, signed and encrypted mail.

mod calendar;
pub(crate) mod compressed_rtf;
mod entity;
mod form;
mod header;
mod mailbox;
mod multipart;
mod password_words;
mod pgp;
mod signed;
#[cfg(test)]
mod tests;
mod text;
mod tnef;
mod transfer;

pub(super) use self::calendar::open as open_calendar;
pub(super) use self::entity::open as open_mail;
pub(super) use self::form::open as open_form;
pub(super) use self::mailbox::open as open_mailbox;
pub(super) use self::pgp::open as open_pgp;
pub(super) use self::signed::open as open_signed;
pub(super) use self::text::open as open_text;
pub(super) use self::tnef::open as open_tnef;
