//! One hash of all chains.

use crate::kept::Kept;
use crate::place::Place;
use mycarrierpackets_sync::store::chains::{self, Digest};
use mycarrierpackets_sync::store::sections::{self, Observation};
use serde_json::json;

crate::on_both!(a_digest_is_the_same_whenever_it_is_made, a_digest_of_many_chains_is_of_all_of_them);

/// That of what was read at `at` or before.
async fn digest(kept: &Kept, at: i64) -> Digest {
    kept.store.read(async |tx| chains::digest(&tx, "a", at + 1).await).await.unwrap()
}

async fn a_digest_is_the_same_whenever_it_is_made(place: &Place) {
    let kept = Kept::new(place).await;
    let see = async |carrier: &str, section: &str, value: i64, at: i64| {
        let document = json!({"value": value});
        let seen = Observation { carrier, section, source: "x", document: &document, at };
        kept.write(async |held| sections::observe(held, &seen).await).await;
    };
    let mut made = vec![(0, digest(&kept, 0).await)];
    for (carrier, section, value, at) in
        [("DOT:1", "data", 1, 100), ("DOT:1", "details", 1, 200), ("DOT:2", "data", 1, 300), ("DOT:1", "data", 2, 400)]
    {
        see(carrier, section, value, at).await;
        made.push((at, digest(&kept, at).await));
    }
    assert_eq!(made.iter().map(|(_, digest)| digest.chains).collect::<Vec<_>>(), [0, 1, 2, 3, 3]);
    // What was read again and is the same changes nothing.
    see("DOT:2", "data", 1, 500).await;
    for (at, before) in &made {
        assert_eq!(digest(&kept, *at).await, *before, "at {at}");
        assert_eq!(made.iter().filter(|(_, other)| other.hash == before.hash).count(), 1, "at {at}");
    }
    // Somebody replaces a version and calculates the hash anew: the digests from then on show it.
    kept.sql("UPDATE versions SET hash = 'ab' WHERE carrier = 'DOT:1' AND section = 'details'").await;
    for (at, before) in &made {
        assert_eq!(digest(&kept, *at).await == *before, *at < 200, "at {at}");
    }
}

async fn a_digest_of_many_chains_is_of_all_of_them(place: &Place) {
    let kept = Kept::new(place).await;
    let document = json!({});
    kept.write(async |held| {
        for number in 0..1_100 {
            let (carrier, source) = (format!("DOT:{number}"), "x");
            for section in ["data", "details"] {
                sections::observe(
                    held,
                    &Observation { carrier: &carrier, section, source, document: &document, at: 1 },
                )
                .await?;
            }
        }
        Ok(())
    })
    .await;
    let before = digest(&kept, 1).await;
    assert_eq!(before.chains, 2_200);
    kept.sql("UPDATE versions SET hash = 'ab' WHERE carrier = 'DOT:999' AND section = 'details'").await;
    assert_ne!(digest(&kept, 1).await.hash, before.hash);
}
