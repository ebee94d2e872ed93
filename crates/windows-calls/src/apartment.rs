//! Questions that go through COM or to a service: each on a thread of its own until a deadline, since what answers may hang.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use windows::Win32::System::Com::{COINIT_MULTITHREADED, CoInitializeEx};

/// Lets this thread use COM.
pub(crate) fn join_apartment() {
    // SAFETY: it concerns this thread alone, which ends with the question. A thread that has COM already says so, which is
    // as good.
    let _ = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
}

/// The answer to a question, or [`io::ErrorKind::TimedOut`] when there is none at the deadline: its thread is then left
/// alone, since it cannot be ended.
pub(crate) fn answered<T: Send + 'static>(
    name: &str,
    deadline: Duration,
    question: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = sync_channel(1);
    let ask = move || {
        join_apartment();
        // Nobody listens any more when the deadline has passed.
        let _ = sender.send(question());
    };
    thread::Builder::new().name(name.to_owned()).spawn(ask)?;
    match receiver.recv_timeout(deadline) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the question ended without an answer")),
    }
}
