//! Stands between a store and its server, and cuts the connection when BEGIN or COMMIT comes by.

use crate::server::address;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// When the connection is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Cut {
    /// Not at all.
    Never,
    /// At the next BEGIN, once.
    Begin,
    /// The server never sees the COMMIT.
    Before,
    /// The server committed, and its answer is lost.
    After,
}

pub struct Proxy {
    folder: tempfile::TempDir,
    cut: Arc<AtomicU8>,
}

impl Proxy {
    /// In front of the server with this socket.
    pub fn start(server: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let cut = Arc::new(AtomicU8::new(Cut::Never as u8));
        let now = cut.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = UnixStream::connect(&server).await else { return };
                tokio::spawn(relay(client, server, now.clone()));
            }
        });
        Self { folder, cut }
    }

    pub fn address(&self) -> String {
        address(self.folder.path(), 5432)
    }

    /// From now on.
    pub fn cut(&self, cut: Cut) {
        self.cut.store(cut as u8, Relaxed);
    }
}

/// Passes on what either side sends until the other is gone.
async fn relay(mut client: UnixStream, mut server: UnixStream, cut: Arc<AtomicU8>) {
    let (mut asked, mut answered) = ([0; 8192], [0; 8192]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let begins = asked[..length].windows(5).any(|bytes| bytes == b"BEGIN");
                if begins && cut.compare_exchange(Cut::Begin as u8, Cut::Never as u8, Relaxed, Relaxed).is_ok() {
                    return;
                }
                let commits = asked[..length].windows(7).any(|bytes| bytes == b"COMMIT\0");
                let cut = cut.load(Relaxed);
                if commits && cut == Cut::Before as u8 {
                    return;
                }
                if server.write_all(&asked[..length]).await.is_err() {
                    return;
                }
                if commits && cut == Cut::After as u8 {
                    // The answer came: it is committed.
                    let _ = server.read(&mut answered).await;
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
