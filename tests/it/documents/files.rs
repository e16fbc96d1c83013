//! Where documents go on the disk, and what is left when they do not.

use super::{blob, names, pdf, pdf_reply, server};
use crate::support::server::path_of;
use mycarrierpackets::types::BlobName;
use mycarrierpackets::{ErrorKind, Operation};
use std::path::Path;
use std::time::Duration;

#[tokio::test]
async fn a_name_leads_nowhere_but_into_the_folder() {
    let (server, client) = server(|_| pdf_reply(3_000)).await;
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("documents");
    std::fs::create_dir(&folder).unwrap();
    let long = ["x".repeat(1024), "é".repeat(1024), "👍".repeat(1024), format!("{}.pdf", "y".repeat(1020))];
    let hostile = [
        "../../x",
        "a/../../b",
        "/etc/cron.d/c",
        "..\\..\\d",
        "C:\\windows\\e",
        "../",
        "..",
        ".",
        "/",
        "\\",
        "//",
        "~/f",
        "$HOME/g",
        "-rf",
        "a/b/",
        "..%2f..%2fh",
        "a/.hidden",
        "CON",
        "nul.pdf",
        "i:stream",
        "j\u{202e}fdp.exe",
    ];
    for name in hostile.into_iter().chain(long.iter().map(String::as_str)) {
        let document = client.documents().get(&blob(name)).await.unwrap();
        let saved = document.save_in(&folder).await.unwrap();
        assert_eq!(saved.path.parent(), Some(folder.as_path()), "{name}");
        assert_eq!(std::fs::read(&saved.path).unwrap(), pdf(3_000), "{name}");
        let file = saved.path.file_name().unwrap().to_str().unwrap();
        assert!(file.len() <= 255 && file.ends_with(".pdf") && !file.starts_with(['.', '-']), "{file}");
        assert!(!file.contains(['/', '\\', ':']), "{file}");
        let sent = server.requests_for(&path_of("GetDocument")).pop().unwrap();
        let pairs = url::form_urlencoded::parse(sent.query.as_bytes());
        assert_eq!(pairs.collect::<Vec<_>>(), [("name".into(), name.into())], "the vendor gets its name back");
    }
    assert_eq!(names(outside.path()), ["documents"]);
    for name in ["", " ", "a\0b", "a\nb", "a\r\nHost: x", "a\u{1b}[2J", &"x".repeat(1025)] {
        assert!(BlobName::new(name).is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn what_the_disk_refuses_is_an_error_that_names_the_path() {
    let (_server, client) = server(|_| pdf_reply(3_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("file"), "a file").unwrap();
    std::fs::create_dir(at("empty")).unwrap();
    std::fs::create_dir_all(at("full/inner")).unwrap();
    let targets = [
        at("empty"),
        at("full"),
        at("full/.."),
        folder.path().to_owned(),
        at("missing/coi.pdf"),
        at("file/coi.pdf"),
        at(&"x".repeat(300)),
        "/".into(),
        "".into(),
    ];
    for target in targets {
        let document = client.documents().get(&blob("a/x")).await.unwrap();
        let error = document.save(&target).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Io, Some(Operation::GetDocument)), "{error}");
        assert!(error.to_string().contains(&target.display().to_string()), "{error}");
    }
    let document = client.documents().get(&blob("a/x")).await.unwrap();
    let error = document.save_in(at("file")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(std::error::Error::source(&error).is_some(), "{error}");
    assert_eq!(names(folder.path()), ["empty", "file", "full"]);
    assert_eq!(names(&at("full")), ["inner"]);
    assert!(names(&at("empty")).is_empty());
    assert_eq!(std::fs::read(at("file")).unwrap(), b"a file");
}

#[tokio::test]
async fn a_whole_document_replaces_the_old_one() {
    let (_server, client) = server(|_| pdf_reply(300_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coi.pdf");
    std::fs::write(&path, "old".repeat(1_000_000)).unwrap();
    let reader = std::fs::File::open(&path).unwrap();
    let saved = client.documents().get(&blob("a/x")).await.unwrap().save(&path).await.unwrap();
    assert_eq!((saved.path, saved.bytes), (path.clone(), 300_000));
    assert_eq!(std::fs::read(&path).unwrap(), pdf(300_000));
    assert_eq!(reader.metadata().unwrap().len(), 3_000_000, "who reads the old one goes on reading it");
    assert_eq!(names(folder.path()), ["coi.pdf"]);
}

#[tokio::test]
async fn the_final_name_holds_the_old_file_until_the_new_one_is_whole() {
    let (_server, client) = server(|_| pdf_reply(400_000).stall_after(300_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coi.pdf");
    std::fs::write(&path, "old").unwrap();
    let document = client.documents().get(&blob("a/x")).await.unwrap();
    let mut save = Box::pin(document.save(&path));
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut save).await.is_err(), "it stands still");
    let part = names(folder.path()).into_iter().find(|name| name != "coi.pdf").expect("a file beside");
    assert!(std::fs::metadata(folder.path().join(part)).unwrap().len() > 100_000);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    drop(save);
    assert_eq!(names(folder.path()), ["coi.pdf"], "dropped half way, it leaves nothing");
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
}

#[tokio::test]
async fn a_path_without_a_folder_is_in_the_current_one() {
    let (_server, client) = server(|_| pdf_reply(3_000)).await;
    let name = format!("mycarrierpackets-test-{}.pdf", std::process::id());
    let saved = client.documents().get(&blob("a/x")).await.unwrap().save(&name).await;
    let removed = std::fs::remove_file(&name);
    assert_eq!(saved.unwrap().path, Path::new(&name));
    removed.unwrap();
}
