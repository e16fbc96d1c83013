//! Rows that could not be read.

use crate::kept::Kept;
use crate::place::Place;
use mycarrierpackets_sync::store::rejects;

crate::on_both!(a_row_that_cannot_be_read_is_kept_once_as_it_came);

async fn a_row_that_cannot_be_read_is_kept_once_as_it_came(place: &Place) {
    let kept = Kept::new(place).await;
    let keep = async |feed: &str, id: &str, body: &[u8], error: &str, at: i64| {
        kept.write(async |held| rejects::keep(held, feed, id, body, error, at).await).await;
    };
    keep("changes", "x", b"\0\xff{", "no\0thing", 100).await;
    keep("changes", "x", b"other", "later", 300).await;
    keep("changes", "y", b"", "", 200).await;
    keep("packets", "x", b"[]", "not an object", 100).await;
    let sql = "SELECT body, error, seen_at FROM rejects WHERE feed = 'changes' AND row_id = 'x'";
    let row = kept.store.read(async |tx| tx.query_opt(sql, &[]).await).await.unwrap().unwrap();
    let found = (row.bytes("body").unwrap(), row.text("error").unwrap(), row.integer("seen_at").unwrap());
    assert_eq!(found, (&b"\0\xff{"[..], "no thing", 100));
    let by = async |feed, at| kept.store.read(async |tx| rejects::seen_by(&tx, "a", feed, at).await).await.unwrap();
    for (feed, at, expected) in
        [("changes", 99, 0), ("changes", 100, 1), ("changes", 200, 2), ("packets", 900, 1), ("blocked", 900, 0)]
    {
        assert_eq!(by(feed, at).await, expected, "{feed} {at}");
    }
    assert_eq!(kept.store.read(async |tx| rejects::count(&tx, "a").await).await.unwrap(), 3);
    assert_eq!(kept.store.read(async |tx| rejects::count(&tx, "b").await).await.unwrap(), 0);
}
