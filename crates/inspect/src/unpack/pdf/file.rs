//! A PDF whose objects are known: all revisions of them, packed and encrypted ones too.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::crypt::{Crypt, Locked, Use};
use super::filter::{Bound, MAX_FILTERS, filter, full_name};
use super::object::{Dictionary, Lexer, Object};
use super::scan::{MAX_OBJECTS, Scan, Stored, scan};
use crate::walk::{Inside, Unpacked};
use crate::{Limit, Reason};

/// How many revisions of one object are looked at.
const MAX_REVISIONS: usize = 1_000;

/// How many bytes of streams are read for each byte of the file: streams may overlap and be asked for again.
const WORK_RATIO: u64 = 8;

/// How many bytes of streams may be read of any file, however small.
const WORK_LEAST: u64 = 1024 * 1024;

/// How many references are followed in a row.
const MAX_REFERENCES: usize = 16;

/// A PDF.
pub(crate) struct Pdf<'p> {
    bytes: &'p [u8],
    /// Every object in every revision, in the order of the file; packed ones after all others.
    pub(crate) objects: Vec<Stored>,
    /// Where the objects of each number are.
    places: BTreeMap<u32, Vec<usize>>,
    /// The newest object of each number; one within another only if there is no other.
    newest: BTreeMap<u32, usize>,
    /// How many bytes of streams were read.
    work: Cell<u64>,
    /// The dictionaries at the ends of revisions.
    pub(crate) trailers: Vec<Dictionary>,
    /// Names written with `#xx` where letters would do.
    pub(crate) obscured: Vec<String>,
    /// Where headers stand.
    pub(crate) headers: Vec<usize>,
    crypt: Option<Crypt>,
    /// It is encrypted, and no known password opens it.
    pub(crate) sealed: bool,
}

/// A stream, unpacked as far as it goes.
pub(crate) struct Stream {
    /// What came out.
    pub(crate) unpacked: Unpacked<'static>,
    /// It is a picture in a form of its own.
    pub(crate) picture: bool,
}

impl<'p> Pdf<'p> {
    /// Reads the objects of a file, opens its encryption and its streams of objects. What is not read is said of `inside`.
    pub(super) fn read(bytes: &'p [u8], inside: &mut Inside<'_, '_>) -> Self {
        let Scan { mut objects, mut trailers, obscured, headers, reasons, items_left } = scan(bytes);
        for reason in reasons {
            inside.reason(reason);
        }
        for stored in &mut objects {
            if let Object::Dictionary(dictionary) = &stored.object
                && dictionary.is("Type", "XRef")
            {
                trailers.push(dictionary.clone());
            }
        }
        let mut pdf = Self {
            bytes,
            objects,
            places: BTreeMap::new(),
            newest: BTreeMap::new(),
            work: Cell::new(0),
            trailers,
            obscured,
            headers,
            crypt: None,
            sealed: false,
        };
        pdf.place(0, inside);
        pdf.decrypt(inside);
        if !pdf.sealed {
            pdf.unpack_objects(items_left, inside);
        }
        pdf
    }

    /// Notes where the objects from `first` on are.
    fn place(&mut self, first: usize, inside: &mut Inside<'_, '_>) {
        for (place, stored) in self.objects.iter().enumerate().skip(first) {
            let places = self.places.entry(stored.number).or_default();
            if places.len() < MAX_REVISIONS {
                places.push(place);
            } else {
                inside.reason(Reason::limit(Limit::Reader, MAX_REVISIONS as u64));
            }
            let newest = self.newest.entry(stored.number).or_insert(place);
            if !stored.nested || self.objects.get(*newest).is_some_and(|known| known.nested) {
                *newest = place;
            }
        }
    }

    /// Every object of a number, of the oldest revision first.
    pub(crate) fn all(&self, number: u32) -> impl Iterator<Item = (usize, &Stored)> {
        let places = self.places.get(&number).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| Some((*place, self.objects.get(*place)?)))
    }

    /// The newest object of a number.
    fn newest(&self, number: u32) -> Option<&Stored> {
        self.newest.get(&number).and_then(|place| self.objects.get(*place))
    }

    /// What an object is, its references followed.
    pub(crate) fn resolve<'o>(&'o self, object: &'o Object) -> &'o Object {
        let mut object = object;
        for _ in 0..MAX_REFERENCES {
            let Object::Reference(number) = object else { return object };
            let Some(stored) = self.newest(*number) else { return &Object::Null };
            object = &stored.object;
        }
        &Object::Null
    }

    /// What the dictionary of encryption says, if there is one; an error if it is of a kind that is not read here.
    fn locked(&self) -> Result<Option<Locked>, Reason> {
        let own = |trailer: &'_ Dictionary| trailer.get("Encrypt").is_some_and(|own| *own != Object::Null);
        let Some(trailer) = self.trailers.iter().rev().find(|trailer| own(trailer)) else { return Ok(None) };
        let encryption = trailer.get("Encrypt").and_then(|own| self.resolve(own).dictionary());
        let mut ids =
            std::iter::once(trailer).chain(self.trailers.iter().rev()).filter_map(|trailer| trailer.get("ID"));
        let id = ids.find_map(|id| self.resolve(id).members().first()?.text()).unwrap_or_default();
        let locked = encryption.and_then(|dictionary| Locked::new(dictionary, id, |object| self.resolve(object)));
        locked.map(Some).ok_or(Reason::Encrypted)
    }

    /// Opens the encryption, if there is one, with no password and with those that are known, and decrypts every string.
    fn decrypt(&mut self, inside: &mut Inside<'_, '_>) {
        let crypt = match self.locked() {
            Ok(None) => return,
            Ok(Some(locked)) => opened(&locked, inside),
            Err(_) => None,
        };
        let Some(crypt) = crypt else {
            inside.reason(Reason::Encrypted);
            self.sealed = true;
            return;
        };
        let encryption = self.trailers.iter().filter_map(|trailer| match trailer.get("Encrypt") {
            Some(Object::Reference(number)) => Some(*number),
            _ => None,
        });
        let encryption: Vec<u32> = encryption.collect();
        for stored in &mut self.objects {
            if !encryption.contains(&stored.number) {
                decrypt_strings(&mut stored.object, &crypt, stored.number, stored.generation);
            }
        }
        self.crypt = Some(crypt);
    }

    /// Reads the objects that are packed in streams.
    fn unpack_objects(&mut self, mut items_left: usize, inside: &mut Inside<'_, '_>) {
        let unpacked = self.objects.len();
        for place in 0..unpacked {
            let Some(stored) = self.objects.get(place) else { break };
            let Some(dictionary) = stored.object.dictionary().filter(|_| stored.stream.is_some()) else { continue };
            let number = |key| dictionary.get(key).and_then(|own| usize::try_from(self.resolve(own).integer()?).ok());
            let (Some(count), Some(first)) = (number("N"), number("First")) else { continue };
            let offset = stored.offset;
            let stream = self.stream(stored, inside);
            if let Some(reason) = stream.unpacked.cut() {
                inside.reason(reason.clone());
            }
            inside.piece(&format!("object {}", stored.number), "pdf object stream", &stream.unpacked);
            let bytes = stream.unpacked.bytes();
            let mut table = Lexer::new(bytes, 0, usize::MAX);
            for _ in 0..count {
                let (Some(Object::Integer(own)), Some(Object::Integer(begin))) = (table.object(), table.object())
                else {
                    break;
                };
                let Some(begin) = usize::try_from(begin).ok().and_then(|begin| first.checked_add(begin)) else {
                    continue;
                };
                let Ok(own) = u32::try_from(own) else { continue };
                if self.objects.len() >= MAX_OBJECTS || items_left == 0 {
                    inside.reason(Reason::limit(Limit::Reader, MAX_OBJECTS as u64));
                    break;
                }
                let mut lexer = Lexer::new(bytes, begin, items_left);
                let object = lexer.object().unwrap_or(Object::Null);
                items_left = lexer.items_left;
                self.obscured.append(&mut lexer.obscured);
                let (stream, cut, nested) = (None, false, false);
                self.objects.push(Stored { number: own, generation: 0, offset, object, stream, cut, nested });
            }
        }
        self.place(unpacked, inside);
    }

    /// The filters of a stream by their full names, and the parameters of each; none if one is not known.
    fn filters<'o>(
        &'o self,
        dictionary: &'o Dictionary,
    ) -> Result<Vec<(&'static str, Option<&'o Dictionary>)>, Reason> {
        let get = |long, short| dictionary.get(long).or_else(|| dictionary.get(short)).map(|own| self.resolve(own));
        let names = get("Filter", "F").filter(|own| !matches!(own, Object::Text(_) | Object::Dictionary(_)));
        let parameters = get("DecodeParms", "DP").map(Object::members).unwrap_or_default();
        let mut filters = Vec::new();
        for (place, name) in names.map(Object::members).unwrap_or_default().iter().enumerate() {
            let Some(name) = self.resolve(name).name() else { continue };
            let full = full_name(name)
                .ok_or_else(|| Reason::unsupported(format!("PDF filter {}", String::from_utf8_lossy(name))))?;
            if filters.len() >= MAX_FILTERS {
                return Err(Reason::limit(Limit::Reader, MAX_FILTERS as u64));
            }
            filters.push((full, parameters.get(place).and_then(|own| self.resolve(own).dictionary())));
        }
        Ok(filters)
    }

    /// The reason not to read a stream of `length` bytes: that too much was read or came out already.
    fn exhausted(&self, length: usize, inside: &Inside<'_, '_>) -> Option<Reason> {
        self.work.set(self.work.get().saturating_add(length as u64));
        let allowed = (self.bytes.len() as u64).saturating_mul(WORK_RATIO).max(WORK_LEAST);
        let worked = (self.work.get() > allowed).then(|| Reason::limit(Limit::Reader, WORK_RATIO));
        worked.or_else(|| inside.too_large(1))
    }

    /// The bytes of a stream, decrypted and unpacked as far as it goes.
    pub(crate) fn stream(&self, stored: &Stored, inside: &mut Inside<'_, '_>) -> Stream {
        let range = stored.stream.clone().unwrap_or_default();
        let raw = self.bytes.get(range).unwrap_or_default();
        if let Some(reason) = self.exhausted(raw.len(), inside) {
            return Stream { unpacked: inside.take(Vec::new()).cut_short(reason), picture: false };
        }
        let empty = Dictionary::default();
        let dictionary = stored.object.dictionary().unwrap_or(&empty);
        let filters = match self.filters(dictionary) {
            Ok(filters) => filters,
            Err(reason) => {
                return Stream { unpacked: inside.take(raw.to_vec()).cut_short(reason), picture: false };
            }
        };
        let decrypted = self.decrypted(stored, dictionary, &filters, raw);
        let (mut bytes, mut cut, mut picture) = unfiltered(&decrypted, &filters, inside);
        // A stream in an encrypted file that was written without encryption: what some writers of attachments do.
        if matches!(cut, Some(Reason::Damaged { .. })) && bytes.is_empty() && matches!(decrypted, Cow::Owned(_)) {
            (bytes, cut, picture) = unfiltered(raw, &filters, inside);
        }
        if stored.cut {
            cut.get_or_insert_with(|| Reason::damaged(format!("stream {} has no end", stored.number)));
        }
        let unpacked = inside.take(bytes);
        Stream { unpacked: if let Some(reason) = cut { unpacked.cut_short(reason) } else { unpacked }, picture }
    }

    fn decrypted<'r>(
        &self,
        stored: &Stored,
        dictionary: &Dictionary,
        filters: &[(&str, Option<&Dictionary>)],
        raw: &'r [u8],
    ) -> Cow<'r, [u8]> {
        let named = filters.iter().find(|(name, _)| *name == "Crypt");
        let own = match named {
            Some((_, parameters)) => Use::Named(parameters.and_then(|own| own.name("Name")).unwrap_or(b"Identity")),
            None if dictionary.is("Type", "EmbeddedFile") => Use::File,
            None => Use::Usual,
        };
        let crypt = self.crypt.as_ref().filter(|_| !dictionary.is("Type", "XRef"));
        let decrypted = crypt.and_then(|crypt| crypt.stream(own, stored.number, stored.generation, raw));
        decrypted.map_or(Cow::Borrowed(raw), Cow::Owned)
    }
}

/// `raw` through all filters; whether it is a picture in a form of its own then.
fn unfiltered(
    raw: &[u8],
    filters: &[(&'static str, Option<&Dictionary>)],
    inside: &Inside<'_, '_>,
) -> (Vec<u8>, Option<Reason>, bool) {
    let room = usize::try_from(inside.room()).unwrap_or(usize::MAX);
    let full =
        inside.too_large(inside.room().saturating_add(1)).unwrap_or(Reason::limit(Limit::NodeBytes, room as u64));
    let free = usize::try_from(inside.limits().free_bytes).unwrap_or(usize::MAX);
    let ratio = usize::try_from(inside.limits().ratio).unwrap_or(usize::MAX);
    let bound = Bound { room, full, free, ratio };
    let mut bytes = Cow::Borrowed(raw);
    let mut cut = None;
    for (name, parameters) in filters {
        if *name == "picture" {
            return (bytes.into_owned(), cut, true);
        }
        if *name == "Crypt" {
            continue;
        }
        let filtered = filter(name, *parameters, &bytes, &bound);
        bytes = Cow::Owned(filtered.bytes);
        cut = cut.or(filtered.cut);
        if matches!(cut, Some(Reason::Limit { .. })) {
            break;
        }
    }
    (bytes.into_owned(), cut, false)
}

/// The encryption opened with no password or one of those that are known.
fn opened(locked: &Locked, inside: &mut Inside<'_, '_>) -> Option<Crypt> {
    if let Some(crypt) = locked.open(b"") {
        return Some(crypt);
    }
    for number in 0.. {
        match inside.password(number) {
            Ok(Some(password)) => {
                let opened = locked.open(password.as_bytes());
                let opened = opened.or_else(|| locked.open(&one_byte_letters(&password)?));
                if opened.is_some() {
                    return opened;
                }
            }
            Ok(None) => break,
            Err(reason) => {
                inside.reason(reason);
                break;
            }
        }
    }
    None
}

/// A password as writers before revision 5 knew it: a byte for each letter.
fn one_byte_letters(password: &str) -> Option<Vec<u8>> {
    password.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect()
}

/// Decrypts the strings in an object; it lies at most as deep as the lexer reads.
fn decrypt_strings(object: &mut Object, crypt: &Crypt, number: u32, generation: u32) {
    match object {
        Object::Text(text) => {
            if let Some(decrypted) = crypt.string(number, generation, text) {
                *text = decrypted;
            }
        }
        Object::Array(members) => {
            for member in members {
                decrypt_strings(member, crypt, number, generation);
            }
        }
        Object::Dictionary(dictionary) => {
            for (_, value) in &mut dictionary.entries {
                decrypt_strings(value, crypt, number, generation);
            }
        }
        _ => {}
    }
}

/// Calls `visit` with every dictionary in `object`, itself first.
pub(crate) fn each_dictionary<'o>(object: &'o Object, visit: &mut impl FnMut(&'o Dictionary)) {
    match object {
        Object::Array(members) => members.iter().for_each(|member| each_dictionary(member, visit)),
        Object::Dictionary(dictionary) => {
            visit(dictionary);
            dictionary.entries.iter().for_each(|(_, value)| each_dictionary(value, visit));
        }
        _ => {}
    }
}

/// Where a stream lies; the same for two objects that share it.
pub(crate) fn range_of(stored: &Stored) -> Range<usize> {
    stored.stream.clone().unwrap_or_default()
}
