//! A vendor whose answers cost next to nothing, so that what is measured is what is done with them.

use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::{Client, Environment, KeptToken, Server, TokenStore};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Packets in each window that is not empty.
pub const PACKETS: u64 = 3;

/// A vendor on this machine, which answers until the process ends.
#[derive(Clone)]
pub struct Vendor {
    base: String,
    packets: Arc<AtomicU64>,
    http: mycarrierpackets::reqwest::Client,
}

impl Vendor {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let packets = Arc::new(AtomicU64::new(0));
        let each = Arc::clone(&packets);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let each = Arc::clone(&each);
                // A client that goes away ends its thread; nobody waits for it.
                std::thread::spawn(move || drop(converse(stream, &each)));
            }
        });
        Self { base, packets, http: mycarrierpackets::reqwest::Client::new() }
    }

    /// How many packets there are in each window from now on.
    pub fn set_packets(&self, number: u64) {
        self.packets.store(number, Ordering::Relaxed);
    }

    /// A client with a token. All share their connections, as those of customers of one vendor do behind one proxy.
    pub fn client(&self, customer: &str) -> mycarrierpackets::Result<Client> {
        Client::builder()
            .environment(Environment::custom(self.base.parse().expect("an address")))
            .credentials(customer, "demo")
            .http_client(self.http.clone())
            .token_store(Arc::new(Token))
            .build()
    }
}

/// One that lasts: in a day of polls every five minutes, none is asked for.
struct Token;

impl TokenStore for Token {
    fn load(&self, _: Server) -> Option<KeptToken> {
        let expires_at = "2200-01-01T00:00:00Z".parse::<Timestamp>().ok()?;
        Some(KeptToken { access_token: "t".into(), refresh_token: None, expires_at })
    }

    fn keep(&self, _: Server, _: &KeptToken) {}

    fn forget(&self, _: Server, _: &KeptToken) {}
}

fn converse(stream: TcpStream, packets: &AtomicU64) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    let (mut target, mut line) = (String::new(), String::new());
    loop {
        target.clear();
        if reader.read_line(&mut target)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let lower = line.trim_end().to_ascii_lowercase();
            if lower.is_empty() {
                break;
            }
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
        let body = body(&target, packets.load(Ordering::Relaxed));
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json";
        writer.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
    }
}

fn body(target: &str, packets: u64) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if target.contains("CarriersChanges") {
        return r#"{"CarrierCount":0,"CarrierList":[]}"#.to_owned();
    }
    if target.contains("CompletedPackets") {
        let row = |_| {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let at = Timestamp::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000 + number);
            let dot = 9_000_001 + number % 100;
            format!(r#"{{"DOTNumber":{dot},"LegalName":"Sample Trucking LLC","CompletedDate":"{at}"}}"#)
        };
        return format!("[{}]", (0..packets).map(row).collect::<Vec<_>>().join(","));
    }
    r#"{"FactoringCompaniesCount":0,"FactoringCompanies":[]}"#.to_owned()
}
