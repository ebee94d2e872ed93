//! The kernel's and the administrator's tables of file systems.

/// One mounted file system, of `/proc/self/mountinfo` (proc(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// `MAJOR:MINOR` of its device.
    pub(crate) device: String,
    /// What of the file system is mounted: `/` unless it is a bind mount or a subvolume.
    pub(crate) part: String,
    pub(crate) point: String,
    pub(crate) file_system: String,
    pub(crate) source: String,
}

/// The mounts, in the order in which they were made. Lines that are none are skipped: the kernel writes none.
pub(crate) fn mounts(text: &str) -> impl Iterator<Item = Mount> {
    text.lines().filter_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(2);
        let mut kind = kind.split(' ');
        Some(Mount {
            device: place.next()?.to_owned(),
            part: unescaped(place.next()?),
            point: unescaped(place.next()?),
            file_system: kind.next()?.to_owned(),
            source: unescaped(kind.next()?),
        })
    })
}

/// One line of `/etc/fstab` (fstab(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) source: String,
    pub(crate) point: String,
    pub(crate) file_system: String,
}

pub(crate) fn fstab(text: &str) -> impl Iterator<Item = Entry> {
    text.lines().filter_map(|line| {
        let mut fields = line.split_whitespace();
        let source = fields.next().filter(|source| !source.starts_with('#'))?;
        Some(Entry {
            source: unescaped(source),
            point: unescaped(fields.next()?),
            file_system: fields.next()?.to_owned(),
        })
    })
}

/// The names that `/etc/crypttab` opens encrypted devices under (crypttab(5)).
pub(crate) fn crypttab(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let mut fields = line.split_whitespace();
        let name = fields.next().filter(|name| !name.starts_with('#'))?;
        // A line without a device opens nothing.
        fields.next().map(|_| name)
    })
}

/// Both tables write space, tab, line end and backslash as `\040` and the like.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return crate::text::nfc(text).into_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = match (first, after) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
                Some((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'))
            }
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(3..).unwrap_or_default() } else { after };
    }
    crate::text::name(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mounts_have_a_place_and_a_kind() {
        let text = "36 35 98:0 /sub /mnt/Ta\u{300}i\\040lie\u{302}\u{323}u rw,noatime master:1 - ext3 /dev/root rw\n\
            22 1 254:1 / / rw shared:1 master:2 - ext4 /dev/mapper/vg-root rw\nbroken\n";
        let found: Vec<_> = mounts(text).collect();
        assert_eq!(found.len(), 2);
        let first = found.first().unwrap();
        assert_eq!((first.point.as_str(), first.part.as_str()), ("/mnt/Tài liệu", "/sub"));
        assert_eq!(
            (first.device.as_str(), first.file_system.as_str(), first.source.as_str()),
            ("98:0", "ext3", "/dev/root")
        );
    }

    #[test]
    fn fstab_and_crypttab_have_comments() {
        let text = "# <file system>\nUUID=ab-cd / ext4 errors=remount-ro 0 1\n\n/dev/sdb1 /a\\134b ext4\nbroken\n";
        let found: Vec<_> = fstab(text).map(|entry| (entry.source, entry.point)).collect();
        assert_eq!(found, [("UUID=ab-cd".to_owned(), "/".to_owned()), ("/dev/sdb1".to_owned(), "/a\\b".to_owned())]);
        assert_eq!(crypttab("# none\nroot_crypt UUID=x none luks\nalone\n").collect::<Vec<_>>(), ["root_crypt"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}|([a-z/0-9\\\\ -]{0,40}\n){0,4}") {
            mounts(&text).for_each(drop);
            fstab(&text).for_each(drop);
            crypttab(&text).for_each(drop);
        }
    }
}
