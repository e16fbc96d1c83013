//! How many carriers may be removed at once.

use crate::error::Error;

/// The most removals of one plan. Half a file would remove the other half.
///
/// ```
/// use mycarrierpackets_sync::reconcile::Cap;
///
/// let cap = Cap::default();
/// assert!(cap.check(10, 100).is_ok() && cap.check(11, 100).is_err());
/// assert!(cap.check(100, 5_000).is_ok() && cap.check(101, 5_000).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cap {
    /// As a number. Default 100.
    pub count: usize,
    /// As a share of the monitored list, in percent. Default 10.
    pub percent: f64,
}

impl Default for Cap {
    fn default() -> Self {
        Self { count: 100, percent: 10.0 }
    }
}

impl Cap {
    /// Whether `removals` of `monitored` carriers may be removed.
    ///
    /// # Errors
    /// [`Error::Usage`] where they are more than either the number or the share.
    pub fn check(&self, removals: usize, monitored: usize) -> Result<(), Error> {
        let share = (monitored as f64 * self.percent / 100.0).floor() as usize;
        let most = self.count.min(share);
        if removals <= most {
            return Ok(());
        }
        Err(Error::Usage(format!("the plan removes {removals} of {monitored} carriers, more than {most}")))
    }
}
