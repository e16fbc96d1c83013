//! The file system of SQLite that notes what happens to the files. They are in memory: the disk has what was there when the
//! power came on.

use crate::change::Change;
use crate::locks::{FileLocks, MemoryLocks};
use crate::memory::Memory;
use sqlite_plugin::flags::{AccessFlags, CreateMode, LockLevel, OpenKind, OpenMode, OpenOpts, ShmLockMode};
use sqlite_plugin::vars;
use sqlite_plugin::vfs::{RegisterOpts, Vfs, VfsHandle, VfsResult, register_static};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The files, and the notes of what happens to them. Clones share them.
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<State>>);

struct State {
    notes: std::fs::File,
    /// How many changes are noted.
    noted: u64,
    /// Before which the power goes.
    cut: Option<u64>,
    /// By path.
    names: BTreeMap<String, u32>,
    files: Vec<File>,
    handles: u64,
}

#[derive(Default)]
struct File {
    content: Vec<u8>,
    locks: FileLocks,
    memory: Memory,
    memory_locks: MemoryLocks,
}

impl Recorder {
    /// Makes it what SQLite uses in this process from now on. `store` and the files beside it are there with what they hold;
    /// changes are noted in `notes`, and the power goes before the one of number `cut` after it came on.
    ///
    /// # Panics
    /// When the files cannot be read or made.
    pub fn install(store: &Path, notes: &Path, cut: Option<u64>) -> Self {
        let notes = std::fs::File::create_new(notes).expect("the notes");
        let (names, files) = Default::default();
        let mut state = State { notes, noted: 0, cut: None, names, files, handles: 0 };
        for end in ["", "-wal", "-journal"] {
            let path = format!("{}{end}", store.display());
            if let Ok(content) = std::fs::read(&path) {
                let file = state.create(&path);
                state.note(&Change::Write { file, at: 0, data: content.clone() });
                state.file(file).content = content;
            }
        }
        state.note(&Change::On);
        state.cut = cut.map(|cut| state.noted + cut);
        let recorder = Self(Arc::new(Mutex::new(state)));
        let vfs = register_static(c"recorder".to_owned(), recorder.clone(), RegisterOpts { make_default: true });
        assert!(vfs.is_ok(), "SQLite does not take the file system");
        recorder
    }

    /// How many changes are noted.
    pub fn position(&self) -> u64 {
        self.state().noted
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self, change: &Change) {
        if self.cut == Some(self.noted) {
            std::process::abort();
        }
        change.note(&mut self.notes).expect("a note");
        self.noted += 1;
    }

    fn create(&mut self, path: &str) -> u32 {
        let file = u32::try_from(self.files.len()).expect("few files");
        let name = Path::new(path).file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        self.note(&Change::Create { file, name });
        self.files.push(File::default());
        self.names.insert(path.to_owned(), file);
        file
    }

    fn file(&mut self, file: u32) -> &mut File {
        &mut self.files[file as usize]
    }
}

/// An open file.
pub struct Handle {
    number: u64,
    content: Content,
    /// SQLite's own file system flushes the folder when it first flushes a journal or a log.
    new_name: bool,
    mapped: bool,
    readonly: bool,
}

enum Content {
    Named(u32),
    /// What nobody looks for when the power is back.
    Temporary(Vec<u8>),
}

impl VfsHandle for Handle {
    fn readonly(&self) -> bool {
        self.readonly
    }

    fn in_memory(&self) -> bool {
        false
    }
}

impl Handle {
    fn named(&self) -> VfsResult<u32> {
        match self.content {
            Content::Named(file) => Ok(file),
            Content::Temporary(_) => Err(vars::SQLITE_IOERR),
        }
    }
}

fn free(free: bool) -> VfsResult<()> {
    if free { Ok(()) } else { Err(vars::SQLITE_BUSY) }
}

fn write(content: &mut Vec<u8>, at: usize, data: &[u8]) {
    let end = at + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(data);
}

impl Vfs for Recorder {
    type Handle = Handle;

    fn canonical_path<'a>(&self, path: Cow<'a, str>) -> VfsResult<Cow<'a, str>> {
        Ok(path)
    }

    fn open(&self, path: Option<&str>, opts: OpenOpts) -> VfsResult<Handle> {
        let mut state = self.state();
        state.handles += 1;
        let creates = !matches!(opts.mode(), OpenMode::ReadOnly | OpenMode::ReadWrite { create: CreateMode::None });
        let content = match path {
            Some(path) if !opts.kind().is_temp() && !opts.delete_on_close() => {
                Content::Named(match state.names.get(path) {
                    Some(_) if opts.mode().must_create() => return Err(vars::SQLITE_CANTOPEN),
                    Some(file) => *file,
                    // The store makes its file by itself, before SQLite opens it.
                    None if creates || Path::new(path).exists() => state.create(path),
                    None => return Err(vars::SQLITE_CANTOPEN),
                })
            }
            _ => Content::Temporary(Vec::new()),
        };
        let journal = matches!(opts.kind(), OpenKind::MainJournal | OpenKind::SuperJournal | OpenKind::Wal);
        let (number, readonly) = (state.handles, opts.mode().is_readonly());
        Ok(Handle { number, content, new_name: creates && journal, mapped: false, readonly })
    }

    fn delete(&self, path: &str) -> VfsResult<()> {
        let mut state = self.state();
        state.names.remove(path).ok_or(vars::SQLITE_IOERR_DELETE_NOENT)?;
        let name = Path::new(path).file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        state.note(&Change::Delete { name });
        Ok(())
    }

    fn access(&self, path: &str, _: AccessFlags) -> VfsResult<bool> {
        Ok(self.state().names.contains_key(path))
    }

    fn file_size(&self, handle: &mut Handle) -> VfsResult<usize> {
        match &handle.content {
            Content::Named(file) => Ok(self.state().file(*file).content.len()),
            Content::Temporary(content) => Ok(content.len()),
        }
    }

    fn truncate(&self, handle: &mut Handle, size: usize) -> VfsResult<()> {
        match &mut handle.content {
            Content::Named(file) => {
                let mut state = self.state();
                state.note(&Change::Length { file: *file, length: size as u64 });
                state.file(*file).content.resize(size, 0);
            }
            Content::Temporary(content) => content.resize(size, 0),
        }
        Ok(())
    }

    fn write(&self, handle: &mut Handle, offset: usize, data: &[u8]) -> VfsResult<usize> {
        match &mut handle.content {
            Content::Named(file) => {
                let mut state = self.state();
                state.note(&Change::Write { file: *file, at: offset as u64, data: data.to_vec() });
                write(&mut state.file(*file).content, offset, data);
            }
            Content::Temporary(content) => write(content, offset, data),
        }
        Ok(data.len())
    }

    fn read(&self, handle: &mut Handle, offset: usize, data: &mut [u8]) -> VfsResult<usize> {
        let mut state;
        let content = match &handle.content {
            Content::Named(file) => {
                state = self.state();
                &state.file(*file).content
            }
            Content::Temporary(content) => content,
        };
        let found = content.get(offset..).unwrap_or_default();
        let length = found.len().min(data.len());
        data[..length].copy_from_slice(&found[..length]);
        Ok(length)
    }

    fn lock(&self, handle: &mut Handle, level: LockLevel) -> VfsResult<()> {
        let Content::Named(file) = handle.content else { return Ok(()) };
        free(self.state().file(file).locks.lock(handle.number, level))
    }

    fn unlock(&self, handle: &mut Handle, level: LockLevel) -> VfsResult<()> {
        let Content::Named(file) = handle.content else { return Ok(()) };
        self.state().file(file).locks.unlock(handle.number, level);
        Ok(())
    }

    fn check_reserved_lock(&self, handle: &mut Handle) -> VfsResult<bool> {
        Ok(self.state().file(handle.named()?).locks.is_reserved())
    }

    fn sync(&self, handle: &mut Handle) -> VfsResult<()> {
        let Content::Named(file) = handle.content else { return Ok(()) };
        let mut state = self.state();
        state.note(&Change::Sync { file });
        if std::mem::take(&mut handle.new_name) {
            state.note(&Change::SyncFolder);
        }
        Ok(())
    }

    fn close(&self, mut handle: Handle) -> VfsResult<()> {
        if handle.named().is_ok() {
            self.shm_unmap(&mut handle, false)?;
            self.unlock(&mut handle, LockLevel::Unlocked)?;
        }
        Ok(())
    }

    fn sector_size(&self, _: &mut Handle) -> VfsResult<i32> {
        Ok(4096)
    }

    /// What SQLite's own file system says of a disk: nothing but that bytes beside those that are written stay.
    fn device_characteristics(&self, _: &mut Handle) -> VfsResult<i32> {
        Ok(vars::SQLITE_IOCAP_POWERSAFE_OVERWRITE)
    }

    fn shm_map(&self, handle: &mut Handle, index: usize, size: usize, extend: bool) -> VfsResult<Option<NonNull<u8>>> {
        let mut state = self.state();
        let memory = &mut state.file(handle.named()?).memory;
        if !std::mem::replace(&mut handle.mapped, true) {
            memory.join();
        }
        Ok(memory.region(index, size, extend))
    }

    fn shm_lock(&self, handle: &mut Handle, offset: u32, count: u32, mode: ShmLockMode) -> VfsResult<()> {
        let mut state = self.state();
        free(state.file(handle.named()?).memory_locks.change(handle.number, offset, count, mode))
    }

    /// Other threads see what was written before: they took the lock, too.
    fn shm_barrier(&self, _: &mut Handle) {
        drop(self.state());
    }

    fn shm_unmap(&self, handle: &mut Handle, _: bool) -> VfsResult<()> {
        let mut state = self.state();
        let file = state.file(handle.named()?);
        file.memory_locks.leave(handle.number);
        if std::mem::take(&mut handle.mapped) {
            file.memory.leave();
        }
        Ok(())
    }
}
