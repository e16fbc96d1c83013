//! Who a customer is to the vendor: a number and a company.

use crate::world::company::invented;
use crate::world::hash::{Draw, pair};

pub(crate) const USERNAME: &str = "demo";
/// Everybody's password: any user name signs in with it and is a customer of its own.
pub(crate) const PASSWORD: &str = "demo";

/// Whoever signs for a customer.
pub(crate) const FIRST_NAME: &str = "Brenda";
pub(crate) const LAST_NAME: &str = "Exampleton";
/// Where every customer has its office.
pub(crate) const STREET: &str = "1 Placeholder Rd";
pub(crate) const CITY: &str = "Chicago";
pub(crate) const STATE: &str = "IL";
pub(crate) const ZIP: &str = "60606";
pub(crate) const PHONE: &str = "(312) 555-0142";

/// What the vendor calls a customer in webhooks, agreements and packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broker {
    pub(crate) id: u32,
    pub(crate) company: String,
    /// `ea72823e-1506-4b72-a3b0-a488e1ba2f1e`.
    pub(crate) key: String,
}

impl Broker {
    /// The company of a user name: the same one always, in every sandbox.
    pub(crate) fn of(user: &str) -> Self {
        if user == USERNAME {
            return Self {
                id: 12,
                company: "Example Brokerage LLC".to_owned(),
                key: "ea72823e-1506-4b72-a3b0-a488e1ba2f1e".to_owned(),
            };
        }
        let hash = user.bytes().fold(pair(user.len() as u64, 0xB20C), |hash, byte| pair(hash, byte.into()));
        let mut draw = Draw::new(hash);
        // Nine digits and more, so that no two of some thousand names meet in one.
        let id = 100_000_000 + draw.below(1_900_000_000);
        let company = format!("{} & {} Brokerage LLC", invented(&mut draw), invented(&mut draw));
        let (high, low) = (draw.next(), draw.next());
        let key = format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFF,
            0x8000 | low >> 48 & 0x3FFF,
            low & 0xFFFF_FFFF_FFFF
        );
        Self { id, company, key }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_user_name_is_a_company_of_its_own_and_always_the_same() {
        assert_eq!(Broker::of("birke"), Broker::of("birke"));
        assert_eq!((Broker::of("demo").id, &*Broker::of("demo").company), (12, "Example Brokerage LLC"));
        let names = (0..2000).map(|n| format!("user-{n}")).chain(["demo", "Demo", "demo ", "", "é"].map(str::to_owned));
        let (mut ids, mut companies, mut keys) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (n, name) in names.enumerate() {
            let broker = Broker::of(&name);
            ids.insert(broker.id);
            keys.insert(broker.key);
            if n < 100 {
                companies.insert(broker.company);
            }
        }
        assert_eq!((ids.len(), keys.len(), companies.len()), (2005, 2005, 100));
        assert!(ids.iter().all(|id| i32::try_from(*id).is_ok()), "an int in every client");
    }
}
