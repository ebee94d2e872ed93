//! Connections within their bounds: how many, and how long one may stand still.

use std::future::{Future as _, Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::metrics::Metrics;

/// How long a connection may wait for the other end to send or to take something.
const IDLE_TIME: Duration = Duration::from_secs(40);

/// Takes connections as long as there is room.
#[derive(Debug, Clone)]
pub(super) struct Bounded {
    places: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

impl Bounded {
    pub(super) fn new(places: Arc<Semaphore>, metrics: Arc<Metrics>) -> Self {
        Self { places, metrics }
    }
}

impl<S> Accept<TcpStream, S> for Bounded {
    type Stream = Watched<TcpStream>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            self.metrics.connections_refused.inc();
            return ready(Err(io::Error::new(io::ErrorKind::ConnectionRefused, "too many connections")));
        };
        // Answers are small and whole: waiting to send more at once only makes them late.
        let _ = stream.set_nodelay(true);
        self.metrics.connections.inc();
        let place = Place { _place: place, metrics: Arc::clone(&self.metrics) };
        ready(Ok((Watched::new(stream, place), service)))
    }
}

/// A place among the connections, given back when it is dropped.
#[derive(Debug)]
struct Place {
    _place: OwnedSemaphorePermit,
    metrics: Arc<Metrics>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.metrics.connections.dec();
    }
}

/// A connection that is cut when nothing moves for too long.
#[derive(Debug)]
pub(super) struct Watched<T> {
    stream: T,
    still: Pin<Box<Sleep>>,
    _place: Place,
}

impl<T> Watched<T> {
    fn new(stream: T, place: Place) -> Self {
        Self { stream, still: Box::pin(sleep_until(Instant::now() + IDLE_TIME)), _place: place }
    }

    /// Something moved, or nothing does: then until when.
    fn watched<R>(&mut self, context: &mut Context<'_>, moved: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        if moved.is_ready() {
            self.still.as_mut().reset(Instant::now() + IDLE_TIME);
            return moved;
        }
        match self.still.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "nothing moved for too long"))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        let read = Pin::new(&mut watched.stream).poll_read(context, buffer);
        watched.watched(context, read)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let watched = self.get_mut();
        let written = Pin::new(&mut watched.stream).poll_write(context, bytes);
        watched.watched(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        let flushed = Pin::new(&mut watched.stream).poll_flush(context);
        watched.watched(context, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        let shut = Pin::new(&mut watched.stream).poll_shutdown(context);
        watched.watched(context, shut)
    }
}
