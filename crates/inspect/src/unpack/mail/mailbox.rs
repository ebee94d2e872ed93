//! Mailboxes of many mails: a line `From …` before each (RFC 4155), and `>` before such lines within them.

use super::header::line;
use crate::bytes::find;
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// How many mails of one mailbox are looked into.
pub(super) const MAX_MAILS: usize = 10_000;

/// Opens a mailbox.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    for (count, mail) in mails(part.bytes).into_iter().enumerate() {
        if count >= MAX_MAILS {
            return Err(Reason::limit(Limit::Reader, MAX_MAILS as u64));
        }
        let name = format!("mail {}.eml", count + 1);
        let unpacked = match unquoted(mail) {
            None => inside.slice(mail),
            Some(mail) => inside.take(mail),
        };
        inside.child(&name, "mbox", &unpacked);
    }
    Ok(())
}

/// The mails, each without its line `From …`; at most one more than are looked into.
fn mails(bytes: &[u8]) -> Vec<&[u8]> {
    let mut mails = Vec::new();
    let mut begin = None;
    let (mut rest, mut after_empty) = (bytes, true);
    while !rest.is_empty() && mails.len() <= MAX_MAILS {
        let at = bytes.len() - rest.len();
        let (own, behind) = line(rest);
        if after_empty && own.starts_with(b"From ") {
            if let Some(begin) = begin {
                mails.push(bytes.get(begin..at).unwrap_or_default());
            }
            begin = Some(bytes.len() - behind.len());
        }
        after_empty = own.is_empty();
        rest = behind;
    }
    if let Some(begin) = begin {
        mails.push(bytes.get(begin..).unwrap_or_default());
    }
    mails
}

/// `mail` with one `>` taken from each line `>From …`, `>>From …`; none if there is no such line.
fn unquoted(mail: &[u8]) -> Option<Vec<u8>> {
    find(mail, b">From ")?;
    let mut written = Vec::with_capacity(mail.len());
    let mut rest = mail;
    while !rest.is_empty() {
        let (own, behind) = line(rest);
        let whole = rest.get(..rest.len() - behind.len()).unwrap_or_default();
        let quotes = own.iter().take_while(|byte| **byte == b'>').count();
        let quoted = quotes > 0 && own.get(quotes..).is_some_and(|own| own.starts_with(b"From "));
        written.extend_from_slice(whole.get(usize::from(quoted)..).unwrap_or_default());
        rest = behind;
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_begin_behind_an_empty_line() {
        let found = mails(b"From a\nA: 1\n\nx\nFrom here\n\nFrom b\nB: 1\n\ny\n");
        assert_eq!(found, [&b"A: 1\n\nx\nFrom here\n\n"[..], b"B: 1\n\ny\n"]);
    }

    #[test]
    fn quotes_are_taken_back() {
        assert_eq!(
            unquoted(b"x\r\n>From a\r\n>>From b\r\n> From c\r\n").as_deref(),
            Some(&b"x\r\nFrom a\r\n>From b\r\n> From c\r\n"[..])
        );
        assert_eq!(unquoted(b"x"), None);
    }
}
