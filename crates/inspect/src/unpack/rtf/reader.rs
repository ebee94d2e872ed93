//! The groups of an RTF document: which of them hold data, fields, links.

use super::hex::Hex;
use super::tokens::{Token, Tokens};
use crate::detect::packages::fields::Fields;
use crate::detect::signs::Signs;
use crate::{Limit, Location, Reason};

/// How deeply groups may lie in one another.
pub(super) const MAX_DEPTH: usize = 10_000;

/// How many objects, pictures and stores are read.
pub(super) const MAX_BLOBS: usize = 5_000;

/// The longest class or template that is kept, in bytes.
const MAX_NAME: usize = 4096;

/// What kind of data a group holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An object.
    Object,
    /// A picture.
    Picture,
    /// Anything else that is written in hexadecimal digits: themes, data of forms.
    Store,
}

/// Data in the document.
pub(super) struct Blob {
    pub(super) form: Form,
    /// What the document calls it: the class of an object, the word for a picture.
    pub(super) name: String,
    pub(super) hex: Hex,
    /// Where it begins.
    pub(super) at: usize,
    /// Whether it loads itself when the document opens.
    pub(super) updates: bool,
    /// Whether it is a link that renews itself.
    pub(super) links: bool,
}

/// Where the text of a group goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    Shown,
    Instruction,
    Template,
    Class,
    Data(usize),
    /// A group of another kind within data.
    Aside(usize),
}

/// A group that is open.
#[derive(Clone, Copy)]
struct Group {
    goes: Goes,
    /// `\*` stood at its beginning.
    starred: bool,
    /// It is the group of a field.
    field: bool,
}

/// A document, read to its end.
pub(super) struct Document {
    pub(super) blobs: Vec<Blob>,
    pub(super) signs: Signs,
    /// What the document takes its styles from.
    pub(super) template: String,
    /// Where its last group closes, if it does.
    pub(super) end: Option<usize>,
    /// Why it was not read to its end.
    pub(super) reason: Option<Reason>,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Document {
    let mut reader = Reader {
        groups: Vec::new(),
        fields: Fields::default(),
        class: String::new(),
        updates: false,
        links: false,
        picture: "picture",
        document: Document {
            blobs: Vec::new(),
            signs: Signs::default(),
            template: String::new(),
            end: None,
            reason: None,
        },
    };
    let mut tokens = Tokens::new(bytes);
    let mut at = 0;
    while let Some(token) = tokens.next() {
        reader.token(&token, at, tokens.at());
        if reader.groups.len() > MAX_DEPTH {
            reader.document.reason = Some(Reason::limit(Limit::Reader, MAX_DEPTH as u64));
            break;
        }
        at = tokens.at();
    }
    let open = reader.groups.len();
    reader.fields.finish(&Location::Offset(at as u64), &mut reader.document.signs);
    let mut document = reader.document;
    if open > 0 {
        document.reason.get_or_insert_with(|| Reason::damaged(format!("RTF: {open} groups are not closed")));
    }
    document
}

struct Reader {
    groups: Vec<Group>,
    fields: Fields,
    /// What was said of the object that comes.
    class: String,
    updates: bool,
    links: bool,
    picture: &'static str,
    document: Document,
}

impl Reader {
    fn goes(&self) -> Goes {
        self.groups.last().map_or(Goes::Shown, |group| group.goes)
    }

    fn token(&mut self, token: &Token<'_>, at: usize, behind: usize) {
        match token {
            Token::Open => {
                let goes = self.goes();
                self.groups.push(Group { goes, starred: false, field: false });
            }
            Token::Close => self.close(at, behind),
            Token::Word { name, number } => self.word(name, *number, at),
            Token::Symbol(b'*') => self.star(),
            Token::Symbol(symbol) => self.symbol(*symbol),
            Token::Escaped(byte) => match self.goes() {
                Goes::Data(blob) | Goes::Aside(blob) => {
                    if let Some(blob) = self.document.blobs.get_mut(blob) {
                        blob.hex.escaped(*byte);
                    }
                }
                _ => {
                    let letter = byte.map(char::from).map(String::from).unwrap_or_default();
                    self.letters(&letter);
                }
            },
            Token::Binary(bytes) => {
                if let Goes::Data(blob) = self.goes()
                    && let Some(blob) = self.document.blobs.get_mut(blob)
                {
                    blob.hex.binary(bytes);
                }
            }
            Token::Text(text) => self.text(text),
        }
    }

    fn close(&mut self, at: usize, behind: usize) {
        let Some(group) = self.groups.pop() else { return };
        if group.field {
            self.fields.end(Location::Offset(at as u64), &mut self.document.signs);
        }
        if self.groups.is_empty() {
            self.document.end = Some(behind);
        }
    }

    fn star(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.starred = true;
            if let Goes::Data(blob) = group.goes {
                group.goes = Goes::Aside(blob);
            }
        }
    }

    /// A character that stands for itself.
    fn symbol(&mut self, symbol: u8) {
        if matches!(symbol, b'\\' | b'{' | b'}') {
            self.letters(&char::from(symbol).to_string());
        }
    }

    fn text(&mut self, text: &[u8]) {
        match self.goes() {
            Goes::Data(blob) => {
                if let Some(blob) = self.document.blobs.get_mut(blob) {
                    blob.hex.text(text);
                }
            }
            Goes::Aside(blob) => {
                if let Some(blob) = self.document.blobs.get_mut(blob) {
                    blob.hex.text_aside(text);
                }
            }
            Goes::Shown if self.groups.is_empty() => {}
            Goes::Shown => self.fields_text(text),
            _ => self.letters(&latin(text)),
        }
    }

    fn fields_text(&mut self, text: &[u8]) {
        // Only the results of fields are kept, so long texts are not copied.
        self.fields.text(&latin(text.get(..MAX_NAME).unwrap_or(text)));
    }

    /// Letters for whatever is being read.
    fn letters(&mut self, letters: &str) {
        let into = match self.goes() {
            Goes::Instruction => return self.fields.instruction(letters),
            Goes::Shown => return self.fields.text(letters),
            Goes::Template => &mut self.document.template,
            Goes::Class => &mut self.class,
            Goes::Data(_) | Goes::Aside(_) => return,
        };
        if into.len() < MAX_NAME {
            into.push_str(letters);
        }
    }

    fn word(&mut self, name: &[u8], number: Option<i64>, at: usize) {
        match name {
            b"object" => {
                self.class.clear();
                self.updates = false;
                self.links = false;
            }
            b"objclass" => {
                self.class.clear();
                self.go(Goes::Class);
            }
            b"objupdate" => self.updates = true,
            b"objautlink" => self.links = true,
            b"objdata" => self.blob(Form::Object, self.class.trim().to_owned(), at),
            b"pict" => {
                self.picture = "picture";
                self.blob(Form::Picture, String::new(), at);
            }
            b"pngblip" => self.picture("picture.png"),
            b"jpegblip" => self.picture("picture.jpg"),
            b"emfblip" => self.picture("picture.emf"),
            b"wmetafile" => self.picture("picture.wmf"),
            b"dibitmap" | b"wbitmap" => self.picture("picture.bmp"),
            b"blipuid" | b"picprop" => self.aside(),
            b"datastore" | b"themedata" | b"colorschememapping" => {
                self.blob(Form::Store, String::from_utf8_lossy(name).into_owned(), at);
            }
            b"field" => {
                self.fields.begin();
                if let Some(group) = self.groups.last_mut() {
                    group.field = true;
                }
            }
            b"fldinst" => self.go(Goes::Instruction),
            b"fldrslt" => {
                self.fields.separate();
                self.go(Goes::Shown);
            }
            b"template" => self.go(Goes::Template),
            b"u" => {
                let code = number.unwrap_or(0);
                let code = if code < 0 { code.saturating_add(0x1_0000) } else { code };
                let letter = u32::try_from(code).ok().and_then(char::from_u32);
                self.letters(&letter.map(String::from).unwrap_or_default());
            }
            b"tab" | b"line" | b"par" => self.letters(" "),
            _ => {}
        }
    }

    fn go(&mut self, goes: Goes) {
        if let Some(group) = self.groups.last_mut() {
            group.goes = goes;
        }
    }

    fn aside(&mut self) {
        if let Some(group) = self.groups.last_mut()
            && let Goes::Data(blob) = group.goes
        {
            group.goes = Goes::Aside(blob);
        }
    }

    fn picture(&mut self, name: &'static str) {
        self.picture = name;
        if let Some(blob) = self.document.blobs.last_mut().filter(|blob| blob.form == Form::Picture) {
            name.clone_into(&mut blob.name);
        }
    }

    fn blob(&mut self, form: Form, name: String, at: usize) {
        // A second `\objdata` within the first: what follows is the object.
        if self.document.blobs.len() >= MAX_BLOBS {
            self.document.reason = Some(Reason::limit(Limit::Reader, MAX_BLOBS as u64));
            return;
        }
        let (updates, links) = (self.updates, self.links);
        self.document.blobs.push(Blob { form, name, hex: Hex::default(), at, updates, links });
        self.go(Goes::Data(self.document.blobs.len() - 1));
    }
}

/// Bytes as letters one by one: what fields and names are written in.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)).map(|byte| char::from(*byte)).collect()
}
