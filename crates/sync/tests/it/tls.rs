//! Connections to PostgreSQL that are encrypted, and those that are refused.

use crate::place::Place;
use crate::server::{Server, escaped, server};
use mycarrierpackets_sync::store::{ErrorKind, Store};
use std::path::Path;

/// The address of the server's port in the schema of `place`, and the file with its certificate.
fn port(place: &Place, host: &str) -> Option<(String, String)> {
    let Server { folder: Some(folder), port, .. } = server()? else {
        eprintln!("skipped: the certificate of the server of DATABASE_URL is not known");
        return None;
    };
    let address = format!("postgres://postgres:secret@{host}:{port}/postgres?schema={}", place.schema());
    Some((address, escaped(&folder.join("server.crt"))))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_to_a_server_whose_certificate_is_trusted_is_encrypted() {
    let Some(place) = Place::postgres() else { return };
    let Some((address, certificate)) = port(&place, "localhost") else { return };
    let encrypted = async |address: &str| {
        let store = Store::open(address).await.unwrap();
        let sql = "SELECT CAST(ssl AS TEXT) AS ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let row = store.read(async |tx| tx.query_opt(sql, &[]).await).await.unwrap().unwrap();
        row.text("ssl").unwrap() == "true"
    };
    assert!(encrypted(&format!("{address}&sslrootcert={certificate}")).await);
    assert!(encrypted(&format!("{address}&sslmode=verify-full&sslrootcert={certificate}")).await);
    assert!(!encrypted(&address).await, "within the machine");
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_show_who_it_is_gets_no_password() {
    let Some(place) = Place::postgres() else { return };
    let (Some((named, certificate)), Some((other, _))) = (port(&place, "localhost"), port(&place, "127.0.0.1")) else {
        return;
    };
    for (address, expected) in [
        // Of an authority that nobody knows.
        (format!("{named}&sslmode=require"), "certificate"),
        // Of another name.
        (format!("{other}&sslrootcert={certificate}"), "certificate"),
    ] {
        let error = Store::open(&address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().contains("sslrootcert=FILE"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    place.clean().await;
}

#[tokio::test]
async fn a_server_without_encryption_is_said_to_be_one() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let refusing = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut client, b"N").await.unwrap();
        let mut asked = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut client, &mut asked).await;
        asked
    });
    let address = format!("postgres://postgres:secret@127.0.0.1:{port}/postgres?sslmode=require");
    let error = Store::open(&address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    assert!(error.to_string().contains("does not support TLS"), "{error}");
    // The length and the code by which encryption is asked for, and nothing else.
    assert_eq!(refusing.await.unwrap(), [0, 0, 0, 8, 4, 210, 22, 47]);
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("empty.pem", "");
    write("broken.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
    write("other.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for name in ["missing.pem", "empty.pem", "broken.pem", "other.pem"] {
        let file = escaped(&Path::new(folder.path()).join(name));
        let address = format!("postgres://u:secret@127.0.0.1:1/tms?sslrootcert={file}");
        let error = Store::open(&address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Address, "{name}: {error}");
        assert!(error.message().contains(name), "{error}");
    }
}
