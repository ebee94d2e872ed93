//! Names as paths: where they lead.

/// Names of devices of Windows, whatever their ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// The last part of a path.
pub(super) fn last(name: &str) -> &str {
    name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(name)
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['/', '\\'])
}

/// A part that ends with a dot or a space.
pub(super) fn ends_with_dot(name: &str) -> bool {
    parts(name).any(|part| part.len() > 1 && part.ends_with(['.', ' ']) && !part.chars().all(|letter| letter == '.'))
}

/// `CON`, `nul.txt`, `COM1`.
pub(super) fn is_device(name: &str) -> bool {
    parts(name).any(|part| {
        let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
        let numbered = ["com", "lpt"].iter().any(|device| {
            stem.strip_prefix(device).is_some_and(|number| {
                matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
            })
        });
        numbered || DEVICES.contains(&stem.as_str())
    })
}

/// Goes up further than it went down.
pub(super) fn leaves(name: &str) -> bool {
    let mut depth = 0usize;
    for part in parts(name) {
        match part.trim_end() {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

/// Begins at the root of a disk, at a drive, or at another computer.
pub(super) fn is_absolute(name: &str) -> bool {
    name.starts_with(['/', '\\']) || drive(name).is_some()
}

/// What stands behind `C:` where a path of Windows begins.
fn drive(name: &str) -> Option<&str> {
    let (letter, rest) = name.split_once(':')?;
    (letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_alphabetic()) && rest.starts_with(['\\', '/']))
        .then_some(rest)
}

/// `a.txt:b.exe`: a colon behind a name that has an ending, and behind it another, or the word for streams.
pub(super) fn is_stream(name: &str) -> bool {
    let name = drive(name).unwrap_or(name);
    parts(name).any(|part| {
        part.split_once(':').is_some_and(|(file, stream)| {
            let plain = !stream.is_empty()
                && !stream.starts_with(' ')
                && !stream.starts_with(|letter: char| letter.is_ascii_digit());
            !file.is_empty()
                && (stream.to_uppercase().contains(":$DATA") || plain && file.contains('.') && stream.contains('.'))
        })
    })
}
