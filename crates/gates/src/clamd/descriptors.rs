//! A Unix socket over which open files come along with bytes (SCM_RIGHTS).

use std::collections::VecDeque;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// How many open files wait at most; more of them are closed at once, and their commands say that none came.
pub const MAX_DESCRIPTORS: usize = 16;

/// How many open files one message may carry; the kernel closes what does not fit.
const DESCRIPTORS_OF_MESSAGE: usize = 4;

/// What open files may come along with.
pub trait Descriptors {
    /// The next open file that came.
    fn next_descriptor(&mut self) -> Option<OwnedFd>;
}

/// No file ever comes over TCP.
impl Descriptors for TcpStream {
    fn next_descriptor(&mut self) -> Option<OwnedFd> {
        None
    }
}

/// No file comes within one process.
impl Descriptors for DuplexStream {
    fn next_descriptor(&mut self) -> Option<OwnedFd> {
        None
    }
}

/// A Unix socket that keeps the open files which come along with what is read.
#[derive(Debug)]
pub struct UnixConnection {
    stream: UnixStream,
    came: VecDeque<OwnedFd>,
}

impl UnixConnection {
    /// Over this socket.
    pub fn new(stream: UnixStream) -> Self {
        Self { stream, came: VecDeque::new() }
    }

    fn receive(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_OF_MESSAGE))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let message = self.stream.try_io(Interest::READABLE, || {
            let mut slices = [IoSliceMut::new(into)];
            Ok(recvmsg(&self.stream, &mut slices, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?)
        })?;
        for came in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = came {
                for descriptor in descriptors {
                    if self.came.len() < MAX_DESCRIPTORS {
                        self.came.push_back(descriptor);
                    }
                }
            }
        }
        Ok(message.bytes)
    }
}

impl Descriptors for UnixConnection {
    fn next_descriptor(&mut self) -> Option<OwnedFd> {
        self.came.pop_front()
    }
}

impl AsyncRead for UnixConnection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.stream.poll_read_ready(context))?;
            match self.receive(into.initialize_unfilled()) {
                Ok(read) => {
                    into.advance(read);
                    return Poll::Ready(Ok(()));
                }
                // It only looked ready; the try has taken the readiness away.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for UnixConnection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
