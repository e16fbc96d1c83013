//! The outbox: the emails and text messages that would have gone out, of each customer the last ones.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::customers::message::{Letter, Message};
use crate::lock;
use crate::watch::{Topic, Watch};

/// More than a test looks through; past it a customer's oldest message is dropped.
const MOST: usize = 1_000;
/// Of all customers together, so that a snapshot can be put back. Past it the oldest message of all is dropped.
const MOST_BYTES: usize = 16 << 20;

/// The messages of all customers, numbered in the order in which they went out.
#[derive(Default)]
pub(crate) struct Outbox(Mutex<Boxes>, Watch);

/// What is kept of it in a snapshot.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Boxes {
    last: u64,
    by_customer: BTreeMap<Arc<str>, Own>,
    #[serde(skip)]
    bytes: usize,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Own {
    letters: VecDeque<Letter>,
    dropped: u64,
}

/// What a look into the outbox found.
pub(crate) struct Found {
    /// How many messages fit, of those that are kept.
    pub(crate) total: usize,
    /// How many of the customer's messages, or of all, were dropped to make room.
    pub(crate) dropped: u64,
    /// The last ones, oldest first.
    pub(crate) messages: Vec<Message>,
}

impl Outbox {
    pub(crate) fn new(watch: Watch) -> Self {
        Self(Mutex::default(), watch)
    }

    /// Puts a message in, as the last one.
    pub(crate) fn post(&self, customer: &Arc<str>, mut letter: Letter) {
        let mut boxes = lock(&self.0);
        boxes.last += 1;
        letter.number = boxes.last;
        boxes.bytes += letter.size();
        let own = boxes.by_customer.entry(Arc::clone(customer)).or_default();
        own.letters.push_back(letter);
        if own.letters.len() > MOST {
            let freed = own.drop_oldest();
            boxes.bytes -= freed;
        }
        while boxes.bytes > MOST_BYTES && boxes.drop_oldest() {}
        let number = boxes.last;
        drop(boxes);
        self.1.say(Topic::Message, number);
    }

    /// The last `limit` messages that fit, of one customer or of all; `portal` is where links lead.
    pub(crate) fn last(
        &self,
        customer: Option<&str>,
        limit: usize,
        portal: &str,
        fits: impl Fn(&Letter) -> bool,
    ) -> Found {
        let boxes = lock(&self.0);
        let wanted = |name: &str| customer.is_none_or(|own| own == name);
        let own = || boxes.by_customer.iter().filter(|(name, _)| wanted(name));
        let mut found: Vec<_> = own()
            .flat_map(|(name, own)| own.letters.iter().map(move |letter| (name, letter)))
            .filter(|(_, letter)| fits(letter))
            .collect();
        found.sort_by_key(|(_, letter)| letter.number);
        let first = found.len().saturating_sub(limit);
        Found {
            total: found.len(),
            dropped: own().map(|(_, own)| own.dropped).sum(),
            messages: found.iter().skip(first).map(|(name, letter)| letter.read(name, portal)).collect(),
        }
    }

    /// The message of a number.
    pub(crate) fn get(&self, number: u64, portal: &str) -> Option<Message> {
        lock(&self.0).by_customer.iter().find_map(|(name, own)| {
            let at = own.letters.binary_search_by_key(&number, |letter| letter.number).ok()?;
            Some(own.letters.get(at)?.read(name, portal))
        })
    }

    /// Forgets the messages of one customer or of all, and what was dropped. Numbers go on.
    pub(crate) fn clear(&self, customer: Option<&str>) {
        let mut boxes = lock(&self.0);
        boxes.by_customer.retain(|name, _| customer.is_some_and(|own| own != &**name));
        boxes.bytes = boxes.size();
        drop(boxes);
        self.1.say(Topic::Message, None);
    }

    pub(crate) fn keep(&self) -> Boxes {
        lock(&self.0).clone()
    }

    /// Forgets all, and takes up others.
    pub(crate) fn replace(&self, mut boxes: Boxes) {
        for own in boxes.by_customer.values_mut() {
            while own.letters.len() > MOST {
                own.drop_oldest();
            }
        }
        boxes.bytes = boxes.size();
        *lock(&self.0) = boxes;
    }
}

impl Boxes {
    fn size(&self) -> usize {
        self.by_customer.values().flat_map(|own| &own.letters).map(Letter::size).sum()
    }

    /// False if there is none.
    fn drop_oldest(&mut self) -> bool {
        let oldest = |own: &&mut Own| own.letters.front().map_or(u64::MAX, |letter| letter.number);
        let Some(own) = self.by_customer.values_mut().filter(|own| !own.letters.is_empty()).min_by_key(oldest) else {
            return false;
        };
        self.bytes -= own.drop_oldest();
        true
    }
}

impl Own {
    /// How many bytes it frees.
    fn drop_oldest(&mut self) -> usize {
        self.dropped += 1;
        self.letters.pop_front().map_or(0, |letter| letter.size())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::message::MessageKind;
    use crate::world::clock::Ticks;

    fn letter(text: &str) -> Letter {
        Letter::to("ada@carrier.example", MessageKind::Invitation, Ticks(0)).text(text)
    }

    #[test]
    fn the_oldest_of_a_customer_are_dropped_and_counted() {
        let (outbox, one, two) = (Outbox::default(), Arc::from("one"), Arc::from("two"));
        outbox.post(&two, letter("first"));
        for n in 0..1_007 {
            outbox.post(&one, letter(&format!("letter {n}")));
        }
        let found = outbox.last(Some("one"), 2, "", |_| true);
        assert_eq!((found.total, found.dropped, found.messages.len()), (1_000, 7, 2));
        assert_eq!((found.messages[1].number, found.messages[1].text.as_str()), (1_008, "letter 1006"));
        assert!(outbox.get(8, "").is_none() && outbox.get(9, "").is_some() && outbox.get(1_009, "").is_none());
        assert_eq!(outbox.last(None, 5_000, "", |_| true).total, 1_001);
        outbox.clear(Some("one"));
        let left = outbox.last(None, 10, "", |_| true);
        assert_eq!((left.total, left.dropped, left.messages[0].text.as_str()), (1, 0, "first"));
        outbox.post(&one, letter("next"));
        assert_eq!(outbox.last(Some("one"), 1, "", |_| true).messages[0].number, 1_009, "no number comes again");
    }

    #[test]
    fn all_of_them_together_have_a_limit() {
        let (outbox, long) = (Outbox::default(), "x".repeat(1 << 20));
        for n in 0..40 {
            outbox.post(&Arc::from(format!("customer {n}")), letter(&long));
        }
        let found = outbox.last(None, 100, "", |_| true);
        assert_eq!((found.total, found.dropped), (15, 25));
        assert_eq!(found.messages[0].customer, "customer 25", "the oldest go first, whose ever they are");
        // What is kept is put back as it was.
        let other = Outbox::default();
        other.replace(outbox.keep());
        other.post(&Arc::from("one more"), letter(&long));
        let found = other.last(None, 100, "", |_| true);
        assert_eq!((found.total, found.dropped, found.messages[14].number), (15, 26, 41));
    }
}
