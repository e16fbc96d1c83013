//! A vendor whose lists move exactly when a test wants them to.

use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::{Client, Environment};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A page of a list: its carriers, and how many pages and carriers the list has by then.
pub type Page = (&'static [u32], u32, u32);

/// The pages of `MonitoredCarriers` and `CarriersChanges`, which stay until others are set.
pub struct Scripted {
    address: String,
    pages: Arc<Mutex<Vec<Page>>>,
    now: Arc<Mutex<Timestamp>>,
}

impl Scripted {
    pub async fn start(now: Timestamp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (pages, now) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(now)));
        let (script, clock) = (Arc::clone(&pages), Arc::clone(&now));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&clock)));
            }
        });
        Self { address, pages, now }
    }

    pub fn pages(&self, pages: &[Page]) {
        *self.pages.lock().expect("the script") = pages.to_vec();
    }

    pub fn pass(&self, seconds: i64) {
        *self.now.lock().expect("the clock") += mycarrierpackets::jiff::SignedDuration::from_secs(seconds);
    }

    pub fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + 'static {
        let now = Arc::clone(&self.now);
        move || *now.lock().expect("the clock")
    }

    pub fn client(&self) -> mycarrierpackets::Result<Client> {
        let environment = Environment::custom(self.address.parse().expect("an address"));
        Client::builder().environment(environment).credentials("demo", "demo").clock(self.clock()).build()
    }
}

/// One request after another, each of which names its page in the query.
async fn serve(mut stream: TcpStream, script: Arc<Mutex<Vec<Page>>>, now: Arc<Mutex<Timestamp>>) {
    let mut read = Vec::new();
    loop {
        let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            match stream.read_buf(&mut read).await {
                Ok(1..) => continue,
                _ => return,
            }
        };
        let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let end = head + 4 + length.unwrap_or(0usize);
        if read.len() < end {
            match stream.read_buf(&mut read).await {
                Ok(1..) => continue,
                _ => return,
            }
        }
        read.drain(..end);
        let target = text.split(' ').nth(1).unwrap_or_default().to_owned();
        let (pages, now) = (script.lock().expect("the script").clone(), *now.lock().expect("the clock"));
        let (paging, body) = answer(&target, &pages, now);
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nDate: {}\r\n{paging}\r\n",
            body.len(),
            now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        );
        if stream.write_all((head + &body).as_bytes()).await.is_err() {
            return;
        }
    }
}

fn answer(target: &str, pages: &[Page], now: Timestamp) -> (String, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: HashMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let number: usize = query.get("pagenumber").and_then(|text| text.parse().ok()).unwrap_or(1);
    let (carriers, last, count) = pages.get(number - 1).copied().unwrap_or((&[], 0, 0));
    let header = |last: u32, count: u32| {
        let fields = json!({"pageNumber": number, "pageSize": 2, "totalPages": last, "totalCount": count});
        format!("X-Pagination: {fields}\r\n")
    };
    match path.rsplit('/').next().unwrap_or_default() {
        "token" => (
            String::new(),
            json!({"access_token": "a", "token_type": "bearer", "expires_in": 86400, "refresh_token": "r"}),
        ),
        "monitoredcarriers" => {
            let row = |dot: &u32| json!({"DOTNumber": dot, "CreatedDate": "2026-01-01T00:00:00"});
            (header(last, count), carriers.iter().map(row).collect())
        }
        "carrierschanges" => {
            // Each carrier changed once, long enough ago for every window.
            let row = |dot: &u32| {
                json!({
                    "ChangeDateTime": "2026-03-01T11:59:00", "ChangeCategories": ["Insurance"],
                    "CarrierDetails": {"dotNumber": {"Value": dot.to_string()}},
                })
            };
            let rows: Vec<Value> = carriers.iter().map(row).collect();
            (header(last, count), json!({"RequestDateTimeUtc": now.to_string(), "CarrierList": rows}))
        }
        "getupdatedfactoringcompanies" => (String::new(), json!({"FactoringCompanies": []})),
        "monitoredcarrierdata" => {
            (String::new(), json!({"pageNumber": 1, "pageSize": 250, "totalPages": 0, "totalCount": 0, "data": []}))
        }
        _ => (header(0, 0), json!([])),
    }
}
