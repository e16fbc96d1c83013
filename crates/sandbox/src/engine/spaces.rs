//! Sandboxes beside the first one, each under a name in the address: made when it is first called, and ended by a call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::engine::{Engine, Place, pump};
use crate::lock;
use crate::wire::meant::quoted;

/// What the addresses of all begin with.
const PREFIX: &str = "/namespaces";
/// More than tests that run side by side have; each has a log and a world of its own.
const MOST: usize = 64;
const LONGEST: usize = 40;

/// All sandboxes of a program.
pub(crate) struct Spaces {
    pub(crate) first: Arc<Engine>,
    /// What the others are made from.
    builder: Builder,
    others: Mutex<BTreeMap<String, Space>>,
    /// Where the tasks of the first one run.
    tasks: Handle,
}

struct Space {
    engine: Arc<Engine>,
    pump: JoinHandle<()>,
}

impl Drop for Space {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

/// Why there is no sandbox of a name.
pub(crate) enum NoSpace {
    /// The name is none.
    Name(String),
    TooMany(String),
}

impl Spaces {
    /// Made within a runtime.
    pub(crate) fn new(first: Arc<Engine>, mut builder: Builder) -> Self {
        // A state is that of the first.
        builder.snapshot = None;
        Self { first, builder, others: Mutex::default(), tasks: Handle::current() }
    }

    /// The sandbox of a name, which is new if the name is.
    pub(crate) fn of(&self, name: &str) -> Result<Arc<Engine>, NoSpace> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=LONGEST).contains(&name.len()) || !name.chars().all(is_plain) {
            return Err(NoSpace::Name(format!(
                "a namespace has a name of 1 to {LONGEST} small letters, digits and dashes, not {}",
                quoted(name)
            )));
        }
        let mut others = lock(&self.others);
        if let Some(space) = others.get(name) {
            return Ok(Arc::clone(&space.engine));
        }
        if others.len() >= MOST {
            return Err(NoSpace::TooMany(format!("there are {MOST} namespaces, which is the most there can be")));
        }
        let engine = Arc::new(self.made(name).map_err(NoSpace::Name)?);
        let pump = self.tasks.spawn(pump::run(Arc::clone(&engine)));
        others.insert(name.to_owned(), Space { engine: Arc::clone(&engine), pump });
        Ok(engine)
    }

    /// All beside the first, by name.
    pub(crate) fn all(&self) -> Vec<(String, Arc<Engine>)> {
        lock(&self.others).iter().map(|(name, space)| (name.clone(), Arc::clone(&space.engine))).collect()
    }

    /// Ends one; false if there is none of this name.
    pub(crate) fn end(&self, name: &str) -> bool {
        let ended = lock(&self.others).remove(name);
        if let Some(space) = &ended {
            // Whoever still waits for its requests hears no more of it.
            space.engine.watch.say_all();
        }
        ended.is_some()
    }

    fn made(&self, name: &str) -> Result<Engine, String> {
        let prefix = format!("{PREFIX}/{name}");
        let first = &self.first;
        let addresses = first.addresses.clone().map(|address| address + &prefix);
        let (hosts, tls) = (first.hosts.clone(), first.tls.clone());
        let engine = Engine::new(&self.builder, Place { addresses, prefix, hosts, tls })?;
        // They were played in the first one, so they can be.
        let _ = engine.play_all();
        Ok(engine)
    }
}

/// The name of a namespace in a path, and the path within it.
pub(crate) fn split(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(PREFIX)?.strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    Some(rest.split_at(end))
}
