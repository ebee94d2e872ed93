//! What people send: forms, and forms with files. Both have passed the gate, which has read them within their bounds and
//! found the field `csrf` in order.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;

use crate::limits::MAX_UPLOAD_PARTS;
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

impl<S: Sync> FromRequestParts<S> for Upload {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let upload = parts.extensions.remove::<Self>();
        upload.ok_or_else(|| Trouble::Internal { detail: "a route with an upload is of kind Upload".to_owned() })
    }
}
