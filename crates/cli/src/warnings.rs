//! What the library warns of, in a line for a person: a record with gaps must not pass for a whole one.

use crate::text::printable;
use std::fmt::Debug;
use std::io::Write as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

pub struct Warnings;

/// A warning on its way to a line.
#[derive(Default)]
struct Line {
    message: String,
    paths: String,
    /// Whoever reads a list says so of all its pages together.
    of_list: bool,
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() != Level::WARN {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        if !line.of_list {
            let paths = if line.paths.is_empty() { String::new() } else { format!(": {}", line.paths) };
            // Nobody may be there to read it.
            let _ = writeln!(std::io::stderr().lock(), "warning: {}{}", printable(&line.message), printable(&paths));
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = text,
            "paths" => self.paths = text.trim_matches(['[', ']']).replace('"', ""),
            "page" | "pages" => self.of_list = true,
            _ => {}
        }
    }
}
