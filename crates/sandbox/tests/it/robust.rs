//! Whatever comes, it stays up: nonsense, too much, too slowly, too many.

use std::time::Duration;

use mycarrierpackets_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Caller;

async fn connect(caller: &Caller) -> TcpStream {
    TcpStream::connect(caller.sandbox.base_url().strip_prefix("http://").unwrap()).await.unwrap()
}

#[tokio::test]
async fn nonsense_is_refused_with_the_vendor_s_body() {
    let caller = Caller::small().await;
    for (operation, query) in [
        ("PreviewCarrier", &[("DOTNumber", "99999999999999999999")][..]),
        ("PreviewCarrier", &[("DOTNumber", "x")]),
        ("PreviewCarrier", &[("DOTNumber", "23868"), ("DocketNumber", "MC9")]),
        ("PreviewCarrier", &[]),
        ("GetDocument", &[("name", "../../etc/passwd")]),
        ("GetDocument", &[("name", "\u{0}\u{7f}é")]),
        ("CarriersChanges", &[("fromDate", "yesterday"), ("toDate", "2026-03-18")]),
        ("CarriersChanges", &[("fromDate", "2026-03-19"), ("toDate", "2026-03-18")]),
        ("CompletedPackets", &[("fromDate", "0001-01-01")]),
        ("FindAssociatedCarriers", &[("phone", " ")]),
        ("EmailPacketInvitation", &[("carrierEmail", "@")]),
        ("EmailPacketInvitation", &[("carrierEmail", "a@b"), ("sendConfirmationEmail", "maybe")]),
        ("RequestVINVerification", &[("deliveryOption", "1"), ("DOTNumber", "23868")]),
        ("RequestVINVerification", &[("deliveryOption", "-7"), ("DOTNumber", "23868")]),
        ("NoSuchOperation", &[]),
    ] {
        let answer = caller.send(operation, query).await;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert!(
            matches!(status, 400 | 404) && body["$id"] == "1" && body["Message"].is_string(),
            "{operation} {query:?}"
        );
    }
    for body in ["{", "[]", "null", "{\"DOTNumber\":{}}", "\u{feff}{}", "\"x\""] {
        let request = caller.request("BlockCarrier", &[]).header("content-type", "application/json");
        let answer = request.header("content-length", body.len()).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
    }
    for bytes in
        ["GET\r\n\r\n", "\0\0\0", "POST / HTTP/9.9\r\n\r\n", "POST /token HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
    {
        let answer = crate::raw(&caller.sandbox, bytes).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{bytes:?}: {answer}");
    }
    caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
}

#[tokio::test]
async fn too_much_is_refused_before_it_is_read() {
    let caller = Caller::small().await;
    for path in ["/api/v1/Carrier/BlockCarrier", "/token"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: bearer {}\r\nContent-Length: 9000000\r\n\r\n",
            caller.token
        );
        let mut stream = connect(&caller).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        // A little more than is taken; the rest is not waited for.
        stream.write_all(&vec![b'a'; (1 << 20) + 1]).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("Maximum request length exceeded."), "{answer}");
    }
    let long = "a".repeat(1 << 20);
    let answer = crate::raw(&caller.sandbox, &format!("GET /{long} HTTP/1.1\r\nHost: sandbox\r\n\r\n")).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{}", &answer[..answer.len().min(100)]);
    caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
}

#[tokio::test(start_paused = true)]
async fn slow_clients_are_let_go_and_hold_up_nobody() {
    let caller = Caller::start(Sandbox::builder().carriers(5)).await;
    let head = format!(
        "POST /api/v1/Carrier/BlockCarrier HTTP/1.1\r\nHost: sandbox\r\nAuthorization: bearer {}\r\n",
        caller.token
    );
    for (begun, expected) in [(head.clone(), ""), (format!("{head}Content-Length: 10\r\n\r\n123"), "HTTP/1.1 408 ")] {
        let mut slow = connect(&caller).await;
        slow.write_all(begun.as_bytes()).await.unwrap();
        caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(120), slow.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "it is closed within two minutes");
        assert!(answer.starts_with(expected.as_bytes()), "{}", String::from_utf8_lossy(&answer));
    }
}

#[tokio::test]
async fn a_thousand_connections_stay_open() {
    // This process holds both ends of each.
    let limit = rlimit::increase_nofile_limit(4096).unwrap_or(0);
    if limit < 2500 {
        assert!(std::env::var_os("CI").is_none(), "the system allows only {limit} open files");
        eprintln!("skipped: the system allows only {limit} open files");
        return;
    }
    let caller = Caller::small().await;
    let mut idle = Vec::new();
    for _ in 0..1000 {
        idle.push(connect(&caller).await);
    }
    caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    let request = "GET /__sandbox/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for (n, mut stream) in idle.into_iter().enumerate() {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"), "connection {n}");
    }
}

#[tokio::test]
async fn it_listens_on_loopback_unless_asked_otherwise() {
    let local = Sandbox::builder().carriers(1).start().await.unwrap();
    assert!(local.base_url().starts_with("http://127.0.0.1:") && local.portal_url().starts_with("http://127.0.0.1:"));
    let all = Sandbox::builder().carriers(1).bind(std::net::Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
    // Where to call, and not where it listens.
    assert!(all.base_url().starts_with("http://127.0.0.1:"), "{}", all.base_url());
    assert_eq!(reqwest::get(format!("{}/__sandbox", all.base_url())).await.unwrap().status(), 200);
    let version_6 = Sandbox::builder().carriers(1).bind(std::net::Ipv6Addr::LOCALHOST.into()).start().await;
    // A machine without it says so.
    if let Ok(sandbox) = version_6 {
        let answer = reqwest::get(format!("{}/__sandbox", sandbox.base_url())).await.unwrap();
        assert_eq!(answer.status(), 200, "{}", sandbox.base_url());
    }
}

#[tokio::test]
async fn too_much_for_the_control_api_is_refused_and_a_snapshot_may_be_large() {
    let caller = Caller::small().await;
    // Those that would take any length, as they read no body, too.
    for target in ["POST /__sandbox/faults", "POST /__sandbox/clock", "POST /__sandbox/reset", "POST /__sandbox/none"] {
        let head = format!("{target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
        let mut stream = connect(&caller).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b' '; (1 << 20) + 1]).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let said = answer.contains(r#"{"code":"bodyTooLarge","error":"the body is larger than 1048576 bytes","try":"#);
        assert!(answer.starts_with("HTTP/1.1 413 ") && said, "{target}: {answer}");
    }
    let url = |path: &str| format!("{}/__sandbox/{path}", caller.sandbox.base_url());
    let mut fitting = b"{\"kind\":\"nulls\"}".to_vec();
    fitting.resize(1 << 20, b' ');
    let taken = caller.client.post(url("faults")).body(fitting).send().await.unwrap();
    assert_eq!(taken.status(), 200, "as much as is taken");
    let mut snapshot = caller.sandbox.snapshot().to_json();
    snapshot.resize(8 << 20, b' ');
    let restored = caller.client.put(url("snapshot")).body(snapshot).send().await.unwrap();
    assert_eq!(restored.status(), 204);
    let large = vec![b' '; (64 << 20) + 256 * 70 + 1];
    // The connection may be closed before all of it was sent.
    if let Ok(refused) = caller.client.put(url("snapshot")).body(large).send().await {
        assert_eq!(refused.status(), 413);
    }
    caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
}

#[tokio::test]
async fn connections_are_counted_while_they_are_open() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let open = async |number: usize| {
        for _ in 0..5_000 {
            if sandbox.open_connections() == number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("{} connections are open, not {number}", sandbox.open_connections());
    };
    open(0).await;
    let idle = TcpStream::connect(address).await.unwrap();
    let mut asking = TcpStream::connect(address).await.unwrap();
    asking.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    open(2).await;
    drop(idle);
    open(1).await;
    drop(asking);
    open(0).await;
}
