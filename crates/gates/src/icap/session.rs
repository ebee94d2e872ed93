//! One client: its requests, one after the other, each read whole before it is answered.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::answer::{Modification, Way};
use super::chunked::{Chunked, Step};
use super::encapsulated::Body;
use super::http::{Heads, HttpHead};
use super::limits::{DISCARDED_TIMES, MAX_HEAD_BYTES, MAX_HTTP_HEAD_BYTES};
use super::options::options;
use super::request::{Method, Request, head_length};
use super::respond::{CONTINUE, ResponseHead, Status};
use super::{Encapsulated, IcapGate, Mistake, Profile};
use crate::connection::{Connection, Ended};
use crate::gate::Arrived;
use crate::listen::{Stop, stopped};
use crate::{Received, Scanner};

/// How much of a body is kept in view to find the name of a file in a form, in bytes.
const BEGINNING_BYTES: usize = 8 * 1024;

/// Speaks ICAP over `stream` until the client ends, does something wrong, or `stop` says so between two requests.
/// `client` is where it comes from.
pub async fn converse<T, S>(stream: T, client: Option<String>, gate: Arc<IcapGate<S>>, stop: Stop)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Scanner,
{
    let deadline = Instant::now();
    let mut session = Session { connection: Connection::new(stream), gate, client, stop, deadline, is_idle: true };
    let ended = loop {
        match session.exchange().await {
            Ok(Next::Again) => {}
            Ok(Next::Close) => break None,
            Err(ended) => break Some(ended),
        }
    };
    match ended {
        None => session.connection.close().await,
        Some(Ended::TimedOut) if !session.is_idle => {
            let answer = ResponseHead::new(Status::Timeout, &session.gate.istag()).end(true, "null-body=0");
            if session.connection.send(&answer, session.gate.settings.limits.write()).await.is_ok() {
                session.connection.close().await;
            }
        }
        Some(ended) => tracing::debug!(%ended, client = session.client, "a connection of ICAP ended"),
    }
}

/// What comes after an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next request.
    Again,
    /// The end of the connection.
    Close,
}

pub(super) struct Session<T, S> {
    pub(super) connection: Connection<T>,
    pub(super) gate: Arc<IcapGate<S>>,
    client: Option<String>,
    stop: Stop,
    /// By when the request that is being read must be whole.
    deadline: Instant,
    /// Whether nothing of a request is there yet.
    is_idle: bool,
}

/// A body that was read.
struct BodyRead {
    received: Received,
    /// Its first bytes.
    beginning: Vec<u8>,
    /// Whether the client was told to go on after a preview.
    continued: bool,
    /// Whether it was read to its end, so that the next request follows.
    is_whole: bool,
}

impl<T, S> Session<T, S>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Scanner,
{
    /// Reads one request and answers it.
    async fn exchange(&mut self) -> Result<Next, Ended> {
        let request = match self.head().await?.and_then(|head| Request::parse(&head)) {
            Ok(request) => request,
            Err(mistake) => return self.refuse(&mistake).await,
        };
        let Some(profile) = self.gate.service(&request.service) else {
            let text = format!("there is no service {:?}", request.service);
            return self.turn_away(Status::NotFound, &text).await;
        };
        match request.method {
            Method::Options => self.offer(&request).await,
            Method::Reqmod | Method::Respmod => self.modify(&request, profile).await,
        }
    }

    /// Reads the head of the next request.
    async fn head(&mut self) -> Result<Result<Vec<u8>, Mistake>, Ended> {
        self.is_idle = true;
        let mut skipped = 0;
        loop {
            // Empty lines between requests are no part of them.
            while self.connection.ahead().first().is_some_and(|byte| b"\r\n".contains(byte)) {
                self.connection.consume(1);
                skipped += 1;
            }
            if skipped > MAX_HEAD_BYTES {
                return Ok(Err(Mistake::HeadTooLong));
            }
            if self.connection.ahead().is_empty() {
                let idle = self.gate.settings.limits.idle();
                tokio::select! {
                    biased;
                    filled = self.connection.fill(idle) => filled?,
                    () = stopped(&mut self.stop) => return Err(Ended::Closed),
                }
                continue;
            }
            if self.is_idle {
                self.is_idle = false;
                self.deadline = Instant::now() + self.gate.settings.limits.request();
            }
            match head_length(self.connection.ahead()) {
                Ok(Some(length)) => {
                    let head = self.connection.ahead().get(..length).unwrap_or_default().to_vec();
                    self.connection.consume(length);
                    return Ok(Ok(head));
                }
                Ok(None) => self.more().await?,
                Err(mistake) => return Ok(Err(mistake)),
            }
        }
    }

    /// Reads more of a request.
    async fn more(&mut self) -> Result<(), Ended> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left == Duration::ZERO {
            return Err(Ended::TimedOut);
        }
        self.connection.fill(left.min(self.gate.settings.limits.read())).await
    }

    /// Says what is wrong, and ends: nobody knows where the next request begins.
    async fn refuse(&mut self, mistake: &Mistake) -> Result<Next, Ended> {
        self.turn_away(mistake.status(), &mistake.to_string()).await
    }

    async fn turn_away(&mut self, status: Status, text: &str) -> Result<Next, Ended> {
        tracing::info!(client = self.client, status = status.line(), text, "a request of ICAP was refused");
        let head = ResponseHead::new(status, &self.gate.istag()).with("X-Khien-Error", &crate::names::for_header(text));
        self.send(&head.end(true, "null-body=0")).await?;
        Ok(Next::Close)
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        self.connection.send(bytes, self.gate.settings.limits.write()).await
    }

    /// Answers `OPTIONS`.
    async fn offer(&mut self, request: &Request) -> Result<Next, Ended> {
        if let Some(encapsulated) = request.encapsulated {
            self.take(encapsulated.heads()).await?;
            if encapsulated.body.is_some()
                && let Err(mistake) = self.skip_body().await?
            {
                return self.refuse(&mistake).await;
            }
        }
        let (istag, settings) = (self.gate.istag(), &self.gate.settings);
        let answer = options(&istag, settings.limits.connections, settings.preview_bytes, request.closes);
        self.send(&answer).await?;
        Ok(if request.closes { Next::Close } else { Next::Again })
    }

    /// Answers `REQMOD` and `RESPMOD`.
    async fn modify(&mut self, request: &Request, profile: &'static Profile) -> Result<Next, Ended> {
        let Some(encapsulated) = request.encapsulated.filter(|parts| parts.body != Some(Body::Options)) else {
            return self.refuse(&Mistake::Value("Encapsulated")).await;
        };
        let raw = self.heads(encapsulated).await?;
        let is_response = request.method == Method::Respmod;
        let (own, kind) = if is_response { (raw.1.as_slice(), "res") } else { (raw.0.as_slice(), "req") };
        let mut way = Way { may_204: request.allows_204 || request.preview.is_some(), closes: request.closes };
        if encapsulated.body.is_none() {
            return self.pass_on(&Modification { head: own, kind, body: None, decision: None }, &way).await;
        }
        let body = match self.body(request).await? {
            Ok(body) => body,
            Err(mistake) => return self.refuse(&mistake).await,
        };
        way.may_204 = request.allows_204 || (request.preview.is_some() && !body.continued);
        way.closes |= !body.is_whole;
        let heads = Heads { request: HttpHead::parse(&raw.0), response: HttpHead::parse(&raw.1) };
        let name = heads.name(is_response, &body.beginning);
        let kept = body.received.body.as_ref().ok().cloned();
        let arrived = Arrived {
            name: name.clone(),
            content_type: heads.content_type(is_response),
            received: body.received,
            client: request.client.clone().or_else(|| self.client.clone()),
            beyond: heads.part_of_a_file(is_response).into_iter().collect(),
            // What was not kept can only go on where the client has it itself.
            may_pass_unread: kept.is_some() || way.may_204,
        };
        let decision = self.gate.gate.decide(arrived).await;
        if decision.passes {
            let modification = Modification { head: own, kind, body: kept, decision: Some(&decision) };
            return self.pass_on(&modification, &way).await;
        }
        self.block(&name, &decision, profile, &way).await
    }

    /// Reads the encapsulated heads: of the request and of the response, each empty if it is not there.
    async fn heads(&mut self, encapsulated: Encapsulated) -> Result<(Vec<u8>, Vec<u8>), Ended> {
        let request = self.take(encapsulated.request_head.unwrap_or(0)).await?;
        let response = self.take(encapsulated.response_head.unwrap_or(0)).await?;
        Ok((request, response))
    }

    /// Reads exactly `count` bytes; how many may be asked for is bounded where they are counted.
    async fn take(&mut self, count: usize) -> Result<Vec<u8>, Ended> {
        while self.connection.ahead().len() < count {
            self.more().await?;
        }
        let bytes = self.connection.ahead().get(..count).unwrap_or_default().to_vec();
        self.connection.consume(count);
        Ok(bytes)
    }

    /// Reads a body into the spool; after a preview that is not all, lets the client go on.
    async fn body(&mut self, request: &Request) -> Result<Result<BodyRead, Mistake>, Ended> {
        let largest = self.gate.settings.limits.body_bytes;
        let mut writer = self.gate.gate.room().writer(largest);
        let mut beginning = Vec::new();
        let mut chunked = Chunked::default();
        let mut in_preview = request.preview.is_some();
        let mut continued = false;
        let is_whole = loop {
            let (taken, end) = match chunked.step(self.connection.ahead()) {
                Err(mistake) => return Ok(Err(mistake)),
                Ok((taken, Step::Data(data))) => {
                    let room = BEGINNING_BYTES.saturating_sub(beginning.len()).min(data.len());
                    beginning.extend_from_slice(data.get(..room).unwrap_or_default());
                    writer.write(data).await;
                    (taken, None)
                }
                Ok((taken, Step::Between)) => (taken, None),
                Ok((taken, Step::End { ieof })) => (taken, Some(ieof)),
                Ok((_, Step::More)) => {
                    self.more().await?;
                    continue;
                }
            };
            self.connection.consume(taken);
            match end {
                Some(false) if in_preview => {
                    self.send(CONTINUE).await?;
                    in_preview = false;
                    continued = true;
                }
                Some(_) => break true,
                None if writer.is_lost() && writer.size() > largest.saturating_mul(DISCARDED_TIMES) => break false,
                None => {}
            }
        };
        Ok(Ok(BodyRead { received: writer.finish().await, beginning, continued, is_whole }))
    }

    /// Reads a body that means nothing here.
    async fn skip_body(&mut self) -> Result<Result<(), Mistake>, Ended> {
        let mut chunked = Chunked::default();
        let mut size = 0_usize;
        loop {
            let taken = match chunked.step(self.connection.ahead()) {
                Err(mistake) => return Ok(Err(mistake)),
                Ok((_, Step::More)) => {
                    self.more().await?;
                    continue;
                }
                Ok((taken, Step::End { .. })) => {
                    self.connection.consume(taken);
                    return Ok(Ok(()));
                }
                Ok((taken, Step::Data(_) | Step::Between)) => taken,
            };
            self.connection.consume(taken);
            size = size.saturating_add(taken);
            if size > MAX_HTTP_HEAD_BYTES {
                return Ok(Err(Mistake::HttpHeadTooLong));
            }
        }
    }
}
