//! The answers to `REQMOD` and `RESPMOD`: it goes on, it is blocked, it could not be looked into.

use std::io::{self, Read as _};

use khien_inspect::{Limit, Reason, Verdict};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Profile;
use super::respond::{ResponseHead, Status};
use super::session::{Next, Session};
use crate::connection::Ended;
use crate::{Decision, NotInspected, Scanner, Spool, names, page};

/// How much of a body goes back in one chunk, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;

/// The end of a chunked body.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// What may be answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// Whether `204` may be: the client allowed it, or still waits after the preview.
    pub(super) may_204: bool,
    /// Whether the connection ends after the answer.
    pub(super) closes: bool,
}

impl Way {
    fn next(self) -> Next {
        if self.closes { Next::Close } else { Next::Again }
    }
}

/// What goes on as it came.
pub(super) struct Modification<'a> {
    /// The head of HTTP; empty if there was none.
    pub(super) head: &'a [u8],
    /// `req` or `res`.
    pub(super) kind: &'static str,
    /// The body that was looked into, if it is kept.
    pub(super) body: Option<Spool>,
    /// What was decided; nothing where there was no body to look into.
    pub(super) decision: Option<&'a Decision>,
}

impl Modification<'_> {
    fn encapsulated(&self) -> String {
        let (kind, length) = (self.kind, self.head.len());
        let head = if self.head.is_empty() { String::new() } else { format!("{kind}-hdr=0, ") };
        let body = if self.body.is_some() { kind } else { "null" };
        format!("{head}{body}-body={length}")
    }
}

impl<T, S> Session<T, S>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Scanner,
{
    /// Lets it go on: by `204` where that may be, or else as it came.
    pub(super) async fn pass_on(&mut self, modification: &Modification<'_>, way: &Way) -> Result<Next, Ended> {
        let istag = self.gate.istag();
        if way.may_204 {
            let head = with_verdict(ResponseHead::new(Status::NoModifications, &istag), modification.decision);
            self.send(&head.end(way.closes, "null-body=0")).await?;
            return Ok(way.next());
        }
        let head = with_verdict(ResponseHead::new(Status::Ok, &istag), modification.decision);
        let mut answer = head.end(way.closes, &modification.encapsulated());
        answer.extend_from_slice(modification.head);
        if let Some(body) = &modification.body {
            self.echo(answer, body).await?;
        } else {
            self.send(&answer).await?;
        }
        Ok(way.next())
    }

    /// Sends `begin` and then `body` in chunks.
    async fn echo(&mut self, begin: Vec<u8>, body: &Spool) -> Result<(), Ended> {
        let mut pending = begin;
        let mut reader = body.reader();
        let is_on_disk = body.file().is_some();
        loop {
            let read = move || {
                let mut piece = Vec::new();
                let read = reader.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut piece);
                read.map(|_| (reader, piece))
            };
            let read = if is_on_disk {
                tokio::task::spawn_blocking(read).await.map_err(|error| Ended::Failed(io::Error::other(error)))?
            } else {
                read()
            };
            // If the disk fails here the connection ends within the body: a client never takes that for a whole one.
            let (rest, piece) = read?;
            reader = rest;
            if piece.is_empty() {
                pending.extend_from_slice(LAST_CHUNK);
                return self.send(&pending).await;
            }
            chunk(&mut pending, &piece);
            self.send(&pending).await?;
            pending.clear();
        }
    }

    /// Blocks it: nothing of the file goes back, but a page for the person who sent or wanted it.
    pub(super) async fn block(
        &mut self,
        name: &str,
        decision: &Decision,
        profile: &'static Profile,
        way: &Way,
    ) -> Result<Next, Ended> {
        let istag = self.gate.istag();
        let tells = self.gate.gate.policy().not_inspected == NotInspected::Tell && !profile.never_errors;
        let was_not_inspected = decision.verdict == Verdict::NotInspected;
        if was_not_inspected && tells && profile.error_codes {
            let head = ResponseHead::new(Status::Failed, &istag).with("X-Error-Code", error_code(decision));
            let head = with_verdict(head, Some(decision));
            self.send(&head.end(way.closes, "null-body=0")).await?;
            return Ok(way.next());
        }
        let threat = decision.threat.as_deref().unwrap_or(decision.verdict.as_str());
        // The types of the draft that everybody follows: 0 is malware, 2 something about a container. 2 is "blocked".
        let kind = if was_not_inspected { 2 } else { 0 };
        let mut head = ResponseHead::new(Status::Ok, &istag)
            .with("X-Infection-Found", &format!("Type={kind}; Resolution=2; Threat={threat};"))
            .with("X-Virus-ID", threat);
        if profile.violations {
            let lines = format!("1\r\n\t{}\r\n\t{threat}\r\n\t{kind}\r\n\t2", names::for_header(name));
            head = head.with("X-Violations-Found", &lines);
        }
        if profile.error_codes && was_not_inspected {
            head = head.with("X-Error-Code", error_code(decision));
        }
        let head = with_verdict(head, Some(decision));
        let page = page::blocked(name, decision);
        let http = format!(
            "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html; charset=utf-8\r\nContent-Language: vi, en\r\n\
             Content-Length: {}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n",
            page.len()
        );
        let mut answer = head.end(way.closes, &format!("res-hdr=0, res-body={}", http.len()));
        answer.extend_from_slice(http.as_bytes());
        chunk(&mut answer, page.as_bytes());
        answer.extend_from_slice(LAST_CHUNK);
        self.send(&answer).await?;
        Ok(way.next())
    }
}

/// `bytes` as one chunk.
fn chunk(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend_from_slice(format!("{:x}\r\n", bytes.len()).as_bytes());
    into.extend_from_slice(bytes);
    into.extend_from_slice(b"\r\n");
}

/// With what is said of the file. A file that was not looked into is never called anything else.
fn with_verdict(head: ResponseHead, decision: Option<&Decision>) -> ResponseHead {
    let Some(decision) = decision else { return head };
    let head = head.with("X-Khien-Verdict", decision.verdict.as_str());
    match &decision.threat {
        Some(threat) => head.with("X-Khien-Reason", threat),
        None => head,
    }
}

/// Why it could not be looked into, in the words of Nextcloud.
fn error_code(decision: &Decision) -> &'static str {
    let any = |is: fn(&Reason) -> bool| decision.not_inspected.iter().any(is);
    if any(|reason| *reason == Reason::Encrypted) {
        "password_protected"
    } else if any(|reason| matches!(reason, Reason::Limit { limit: Limit::Depth, .. })) {
        "max_archive_layers_exceeded"
    } else {
        "decode_error"
    }
}
