//! A bar on standard error for work that knows its total and takes more than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);

/// The bar of one piece of work. It is drawn only on a terminal, and not where the output goes to one as well.
pub struct Progress {
    bar: Option<ProgressBar>,
    noun: &'static str,
    begun: Instant,
    done: u64,
    wanted: bool,
}

impl Progress {
    pub fn new(noun: &'static str, quiet: bool) -> Self {
        let mut progress = Self::beside_lines(noun, quiet);
        progress.wanted &= !std::io::stdout().is_terminal();
        progress
    }

    /// A bar also beside output to a terminal: its lines must go through [`aside`](Self::aside).
    pub fn beside_lines(noun: &'static str, quiet: bool) -> Self {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Self { bar: None, noun, begun: Instant::now(), done: 0, wanted }
    }

    /// Adds to what is done, and says of how many.
    pub fn advance(&mut self, by: u64, total: Option<u64>) {
        self.done += by;
        let Some(total) = total.filter(|_| self.wanted && self.begun.elapsed() >= PATIENCE) else {
            return;
        };
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}  {rate}, {eta} left");
            let rate = |state: &ProgressState, out: &mut dyn Write| {
                // Nothing is lost where a bar cannot be drawn.
                let _ = write!(out, "{:.0}/s", state.per_sec());
            };
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("rate", rate));
            bar.with_message(self.noun).with_elapsed(self.begun.elapsed())
        });
        bar.set_length(total);
        bar.set_position(self.done);
    }

    /// Writes something else while the bar is out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// The bar of what is under way, if something is: whatever else is written goes past it.
#[derive(Clone, Default)]
pub struct Shown(Arc<Mutex<Option<Progress>>>);

impl Shown {
    fn bar(&self) -> MutexGuard<'_, Option<Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So much is done of `noun`; `begin` makes the bar of it.
    pub fn reach(&self, noun: &'static str, done: u64, total: Option<u64>, begin: impl FnOnce() -> Progress) {
        let mut bar = self.bar();
        if bar.as_ref().is_some_and(|progress| progress.noun != noun) {
            *bar = None;
        }
        let progress = bar.get_or_insert_with(begin);
        progress.advance(done.saturating_sub(progress.done), total);
    }

    /// It has ended.
    pub fn end(&self) {
        *self.bar() = None;
    }

    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &*self.bar() {
            Some(progress) => progress.aside(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
