//! A root as any other place to read from.

use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use khien_model::Gap;
use tempfile::TempDir;

use super::{Folder, Root, gap_of_io};
use crate::reader::{Mark, Reader};

impl Reader for Root {
    fn open(&self, path: &Path, limit: u64) -> Result<Option<Box<dyn Read>>, Gap> {
        Ok(self.open_file(path, limit)?.map(|file| Box::new(file) as Box<dyn Read>))
    }

    fn list(&self, path: &Path) -> Result<Option<Folder>, Gap> {
        Root::list(self, path)
    }

    fn exists(&self, path: &Path) -> Result<bool, Gap> {
        Root::exists(self, path)
    }

    fn leads_nowhere(&self, path: &Path) -> Result<bool, Gap> {
        Root::leads_nowhere(self, path)
    }

    fn mark(&self, path: &Path, _: u64) -> Result<Option<Mark>, Gap> {
        let metadata = self.metadata(path)?;
        Ok(metadata.map(|data| Mark { size: data.size, identity: data.identity, change: data.changed }))
    }

    fn gap_of(&self, path: &Path, error: &io::Error) -> Gap {
        gap_of_io(path, error)
    }

    fn private_folder(&self) -> io::Result<TempDir> {
        let ours_alone = std::fs::Permissions::from_mode(0o700);
        tempfile::Builder::new().prefix("khien-").permissions(ours_alone).tempdir()
    }
}
