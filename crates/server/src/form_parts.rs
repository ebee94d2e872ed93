//! The parts of a form as they come, bounded in memory too: the reader of forms keeps whatever comes until a part begins, and
//! takes as much as the network gives. Here it gets a piece at a time, and no more than a bound without a part coming of it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::StatusCode;
use http_body::Frame;

use crate::limits::MAX_FORM_BYTES;
use crate::trouble::Trouble;

/// How many bytes may stand before the first part of a form, or in the head of one.
pub(crate) const MAX_PART_HEAD_BYTES: usize = 64 * 1024;

/// How often the reader asks in vain after each piece: it may ask twice before it looks at what it has.
const RESTS: u8 = 2;

/// What was handed to the reader of forms since something last came of it.
#[derive(Debug, Clone, Default)]
struct Held {
    bytes: Arc<AtomicUsize>,
    is_beyond: Arc<AtomicBool>,
}

/// A body that is handed on one piece at a time: between two pieces the reader has to look at what it has.
struct Paced {
    body: Body,
    held: Held,
    /// How often nothing is to be had before the next piece.
    rests: u8,
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rests > 0 {
            self.rests -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.held.bytes.load(Ordering::Relaxed) > MAX_PART_HEAD_BYTES {
            self.held.is_beyond.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(axum::Error::new("no part begins"))));
        }
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            self.held.bytes.fetch_add(bytes, Ordering::Relaxed);
            self.rests = RESTS;
        }
        polled
    }
}

/// The parts of a form.
pub(crate) struct FormParts {
    parts: Multipart,
    told: Told,
}

/// How mistakes are told.
#[derive(Clone)]
struct Told {
    held: Held,
    /// What is read, in a word for the log.
    what: &'static str,
    /// How many bytes the form may have: the bound that is told.
    limit_bytes: usize,
}

impl Told {
    fn trouble(&self, error: &MultipartError) -> Trouble {
        let what = self.what;
        if self.held.is_beyond.load(Ordering::Relaxed) {
            let detail = format!("{what}: no part begins within {MAX_PART_HEAD_BYTES} bytes");
            return Trouble::BadRequest { detail };
        }
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge { limit_bytes: self.limit_bytes },
            _ => Trouble::BadRequest { detail: format!("{what}: {}", error.body_text()) },
        }
    }
}

impl FormParts {
    /// Begins to read a form, which the log calls `what`. What it may have in all is bounded by the request itself.
    pub(crate) async fn of(request: Request, what: &'static str, limit_bytes: usize) -> Result<Self, Trouble> {
        let held = Held::default();
        let request = request.map(|body| Body::new(Paced { body, held: held.clone(), rests: 0 }));
        let parts = Multipart::from_request(request, &()).await.map_err(|_| Trouble::WrongContentType)?;
        Ok(Self { parts, told: Told { held, what, limit_bytes } })
    }

    /// The next part.
    pub(crate) async fn next(&mut self) -> Result<Option<Part<'_>>, Trouble> {
        let told = self.told.clone();
        let field = self.parts.next_field().await.map_err(|error| told.trouble(&error))?;
        told.held.bytes.store(0, Ordering::Relaxed);
        Ok(field.map(|field| Part { field, told }))
    }
}

/// One part of a form.
pub(crate) struct Part<'p> {
    /// Its head.
    pub(crate) field: Field<'p>,
    told: Told,
}

impl Part<'_> {
    /// The next piece of its content; nothing at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Trouble> {
        let chunk = self.field.chunk().await.map_err(|error| self.told.trouble(&error))?;
        self.told.held.bytes.store(0, Ordering::Relaxed);
        Ok(chunk)
    }

    /// The whole content as a text; `None` when it is not UTF-8. `texts` counts the bytes of all texts of the form.
    pub(crate) async fn text(mut self, texts: &mut usize) -> Result<Option<String>, Trouble> {
        let mut value = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            *texts += chunk.len();
            if *texts > MAX_FORM_BYTES {
                return Err(Trouble::TooLarge { limit_bytes: MAX_FORM_BYTES });
            }
            value.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8(value).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A piece that the network gives.
    const PIECE: usize = 16 * 1024;

    /// A client that sends pieces as fast as they are taken: the first one, then `fill` over and over, then the last.
    struct Client {
        first: Bytes,
        fill: u8,
        bytes: usize,
        last: Bytes,
        taken: Arc<AtomicUsize>,
    }

    impl HttpBody for Client {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            let piece = if !self.first.is_empty() {
                std::mem::take(&mut self.first)
            } else if self.bytes > 0 {
                let bytes = self.bytes.min(PIECE);
                self.bytes -= bytes;
                Bytes::from(vec![self.fill; bytes])
            } else {
                std::mem::take(&mut self.last)
            };
            self.taken.fetch_add(piece.len(), Ordering::Relaxed);
            Poll::Ready((!piece.is_empty()).then_some(Ok(Frame::data(piece))))
        }
    }

    /// What comes of such a form: the sizes of its parts or what is wrong, how many bytes were taken from the client, and how many
    /// bytes were ahead of whoever reads at most.
    async fn read(first: &str, fill: u8, bytes: usize, last: &str) -> (Result<Vec<usize>, Trouble>, usize, usize) {
        let taken = Arc::new(AtomicUsize::new(0));
        let (first, last) = (Bytes::from(first.to_owned()), Bytes::from(last.to_owned()));
        let client = Client { first, fill, bytes, last, taken: Arc::clone(&taken) };
        let request = Request::builder()
            .header("content-type", "multipart/form-data; boundary=xYx")
            .extension(axum::extract::DefaultBodyLimit::disable());
        let mut request = request.body(Body::new(client)).expect("a request");
        axum::extract::DefaultBodyLimit::disable().apply(&mut request);
        let (mut sizes, mut ahead, mut seen) = (Vec::new(), 0, 0);
        let all = async {
            let mut parts = FormParts::of(request, "form", 1).await?;
            while let Some(mut part) = parts.next().await? {
                let mut size = 0;
                while let Some(chunk) = part.chunk().await? {
                    size += chunk.len();
                    seen += chunk.len();
                    ahead = ahead.max(taken.load(Ordering::Relaxed) - seen);
                }
                sizes.push(size);
            }
            Ok::<(), Trouble>(())
        };
        let ended = all.await;
        (ended.map(|()| sizes), taken.load(Ordering::Relaxed), ahead)
    }

    const HEAD: &str = "--xYx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n";
    const LARGE: usize = 20 * 1024 * 1024;

    #[tokio::test]
    async fn of_a_form_no_more_is_held_than_a_piece() {
        let (read, taken, ahead) = read(HEAD, b'a', LARGE, "\r\n--xYx--\r\n").await;
        assert_eq!(read, Ok(vec![LARGE]));
        assert!(taken > LARGE && ahead < 4 * PIECE, "{ahead} bytes were held");
    }

    #[tokio::test]
    async fn what_never_becomes_a_part_is_not_collected() {
        let beyond =
            Err(Trouble::BadRequest { detail: format!("form: no part begins within {MAX_PART_HEAD_BYTES} bytes") });
        let most = MAX_PART_HEAD_BYTES + 2 * PIECE;
        // Nothing that looks like a form; a head of a part without end.
        for first in ["a", "--xYx\r\nContent-Disposition: form-data; name=\"f"] {
            let (read, taken, _) = read(first, b'a', LARGE, "").await;
            assert_eq!(read, beyond, "{first}");
            assert!(taken <= most, "{first}: {taken} bytes were taken");
        }
        // As much as may stand before the first part, and one byte more.
        for (bytes, is_read) in [(MAX_PART_HEAD_BYTES - 3, true), (MAX_PART_HEAD_BYTES - 2, false)] {
            let form = format!("\r\n{HEAD}x\r\n--xYx--\r\n");
            let (read, ..) = read("a\r\n", b'a', bytes, &form).await;
            assert_eq!(read.is_ok(), is_read, "{bytes}: {read:?}");
        }
    }

    #[tokio::test]
    async fn a_form_without_its_end_is_no_form() {
        for last in ["", "\r\n--xYx", "\r\n--xY"] {
            let (read, ..) = read(HEAD, b'a', LARGE, last).await;
            assert!(matches!(read, Err(Trouble::BadRequest { .. })), "{last}: {read:?}");
        }
    }
}
