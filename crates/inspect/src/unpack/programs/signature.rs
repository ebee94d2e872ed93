//! The signature in a program (Authenticode): who it says signed it. Nothing is verified here.

/// How many certificates and signers are looked at.
const MAX_ITEMS: usize = 64;

/// The part of a name that is shown (2.5.4.3) and the organisation (2.5.4.10).
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANISATION: &[u8] = &[0x55, 4, 10];

/// One element of DER: its tag, its content.
struct Element<'d> {
    tag: u8,
    content: &'d [u8],
}

/// Elements in a row.
struct Elements<'d>(&'d [u8]);

impl<'d> Iterator for Elements<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (digits, rest) =
                rest.split_at_checked(usize::from(first & 0x7f)).filter(|(digits, _)| digits.len() <= 4)?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Element { tag, content })
    }
}

/// Who a signature says signed: the name of the signer in the certificate that its number names.
pub(super) fn signer(table: &[u8]) -> Option<String> {
    // The entry of the table: its length, its version, its kind; then PKCS #7.
    let signed = Elements(table.get(8..)?).next().filter(|own| own.tag == 0x30)?;
    let inner = Elements(signed.content).find(|own| own.tag == 0xa0)?;
    let data = Elements(inner.content).next()?;
    let mut certificates = Vec::new();
    let mut signers = &[][..];
    for part in Elements(data.content).skip(3) {
        match part.tag {
            0xa0 => {
                certificates =
                    Elements(part.content).take(MAX_ITEMS).filter_map(|own| certificate(own.content)).collect();
            }
            0x31 => signers = part.content,
            _ => {}
        }
    }
    let serial = Elements(signers).take(MAX_ITEMS).find_map(|own| {
        let named = Elements(own.content).nth(1)?;
        Elements(named.content).find(|part| part.tag == 2).map(|part| part.content)
    })?;
    certificates.into_iter().find(|(own, _)| *own == serial).map(|(_, name)| name)
}

/// The number of a certificate, and the name in it.
fn certificate(content: &[u8]) -> Option<(&[u8], String)> {
    let body = Elements(content).next()?;
    let parts: Vec<Element<'_>> = Elements(body.content).take(8).filter(|own| own.tag != 0xa0).collect();
    let serial = parts.first().filter(|own| own.tag == 2)?.content;
    // Number, algorithm, who gave it, from when to when, whose it is.
    let subject = parts.get(4)?.content;
    Some((serial, named(subject, COMMON_NAME).or_else(|| named(subject, ORGANISATION))?))
}

/// One part of a name.
fn named(name: &[u8], wanted: &[u8]) -> Option<String> {
    Elements(name).take(MAX_ITEMS).flat_map(|set| Elements(set.content)).find_map(|pair| {
        let mut parts = Elements(pair.content);
        let kind = parts.next()?;
        let value = parts.next()?;
        if kind.content != wanted {
            return None;
        }
        // 30 is UTF-16; all others are letters of one byte or UTF-8.
        if value.tag == 30 {
            let units: Vec<u16> =
                value.content.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            return Some(String::from_utf16_lossy(&units));
        }
        Some(String::from_utf8_lossy(value.content).into_owned())
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = content.len();
        let mut bytes = vec![tag, 0x82, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 255).unwrap()];
        bytes.extend(content);
        bytes
    }

    fn subject(name: &str) -> Vec<u8> {
        let pair = element(0x30, &[&[6, 3, 0x55, 4, 3], &element(12, &[name.as_bytes()])]);
        element(0x30, &[&element(0x31, &[&pair])])
    }

    /// A table of signatures with two certificates: that of the signer is the second.
    pub(in crate::unpack::programs) fn table(name: &str) -> Vec<u8> {
        let certificate = |serial: u8, name: &str| {
            let empty = element(0x30, &[]);
            let parts: [&[u8]; 6] = [&[0xa0, 0], &[2, 1, serial], &empty, &empty, &empty, &subject(name)];
            element(0x30, &[&element(0x30, &parts)])
        };
        let certificates = element(0xa0, &[&certificate(7, "Root CA"), &certificate(9, name)]);
        let signer = element(0x30, &[&[2, 1, 1], &element(0x30, &[&element(0x30, &[]), &[2, 1, 9]])]);
        let data = element(
            0x30,
            &[&[2, 1, 1], &element(0x31, &[]), &element(0x30, &[]), &certificates, &element(0x31, &[&signer])],
        );
        let signed = element(0x30, &[&[6, 1, 1], &element(0xa0, &[&data])]);
        let length = u32::try_from(signed.len() + 8).unwrap();
        [length.to_le_bytes().as_slice(), &[0, 2, 2, 0], &signed].concat()
    }

    #[test]
    fn the_signer_is_found_by_its_number() {
        assert_eq!(signer(&table("Công ty Thử nghiệm")).as_deref(), Some("Công ty Thử nghiệm"));
    }

    #[test]
    fn any_bytes_are_a_signature_or_none() {
        bolero::check!().with_type::<(u16, u8)>().for_each(|(at, byte)| {
            let mut bytes = table("A");
            let at = usize::from(*at) % bytes.len();
            bytes[at] = *byte;
            let _ = signer(&bytes);
            let _ = signer(bytes.get(..at).unwrap());
        });
    }
}
