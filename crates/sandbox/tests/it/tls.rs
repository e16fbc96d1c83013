//! TLS: a certificate that the sandbox made or was given, and faults that break connections over it.

use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Fault, Sandbox, Tls};
use reqwest::{Certificate, Client};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn small() -> Builder {
    Sandbox::builder().carriers(5).compress(false).fixed_time(crate::noon())
}

/// A client that trusts this certificate and no other.
fn trusting(pem: &str) -> Client {
    Client::builder().tls_certs_only([Certificate::from_pem(pem.as_bytes()).unwrap()]).no_proxy().build().unwrap()
}

async fn preview(client: &Client, sandbox: &Sandbox) -> reqwest::Result<reqwest::Response> {
    let token = crate::token(client, sandbox).await;
    let url = format!("{}/api/v1/Carrier/PreviewCarrier?DOTNumber=23868", sandbox.base_url());
    client.post(url).bearer_auth(token).header("content-length", "0").send().await
}

#[tokio::test]
async fn a_sandbox_with_a_certificate_of_its_own_is_called_by_those_who_trust_it() {
    let sandbox = small().tls(Tls::self_made()).allow_host("sandbox.example").start().await.unwrap();
    assert!(
        sandbox.base_url().starts_with("https://127.0.0.1:") && sandbox.portal_url().starts_with("https://127.0.0.1:")
    );
    let pem = sandbox.certificate().unwrap();
    let client = trusting(pem);
    assert_eq!(preview(&client, &sandbox).await.unwrap().status(), 200);
    let port = sandbox.api_socket().port();
    let address = sandbox.api_socket();
    for host in ["localhost", "sandbox.example"] {
        let client = Client::builder()
            .tls_certs_only([Certificate::from_pem(pem.as_bytes()).unwrap()])
            .resolve(host, address)
            .no_proxy()
            .build()
            .unwrap();
        let own: Value =
            client.get(format!("https://{host}:{port}/__sandbox")).send().await.unwrap().json().await.unwrap();
        assert_eq!(own["api"], sandbox.base_url(), "{host}");
    }
    let shown = client.get(format!("{}/__sandbox/certificate", sandbox.base_url())).send().await.unwrap();
    assert_eq!(shown.headers()["content-type"], "application/x-pem-file");
    assert_eq!(shown.text().await.unwrap(), pem);
    assert!(!pem.contains("PRIVATE KEY"));
    let health = client.get(format!("{}/healthz", sandbox.portal_url())).send().await.unwrap();
    assert_eq!(health.status(), 200);
    // Another name, and another authority.
    let stranger = Client::builder()
        .tls_certs_only([Certificate::from_pem(pem.as_bytes()).unwrap()])
        .resolve("site.example", address)
        .no_proxy()
        .build()
        .unwrap();
    assert!(stranger.get(format!("https://site.example:{port}/healthz")).send().await.unwrap_err().is_connect());
    let other = small().tls(Tls::self_made()).start().await.unwrap();
    let distrusting = trusting(other.certificate().unwrap());
    assert!(distrusting.get(format!("{}/healthz", sandbox.base_url())).send().await.unwrap_err().is_connect());
    assert!(Sandbox::builder().carriers(5).start().await.unwrap().certificate().is_none());
}

#[tokio::test]
async fn a_sandbox_uses_the_certificate_that_it_was_given() {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let tls = Tls::pem(own.cert.pem(), own.signing_key.serialize_pem());
    assert!(!format!("{tls:?}").contains("PRIVATE"), "{tls:?}");
    let sandbox = small().tls(tls).start().await.unwrap();
    assert_eq!(sandbox.certificate(), Some(&*own.cert.pem()));
    assert_eq!(preview(&trusting(&own.cert.pem()), &sandbox).await.unwrap().status(), 200);
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    for (certificate, key, said) in [
        (String::new(), own.signing_key.serialize_pem(), "the certificate is not PEM: it has no BEGIN CERTIFICATE"),
        (own.cert.pem(), "x".to_owned(), "the key is not PEM"),
        (own.cert.pem(), other.signing_key.serialize_pem(), "the certificate and its key: "),
    ] {
        let error = small().tls(Tls::pem(certificate, key)).start().await.unwrap_err();
        assert!(error.kind() == std::io::ErrorKind::InvalidInput && error.to_string().starts_with(said), "{error}");
    }
}

#[tokio::test]
async fn faults_break_connections_over_tls_as_without_it() {
    let sandbox = small().tls(Tls::self_made()).start().await.unwrap();
    let client = trusting(sandbox.certificate().unwrap());
    let token = crate::token(&client, &sandbox).await;
    let whole = preview(&client, &sandbox).await.unwrap().bytes().await.unwrap();
    for (fault, answered) in [
        (Fault::reset_before(), false),
        (Fault::reset_after_work(), false),
        (Fault::reset_during(100), true),
        (Fault::short_body(), true),
    ] {
        sandbox.fault(fault.clone().on("PreviewCarrier"));
        let end = exchange(&sandbox, &token).await;
        sandbox.clear_faults();
        assert_eq!((end.answered, end.clean), (answered, false), "{fault:?}");
        // Of what came, all is right.
        let expected = match answered {
            true => &whole[..end.body.len().min(whole.len())],
            false => &[],
        };
        assert_eq!(end.body, expected, "{fault:?}");
        // A reset is one of the connection beneath, after which nothing can be read.
        assert_eq!(end.reset, fault != Fault::short_body(), "{fault:?}");
    }
    assert_eq!(preview(&client, &sandbox).await.unwrap().bytes().await.unwrap(), whole, "the next call is as usual");
}

struct End {
    answered: bool,
    body: Vec<u8>,
    /// Whether TLS was closed in good order.
    clean: bool,
    reset: bool,
}

/// One call of PreviewCarrier, read until the connection ends in whatever way.
async fn exchange(sandbox: &Sandbox, token: &str) -> End {
    use std::sync::Arc;
    use tokio_rustls::rustls::pki_types::pem::PemObject as _;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_slice(sandbox.certificate().unwrap().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(trusted).with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(sandbox.api_socket()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let request = format!(
        "POST /api/v1/Carrier/PreviewCarrier?DOTNumber=23868 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\
         Authorization: bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    // Python and others refuse a certificate that does not name the key of its authority.
    const AUTHORITY_KEY: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x23];
    let own = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    assert!(own.windows(5).any(|five| five == AUTHORITY_KEY));
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer).await;
    let error = ended.as_ref().err().map(std::io::Error::kind);
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = head.map(|at| answer[at + 4..].to_vec()).unwrap_or_default();
    // Of a body in chunks, the bytes of the chunks.
    let body = match body.iter().position(|byte| *byte == b'\n') {
        Some(at) if answer.windows(7).any(|seven| seven == b"chunked") => {
            let size = usize::from_str_radix(String::from_utf8_lossy(&body[..at - 1]).trim(), 16).unwrap();
            body[at + 1..(at + 1 + size).min(body.len())].to_vec()
        }
        _ => body,
    };
    End {
        answered: head.is_some(),
        body,
        clean: ended.is_ok(),
        reset: error == Some(std::io::ErrorKind::ConnectionReset),
    }
}

#[tokio::test]
async fn who_speaks_plain_http_to_it_is_answered_in_plain_words() {
    let sandbox = small().tls(Tls::self_made()).start().await.unwrap();
    let answer = Client::new().get(format!("http://{}/healthz", sandbox.api_socket())).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &*answer.text().await.unwrap()),
        (400, "This sandbox speaks TLS: call it by https.\n")
    );
}

#[tokio::test(start_paused = true)]
async fn who_connects_and_says_nothing_is_let_go() {
    let sandbox = small().tls(Tls::self_made()).start().await.unwrap();
    for begun in [&b""[..], &[22, 3, 1]] {
        let mut silent = tokio::net::TcpStream::connect(sandbox.api_socket()).await.unwrap();
        silent.write_all(begun).await.unwrap();
        let mut nothing = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(60), silent.read_to_end(&mut nothing)).await;
        assert!(read.is_ok(), "{begun:?}");
    }
}

#[tokio::test]
async fn the_program_makes_a_certificate_and_writes_it_or_reads_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let out = path("ca.pem");
    let running = crate::program::start(&["--tls", "self-made", "--tls-cert-out", &out]);
    let written = std::fs::read_to_string(&out).unwrap();
    assert_eq!(running.ready["certificate"], written.as_str());
    let api = running.ready["api"].as_str().unwrap().to_owned();
    assert!(api.starts_with("https://"), "{api}");
    let health: Value = trusting(&written).get(format!("{api}/healthz")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health, json!({ "status": "ok" }));

    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(path("cert.pem"), own.cert.pem()).unwrap();
    std::fs::write(path("key.pem"), own.signing_key.serialize_pem()).unwrap();
    let running = crate::program::start(&["--tls-cert", &path("cert.pem"), "--tls-key", &path("key.pem")]);
    let api = running.ready["api"].as_str().unwrap().to_owned();
    assert_eq!(trusting(&own.cert.pem()).get(format!("{api}/healthz")).send().await.unwrap().status(), 200);
}
