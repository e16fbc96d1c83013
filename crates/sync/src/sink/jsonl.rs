//! JSON lines: a line an event, to a file or to the standard output.

use super::{NotTaken, Sink};
use crate::error::Error;
use crate::event::Event;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A line an event. A line that could not be written to its end is never joined to the next.
#[derive(Debug)]
pub struct JsonLines {
    to: To,
    lines: Vec<u8>,
}

#[derive(Clone, Debug)]
enum To {
    /// Shared with a write that a turn, which was cut off, left under way.
    File(Arc<Mutex<File>>),
    /// Whether the last write may have ended within a line.
    Output(Arc<Mutex<bool>>),
}

impl JsonLines {
    /// Appends to a file, which is made if there is none. Each flush reaches the disk.
    ///
    /// After a write that failed, what was written of it is taken back, unless another program wrote behind it. Where the
    /// file ends within a line of somebody else, a new line is begun.
    ///
    /// # Errors
    /// The file cannot be opened for writing.
    pub fn append(path: &Path) -> Result<Self, Error> {
        // A pipe that is opened for reading, too, would have a reader: this process.
        let reads = path.metadata().map_or(true, |found| found.is_file());
        let open = |reads| OpenOptions::new().read(reads).append(true).create(true).open(path);
        let file = match open(reads) {
            Err(error) if reads && error.kind() == io::ErrorKind::PermissionDenied => open(false),
            file => file,
        };
        let file = file.map_err(|error| Error::Sink(format!("{} cannot be written: {error}", path.display())))?;
        Ok(Self { to: To::File(Arc::new(Mutex::new(file))), lines: Vec::new() })
    }

    /// Writes to the standard output. Once its reader closed it, nothing more is taken: [`NotTaken::Closed`].
    pub fn output() -> Self {
        Self { to: To::Output(Arc::default()), lines: Vec::new() }
    }
}

impl Sink for JsonLines {
    async fn take(&mut self, event: &Event) -> Result<(), NotTaken> {
        let length = self.lines.len();
        if let Err(error) = serde_json::to_writer(&mut self.lines, event) {
            self.lines.truncate(length);
            return Err(NotTaken::refused(format!("an event cannot be written as JSON: {error}")));
        }
        self.lines.push(b'\n');
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), NotTaken> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let (lines, to) = (std::mem::take(&mut self.lines), self.to.clone());
        // A disk can take its time, and others go on meanwhile.
        let written = tokio::task::spawn_blocking(move || to.write(&lines)).await;
        written.unwrap_or_else(|error| Err(NotTaken::down(format!("the events were not written: {error}"))))
    }

    fn discard(&mut self) {
        self.lines.clear();
    }
}

impl To {
    fn write(&self, lines: &[u8]) -> Result<(), NotTaken> {
        let written = match self {
            Self::File(file) => locked(&file.lock().unwrap_or_else(PoisonError::into_inner), lines),
            Self::Output(half) => output(&mut half.lock().unwrap_or_else(PoisonError::into_inner), lines),
        };
        written.map_err(|error| match self {
            Self::Output(_) if error.kind() == io::ErrorKind::BrokenPipe => NotTaken::Closed,
            _ => NotTaken::down(format!("the events cannot be written: {error}")),
        })
    }
}

fn output(half: &mut bool, lines: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    if *half {
        output.write_all(b"\n")?;
    }
    *half = true;
    output.write_all(lines)?;
    output.flush()?;
    *half = false;
    Ok(())
}

fn locked(file: &File, lines: &[u8]) -> io::Result<()> {
    // Others like this one that append to the file, too, wait. A file system may have no locks.
    let locked = file.lock();
    let mut to = file;
    let written = append(file, lines, |bytes| to.write(bytes));
    if locked.is_ok() {
        let _ = file.unlock();
    }
    written
}

/// Appends lines to a file through `write`, and takes back what was written if not all of it was.
fn append(file: &File, lines: &[u8], mut write: impl FnMut(&[u8]) -> io::Result<usize>) -> io::Result<()> {
    let regular = Some(file.metadata()?).filter(std::fs::Metadata::is_file);
    let before = regular.map(|found| found.len());
    let mut written = 0;
    let mut put = |mut bytes: &[u8]| {
        while !bytes.is_empty() {
            match write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    written += count as u64;
                    bytes = &bytes[count..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    };
    let done = match before {
        Some(length) if length > 0 && !ends_a_line(file) => put(b"\n"),
        _ => Ok(()),
    };
    let done = done.and_then(|()| put(lines)).and_then(|()| if before.is_some() { file.sync_data() } else { Ok(()) });
    let Some(before) = before else { return done };
    // What is behind its old end is this write alone if nothing else made the file longer.
    if done.is_err() && file.metadata().is_ok_and(|now| now.len() == before + written) {
        let _ = file.set_len(before);
    }
    done
}

/// False, too, if nobody can know.
fn ends_a_line(mut file: &File) -> bool {
    let mut last = [0];
    file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last)).is_ok_and(|()| last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self) -> PathBuf {
            self.0.path().join("events.jsonl")
        }

        fn file(&self) -> File {
            OpenOptions::new().read(true).append(true).create(true).open(self.path()).unwrap()
        }

        fn text(&self) -> String {
            std::fs::read_to_string(self.path()).unwrap()
        }
    }

    /// Writes until there is no space after `space` bytes; `between` happens when it is used up.
    fn full<'a>(
        file: &'a File,
        mut space: usize,
        mut between: impl FnMut() + 'a,
    ) -> impl FnMut(&[u8]) -> io::Result<usize> {
        let mut to = file;
        move |bytes| {
            if space == 0 {
                between();
                return Err(io::ErrorKind::StorageFull.into());
            }
            let count = to.write(&bytes[..bytes.len().min(space)])?;
            space -= count;
            Ok(count)
        }
    }

    #[test]
    fn what_was_written_before_the_disk_was_full_is_taken_back() {
        let folder = Folder::new();
        let file = folder.file();
        append(&file, b"{1}\n", |bytes| (&file).write(bytes)).unwrap();
        for space in 0..8 {
            let error = append(&file, b"{2}\n{3}\n", full(&file, space, || {})).unwrap_err();
            assert_eq!((error.kind(), folder.text().as_str()), (io::ErrorKind::StorageFull, "{1}\n"), "{space}");
        }
        append(&file, b"{2}\n", |bytes| (&file).write(bytes)).unwrap();
        assert_eq!(folder.text(), "{1}\n{2}\n");
    }

    #[test]
    fn what_another_wrote_is_never_taken_back() {
        let folder = Folder::new();
        let (file, other) = (folder.file(), folder.file());
        append(&file, b"{2}\n", full(&file, 2, || (&other).write_all(b"other").unwrap())).unwrap_err();
        assert_eq!(folder.text(), "{2other");
        append(&file, b"{3}\n", |bytes| (&file).write(bytes)).unwrap();
        assert_eq!(folder.text(), "{2other\n{3}\n");
    }

    #[tokio::test]
    async fn a_half_line_of_an_earlier_process_is_not_joined() {
        let folder = Folder::new();
        std::fs::write(folder.path(), "{\"id\":").unwrap();
        let mut sink = JsonLines::append(&folder.path()).unwrap();
        sink.lines.extend_from_slice(b"{2}\n");
        sink.flush().await.unwrap();
        sink.lines.extend_from_slice(b"{3}\n");
        sink.flush().await.unwrap();
        assert_eq!(folder.text(), "{\"id\":\n{2}\n{3}\n");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_full_disk_is_the_sink_being_down_and_what_was_discarded_is_not_written() {
        let mut sink = JsonLines::append(Path::new("/dev/full")).unwrap();
        sink.lines.extend_from_slice(b"{1}\n");
        assert!(matches!(sink.flush().await.unwrap_err(), NotTaken::Down { why, .. } if why.contains("No space left")));
        let folder = Folder::new();
        let mut sink = JsonLines::append(&folder.path()).unwrap();
        sink.lines.extend_from_slice(b"{1}\n");
        sink.discard();
        sink.flush().await.unwrap();
        assert_eq!(folder.text(), "");
    }
}
