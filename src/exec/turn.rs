//! Turns on the wire: a call takes one to be sent, and gives it back once its answer has arrived whole.
//!
//! What is done with an answer needs no connection. A list that is read several pages at a time asks for the next page
//! while it decodes those that have arrived; otherwise the wire would be idle for that long in each round.

use std::cell::RefCell;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

struct Turn {
    turns: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
}

tokio::task_local! {
    // Nothing that the generated client passes on could carry it.
    static TURN: RefCell<Turn>;
}

/// Runs `call` when it is its turn. The turn ends with [`give_back`], or with the call.
pub(crate) async fn in_turn<F: Future>(turns: Arc<Semaphore>, call: F) -> F::Output {
    let held = Arc::clone(&turns).acquire_owned().await.ok();
    TURN.scope(RefCell::new(Turn { turns, held }), call).await
}

/// Gives the turn of the running call back, if it has one.
pub(crate) fn give_back() {
    let _ = TURN.try_with(|turn| turn.borrow_mut().held.take());
}

/// Waits for another turn where the running call has given its own back: it sends once more.
pub(crate) async fn take_again() {
    let given_back = |turn: &RefCell<Turn>| {
        let turn = turn.borrow();
        turn.held.is_none().then(|| Arc::clone(&turn.turns))
    };
    if let Ok(Some(turns)) = TURN.try_with(given_back) {
        let held = turns.acquire_owned().await.ok();
        let _ = TURN.try_with(|turn| turn.borrow_mut().held = held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn a_turn_ends_when_it_is_given_back_and_not_before() {
        let turns = Arc::new(Semaphore::new(1));
        let (sent, arrived, decoded) = (Notify::new(), Notify::new(), Notify::new());
        let first = in_turn(Arc::clone(&turns), async {
            sent.notify_one();
            arrived.notified().await;
            give_back();
            decoded.notified().await;
        });
        let second = in_turn(Arc::clone(&turns), async { decoded.notify_one() });
        let observer = async {
            sent.notified().await;
            assert_eq!(turns.available_permits(), 0, "on the wire");
            arrived.notify_one();
        };
        // The first ends only if the second runs while the first still decodes.
        tokio::join!(first, second, observer);
        assert_eq!(turns.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_turn_that_is_not_given_back_ends_with_its_call() {
        let turns = Arc::new(Semaphore::new(1));
        in_turn(Arc::clone(&turns), async {}).await;
        assert_eq!(turns.available_permits(), 1);
        give_back();
        assert_eq!(turns.available_permits(), 1, "outside a turn there is nothing to give back");
    }

    #[tokio::test]
    async fn a_call_that_sends_once_more_waits_for_its_turn() {
        let turns = Arc::new(Semaphore::new(1));
        let (taken, ended) = (Notify::new(), Notify::new());
        let first = in_turn(Arc::clone(&turns), async {
            take_again().await;
            assert_eq!(turns.available_permits(), 0, "it has one already");
            give_back();
            taken.notified().await;
            let again = take_again();
            tokio::pin!(again);
            assert!(futures::poll!(&mut again).is_pending(), "another call has it");
            ended.notify_one();
            again.await;
            assert_eq!(turns.available_permits(), 0);
        });
        let second = in_turn(Arc::clone(&turns), async {
            taken.notify_one();
            ended.notified().await;
        });
        tokio::join!(first, second);
        assert_eq!(turns.available_permits(), 1);
        take_again().await;
        assert_eq!(turns.available_permits(), 1, "a call outside turns takes none");
    }
}
