//! Encrypted connections to PostgreSQL, to a server that shows who it is.

use crate::store::error::{Error, ErrorKind};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Whether connections are encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Tls {
    /// They are not.
    Off,
    /// They are, and the server's certificate is for its name and from an authority of this file in PEM, or from one that
    /// the system trusts.
    Verified(Option<PathBuf>),
}

/// What makes a connection encrypted; nothing where it is not to be.
pub(super) fn connector(tls: &Tls) -> Result<Option<MakeRustlsConnect>, Error> {
    let Tls::Verified(roots) = tls else { return Ok(None) };
    let failed = |error: rustls::Error| {
        Error::caused(ErrorKind::Unreachable, "connections to PostgreSQL cannot be encrypted", error)
    };
    // Chosen here: a program may have several.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = match roots {
        None => versions.map_err(failed)?.with_platform_verifier().map_err(failed)?,
        Some(file) => versions.map_err(failed)?.with_root_certificates(authorities(file)?),
    };
    Ok(Some(MakeRustlsConnect::new(config.with_no_client_auth())))
}

fn authorities(file: &Path) -> Result<RootCertStore, Error> {
    let shown = file.display();
    let unreadable = |error| {
        let what = format!("the certificates of sslrootcert cannot be read from {shown}");
        Error::caused(ErrorKind::Address, what, error)
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(unreadable)? {
        roots.add(certificate.map_err(unreadable)?).map_err(|error| {
            Error::caused(ErrorKind::Address, format!("a certificate in {shown} is not that of an authority"), error)
        })?;
    }
    if roots.is_empty() {
        return Err(Error::new(ErrorKind::Address, format!("there is no certificate in {shown}")));
    }
    Ok(roots)
}
