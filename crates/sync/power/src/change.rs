//! What happens to the files, one after another, as it is noted in a file.

use std::io::Write;
use std::path::Path;

/// Files are numbered: one that is deleted and made again is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The power is on: what was noted before is on the disk.
    On,
    /// The folder has a file under a name.
    Create {
        file: u32,
        name: String,
    },
    /// The folder has no file under this name.
    Delete {
        name: String,
    },
    Write {
        file: u32,
        at: u64,
        data: Vec<u8>,
    },
    Length {
        file: u32,
        length: u64,
    },
    /// A file is flushed, the folder that has it is not.
    Sync {
        file: u32,
    },
    SyncFolder,
}

/// Kind, file, place, and how many bytes follow.
const HEAD: usize = 1 + 4 + 8 + 4;

impl Change {
    /// Adds itself to the notes with one write, so that it is there as a whole or not at all.
    ///
    /// # Errors
    /// Those of the file.
    pub fn note(&self, notes: &mut impl Write) -> std::io::Result<()> {
        let (kind, file, at, data): (u8, u32, u64, &[u8]) = match self {
            Self::On => (0, 0, 0, &[]),
            Self::Create { file, name } => (1, *file, 0, name.as_bytes()),
            Self::Delete { name } => (2, 0, 0, name.as_bytes()),
            Self::Write { file, at, data } => (3, *file, *at, data),
            Self::Length { file, length } => (4, *file, *length, &[]),
            Self::Sync { file } => (5, *file, 0, &[]),
            Self::SyncFolder => (6, 0, 0, &[]),
        };
        let mut bytes = Vec::with_capacity(HEAD + data.len());
        bytes.push(kind);
        bytes.extend(file.to_le_bytes());
        bytes.extend(at.to_le_bytes());
        bytes.extend(u32::try_from(data.len()).map_err(std::io::Error::other)?.to_le_bytes());
        bytes.extend(data);
        notes.write_all(&bytes)
    }

    /// All that is noted in a file.
    ///
    /// # Panics
    /// When there is no such file, or something else is in it.
    pub fn read(path: &Path) -> Vec<Self> {
        let bytes = std::fs::read(path).expect("the notes");
        let mut left = bytes.as_slice();
        let mut changes = Vec::new();
        while let Some((head, rest)) = left.split_at_checked(HEAD) {
            let file = u32::from_le_bytes(head[1..5].try_into().expect("four bytes"));
            let at = u64::from_le_bytes(head[5..13].try_into().expect("eight bytes"));
            let length = u32::from_le_bytes(head[13..].try_into().expect("four bytes"));
            let (data, rest) = rest.split_at(length as usize);
            let name = || String::from_utf8(data.to_vec()).expect("a name");
            changes.push(match head[0] {
                0 => Self::On,
                1 => Self::Create { file, name: name() },
                2 => Self::Delete { name: name() },
                3 => Self::Write { file, at, data: data.to_vec() },
                4 => Self::Length { file, length: at },
                5 => Self::Sync { file },
                6 => Self::SyncFolder,
                other => panic!("a change of kind {other}"),
            });
            left = rest;
        }
        assert!(left.is_empty(), "{} bytes behind the last change", left.len());
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let changes = [
            Change::On,
            Change::Create { file: 7, name: "store.db".to_owned() },
            Change::Write { file: 7, at: 1 << 40, data: vec![1, 2, 3] },
            Change::Length { file: 7, length: 2 },
            Change::Sync { file: 7 },
            Change::SyncFolder,
            Change::Delete { name: "store.db".to_owned() },
        ];
        changes.iter().for_each(|change| change.note(&mut file.as_file()).expect("a note"));
        assert_eq!(Change::read(file.path()), changes);
    }
}
