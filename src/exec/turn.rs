//! Turns on the wire: a call takes one to be sent, and gives it back once its answer has arrived whole.
//!
//! Decoding needs no connection. A list that is read several pages at a time asks for the next page while it decodes
//! those that have arrived; otherwise the wire would be idle for that long in each round.

use std::cell::Cell;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    // Nothing that the generated client passes on could carry it.
    static TURN: Cell<Option<OwnedSemaphorePermit>>;
}

/// Runs `call` when it is its turn. The turn ends with [`give_back`], or with the call.
pub(crate) async fn in_turn<F: Future>(turns: Arc<Semaphore>, call: F) -> F::Output {
    let turn = turns.acquire_owned().await.ok();
    TURN.scope(Cell::new(turn), call).await
}

/// Gives the turn of the running call back, if it has one.
pub(crate) fn give_back() {
    let _ = TURN.try_with(Cell::take);
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
}
