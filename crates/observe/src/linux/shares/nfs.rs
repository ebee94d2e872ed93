//! NFS: `/etc/exports` and `/etc/exports.d` (exports(5)).

use khien_model::facts::{ShareProtocol, SharedFolder};
use khien_model::{Gap, GapCode, Listing};

use crate::root::{EntryKind, Root};
use crate::text;

/// The bound of one file of exports.
const MAX_BYTES: u64 = 1 << 20;

/// How many exports are kept.
const MAX_EXPORTS: usize = 10_000;

/// The names of clients that mean everybody.
const EVERYBODY: [&str; 5] = ["", "*", "0.0.0.0/0", "0.0.0.0/0.0.0.0", "::/0"];

pub(super) fn read(root: &Root) -> Listing<SharedFolder> {
    let mut exports = Listing::default();
    let mut files = vec!["etc/exports".to_owned()];
    match root.list("etc/exports.d") {
        Ok(Some(folder)) => {
            folder.incomplete.into_iter().for_each(|gap| exports.note_gap(gap));
            let names = folder.entries.iter().filter(|entry| entry.kind != EntryKind::Folder);
            let names = names.filter_map(|entry| entry.file_name.to_str());
            let read = names.filter(|name| !name.starts_with('.') && name.strip_suffix(".exports").is_some());
            files.extend(read.map(|name| format!("etc/exports.d/{name}")));
        }
        Ok(None) => root.expect_absent("etc/exports.d").unwrap_or_else(|gap| exports.note_gap(gap)),
        Err(gap) => exports.note_gap(gap),
    }
    for file in files {
        match root.read(&file, MAX_BYTES) {
            Ok(Some(content)) => {
                text::expect_plain(&content, &file).unwrap_or_else(|gap| exports.note_gap(gap));
                parse(&text::name(&content), &file, &mut exports);
            }
            Ok(None) => root.expect_absent(&file).unwrap_or_else(|gap| exports.note_gap(gap)),
            Err(gap) => exports.note_gap(gap),
        }
    }
    exports
}

fn parse(content: &str, file: &str, exports: &mut Listing<SharedFolder>) {
    let joined = content.replace("\\\n", " ");
    for line in joined.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if exports.items.len() == MAX_EXPORTS {
            return exports.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_EXPORTS} exports")));
        }
        match parse_line(line) {
            Some(export) => exports.items.push(export),
            None => exports.note_gap(Gap::with_detail(GapCode::Malformed, format!("/{file}: {line:?}"))),
        }
    }
}

/// A line is `path [-defaults] client(options)…`; the path may be quoted, or have its blanks as `\040`.
fn parse_line(line: &str) -> Option<SharedFolder> {
    let (path, rest) = match line.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?,
        None => line.split_once(char::is_whitespace).unwrap_or((line, "")),
    };
    let path = unescaped(path);
    if !path.starts_with('/') {
        return None;
    }
    let (mut everybody, mut writable, mut clients) = (false, false, 0);
    let mut defaults = "";
    for word in rest.split_whitespace() {
        if let Some(options) = word.strip_prefix('-') {
            defaults = options;
            continue;
        }
        clients += 1;
        let (client, options) = match word.split_once('(') {
            Some((client, options)) => (client, options.strip_suffix(')')?),
            None => (word, ""),
        };
        // Kerberos knows who comes: not everybody may.
        let kerberos = defaults.split(',').chain(options.split(',')).any(|option| {
            option.strip_prefix("sec=").is_some_and(|sec| !sec.split(':').any(|kind| kind == "sys" || kind == "none"))
        });
        everybody |= EVERYBODY.contains(&client) && !kerberos;
        // The last of `rw` and `ro` holds.
        let access = defaults.split(',').chain(options.split(',')).rfind(|option| matches!(*option, "rw" | "ro"));
        writable |= access == Some("rw");
    }
    if clients == 0 {
        everybody = true;
        writable = defaults.split(',').any(|option| option == "rw");
    }
    Some(SharedFolder {
        name: path.as_str().into(),
        path: path.as_str().into(),
        protocol: ShareProtocol::Nfs.into(),
        open_to_everyone: everybody.into(),
        writable: writable.into(),
    })
}

/// Turns `\040` into the byte it stands for.
fn unescaped(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octal = after.get(..3).filter(|_| *first == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            bytes.push(byte);
            rest = after.get(3..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    text::name(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn damaged_exports_do_not_say_that_nothing_is_exported() {
        for (content, expected) in [
            (Some(&b"\xff\xfe/\0s\0"[..]), Some(GapCode::Malformed)),
            (Some(b"\0\0\0"), Some(GapCode::Malformed)),
            (Some(b"# nothing\n"), None),
            (None, Some(GapCode::Unreadable)),
        ] {
            let machine = Machine::new();
            match content {
                Some(content) => machine.file("etc/exports", content),
                None => machine.link("etc/exports", "/etc/exports.moved"),
            }
            let code = read(&machine.context().root).incomplete.map(|gap| gap.code);
            assert_eq!(code, expected, "{content:?}");
        }
    }

    #[test]
    fn lines_become_exports() {
        for (line, expected) in [
            ("/srv 10.0.0.0/8(ro)", ("/srv", false, false)),
            ("/srv *(rw,sync)", ("/srv", true, true)),
            ("/srv (rw)", ("/srv", true, true)),
            ("/srv", ("/srv", true, false)),
            ("/srv -rw a.vn b.vn(ro)", ("/srv", false, true)),
            ("\"/srv/tài liệu\" an(rw,ro)", ("/srv/tài liệu", false, false)),
            ("/srv/t\\303\\240i\\040li\\341\\273\\207u 0.0.0.0/0", ("/srv/tài liệu", true, false)),
            ("/srv *(rw,sec=krb5p)", ("/srv", false, true)),
            ("/srv *(rw,sec=krb5:sys)", ("/srv", true, true)),
        ] {
            let export = parse_line(line).unwrap();
            let (path, everybody, writable) = expected;
            assert_eq!(export.path, path.into(), "{line}");
            assert_eq!((export.open_to_everyone, export.writable), (everybody.into(), writable.into()), "{line}");
        }
        for line in ["srv *", "\"/srv *", "/srv *(rw"] {
            assert_eq!(parse_line(line), None, "{line}");
        }
    }

    #[test]
    fn comments_and_continued_lines() {
        let mut exports = Listing::default();
        parse("# /off *\n/a \\\n  *(ro) # note\n\n/b x\n", "etc/exports", &mut exports);
        assert_eq!(exports.items.len(), 2);
        assert_eq!((exports.items[0].open_to_everyone.clone(), exports.incomplete), (true.into(), None));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(content in "(/|\"|\\\\0?4?|\\(|\\)|-|,|rw|\\*| |#|\n|ế){0,40}") {
            parse(&content, "x", &mut Listing::default());
        }
    }
}
