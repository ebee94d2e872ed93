//! What a scanner and its workers say to each other: frames of a length and JSON, and the bytes of files.

use std::io::{self, Read, Write};

use khien_inspect::{Inspection, Limits, Policy};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The longest frame, in bytes: as many nodes and findings as may be, with long names.
pub(crate) const MAX_FRAME_BYTES: u32 = 64 * 1024 * 1024;

/// The largest set of rules, in bytes.
pub(crate) const MAX_RULES_BYTES: u64 = 128 * 1024 * 1024;

/// The first thing a worker is told. The rules follow as they are.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub(crate) limits: Limits,
    pub(crate) policy: Policy,
    pub(crate) processor_seconds: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) rules_bytes: u64,
}

/// What a worker answers to it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ready {
    /// It can begin. Whatever it cannot do any more is listed.
    Begin {
        /// The id of the rules.
        rules: String,
    },
    /// It cannot, and why.
    Cannot(String),
}

/// One file. Its bytes follow as they are.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) passwords: Vec<String>,
    pub(crate) size: u64,
    /// Whether parts of it are wanted back, and how many.
    pub(crate) hand_over: Option<HandOver>,
}

/// What a worker answers to a task. If parts are wanted back, [`Handed`] follows, and then the bytes of each as they are.
pub(crate) type Answer = Inspection;

/// How much of a file is handed back at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandOver {
    /// How many parts.
    pub(crate) count: usize,
    /// How many bytes all of them have together.
    pub(crate) bytes: u64,
}

/// The most parts and bytes that are handed back, whatever is asked for.
pub(crate) const MOST_HANDED: HandOver = HandOver { count: 100_000, bytes: 256 * 1024 * 1024 };

impl HandOver {
    /// No more than can be.
    pub(crate) fn bounded(self) -> Self {
        Self { count: self.count.min(MOST_HANDED.count), bytes: self.bytes.min(MOST_HANDED.bytes) }
    }
}

/// The list of what is handed back.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handed {
    /// The place of each node and how many bytes follow.
    pub(crate) parts: Vec<(usize, u64)>,
    /// Whether there were more.
    pub(crate) is_beyond: bool,
}

impl Handed {
    /// Whether it is within what was asked for. Who answers may have been taken over by a file.
    pub(crate) fn is_within(&self, asked: HandOver) -> bool {
        let bytes = self.parts.iter().fold(0, |total: u64, (_, size)| total.saturating_add(*size));
        self.parts.len() <= asked.count && bytes <= asked.bytes
    }
}

/// Writes one frame.
pub(crate) fn send<T: Serialize>(to: &mut dyn Write, value: &T) -> io::Result<()> {
    let text = serde_json::to_vec(value)?;
    let length = u32::try_from(text.len()).ok().filter(|length| *length <= MAX_FRAME_BYTES);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&text)?;
    to.flush()
}

/// Reads one frame; none when the other side has ended between two frames.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut dyn Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if from.read(length.get_mut(..1).unwrap_or_default())? == 0 {
        return Ok(None);
    }
    from.read_exact(length.get_mut(1..).unwrap_or_default())?;
    let length = u32::from_be_bytes(length);
    if length > MAX_FRAME_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"));
    }
    serde_json::from_slice(&exactly(from, u64::from(length))?).map(Some).map_err(io::Error::from)
}

/// Reads `size` bytes.
pub(crate) fn exactly(from: &mut dyn Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_as_they_went_in() {
        let mut pipe = Vec::new();
        let task =
            Task {
                name: "báo cáo.zip".to_owned(), passwords: vec!["mật khẩu".to_owned()], size: 3, hand_over: None
            };
        send(&mut pipe, &task).unwrap();
        pipe.extend_from_slice(b"abc");
        let mut from = pipe.as_slice();
        let received: Task = receive(&mut from).unwrap().unwrap();
        assert_eq!((received.name, received.passwords, received.size), (task.name, task.passwords, task.size));
        assert_eq!(exactly(&mut from, 3).unwrap(), b"abc");
        assert!(receive::<Task>(&mut from).unwrap().is_none());
    }

    #[test]
    fn no_more_is_taken_back_than_was_asked_for() {
        let asked = HandOver { count: 2, bytes: 10 };
        let cases =
            [(vec![], true), (vec![(1, 4), (2, 6)], true), (vec![(1, 4), (2, 7)], false), (vec![(1, 1); 3], false)];
        for (parts, is_within) in cases {
            assert_eq!(Handed { parts: parts.clone(), is_beyond: false }.is_within(asked), is_within, "{parts:?}");
        }
        assert!(!Handed { parts: vec![(1, u64::MAX), (2, 1)], is_beyond: false }.is_within(asked));
        assert_eq!(HandOver { count: usize::MAX, bytes: u64::MAX }.bounded(), MOST_HANDED);
    }

    #[test]
    fn half_a_frame_and_a_frame_too_long_are_mistakes() {
        let mut pipe = Vec::new();
        send(&mut pipe, &"text").unwrap();
        for cut in 1..pipe.len() {
            assert!(receive::<String>(&mut pipe.get(..cut).unwrap()).is_err(), "{cut}");
        }
        let long = (MAX_FRAME_BYTES + 1).to_be_bytes();
        let mistake = receive::<String>(&mut long.as_slice()).unwrap_err();
        assert_eq!(mistake.kind(), io::ErrorKind::InvalidData);
    }
}
