//! The extractors in an axum server: a handler runs for what is verified, and for nothing else.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::post;
use mycarrierpackets::http::HeaderName;
use mycarrierpackets::webhook::{PushVerifier, Pushed, Verified, Verifier};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "example-secret";
const LIMIT: usize = 1000;

/// What handlers got.
type Handled = Arc<Mutex<Vec<String>>>;

/// A state as an application has it: the verifiers among other things.
#[derive(Clone)]
struct App {
    verifier: Verifier,
    push: PushVerifier,
    handled: Handled,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl FromRef<App> for PushVerifier {
    fn from_ref(app: &App) -> Self {
        app.push.clone()
    }
}

async fn receive(State(app): State<App>, Verified(event): Verified) {
    app.handled.lock().unwrap().push(String::from_utf8(event.body().to_vec()).unwrap());
}

async fn pushed(State(app): State<App>, Pushed(packet): Pushed) {
    let hint = String::from_utf8(packet.hint.to_vec()).unwrap();
    app.handled.lock().unwrap().push(format!("{}|{hint}", packet.carrier_id()));
}

struct Server {
    address: SocketAddr,
    verifier: Verifier,
    handled: Handled,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn start(push: PushVerifier) -> Self {
        let verifier = Verifier::from_secrets([SECRET, "older-secret"]).unwrap().with_max_body(LIMIT);
        let handled = Handled::default();
        let app = App { verifier: verifier.clone(), push, handled: handled.clone() };
        let routes = Router::new()
            .route("/mcp", post(receive))
            .route("/push/{secret}/{dot_number}/{docket_number}", post(pushed))
            .route("/push/{secret}/{DOTNumber}", post(pushed))
            .route("/pushed/{DOTNumber}/{DocketNumber}", post(pushed))
            .route("/nowhere", post(pushed))
            .with_state(app);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, verifier, handled, task }
    }

    async fn usual() -> Self {
        Self::start(PushVerifier::new(SECRET).unwrap()).await
    }

    /// The status line's number and the body of the answer to `request`, sent as it is.
    async fn send(&self, request: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // A server that refuses early may close before all is written.
        let _ = stream.write_all(request).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    async fn post(&self, path: &str, headers: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        self.send(&[head.as_bytes(), body.as_bytes()].concat()).await
    }

    fn signed(&self, body: &str) -> String {
        format!("MCP-Signature: {}\r\n", self.verifier.sign(body))
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.handled.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn a_verified_body_reaches_the_handler() {
    let server = Server::usual().await;
    for body in ["{}", "", "not json", r#"{"eventType":"carrier.packet.completed"}"#, &" ".repeat(LIMIT)] {
        assert_eq!(server.post("/mcp", &server.signed(body), body).await.0, 200, "{body:?}");
        assert_eq!(server.take(), [body]);
    }
    // In pieces, of unknown length.
    let chunked = format!(
        "POST /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{}\r\n1\r\n{{\r\n1\r\n}}\r\n0\r\n\r\n",
        server.signed("{}")
    );
    assert_eq!(server.send(chunked.as_bytes()).await.0, 200);
    assert_eq!(server.take(), ["{}"]);
    let older = format!("MCP-Signature: {}\r\n", Verifier::new("older-secret").unwrap().sign("{}"));
    assert_eq!(server.post("/mcp", &older, "{}").await.0, 200);
}

#[tokio::test]
async fn nothing_else_reaches_the_handler() {
    let server = Server::usual().await;
    let good = server.signed("{}");
    let other = format!("MCP-Signature: {}\r\n", Verifier::new("other").unwrap().sign("{}"));
    let large = "x".repeat(LIMIT + 1);
    for (headers, body, status, text) in [
        ("", "{}", 401, "MCP-Signature is missing"),
        ("MCP-Event: carrier.packet.completed\r\n", "{}", 401, "MCP-Signature is missing"),
        ("MCP-Signature: \r\n", "{}", 401, "MCP-Signature is missing"),
        ("MCP-Signature: abc\r\n", "{}", 400, "MCP-Signature is not one SHA-256 in hex"),
        (&good.repeat(2), "{}", 400, "MCP-Signature is not one SHA-256 in hex"),
        (&other, "{}", 401, "MCP-Signature is of another body or secret"),
        (&good, "{ }", 401, "MCP-Signature is of another body or secret"),
        (&good, "", 401, "MCP-Signature is of another body or secret"),
        (&server.signed(&large), &large, 413, "the body is larger than 1000 bytes"),
        ("", &large, 401, "MCP-Signature is missing"),
    ] {
        let answer = server.post("/mcp", headers, body).await;
        assert_eq!((answer.0, answer.1.as_str()), (status, text), "{headers:?}");
    }
    assert_eq!(server.take(), [""; 0]);
}

#[tokio::test]
async fn a_body_without_a_length_is_read_to_the_limit_and_a_part_is_not_a_body() {
    let server = Server::usual().await;
    let whole = "y".repeat(LIMIT + 1);
    let head = format!("POST /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}", server.signed(&whole));
    let mut chunks = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
    for byte in whole.chars() {
        chunks += &format!("1\r\n{byte}\r\n");
    }
    assert_eq!(server.send(format!("{chunks}0\r\n\r\n").as_bytes()).await.0, 413);
    // The length is refused before a byte of the body has come.
    let early = format!("{head}Content-Length: 99999999999999999999999\r\n\r\n");
    assert_eq!(server.send(early.as_bytes()).await.0, 400, "no number that HTTP has");
    let early = format!("{head}Content-Length: 1099511627776\r\n\r\n");
    assert_eq!(server.send(early.as_bytes()).await.0, 413);
    // The signature is of the part that came.
    let part = format!("POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n{}\r\n{{}}", server.signed("{}"));
    assert_ne!(server.send(part.as_bytes()).await.0, 200);
    assert_eq!(server.take(), [""; 0]);
}

#[tokio::test]
async fn the_older_model_by_a_secret_in_the_path() {
    let server = Server::usual().await;
    for (path, body, handled) in [
        ("/push/example-secret/23868/MC113843", "", "DOT 23868 MC113843|"),
        ("/push/example-secret/23868/MC113843?x=y", "{}", "DOT 23868 MC113843|{}"),
        ("/push/example%2Dsecret/00023868/mc-113843", "", "DOT 23868 MC113843|"),
        ("/push/example-secret/23868", "", "DOT 23868|"),
    ] {
        assert_eq!(server.post(path, "", body).await.0, 200, "{path}");
        assert_eq!(server.take(), [handled], "{path}");
    }
    // A hint that is too large is left out, and the call is not lost.
    let large = "x".repeat(PushVerifier::MAX_HINT + 1);
    assert_eq!(server.post("/push/example-secret/23868/MC113843", "", &large).await.0, 200);
    assert_eq!(server.take(), ["DOT 23868 MC113843|"]);
    for (path, status) in [
        ("/push/example-secrets/23868/MC113843", 401),
        ("/push/example-secret%00/23868/MC113843", 401),
        ("/push/EXAMPLE-SECRET/23868/MC113843", 401),
        ("/push/%20/23868/MC113843", 401),
        ("/push/wrong/none/none", 401),
        ("/pushed/23868/MC113843", 401),
        ("/nowhere", 401),
        ("/push/example-secret/none/MC113843", 400),
        ("/push/example-secret/0/MC113843", 400),
        ("/push/example-secret/23868/%2e%2e", 400),
        ("/push/example-secret/23868/%ff", 401),
    ] {
        assert_eq!(server.post(path, "X-Secret: example-secret\r\n", "").await.0, status, "{path}");
    }
    assert_eq!(server.take(), [""; 0]);
}

#[tokio::test]
async fn the_older_model_by_a_secret_in_a_header() {
    let push = PushVerifier::from_secrets([SECRET, "older-secret"]).unwrap();
    let server = Server::start(push.in_header(HeaderName::from_static("x-secret"))).await;
    for headers in ["X-Secret: example-secret\r\n", "x-secret: older-secret\r\n"] {
        assert_eq!(server.post("/pushed/23868/MC113843", headers, "").await.0, 200, "{headers}");
    }
    assert_eq!(server.take().len(), 2);
    for headers in
        ["", "X-Secret: other\r\n", "X-Secret: \r\n", "X-Secret: example-secret\r\nX-Secret: example-secret\r\n"]
    {
        assert_eq!(server.post("/pushed/23868/MC113843", headers, "").await.0, 401, "{headers:?}");
        // The path is not looked at.
        assert_eq!(server.post("/push/example-secret/23868/MC113843", headers, "").await.0, 401, "{headers:?}");
    }
    assert_eq!(server.take(), [""; 0]);
}
