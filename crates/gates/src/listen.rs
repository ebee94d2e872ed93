//! Takes connections, no more than may be at once, until it is time to end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// How long those that are being answered may take when the server ends.
const END_TIME: Duration = Duration::from_secs(10);

/// How long it waits after a connection could not be taken, as when all file descriptors are in use.
const AFTER_FAILURE: Duration = Duration::from_millis(200);

/// Tells sessions that the server ends.
pub(crate) type Stop = watch::Receiver<bool>;

/// What a connection gets; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) enum Place {
    /// A place.
    Free(#[expect(dead_code, reason = "given back when it is dropped")] OwnedSemaphorePermit),
    /// None; there is time to say so.
    Taken(#[expect(dead_code, reason = "given back when it is dropped")] OwnedSemaphorePermit),
}

/// Takes connections by `accept` until `shutdown`. Each goes to `serve` with its place. As many as there are places are told
/// at once that there is none; who comes beyond that is cut off without a word.
pub(crate) async fn listen<C, A, F>(
    mut accept: impl FnMut() -> A,
    places: usize,
    serve: impl Fn(C, Place, Stop) -> F,
    shutdown: impl Future<Output = ()>,
) where
    A: Future<Output = io::Result<C>>,
    F: Future<Output = ()> + Send + 'static,
{
    let places = places.clamp(1, Semaphore::MAX_PERMITS);
    let [free, waiting] = [(); 2].map(|()| Arc::new(Semaphore::new(places)));
    let place = || match Arc::clone(&free).try_acquire_owned() {
        Ok(permit) => Some(Place::Free(permit)),
        Err(_) => Arc::clone(&waiting).try_acquire_owned().ok().map(Place::Taken),
    };
    let (stop, stopped) = watch::channel(false);
    let mut sessions = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = sessions.join_next(), if !sessions.is_empty() => {}
            accepted = accept() => match accepted {
                Ok(connection) => {
                    if let Some(place) = place() {
                        sessions.spawn(serve(connection, place, stopped.clone()));
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    }
    // Nobody listens when all sessions have ended.
    let _ = stop.send(true);
    let ending = async { while sessions.join_next().await.is_some() {} };
    if tokio::time::timeout(END_TIME, ending).await.is_err() {
        tracing::warn!("some connections were cut off when the gate ended");
    }
}

/// Waits until the server ends.
pub(crate) async fn stopped(stop: &mut Stop) {
    // A server that is gone has ended, too.
    let _ = stop.wait_for(|stop| *stop).await;
}
