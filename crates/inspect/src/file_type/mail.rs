//! Mails and forms that are no text from beginning to end: attachments are carried as they are, zeros and all.

use super::FileType;

/// How much is looked at.
const SAMPLE_BYTES: usize = 16 * 1024;

/// Fields that a mail has.
const FIELDS: &[&str] = &[
    "received",
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "return-path",
    "delivered-to",
    "content-type",
    "content-transfer-encoding",
    "reply-to",
    "cc",
    "x-mailer",
    "snapshot-content-location",
];

/// What kind of mail or form `bytes` are, by their first lines.
pub(super) fn identify(name: &str, bytes: &[u8]) -> Option<FileType> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let sample = String::from_utf8_lossy(sample.trim_ascii_start());
    let is_form = sample.starts_with("--")
        && sample.lines().skip(1).take_while(|line| !line.is_empty()).any(|line| {
            let line = line.to_ascii_lowercase();
            line.starts_with("content-disposition:") && line.contains("form-data")
        });
    if is_form || name.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Some(FileType::MultipartForm);
    }
    let in_mailbox = sample.starts_with("From ");
    let mut known = 0;
    for line in sample.lines().skip(usize::from(in_mailbox)).filter(|line| !line.starts_with([' ', '\t'])) {
        let Some((field, _)) = line.split_once(':') else { break };
        known += usize::from(FIELDS.iter().any(|own| own.eq_ignore_ascii_case(field.trim_end())));
    }
    let name = name.to_lowercase();
    let called =
        FileType::Eml.extensions().iter().any(|own| name.strip_suffix(own).is_some_and(|name| name.ends_with('.')));
    match (in_mailbox, known, called) {
        (true, 1.., _) => Some(FileType::Mbox),
        (_, 3.., _) | (_, 1.., true) => Some(FileType::Eml),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_and_forms_are_known_with_zeros_in_them() {
        let form = b"--b\r\nContent-Type: x/y\r\nContent-Disposition: form-data; name=a\r\n\r\n\0\xff\r\n--b--";
        let cases: &[(&str, &[u8], Option<FileType>)] = &[
            ("upload", form, Some(FileType::MultipartForm)),
            ("multipart/form-data; boundary=b", b"preamble\0\r\n--b\r\n", Some(FileType::MultipartForm)),
            ("a", b"From: a\r\nTo: b\r\nSubject: c\r\n\r\n\0\xff", Some(FileType::Eml)),
            ("a.eml", b"Subject: c\r\n\r\n\0\xff", Some(FileType::Eml)),
            ("a", b"From a\nSubject: c\n\n\0\xff", Some(FileType::Mbox)),
            ("a", b"Subject: c\r\n\r\n\0\xff", None),
            ("a.txt", b"-- \r\nname\r\n", None),
        ];
        for (name, bytes, own) in cases {
            assert_eq!(identify(name, bytes), *own, "{name} {bytes:?}");
        }
    }
}
