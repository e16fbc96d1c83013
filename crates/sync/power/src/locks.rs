//! Who holds what of a file: as SQLite's own locks, between the connections of one process.

use sqlite_plugin::flags::{LockLevel, ShmLockMode};
use std::collections::BTreeSet;

/// The locks of the file itself, by the number of the handle.
#[derive(Default)]
pub struct FileLocks {
    shared: BTreeSet<u64>,
    reserved: Option<u64>,
    /// Waits for the others to leave, and lets nobody in. The same who is alone at last.
    pending: Option<u64>,
}

fn by_another(holder: Option<u64>, own: u64) -> bool {
    holder.is_some_and(|holder| holder != own)
}

impl FileLocks {
    /// False when somebody else has it.
    pub fn lock(&mut self, own: u64, level: LockLevel) -> bool {
        match level {
            LockLevel::Unlocked => true,
            LockLevel::Shared => {
                let free = !by_another(self.pending, own);
                if free {
                    self.shared.insert(own);
                }
                free
            }
            LockLevel::Reserved => {
                let free = !by_another(self.reserved, own) && !by_another(self.pending, own);
                if free {
                    self.reserved = Some(own);
                }
                free
            }
            LockLevel::Pending | LockLevel::Exclusive => {
                if by_another(self.reserved, own) || by_another(self.pending, own) {
                    return false;
                }
                self.pending = Some(own);
                self.shared.iter().all(|holder| *holder == own)
            }
        }
    }

    pub fn unlock(&mut self, own: u64, level: LockLevel) {
        for holder in [&mut self.reserved, &mut self.pending] {
            if level <= LockLevel::Shared && *holder == Some(own) {
                *holder = None;
            }
        }
        if level == LockLevel::Unlocked {
            self.shared.remove(&own);
        }
    }

    pub fn is_reserved(&self) -> bool {
        self.reserved.is_some() || self.pending.is_some()
    }
}

/// The locks of the shared memory.
#[derive(Default)]
pub struct MemoryLocks {
    slots: [Slot; 8],
}

#[derive(Default)]
struct Slot {
    shared: BTreeSet<u64>,
    exclusive: Option<u64>,
}

impl MemoryLocks {
    /// False when somebody else has one of them.
    pub fn change(&mut self, own: u64, offset: u32, count: u32, mode: ShmLockMode) -> bool {
        let slots = &mut self.slots[offset as usize..(offset + count) as usize];
        let free = match mode {
            ShmLockMode::LockShared => slots.iter().all(|slot| !by_another(slot.exclusive, own)),
            ShmLockMode::LockExclusive => slots
                .iter()
                .all(|slot| !by_another(slot.exclusive, own) && slot.shared.iter().all(|holder| *holder == own)),
            ShmLockMode::UnlockShared | ShmLockMode::UnlockExclusive => true,
        };
        if free {
            slots.iter_mut().for_each(|slot| slot.change(own, mode));
        }
        free
    }

    pub fn leave(&mut self, own: u64) {
        let modes = [ShmLockMode::UnlockShared, ShmLockMode::UnlockExclusive];
        self.slots.iter_mut().for_each(|slot| modes.into_iter().for_each(|mode| slot.change(own, mode)));
    }
}

impl Slot {
    fn change(&mut self, own: u64, mode: ShmLockMode) {
        match mode {
            ShmLockMode::LockShared => {
                self.shared.insert(own);
            }
            ShmLockMode::UnlockShared => {
                self.shared.remove(&own);
            }
            ShmLockMode::LockExclusive => self.exclusive = Some(own),
            ShmLockMode::UnlockExclusive if self.exclusive == Some(own) => self.exclusive = None,
            ShmLockMode::UnlockExclusive => {}
        }
    }
}
