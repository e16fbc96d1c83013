//! What goes wrong gives one error that says what happened and what to do, with a kind a program can match on.
//!
//! The texts are in `snapshots/`, to be read in one piece.

use crate::support::client::{PREVIEW, builder};
use crate::support::server::{Reply, Request, Server, gzip, token};
use mycarrierpackets::resources::{AssociatedQuery, Invitation, UserVerification, VinVerification};
use mycarrierpackets::types::BlobName;
use mycarrierpackets::{Client, Error, ErrorKind, Operation};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

const LIMIT: usize = 100_000;

/// A client whose bodies end at [`LIMIT`].
fn client_of(address: &str) -> Client {
    client_with(address, Duration::from_secs(30))
}

fn client_with(address: &str, attempt: Duration) -> Client {
    builder(address, address)
        .limits(|limits| {
            limits.json_bytes = LIMIT;
            limits.document_bytes = LIMIT;
        })
        .timeouts(|timeouts| timeouts.attempt = attempt)
        .build()
        .unwrap()
}

async fn preview(client: &Client) -> Error {
    client.carriers().preview("23868").await.unwrap_err()
}

async fn document(client: &Client) -> Error {
    let blob = BlobName::new("certificate-image/7d1c0a44.pdf").unwrap();
    match client.documents().get(&blob).await {
        Ok(download) => download.bytes().await.unwrap_err(),
        Err(error) => error,
    }
}

/// The texts of a group of cases, one after the other.
#[derive(Default)]
struct Texts(String);

impl Texts {
    fn add(&mut self, case: &str, error: &Error, requests: usize) {
        let shown = regex::Regex::new("127.0.0.1:[0-9]+")
            .unwrap()
            .replace_all(&error.to_string(), "127.0.0.1:PORT")
            .into_owned();
        assert!(!shown.contains('\n'), "{shown}");
        writeln!(self.0, "{case}\n    {:?}, requests: {requests}\n    {shown}\n", error.kind()).unwrap();
    }
}

#[tokio::test]
async fn nothing_is_sent_for_arguments_that_cannot_be_right() {
    let server = Server::start(|_| Reply::json(PREVIEW)).await;
    let client = client_of(&server.url());
    let mut texts = Texts::default();
    let invite = async |invitation: Invitation| client.invitations().send(&invitation).await.unwrap_err();
    let to = || Invitation::to("dispatch@carrier.example");
    let vehicle = VinVerification::new("23868", "555");
    let person = UserVerification::new("23868", "");
    let cases = [
        ("a carrier that is no number", client.carriers().preview("Sample Trucking").await.unwrap_err()),
        ("a docket without digits", client.carriers().get("MC").await.unwrap_err()),
        ("nothing", client.carriers().risk("").await.unwrap_err()),
        ("DOT 0", client.monitoring().add("0").await.unwrap_err()),
        ("nine digits", client.blocking().add("DOT 123456789").await.unwrap_err()),
        ("an intrastate number where none is taken", client.carriers().preview("TX 006543210C").await.unwrap_err()),
        ("a search for nothing", client.carriers().associated(AssociatedQuery::new()).await.unwrap_err()),
        ("a search for blanks", client.carriers().associated(AssociatedQuery::new().phone(" ")).await.unwrap_err()),
        ("no email address", invite(Invitation::to("dispatch")).await),
        ("two email addresses", invite(Invitation::to("a@carrier.example,b@carrier.example")).await),
        ("a header in an email address", invite(Invitation::to("a@carrier.example\r\nBcc: b@carrier.example")).await),
        ("an invitation of no carrier", invite(Invitation::new("MC", "dispatch@carrier.example")).await),
        ("a blank user", invite(to().user("  ")).await),
        ("nobody to notify", invite(to().notify("@")).await),
        ("a phone number of 3 digits", client.verification().vin(&vehicle).await.unwrap_err()),
        ("a person without an email address", client.verification().user(&person).await.unwrap_err()),
        ("an empty blob name", BlobName::new("").map_err(Error::from).unwrap_err()),
    ];
    for (case, error) in &cases {
        assert!(error.is_invalid_input() && !error.may_have_acted(), "{case}: {error}");
        texts.add(case, error, server.requests().len());
    }
    assert_eq!(server.requests().len(), 0, "not even a token was asked for");
    insta::assert_snapshot!("arguments", texts.0);
}

#[tokio::test]
async fn what_the_server_refuses() {
    let mut texts = Texts::default();
    let denied = "Authorization has been denied for this request.";
    let cases = [
        ("a wrong password", Reply::refused_grant(), ErrorKind::Credentials, 1),
        ("a token server that is down", Reply::error(503, "Unavailable."), ErrorKind::Server, 3),
        ("a login page for a token", Reply::new(200, "text/html", "<html>Sign in"), ErrorKind::UnexpectedAnswer, 3),
    ];
    for (case, reply, kind, requests) in cases {
        let server = Server::bare(move |_| reply.clone()).await;
        let error = preview(&client_of(&server.url())).await;
        assert_eq!((error.kind(), server.requests().len(), server.calls()), (kind, requests, 0), "{case}: {error}");
        texts.add(case, &error, requests);
    }
    let cases = [
        ("an expired token, twice", Reply::error(401, denied), ErrorKind::Unauthorized, 2),
        ("no permission", Reply::error(403, "Access denied."), ErrorKind::Forbidden, 1),
        ("an unknown carrier", Reply::error(404, "No carrier was found."), ErrorKind::NotFound, 1),
        ("an unknown carrier, as an empty list", Reply::json("[]"), ErrorKind::NotFound, 1),
        ("bad parameters", Reply::error(400, "The request is invalid."), ErrorKind::Refused, 1),
        ("no length", Reply::new(411, "text/html", "<h2>Length Required</h2>"), ErrorKind::Refused, 1),
        ("too many calls", Reply::error(429, "").header("retry-after", "240"), ErrorKind::RateLimited, 1),
        ("a failing server", Reply::error(500, "An error has occurred."), ErrorKind::Server, 3),
        ("a message with a tax number", Reply::error(400, "TIN 00-1234567 is invalid."), ErrorKind::Refused, 1),
    ];
    for (case, reply, kind, requests) in cases {
        check(&mut texts, case, reply, kind, requests, preview).await;
    }
    insta::assert_snapshot!("refusals", texts.0);
}

async fn check(
    texts: &mut Texts,
    case: &str,
    reply: Reply,
    kind: ErrorKind,
    requests: usize,
    call: impl AsyncFnOnce(&Client) -> Error,
) {
    let script = move |request: &Request| if request.path == "/token" { token("access-1") } else { reply.clone() };
    let server = Server::bare(script).await;
    let attempt = if kind == ErrorKind::Timeout { Duration::from_millis(300) } else { Duration::from_secs(30) };
    let error = call(&client_with(&server.url(), attempt)).await;
    assert_eq!((error.kind(), server.calls()), (kind, requests), "{case}: {error}");
    // Where the answer came whole and its content is of no use, the count is no longer known.
    let unknown = matches!(kind, ErrorKind::Decode | ErrorKind::NotFound) && error.attempts() == 0;
    assert!(unknown || error.attempts() as usize == requests, "{case}: {error}");
    assert!(matches!(error.operation(), Some(Operation::PreviewCarrier | Operation::GetDocument)), "{case}");
    texts.add(case, &error, requests);
}

#[tokio::test]
async fn what_comes_in_place_of_an_answer() {
    use ErrorKind::{Decode, Network, Server, Timeout, TooLarge, UnexpectedAnswer};
    let html = "<!DOCTYPE html><html><title>Corporate proxy</title></html>";
    let login = Reply::new(302, "text/html", html).header("location", "/Account/Login?ReturnUrl=%2Fapi");
    let json = |body: &str| Reply::json(body);
    let zipped = |body: Vec<u8>| Reply::new(200, "application/json", body).header("content-encoding", "gzip");
    let long = format!("[{{\"CompanyName\":\"{}\"}}]", "x".repeat(LIMIT));
    let references =
        format!("[{{\"$id\":\"1\",\"City\":\"{}\"}}{}]", "x".repeat(2000), ",{\"$ref\":\"1\"}".repeat(100));
    let bomb = gzip(format!("[\"{}\"]", " ".repeat(50 << 20)).as_bytes());
    assert!(bomb.len() > LIMIT / 2 && bomb.len() < 1 << 20, "{} bytes unpack to 50 MiB", bomb.len());
    let torn = {
        let whole = gzip(PREVIEW.as_bytes());
        whole[..whole.len() / 2].to_vec()
    };
    let cases = [
        ("a proxy's page with 200", Reply::new(200, "text/html; charset=utf-8", html), UnexpectedAnswer, 3),
        ("a proxy's page that says it is JSON", json(html), UnexpectedAnswer, 3),
        ("a gateway's page with 502", Reply::new(502, "text/html", html), Server, 3),
        ("a redirect to a login page", login, UnexpectedAnswer, 1),
        ("XML", Reply::new(200, "text/xml", "<ArrayOfPreviewCarrier/>"), UnexpectedAnswer, 1),
        ("a text", Reply::new(200, "text/plain", "Service is starting"), UnexpectedAnswer, 3),
        ("a PDF", Reply::new(200, "application/pdf", "%PDF-1.4 ..."), UnexpectedAnswer, 1),
        ("no body", json(""), Decode, 3),
        ("a JSON text", json("\"none\""), UnexpectedAnswer, 3),
        ("numbers", json("[1,2]"), Decode, 1),
        ("half an answer, as if whole", json(&PREVIEW[..PREVIEW.len() / 2]), Decode, 3),
        ("two answers", json(&PREVIEW.repeat(2)), Decode, 1),
        ("half an answer", json(PREVIEW).cut_after(20), Network, 3),
        ("half an answer in chunks", json(PREVIEW).chunked().cut_after(20), Network, 3),
        ("half an answer, then silence", json(PREVIEW).stall_after(20), Timeout, 3),
        ("no answer", Reply::hang_up(), Network, 3),
        ("an answer past the limit", json(&long), TooLarge, 1),
        ("an answer past the limit, in chunks", json(&long).chunked(), TooLarge, 1),
        ("an answer past the limit, compressed", zipped(bomb), TooLarge, 1),
        ("an answer past the limit, in references", json(&references), TooLarge, 1),
        ("no gzip that says it is", zipped(PREVIEW.into()), Network, 3),
        ("half a gzip", zipped(torn), Network, 3),
    ];
    let mut texts = Texts::default();
    for (case, reply, kind, requests) in cases {
        check(&mut texts, case, reply, kind, requests, preview).await;
    }
    insta::assert_snapshot!("answers", texts.0);
}

#[tokio::test]
async fn what_comes_in_place_of_a_document() {
    use ErrorKind::{Declined, Network, NotFound, TooLarge, UnexpectedAnswer};
    let pdf = |size: usize| Reply::new(200, "application/pdf", format!("%PDF-1.4{}", "x".repeat(size)));
    let message = r#"{"$id":"1","Message":"The document has expired."}"#;
    let cases = [
        ("half a document", pdf(5000).cut_after(1000), Network, 1),
        ("half a document in chunks", pdf(5000).chunked().cut_after(1000), Network, 1),
        ("a login page", Reply::new(200, "text/html", "<html>Sign in</html>"), UnexpectedAnswer, 3),
        ("a message", Reply::json(message), Declined, 1),
        ("a redirect", Reply::new(302, "", "").header("location", "/Account/Login"), UnexpectedAnswer, 1),
        ("an expired name", Reply::error(404, "The document was not found."), NotFound, 1),
        ("a document past the limit", pdf(LIMIT), TooLarge, 1),
    ];
    let mut texts = Texts::default();
    for (case, reply, kind, requests) in cases {
        let server = Server::start(move |_| reply.clone()).await;
        let error = document(&client_of(&server.url())).await;
        assert_eq!((error.kind(), server.calls()), (kind, requests), "{case}: {error}");
        assert_eq!(error.operation(), Some(Operation::GetDocument), "{case}");
        texts.add(case, &error, requests);
    }
    insta::assert_snapshot!("documents", texts.0);
}

/// Finds no host.
struct Nowhere;

impl reqwest::dns::Resolve for Nowhere {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("no such host".into()) })
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_reached() {
    let mut texts = Texts::default();
    // Nobody listens here any more.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = preview(&client_of(&format!("http://{free}"))).await;
    assert!(error.is_network() && error.is_transient(), "{error}");
    texts.add("a port where nobody listens", &error, 0);

    let http = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(Nowhere)).build().unwrap();
    let unknown = "https://api.carrier.example";
    let error = preview(&builder(unknown, unknown).http_client(http).build().unwrap()).await;
    assert!(error.is_network(), "{error}");
    texts.add("a name that nobody has", &error, 0);

    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = plain.local_addr().unwrap();
    std::thread::spawn(move || {
        // Once: what waiting does not cure is not tried again.
        let (mut stream, _) = plain.accept().unwrap();
        let mut hello = [0; 1024];
        let _ = stream.read(&mut hello);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
        let _ = stream.read(&mut hello);
    });
    let error = preview(&client_of(&format!("https://{address}"))).await;
    assert!(error.is_network() && !error.is_transient(), "{error}");
    texts.add("a server without TLS under https", &error, 0);
    insta::assert_snapshot!("unreachable", texts.0);
}

#[tokio::test]
async fn a_message_in_place_of_a_carrier_is_no_empty_carrier() {
    let server = Server::start(|_| Reply::json(r#"{"$id":"1","Message":"No carrier was found."}"#)).await;
    let client = crate::support::client::of_server(&server);
    let preview = client.carriers().preview("23868").await.unwrap_err();
    let risk = client.carriers().risk("23868").await.unwrap_err();
    for error in [preview, risk] {
        assert!(error.is_not_found() && error.to_string().contains("No carrier was found"), "{error}");
    }
}
