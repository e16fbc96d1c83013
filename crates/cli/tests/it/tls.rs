//! Servers that speak TLS with certificates of every kind.

use super::support::{TOKEN, answer};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

static AUTHORITIES: AtomicUsize = AtomicUsize::new(0);

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Flaw {
    None,
    Expired,
    NotYetValid,
    OtherHost,
}

/// A server on this machine that gives tokens and one carrier, by TLS alone.
pub struct Secure {
    address: SocketAddr,
    /// The certificate of the authority that signed the server's, as PEM.
    pub authority: String,
}

impl Secure {
    pub fn start(flaw: Flaw) -> Self {
        let (config, authority) = certified(flaw);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        // The thread ends with the test process: it waits for nothing but the next connection.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let config = Arc::clone(&config);
                std::thread::spawn(move || serve(config, stream));
            }
        });
        Self { address, authority }
    }

    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Its address for those who do not know that it speaks TLS.
    pub fn plain_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn certified(flaw: Flaw) -> (Arc<ServerConfig>, String) {
    let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // An authority is found by its name.
    root.distinguished_name
        .push(DnType::CommonName, format!("Authority {}", AUTHORITIES.fetch_add(1, Ordering::Relaxed)));
    let authority = root.self_signed(&root_key).unwrap().pem();
    let host = if flaw == Flaw::OtherHost { "other.example" } else { "127.0.0.1" };
    let mut leaf = CertificateParams::new(vec![host.to_owned()]).unwrap();
    (leaf.not_before, leaf.not_after) = match flaw {
        Flaw::Expired => (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1)),
        Flaw::NotYetValid => (date_time_ymd(2190, 1, 1), date_time_ymd(2191, 1, 1)),
        Flaw::None | Flaw::OtherHost => (date_time_ymd(2001, 1, 1), date_time_ymd(2191, 1, 1)),
    };
    let signed = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = config.with_no_client_auth().with_single_cert(vec![signed.der().clone()], key.into()).unwrap();
    (Arc::new(config), authority)
}

// One request a connection.
fn serve(config: Arc<ServerConfig>, stream: TcpStream) {
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&chunk[..count]),
        }
    }
    let text = if head.starts_with(b"POST /token") {
        answer(TOKEN)
    } else {
        answer(r#"[{"DotNumber":9900001,"CompanyName":"Alder Freight"}]"#)
    };
    let text = text.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    // A client that hung up is none of the server's business.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    stream.conn.send_close_notify();
    let _ = stream.flush();
}
