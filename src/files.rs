//! Files that are written whole or not at all.
//!
//! One writer for everything: a regular file is written beside its place, forced to the disk and renamed, so that its
//! place never holds half of it; a link is followed and stays; a device, a pipe or a descriptor such as `/dev/stdout` is
//! written through and never replaced. On Unix a file can be read by its owner only, because what is written here holds
//! tax and bank data, tokens or passwords.
//!
//! ```
//! use mycarrierpackets::files::{Existing, Writer};
//! use std::io::Write as _;
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("coi.pdf");
//! let mut writer = Writer::begin(&path, Existing::Refuse)?.expect("nothing is there");
//! writer.write_all(b"%PDF-1.7")?;
//! let written = writer.finish()?;
//! assert!(!written.replaced && path.exists());
//! assert!(Writer::begin(&path, Existing::Keep)?.is_none());
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Links that are followed before a chain of them counts as a circle.
const MOST_LINKS: usize = 40;

/// What to do with a file that already exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Replace it.
    #[default]
    Replace,
    /// Fail with [`io::ErrorKind::AlreadyExists`].
    Refuse,
    /// Leave it and write nothing.
    Keep,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The file as it was named.
    pub path: PathBuf,
    /// A file was there before.
    pub replaced: bool,
}

/// A file in the making. Dropped before [`finish`](Self::finish), it leaves nothing behind.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Not a regular file: opened as it is.
    Through(File),
    Beside {
        file: NamedTempFile,
        target: PathBuf,
        existed: bool,
        existing: Existing,
    },
}

impl Writer {
    /// Opens a place beside `path`, or `path` itself where that is not a regular file. `None` where something is there and is
    /// to be kept.
    ///
    /// # Errors
    /// A folder at `path`, something there that must not be replaced, and what the file system refuses.
    pub fn begin(path: impl AsRef<Path>, existing: Existing) -> io::Result<Option<Self>> {
        let path = path.as_ref().to_owned();
        let found = match fs::metadata(&path) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let folder = path.file_name().is_none() || found.as_ref().is_some_and(fs::Metadata::is_dir);
        if folder {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder: a file name is needed"));
        }
        if is_descriptor(&path) || found.as_ref().is_some_and(|found| !found.is_file()) {
            // A descriptor can lead to a file that has content: it goes on at the end.
            let file = OpenOptions::new().append(true).open(&path)?;
            return Ok(Some(Self { path, place: Place::Through(file) }));
        }
        match (found.is_some(), existing) {
            (true, Existing::Keep) => return Ok(None),
            (true, Existing::Refuse) => return Err(already_there()),
            _ => {}
        }
        let target = followed(&path)?;
        let begun = tempfile::Builder::new().prefix(".mcp-").suffix(".part").tempfile_in(folder_of(&target));
        let file = begun.map_err(without_place)?;
        Ok(Some(Self { path, place: Place::Beside { file, target, existed: found.is_some(), existing } }))
    }

    /// Puts the file in its place, on the disk.
    ///
    /// # Errors
    /// What the file system refuses, and a file that came to be there meanwhile and must not be replaced.
    pub fn finish(self) -> io::Result<Written> {
        let Self { path, place } = self;
        match place {
            Place::Through(mut file) => {
                file.flush()?;
                Ok(Written { path, replaced: false })
            }
            Place::Beside { file, target, existed, existing } => {
                file.as_file().sync_all()?;
                if existing == Existing::Replace {
                    file.persist(&target).map_err(|error| error.error)?;
                } else {
                    file.persist_noclobber(&target).map_err(|error| error.error)?;
                }
                sync_folder(&folder_of(&target));
                Ok(Written { path, replaced: existed })
            }
        }
    }

    fn file(&mut self) -> &mut File {
        match &mut self.place {
            Place::Through(file) => file,
            Place::Beside { file, .. } => file.as_file_mut(),
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

/// Writes `bytes` as [`Writer`] does. `None` where something is there and is to be kept.
///
/// ```
/// use mycarrierpackets::files::{self, Existing};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("remit.csv");
/// assert!(files::write(&path, b"DOT,Factor\n", Existing::Refuse)?.is_some_and(|written| !written.replaced));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of [`Writer::begin`] and [`Writer::finish`].
pub fn write(path: impl AsRef<Path>, bytes: &[u8], existing: Existing) -> io::Result<Option<Written>> {
    let Some(mut writer) = Writer::begin(path, existing)? else {
        return Ok(None);
    };
    writer.write_all(bytes)?;
    writer.finish().map(Some)
}

// Whoever named a file knows nothing of the one in the making.
fn without_place(error: io::Error) -> io::Error {
    let text = error.to_string();
    let plain = text.split(" at path ").next().unwrap_or_default();
    io::Error::new(error.kind(), plain)
}

fn already_there() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "the file already exists")
}

// A descriptor can lead to a regular file, which somebody else has open and would lose.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/fd", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/proc"].iter().any(|place| path.starts_with(place))
}

/// Where a chain of links ends, whether anything is there or not.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("it is a circle of links"))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

// Makes the rename last through a power cut where the system can; the file itself is on the disk already.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut writer = Writer::begin(&path, Existing::Replace).unwrap().unwrap();
        writer.write_all(b"half").unwrap();
        drop(writer);
        assert_eq!(names(folder.path()), [""; 0], "nothing is left behind");
        assert!(!write(&path, b"one", Existing::Refuse).unwrap().unwrap().replaced);
        assert!(write(&path, b"two", Existing::Replace).unwrap().unwrap().replaced);
        assert_eq!(write(&path, b"three", Existing::Keep).unwrap(), None);
        let refused = write(&path, b"four", Existing::Refuse).unwrap_err();
        assert_eq!((refused.kind(), fs::read(&path).unwrap()), (io::ErrorKind::AlreadyExists, b"two".to_vec()));
        assert_eq!(write(folder.path(), b"", Existing::Replace).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn what_came_meanwhile_is_not_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let writer = Writer::begin(&path, Existing::Refuse).unwrap().unwrap();
        fs::write(&path, "theirs").unwrap();
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"theirs".to_vec(), vec!["a".to_owned()]));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_stay_and_files_are_their_owners_alone() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("inner")).unwrap();
        fs::write(at("inner/target"), "old").unwrap();
        fs::set_permissions(at("inner/target"), fs::Permissions::from_mode(0o644)).unwrap();
        symlink("inner/target", at("one")).unwrap();
        symlink("one", at("two")).unwrap();
        symlink("inner/new", at("dangling")).unwrap();
        symlink("circle", at("circle")).unwrap();
        for (name, target) in [("two", "inner/target"), ("dangling", "inner/new")] {
            write(at(name), b"new", Existing::Replace).unwrap();
            assert!(fs::symlink_metadata(at(name)).unwrap().is_symlink(), "{name}");
            assert_eq!(fs::read(at(target)).unwrap(), b"new", "{name}");
            assert_eq!(fs::metadata(at(target)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
        assert!(write(at("circle"), b"", Existing::Replace).is_err());
        let missing = write(at("missing/file"), b"", Existing::Replace).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        assert!(!missing.to_string().contains(".part"), "{missing}");
        assert_eq!(names(&at("inner")), ["new", "target"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_target_that_is_not_a_regular_file_is_written_through() {
        use std::os::unix::fs::FileTypeExt as _;
        assert!(write("/dev/null", b"gone", Existing::Replace).is_ok());
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(write(&link, b"gone", Existing::Refuse).is_ok(), "a device holds nothing that could be lost");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
