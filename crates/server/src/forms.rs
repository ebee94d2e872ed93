//! What people send: forms, and forms with files. Both have passed the gate, which has read them within their bounds and
//! found the field `csrf` in order.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest as _, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;

use khien_gates::Received;
use khien_model::text::nfc;
use khien_store::scans::MAX_FILES;

use crate::form_parts::FormParts;
use crate::limits::{MAX_LIST_BYTES, MAX_SCAN_BYTES, MAX_UPLOAD_PARTS};
use crate::scans::service::{Place, Scans};
use crate::secrets;
use crate::spool::{Incoming, Spooled};
use crate::trouble::Trouble;

/// The field that shows that a form comes from a page of ours.
pub const CSRF_FIELD: &str = "csrf";

/// An ordinary form. Fields that `T` does not have (`csrf`) are ignored.
pub use axum::extract::Form;

/// A file as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// The field of the form.
    pub field: String,
    /// The name that the file had on the sender's machine. Never a path on ours.
    pub name: String,
    /// The content.
    pub bytes: Bytes,
}

/// A form with files, read by the gate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upload {
    /// The fields that are texts, in order.
    pub fields: Vec<(String, String)>,
    /// The files, in order. A file field that was left empty is not there.
    pub files: Vec<UploadedFile>,
}

impl Upload {
    /// The text field called `name`.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The file in the field called `name`.
    pub fn file(&self, name: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == name)
    }

    /// Reads the whole form.
    pub(crate) async fn read(request: Request) -> Result<Self, Trouble> {
        let bad = |what: &str| Trouble::BadRequest { detail: format!("upload: {what}") };
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Trouble::WrongContentType)?;
        let mut upload = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| bad(&error.body_text()))? {
            if upload.fields.len() + upload.files.len() == MAX_UPLOAD_PARTS {
                return Err(bad("too many parts"));
            }
            let field = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| bad(&error.body_text()))?;
            match file_name {
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) => upload.files.push(UploadedFile { field, name, bytes }),
                None => {
                    let value = String::from_utf8(bytes.to_vec()).map_err(|_| bad("a field is not UTF-8"))?;
                    upload.fields.push((field, value));
                }
            }
        }
        Ok(upload)
    }
}

/// A form with one large file, which lies on the disk.
#[derive(Debug, Clone, Default)]
pub struct BigUpload {
    /// The fields that are texts, in order.
    pub fields: Vec<(String, String)>,
    /// The file and what it was called on the sender's machine. `None` when the field was left empty.
    pub file: Option<(String, Arc<Spooled>)>,
}

impl BigUpload {
    /// The text field called `name`.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// Reads the whole form. Nothing is written to the disk before the form has shown, by `csrf`, that it is one of ours.
    pub(crate) async fn read(request: Request, data: &Path, csrf: &str) -> Result<Self, Trouble> {
        let bad = |what: &str| Trouble::BadRequest { detail: format!("upload: {what}") };
        let mut parts = FormParts::of(request, "upload", MAX_LIST_BYTES).await?;
        let mut upload = Self::default();
        let mut texts = 0;
        while let Some(mut part) = parts.next().await? {
            if upload.fields.len() == MAX_UPLOAD_PARTS {
                return Err(bad("too many parts"));
            }
            let field = part.field.name().unwrap_or_default().to_owned();
            let Some(name) = part.field.file_name().map(str::to_owned) else {
                let value = part.text(&mut texts).await?.ok_or_else(|| bad("a field is not UTF-8"))?;
                upload.fields.push((field, value));
                continue;
            };
            if !upload.is_ours(csrf) {
                return Err(Trouble::OldForm);
            }
            if upload.file.is_some() {
                return Err(bad("more than one file"));
            }
            let mut incoming = Incoming::begin(data, MAX_LIST_BYTES as u64).await?;
            let mut is_empty = true;
            while let Some(chunk) = part.chunk().await? {
                is_empty &= chunk.is_empty();
                if !incoming.take(&chunk).await? {
                    return Err(Trouble::TooLarge { limit_bytes: MAX_LIST_BYTES });
                }
            }
            let spooled = incoming.end().await?;
            upload.file = (!name.is_empty() || !is_empty).then(|| (name, Arc::new(spooled)));
        }
        if upload.is_ours(csrf) { Ok(upload) } else { Err(Trouble::OldForm) }
    }

    fn is_ours(&self, csrf: &str) -> bool {
        secrets::same(self.field(CSRF_FIELD), csrf)
    }
}

impl<S: Sync> FromRequestParts<S> for BigUpload {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let upload = parts.extensions.remove::<Self>();
        upload.ok_or_else(|| Trouble::Internal { detail: "a route with a big upload is of kind BigUpload".to_owned() })
    }
}

/// A form with files that are to be looked into: in memory while they are small, on the disk without a name beyond.
#[derive(Debug)]
pub struct Files {
    /// The fields that are texts, in order.
    pub fields: Vec<(String, String)>,
    /// The files, in order, each with what it was called on the sender's machine. What was larger than a file may be was
    /// counted and not kept.
    pub files: Vec<(String, Received)>,
    /// Whether there were more files than may be looked into at once; those beyond were not read.
    pub are_too_many: bool,
    /// Their place in the scanning service.
    pub place: Place,
}

/// [`Files`] on the way from the gate to the handler, which takes them out.
type HandedOver = Arc<Mutex<Option<Files>>>;

impl Files {
    /// The text field called `name`.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn handed_over(self) -> HandedOver {
        Arc::new(Mutex::new(Some(self)))
    }

    /// Reads the whole form. Nothing of a file is read before the form has shown, by `csrf`, that it is one of ours.
    pub(crate) async fn read(request: Request, scans: &Arc<Scans>, csrf: &str) -> Result<Self, Trouble> {
        let bad = |what: &str| Trouble::BadRequest { detail: format!("files: {what}") };
        let place = scans.enter()?;
        let mut parts = FormParts::of(request, "files", MAX_SCAN_BYTES).await?;
        let mut read = Self { fields: Vec::new(), files: Vec::new(), are_too_many: false, place };
        let mut texts = 0;
        while let Some(mut part) = parts.next().await? {
            let field = part.field.name().unwrap_or_default().to_owned();
            let Some(name) = part.field.file_name().map(bare_name) else {
                if read.fields.len() == MAX_UPLOAD_PARTS {
                    return Err(bad("too many parts"));
                }
                let value = part.text(&mut texts).await?.ok_or_else(|| bad("a field is not UTF-8"))?;
                read.fields.push((field, value));
                continue;
            };
            if !read.is_ours(csrf) {
                return Err(Trouble::OldForm);
            }
            if read.files.len() == MAX_FILES {
                read.are_too_many = true;
                return Ok(read);
            }
            let mut writer = read.place.writer()?;
            while let Some(chunk) = part.chunk().await? {
                writer.write(&chunk).await;
            }
            // A field that was left empty has neither a name nor content.
            if !name.is_empty() || writer.size() > 0 {
                read.files.push((name, writer.finish().await));
            }
        }
        if read.is_ours(csrf) { Ok(read) } else { Err(Trouble::OldForm) }
    }

    fn is_ours(&self, csrf: &str) -> bool {
        secrets::same(self.field(CSRF_FIELD), csrf)
    }
}

/// The name of a file without folders of any system, in NFC.
fn bare_name(name: &str) -> String {
    nfc(name.rsplit(['/', '\\']).next().unwrap_or_default()).into_owned()
}

impl<S: Sync> FromRequestParts<S> for Files {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let handed = parts.extensions.remove::<HandedOver>();
        let files = handed.and_then(|files| files.lock().unwrap_or_else(PoisonError::into_inner).take());
        files.ok_or_else(|| Trouble::Internal { detail: "a route with files is of kind Files".to_owned() })
    }
}

/// Writes the body of a request to the disk as it comes, up to [`MAX_LIST_BYTES`].
pub(crate) async fn spooled(mut body: Body, data: &Path) -> Result<Spooled, Trouble> {
    let mut incoming = Incoming::begin(data, MAX_LIST_BYTES as u64).await?;
    loop {
        let next = std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context)).await;
        let Some(frame) = next else { return incoming.end().await };
        let frame = frame.map_err(|error| Trouble::BadRequest { detail: format!("the body: {error}") })?;
        if let Ok(part) = frame.into_data()
            && !incoming.take(&part).await?
        {
            return Err(Trouble::TooLarge { limit_bytes: MAX_LIST_BYTES });
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Upload {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let upload = parts.extensions.remove::<Self>();
        upload.ok_or_else(|| Trouble::Internal { detail: "a route with an upload is of kind Upload".to_owned() })
    }
}
