//! Who watches the sandbox, and what is said to them: that something changed, and nothing of what it has become.

use tokio::sync::broadcast::{Receiver, Sender, error::RecvError, error::TryRecvError};

/// Changes that a watcher may be behind with; one that is further behind is dropped.
const BEHIND: usize = 1024;

/// What changed, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) topic: Topic,
    /// Of the request, delivery, message or carrier; none if it is about all.
    pub(crate) number: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Clock,
    Request,
    Delivery,
    Message,
    Fault,
    Carrier,
}

impl Topic {
    pub(crate) const ALL: [Self; 6] =
        [Self::Clock, Self::Request, Self::Delivery, Self::Message, Self::Fault, Self::Carrier];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Request => "request",
            Self::Delivery => "delivery",
            Self::Message => "message",
            Self::Fault => "fault",
            Self::Carrier => "carrier",
        }
    }
}

/// Where changes are said. Clones are of one and the same.
#[derive(Clone)]
pub(crate) struct Watch(Sender<Change>);

impl Default for Watch {
    fn default() -> Self {
        Self(Sender::new(BEHIND))
    }
}

impl Watch {
    /// Says that something changed. With nobody there it costs next to nothing.
    pub(crate) fn say(&self, topic: Topic, number: impl Into<Option<u64>>) {
        if self.is_watched() {
            // Whoever watched may have gone meanwhile.
            let _ = self.0.send(Change { topic, number: number.into() });
        }
    }

    /// Says that everything may have changed.
    pub(crate) fn say_all(&self) {
        Topic::ALL.into_iter().for_each(|topic| self.say(topic, None));
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.0.receiver_count() > 0
    }

    pub(crate) fn watcher(&self) -> Watcher {
        Watcher(self.0.subscribe())
    }
}

/// Somebody who watches.
pub(crate) struct Watcher(Receiver<Change>);

impl Watcher {
    /// What changed since the last time, once something did: of each topic the last number alone if there is much.
    /// `None` for a watcher who fell too far behind.
    pub(crate) async fn changes(&mut self) -> Option<Vec<Change>> {
        let mut found = match self.0.recv().await {
            Ok(change) => vec![change],
            Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
        };
        loop {
            match self.0.try_recv() {
                Ok(change) => {
                    found.retain(|own| own.topic != change.topic || own.topic == Topic::Carrier && *own != change);
                    found.push(change);
                }
                Err(TryRecvError::Empty) => return Some(found),
                Err(TryRecvError::Lagged(_) | TryRecvError::Closed) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(topic: Topic, number: u64) -> Change {
        Change { topic, number: Some(number) }
    }

    #[tokio::test]
    async fn a_watcher_gets_what_changed_and_of_much_the_last() {
        let watch = Watch::default();
        watch.say(Topic::Request, 1);
        let mut watcher = watch.watcher();
        for number in 2..9 {
            watch.say(Topic::Request, number);
        }
        watch.say(Topic::Carrier, 23);
        watch.say(Topic::Carrier, 24);
        watch.say(Topic::Carrier, 23);
        let all = [said(Topic::Request, 8), said(Topic::Carrier, 24), said(Topic::Carrier, 23)];
        assert_eq!(watcher.changes().await.unwrap(), all);
    }

    #[tokio::test]
    async fn one_who_is_too_far_behind_is_dropped_and_others_are_not() {
        let watch = Watch::default();
        let (mut slow, mut quick) = (watch.watcher(), watch.watcher());
        for number in 0..=BEHIND as u64 {
            watch.say(Topic::Request, number);
            assert_eq!(quick.changes().await.unwrap(), [said(Topic::Request, number)]);
        }
        assert_eq!(slow.changes().await, None);
        drop((slow, quick));
        assert!(!watch.is_watched());
    }
}
