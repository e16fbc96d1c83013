//! Which processes of this machine have a store open: each holds a lock on a file beside it. The operating system gives the
//! lock up when a process dies, however it dies, so that whoever finds nobody there need not wait for the leases of the dead.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Shared by all who have the store open.
pub struct Presence {
    file: File,
    alone: AtomicBool,
}

impl Presence {
    /// Comes in. `None` where the file system knows no locks, or the file cannot be made: then leases run out by time, as
    /// they do between machines.
    pub fn enter(store: &Path) -> Option<Self> {
        let mut name = store.as_os_str().to_owned();
        name.push("-lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(name).ok()?;
        // Somebody is there, or the lock is held by one who looks around just now.
        let alone = file.try_lock().is_ok();
        let shared = alone || (0..50).any(|_| file.try_lock_shared().is_ok() || pause());
        shared.then_some(Self { file, alone: AtomicBool::new(alone) })
    }

    pub fn alone(&self) -> bool {
        self.alone.load(Ordering::Relaxed)
    }

    /// Gives up being alone. One who comes in between finds nobody who holds anything yet.
    pub async fn share(&self) {
        if !self.alone.swap(false, Ordering::Relaxed) {
            return;
        }
        let _ = self.file.unlock();
        for _ in 0..50 {
            if self.file.try_lock_shared().is_ok() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

const PAUSE: Duration = Duration::from_millis(20);

fn pause() -> bool {
    std::thread::sleep(PAUSE);
    false
}
