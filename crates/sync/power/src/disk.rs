//! What is on the disk for certain, and what is on its way there.

use crate::change::Change;
use std::collections::BTreeMap;

/// What a disk writes as a whole.
pub const SECTOR: usize = 512;

/// The files of one folder.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub(crate) files: BTreeMap<u32, File>,
    /// Which file has which name.
    pub(crate) folder: BTreeMap<String, u32>,
    /// In order, what the folder is to become.
    pub(crate) names: Vec<(String, Option<u32>)>,
    /// How many pieces ever were on their way.
    pieces: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    pub stable: Vec<u8>,
    pub pending: Vec<Piece>,
}

/// What happens to a file as a whole or not at all.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Its place among those of all files.
    pub order: u64,
    pub what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Bytes of one sector.
    Bytes {
        at: usize,
        data: Vec<u8>,
    },
    Length(usize),
}

impl Disk {
    /// # Panics
    /// When the change is that of a file that was never made.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::On => {
                self.files.values_mut().for_each(File::flush);
                self.flush_folder();
            }
            Change::Create { file, name } => {
                assert!(self.files.insert(*file, File::default()).is_none(), "{name} is made twice");
                self.names.push((name.clone(), Some(*file)));
            }
            Change::Delete { name } => self.names.push((name.clone(), None)),
            Change::Write { file, at, data } => {
                let (mut at, mut left) = (*at as usize, data.as_slice());
                while !left.is_empty() {
                    let (sector, rest) = left.split_at(left.len().min(SECTOR - at % SECTOR));
                    self.push(*file, What::Bytes { at, data: sector.to_vec() });
                    (at, left) = (at + sector.len(), rest);
                }
            }
            Change::Length { file, length } => self.push(*file, What::Length(*length as usize)),
            Change::Sync { file } => self.file(*file).flush(),
            Change::SyncFolder => self.flush_folder(),
        }
    }

    fn file(&mut self, file: u32) -> &mut File {
        self.files.get_mut(&file).unwrap_or_else(|| panic!("no file {file}"))
    }

    fn push(&mut self, file: u32, what: What) {
        self.pieces += 1;
        let order = self.pieces;
        self.file(file).pending.push(Piece { order, what });
    }

    fn flush_folder(&mut self) {
        for (name, file) in self.names.drain(..) {
            set(&mut self.folder, name, file);
        }
    }

    /// Whether nothing is on its way.
    pub fn is_settled(&self) -> bool {
        self.names.is_empty() && self.files.values().all(|file| file.pending.is_empty())
    }

    /// Whether the folder is to change.
    pub fn renames(&self) -> bool {
        !self.names.is_empty()
    }

    /// How many pieces are on their way to the file that the folder has under a name.
    pub fn pending(&self, name: &str) -> usize {
        self.folder.get(name).map_or(0, |file| self.files[file].pending.len())
    }
}

pub(crate) fn set(folder: &mut BTreeMap<String, u32>, name: String, file: Option<u32>) {
    match file {
        Some(file) => folder.insert(name, file),
        None => folder.remove(&name),
    };
}

impl File {
    fn flush(&mut self) {
        for piece in self.pending.drain(..) {
            piece.what.apply(&mut self.stable, |_| 0);
        }
    }
}

impl What {
    /// `filler` is what is where nothing was ever written.
    pub fn apply(&self, file: &mut Vec<u8>, filler: impl FnMut(usize) -> u8) {
        match self {
            Self::Bytes { at, data } => {
                let end = at + data.len();
                if file.len() < *at {
                    lengthen(file, *at, filler);
                }
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[*at..end].copy_from_slice(data);
            }
            Self::Length(length) if *length < file.len() => file.truncate(*length),
            Self::Length(length) => lengthen(file, *length, |_| 0),
        }
    }

    /// How long the file is at least.
    pub fn end(&self) -> usize {
        match self {
            Self::Bytes { at, data } => at + data.len(),
            Self::Length(_) => 0,
        }
    }
}

pub(crate) fn lengthen(file: &mut Vec<u8>, length: usize, filler: impl FnMut(usize) -> u8) {
    let from = file.len();
    file.extend((from..length).map(filler));
}
