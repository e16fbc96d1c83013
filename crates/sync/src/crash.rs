//! Named points in the work, at which a test ends the process or the tick. They do nothing without the feature `proof`.

use std::cell::RefCell;

/// All of them. A tick passes most of them more than once.
pub const POINTS: [&str; 8] =
    ["claimed", "attempted", "page-read", "window-read", "list-read", "before-commit", "after-commit", "taken"];

type Hook = Box<dyn FnMut(&'static str)>;

thread_local! {
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
}

/// Calls `hook` at each point that this thread passes, until it unwinds or another is set.
pub fn at_each(hook: Option<Hook>) {
    HOOK.replace(hook);
}

/// A point of the list.
pub fn point(name: &'static str) {
    if cfg!(feature = "proof") {
        debug_assert!(POINTS.contains(&name), "{name}");
        // Taken out meanwhile: one that unwinds is not called again.
        if let Some(mut hook) = HOOK.take() {
            hook(name);
            HOOK.replace(Some(hook));
        }
    }
}
