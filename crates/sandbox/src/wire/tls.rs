//! TLS: a certificate that is given, or one that is made at the start, and the connections that it secures.

use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

use crate::wire::line::Line;

/// How long a client may take for a handshake.
const SLOWEST_HANDSHAKE: Duration = Duration::from_secs(10);
/// The first byte of a handshake, with which no request of HTTP begins.
const HANDSHAKE: u8 = 22;
/// How long a certificate that is made is valid; browsers take none that is valid for longer than 398 days.
const DAYS: i64 = 397;

/// What a sandbox speaks TLS with: [`Builder::tls`](crate::Builder::tls).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use mycarrierpackets_sandbox::{Sandbox, Tls};
///
/// let sandbox = Sandbox::builder().carriers(10).tls(Tls::self_made()).start().await?;
/// assert!(sandbox.base_url().starts_with("https://127.0.0.1:"));
/// // What a client must trust, for reqwest: `Certificate::from_pem(pem.as_bytes())`.
/// let pem = sandbox.certificate().unwrap_or_default();
/// assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Tls(Source);

#[derive(Clone)]
enum Source {
    Made,
    Given { certificate: Vec<u8>, key: Vec<u8> },
}

impl Tls {
    /// With a certificate that is made when the sandbox starts, by an authority that signs nothing else: for `localhost`,
    /// 127.0.0.1, `[::1]`, and every name that the sandbox may be called by. It is valid for 397 days.
    #[must_use]
    pub fn self_made() -> Self {
        Self(Source::Made)
    }

    /// With this certificate, those between it and its authority after it, and its key; both as PEM.
    #[must_use]
    pub fn pem(certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self(Source::Given { certificate: certificate.into(), key: key.into() })
    }

    /// Makes or reads the certificate. `names` are those that it is made for.
    ///
    /// # Errors
    /// A certificate or a key that is not PEM, or that do not belong together.
    pub(crate) fn secured(&self, names: Vec<String>) -> io::Result<Secured> {
        let Identity { chain, key, trusted } = match &self.0 {
            Source::Made => made(names).map_err(io::Error::other)?,
            Source::Given { certificate, key } => given(certificate, key).map_err(wrong)?,
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(io::Error::other)?.with_no_client_auth().with_single_cert(chain, key);
        let mut config = config.map_err(|error| wrong(format!("the certificate and its key: {error}")))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Secured { acceptor: TlsAcceptor::from(Arc::new(config)), certificate: trusted })
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Source::Made => "Tls::self_made()",
            Source::Given { .. } => "Tls::pem(..)",
        })
    }
}

/// A certificate in use.
#[derive(Clone)]
pub(crate) struct Secured {
    acceptor: TlsAcceptor,
    /// What a client must trust, as PEM.
    pub(crate) certificate: String,
}

impl Secured {
    /// Whether a client that has connected begins a handshake; one that speaks HTTP does not know better. `None` if it
    /// sends nothing.
    pub(crate) async fn is_meant(stream: &TcpStream) -> Option<bool> {
        let mut first = [0];
        let peeked = tokio::time::timeout(SLOWEST_HANDSHAKE, stream.peek(&mut first)).await;
        peeked.ok()?.ok().filter(|count| *count > 0).map(|_| first == [HANDSHAKE])
    }

    /// The connection after its handshake, if that succeeds in time.
    pub(crate) async fn accept(&self, line: Line) -> Option<TlsStream<Line>> {
        tokio::time::timeout(SLOWEST_HANDSHAKE, self.acceptor.accept(line)).await.ok()?.ok()
    }
}

struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    trusted: String,
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

fn given(certificate: &[u8], key: &[u8]) -> Result<Identity, String> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
    let chain = chain.map_err(|error| format!("the certificate is not PEM: {error}"))?;
    if chain.is_empty() {
        return Err("the certificate is not PEM: it has no BEGIN CERTIFICATE".to_owned());
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("the key is not PEM: {error}"))?;
    Ok(Identity { chain, key, trusted: String::from_utf8_lossy(certificate).into_owned() })
}

/// An authority, and a certificate of it. Its key is gone when this returns, so it signs nothing else.
fn made(names: Vec<String>) -> Result<Identity, rcgen::Error> {
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let named = |name: String| {
        let mut names = DistinguishedName::new();
        names.push(DnType::CommonName, name);
        names
    };
    let (authority_key, key) = (KeyPair::generate()?, KeyPair::generate()?);
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Clients find an authority by its name, and may trust those of several sandboxes.
    let number = RandomState::new().hash_one(0);
    authority.distinguished_name = named(format!("MyCarrierPackets sandbox {number:016x}"));
    let mut own = CertificateParams::new(names)?;
    own.distinguished_name = named("MyCarrierPackets sandbox".to_owned());
    own.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    own.use_authority_key_identifier_extension = true;
    let midnight = |days: i64| {
        let date = today.saturating_add(days.days());
        date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    for params in [&mut authority, &mut own] {
        // Clocks of other machines may be behind.
        (params.not_before, params.not_after) = (midnight(-1), midnight(DAYS - 1));
    }
    let trusted = authority.self_signed(&authority_key)?.pem();
    let signed = own.signed_by(&key, &Issuer::new(authority, authority_key))?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    Ok(Identity { chain: vec![signed.der().clone()], key, trusted })
}
