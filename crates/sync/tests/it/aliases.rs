//! The names of a carrier.

use crate::kept::Kept;
use crate::place::Place;
use mycarrierpackets_sync::store::aliases::{self, Resolved};

crate::on_both!(
    the_name_of_a_carrier_is_that_of_its_dot_number_once_it_is_known,
    a_number_is_a_name_while_one_claims_it
);

async fn resolve(kept: &Kept, carrier: &str, others: &[&str]) -> Resolved {
    let others: Vec<String> = others.iter().map(|&other| other.to_owned()).collect();
    kept.write(async |held| aliases::resolve(held, carrier, &others).await).await
}

async fn the_name_of_a_carrier_is_that_of_its_dot_number_once_it_is_known(place: &Place) {
    let kept = Kept::new(place).await;
    // What comes, and the name that it gets.
    let steps: [(&str, &[&str], &str); 7] = [
        ("MC:1", &[], "MC:1"),
        ("DOT:1", &["MC:1"], "DOT:1"),
        ("MC:1", &[], "DOT:1"),
        ("MC:1", &["MC:1"], "DOT:1"),
        ("DOT:1", &["FF:7"], "DOT:1"),
        ("FF:7", &["MC:1"], "DOT:1"),
        ("MC:2", &[], "MC:2"),
    ];
    for (carrier, others, expected) in steps {
        let resolved = resolve(&kept, carrier, others).await;
        assert_eq!((resolved.carrier.as_str(), resolved.shared.len()), (expected, 0), "{carrier} {others:?}");
    }
    let names = kept.store.read(async |tx| aliases::names(&tx, "a", "DOT:1").await).await.unwrap();
    assert_eq!(names, ["DOT:1", "FF:7", "MC:1"]);
    let other = kept.store.read(async |tx| aliases::find(&tx, "b", "MC:1").await).await.unwrap();
    assert_eq!(other, None, "those of another customer are its own");
}

async fn a_number_is_a_name_while_one_claims_it(place: &Place) {
    let kept = Kept::new(place).await;
    let (first, second) = (resolve(&kept, "DOT:1", &["MC:1"]).await, resolve(&kept, "DOT:2", &["MC:1", "MC:2"]).await);
    assert_eq!((first.shared.len(), second.shared.len()), (0, 1));
    assert_eq!((second.shared[0].alias.as_str(), second.shared[0].carriers.len()), ("MC:1", 2));
    // (number, whose it is, who claims it)
    let cases: [(&str, Option<&str>, &[&str]); 3] =
        [("MC:1", None, &["DOT:1", "DOT:2"]), ("MC:2", Some("DOT:2"), &["DOT:2"]), ("MC:3", None, &[])];
    for (number, whose, claims) in cases {
        let found = kept.store.read(async |tx| aliases::find(&tx, "a", number).await).await.unwrap();
        let claimed = kept.store.read(async |tx| aliases::claimed_by(&tx, "a", number).await).await.unwrap();
        assert_eq!((found.as_deref(), claimed), (whose, claims.iter().map(|&claim| claim.to_owned()).collect()));
    }
    let names = async |carrier| kept.store.read(async |tx| aliases::names(&tx, "a", carrier).await).await.unwrap();
    assert_eq!(
        (names("DOT:1").await, names("DOT:2").await),
        (vec!["DOT:1".into()], vec!["DOT:2".into(), "MC:2".into()])
    );
    let all = kept.store.read(async |tx| aliases::of_carrier(&tx, "a", "DOT:2").await).await.unwrap();
    assert_eq!(
        all.iter().map(|alias| (alias.alias.as_str(), alias.shared)).collect::<Vec<_>>(),
        [("MC:1", true), ("MC:2", false)]
    );
}
