//! Operations that were refused with a token just issued: the account lacks the right, and no new token will change that.
//!
//! Without this memory each call of such an operation would renew the token that all other calls use.

use crate::Operation;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::Instant;

/// How long a refusal is remembered. Past it the right may have been given, or the token revoked.
const REMEMBERED: Duration = Duration::from_secs(300);

/// What the account may not do, as far as it was seen.
#[derive(Default)]
pub(crate) struct Permissions(Mutex<HashMap<Operation, Instant>>);

impl Permissions {
    fn lacking(&self) -> MutexGuard<'_, HashMap<Operation, Instant>> {
        // The map is whole at every step.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A token that was just issued was refused for `operation`.
    pub(crate) fn refused(&self, operation: Operation) {
        self.lacking().insert(operation, Instant::now());
    }

    /// Whether a 401 for `operation` may be the token's fault.
    pub(crate) fn may_renew(&self, operation: Operation) -> bool {
        self.lacking().get(&operation).is_none_or(|then| then.elapsed() >= REMEMBERED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_right_that_is_lacking_is_remembered_for_a_while() {
        let permissions = Permissions::default();
        assert!(permissions.may_renew(Operation::PreviewCarrier));
        permissions.refused(Operation::PreviewCarrier);
        assert!(!permissions.may_renew(Operation::PreviewCarrier) && permissions.may_renew(Operation::BlockCarrier));
        tokio::time::advance(REMEMBERED - Duration::from_secs(1)).await;
        assert!(!permissions.may_renew(Operation::PreviewCarrier));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(permissions.may_renew(Operation::PreviewCarrier));
    }
}
