//! A file that is to be looked into: in memory, or on a disk.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use ring::digest::{Context, SHA256};

/// How many bytes are read at once.
const STEP_BYTES: usize = 64 * 1024;

/// A file that is to be looked into.
#[derive(Debug)]
pub struct Upload<'u> {
    /// Its name, without folders.
    pub name: &'u str,
    /// Passwords to try on what is encrypted in it.
    pub passwords: &'u [String],
    body: Body<'u>,
    size: u64,
}

#[derive(Debug)]
enum Body<'u> {
    Memory(Cursor<&'u [u8]>),
    File(&'u mut File),
}

impl<'u> Upload<'u> {
    /// A file in memory.
    pub fn of_bytes(name: &'u str, bytes: &'u [u8]) -> Self {
        Self { name, passwords: &[], size: bytes.len() as u64, body: Body::Memory(Cursor::new(bytes)) }
    }

    /// A file on a disk, from its beginning.
    ///
    /// # Errors
    ///
    /// When its size cannot be asked.
    pub fn of_file(name: &'u str, file: &'u mut File) -> io::Result<Self> {
        let size = file.seek(SeekFrom::End(0))?;
        Ok(Self { name, passwords: &[], size, body: Body::File(file) })
    }

    /// The same, with passwords to try.
    #[must_use]
    pub fn with_passwords(mut self, passwords: &'u [String]) -> Self {
        self.passwords = passwords;
        self
    }

    /// Its size, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of it, in lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// When it cannot be read to its end.
    pub fn sha256(&mut self) -> io::Result<String> {
        let mut context = Context::new(&SHA256);
        self.read(&mut |bytes| {
            context.update(bytes);
            Ok(())
        })?;
        Ok(context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Hands `take` all of it, piece by piece: exactly as many bytes as its size says.
    ///
    /// # Errors
    ///
    /// When it cannot be read to its end, or `take` says so.
    pub fn read(&mut self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let body: &mut dyn ReadSeek = match &mut self.body {
            Body::Memory(bytes) => bytes,
            Body::File(file) => *file,
        };
        body.seek(SeekFrom::Start(0))?;
        let mut step = vec![0; STEP_BYTES];
        let mut left = self.size;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(STEP_BYTES);
            let read = body.read(step.get_mut(..wanted).unwrap_or_default())?;
            if read == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read"));
            }
            take(step.get(..read).unwrap_or_default())?;
            left -= read as u64;
        }
        Ok(())
    }
}

trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// SHA-256 of `bytes`, in lower-case hexadecimal digits.
pub fn sha256_of(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
