//! One client: one command, or a session of numbered ones whose files are looked into side by side.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use khien_inspect::{Limit, Reason};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::command::{Command, End, Next, next};
use super::descriptors::Descriptors;
use super::{ClamdGate, replies};
use crate::connection::{Connection, Ended, READ_BYTES};
use crate::gate::Arrived;
use crate::listen::{Stop, stopped};
use crate::{Received, Scanner, SpoolWriter, names};

/// How long a command of the old form without its end waits for more: real clamd takes one packet for one command.
const OLD_FORM_TIME: Duration = Duration::from_millis(500);

/// How many bytes say the size of a chunk.
const SIZE_BYTES: usize = 4;

/// What a file is called whose name nobody tells.
const NAMELESS: &str = "stream";

/// Speaks as clamd does over `stream`. `client` is where it comes from.
pub async fn converse<T, S>(stream: T, client: Option<String>, gate: Arc<ClamdGate<S>>, stop: Stop)
where
    T: AsyncRead + AsyncWrite + Descriptors + Unpin,
    S: Scanner,
{
    let connection = Connection::new(stream);
    let mut session =
        Session { connection, gate, client, stop, numbered: None, count: 0, end: End::Line, scans: JoinSet::new() };
    match session.run().await {
        Ok(()) => session.connection.close().await,
        Err(ended) => {
            tracing::debug!(%ended, client = session.client, "a connection of clamd ended");
            if matches!(ended, Ended::TimedOut) && session.reply(None, replies::TIMED_OUT).await.is_ok() {
                session.connection.close().await;
            }
        }
    }
}

struct Session<T, S> {
    connection: Connection<T>,
    gate: Arc<ClamdGate<S>>,
    client: Option<String>,
    stop: Stop,
    /// Within `IDSESSION`, by what its commands end.
    numbered: Option<End>,
    /// The number of the last command in it.
    count: u64,
    /// By what the last command ended.
    end: End,
    /// Files that are being looked into, with the numbers of their commands.
    scans: JoinSet<(Option<u64>, String)>,
}

/// Whether the connection goes on.
enum Then {
    Again,
    Close,
}

impl<T, S> Session<T, S>
where
    T: AsyncRead + AsyncWrite + Descriptors + Unpin,
    S: Scanner,
{
    async fn run(&mut self) -> Result<(), Ended> {
        loop {
            let Some(command) = self.command().await? else { break };
            match self.carry_out(command).await? {
                Then::Again if self.numbered.is_some() => {}
                Then::Again | Then::Close => break,
            }
        }
        while let Some(done) = self.scans.join_next().await {
            self.finished(done).await?;
        }
        Ok(())
    }

    /// The next command; nothing when the client has ended, or something was wrong and is said.
    async fn command(&mut self) -> Result<Option<Command>, Ended> {
        let mut is_all = false;
        loop {
            match next(self.connection.ahead(), is_all) {
                Err(mistake) => {
                    self.reply(None, &format!("{mistake}. ERROR")).await?;
                    return Ok(None);
                }
                Ok(Next::Command(command, end, taken)) => {
                    self.connection.consume(taken);
                    self.end = end;
                    return Ok(Some(command));
                }
                Ok(Next::More) if is_all => return Ok(None),
                Ok(Next::More) => {}
            }
            let is_idle = self.connection.ahead().is_empty();
            let is_old = self.connection.ahead().first().is_some_and(|first| !b"zn".contains(first));
            let time = if is_old { OLD_FORM_TIME } else { self.gate.settings.read() };
            match self.wait(time, is_idle).await {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(Ended::TimedOut) if is_old => is_all = true,
                Err(Ended::Closed) if !is_idle => is_all = true,
                Err(Ended::Closed) => return Ok(None),
                Err(ended) => return Err(ended),
            }
        }
    }

    /// Waits for more bytes, and answers meanwhile what has been looked into. Whether to go on.
    async fn wait(&mut self, time: Duration, is_idle: bool) -> Result<bool, Ended> {
        loop {
            let done = tokio::select! {
                biased;
                Some(done) = self.scans.join_next(), if !self.scans.is_empty() => done,
                filled = self.connection.fill(time) => match filled {
                    // Who waits for an answer need not say anything.
                    Err(Ended::TimedOut) if is_idle && !self.scans.is_empty() => continue,
                    filled => return filled.map(|()| true),
                },
                () = stopped(&mut self.stop), if is_idle => return Ok(false),
            };
            self.finished(done).await?;
        }
    }

    async fn finished(&mut self, done: Result<(Option<u64>, String), tokio::task::JoinError>) -> Result<(), Ended> {
        match done {
            Ok((number, text)) => self.reply(number, &text).await,
            // The gate itself catches a scanner that panics; this is the last resort, and no answer is no OK.
            Err(error) => Err(Ended::Failed(io::Error::other(error))),
        }
    }

    async fn reply(&mut self, number: Option<u64>, text: &str) -> Result<(), Ended> {
        let mut bytes = number.map(|number| format!("{number}: ")).unwrap_or_default().into_bytes();
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(self.numbered.unwrap_or(self.end).byte());
        self.connection.send(&bytes, self.gate.settings.write()).await
    }

    async fn carry_out(&mut self, command: Command) -> Result<Then, Ended> {
        let number = match (&command, self.numbered) {
            (Command::End, Some(_)) => return Ok(Then::Close),
            (Command::IdSession, None) => {
                self.numbered = Some(self.end);
                return Ok(Then::Again);
            }
            (_, Some(_)) => {
                self.count = self.count.saturating_add(1);
                Some(self.count)
            }
            (_, None) => None,
        };
        let (live, most) = (self.gate.live.load(Ordering::Relaxed), self.gate.settings.connections);
        let text = match command {
            Command::Instream => return self.instream(number).await,
            Command::Fildes => return self.fildes(number).await,
            Command::Ping => "PONG".to_owned(),
            Command::Version => replies::version(&self.gate.gate.rules_id()),
            Command::VersionCommands => replies::version_commands(&self.gate.gate.rules_id()),
            Command::Stats => replies::stats(live, most),
            Command::Path(path) => replies::no_paths(&path),
            Command::Forbidden(word) => replies::forbidden(word),
            Command::IdSession | Command::End | Command::Unknown => {
                self.reply(number, replies::UNKNOWN).await?;
                return Ok(Then::Close);
            }
        };
        self.reply(number, &text).await?;
        Ok(Then::Again)
    }

    /// Takes a file in chunks and has it looked into.
    async fn instream(&mut self, number: Option<u64>) -> Result<Then, Ended> {
        let settings = &self.gate.settings;
        let deadline = Instant::now() + settings.stream();
        let mut writer = self.gate.gate.room().writer(settings.stream_bytes);
        loop {
            let size = loop {
                if let Some(size) = self.connection.ahead().first_chunk::<SIZE_BYTES>() {
                    break u32::from_be_bytes(*size);
                }
                self.more(deadline).await?;
            };
            self.connection.consume(SIZE_BYTES);
            if size == 0 {
                break;
            }
            if writer.size().saturating_add(u64::from(size)) > self.gate.settings.stream_bytes {
                self.too_large(number, writer).await?;
                return Ok(Then::Close);
            }
            self.chunk(&mut writer, size, deadline).await?;
        }
        let received = writer.finish().await;
        self.look_into("stream".to_owned(), NAMELESS.to_owned(), received).await?;
        Ok(Then::Again)
    }

    /// Takes one chunk.
    async fn chunk(&mut self, writer: &mut SpoolWriter, size: u32, deadline: Instant) -> Result<(), Ended> {
        let mut left = usize::try_from(size).unwrap_or(usize::MAX);
        while left > 0 {
            let ahead = self.connection.ahead();
            let here = ahead.get(..left.min(ahead.len())).unwrap_or_default();
            if here.is_empty() {
                self.more(deadline).await?;
                continue;
            }
            writer.write(here).await;
            let taken = here.len();
            self.connection.consume(taken);
            left = left.saturating_sub(taken);
        }
        Ok(())
    }

    /// Says that a file is too large, and writes it down. What came of it is only its beginning.
    async fn too_large(&mut self, number: Option<u64>, writer: SpoolWriter) -> Result<(), Ended> {
        let mut received = writer.finish().await;
        received.body = Err(Reason::limit(Limit::InputBytes, self.gate.settings.stream_bytes));
        let arrived = self.arrived(NAMELESS.to_owned(), received);
        self.gate.gate.decide(arrived).await;
        self.reply(number, replies::TOO_LARGE).await
    }

    /// Takes an open file and has it looked into.
    async fn fildes(&mut self, number: Option<u64>) -> Result<Then, Ended> {
        // The file comes with one byte, whose value means nothing.
        let deadline = Instant::now() + self.gate.settings.stream();
        while self.connection.ahead().is_empty() {
            self.more(deadline).await?;
        }
        self.connection.consume(1);
        let Some(descriptor) = self.connection.stream().next_descriptor() else {
            self.reply(number, replies::NO_DESCRIPTOR).await?;
            return Ok(Then::Close);
        };
        let what = format!("fd[{}]", descriptor.as_raw_fd());
        let writer = self.gate.gate.room().writer(self.gate.settings.stream_bytes);
        match read_descriptor(descriptor, writer).await {
            Ok((name, received)) => {
                let name = name.unwrap_or_else(|| NAMELESS.to_owned());
                self.look_into(what, name, received).await?;
                Ok(Then::Again)
            }
            Err(error) => {
                tracing::debug!(%error, "an open file was not read");
                self.reply(number, &format!("{what}: {}", replies::NO_REGULAR_FILE)).await?;
                Ok(Then::Again)
            }
        }
    }

    fn arrived(&self, name: String, received: Received) -> Arrived {
        let client = self.client.clone();
        // The protocol has no word for it.
        Arrived { name, content_type: None, received, client, beyond: Vec::new(), may_pass_unread: false }
    }

    /// Has a file looked into: beside the next commands within a session. `what` it is called in the answer.
    async fn look_into(&mut self, what: String, name: String, received: Received) -> Result<(), Ended> {
        let arrived = self.arrived(name, received);
        let number = self.numbered.is_some().then_some(self.count);
        let gate = Arc::clone(&self.gate.gate);
        while self.scans.len() >= self.gate.settings.scans_of_session.max(1) {
            if let Some(done) = self.scans.join_next().await {
                self.finished(done).await?;
            }
        }
        self.scans.spawn(async move {
            let decision = gate.decide(arrived).await;
            (number, replies::verdict(&what, &decision, gate.policy().not_inspected))
        });
        Ok(())
    }

    /// Reads more of a file.
    async fn more(&mut self, deadline: Instant) -> Result<(), Ended> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left == Duration::ZERO {
            return Err(Ended::TimedOut);
        }
        let time = left.min(self.gate.settings.read());
        self.wait(time, false).await.map(|_| ())
    }
}

/// What an open file holds, and what it is called if it has a name. It is copied: who handed it over may change it later.
async fn read_descriptor(descriptor: OwnedFd, mut writer: SpoolWriter) -> io::Result<(Option<String>, Received)> {
    let file = File::from(descriptor);
    let name = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok();
    let name = name.and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("no regular file"));
    }
    let mut file = Some(AtStart { file, position: 0 });
    while let Some(mut reader) = file.take() {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::new();
            reader.by_ref().take(READ_BYTES as u64).read_to_end(&mut piece).map(|_| (reader, piece))
        });
        let (reader, piece) = read.await.map_err(io::Error::other)??;
        writer.write(&piece).await;
        if !piece.is_empty() && !writer.is_lost() {
            file = Some(reader);
        }
    }
    Ok((name.as_deref().and_then(names::tame_name), writer.finish().await))
}

/// Reads a file from its beginning, wherever who handed it over has read to; that place is shared with them.
struct AtStart {
    file: File,
    position: u64,
}

impl io::Read for AtStart {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        use std::os::unix::fs::FileExt as _;
        let read = self.file.read_at(into, self.position)?;
        self.position = self.position.saturating_add(read as u64);
        Ok(read)
    }
}
