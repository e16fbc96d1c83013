//! A certificate of insurance by kind, and by the blob name that an answer holds.

use mycarrierpackets::models::DocumentKind;
use std::error::Error;
use tokio::io::AsyncReadExt as _;

mod support;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_sandbox, client) = support::sandbox().await?;

    // The current one, by kind: to a file, whole or not at all.
    let folder = std::env::temp_dir().join("mycarrierpackets-documents");
    std::fs::create_dir_all(&folder)?;
    let current = client.documents().current("MC113843", DocumentKind::Coi).await?;
    let saved = current.save_in(&folder).await?;
    println!("by kind: {} ({} bytes)", saved.path.display(), saved.bytes);

    // All of them, by blob name: as a reader.
    let carrier = client.carriers().get("MC113843").await?;
    for document in carrier.documents(DocumentKind::Coi) {
        let mut bytes = Vec::new();
        client.documents().get(&document.name).await?.read_to_end(&mut bytes).await?;
        let until = document.date.map_or_else(|| "an unknown day".to_owned(), |date| date.to_string());
        println!("by blob name: {} bytes, insured until {until}", bytes.len());
    }
    Ok(())
}
