//! Processes that are killed: at a point of the engine's, at any instant, and stopped until another has taken over. What
//! they leave behind goes on, and nothing is lost.
//!
//! `KILLS` is how many processes are killed on SQLite (60), `KILLS_POSTGRES` how many on PostgreSQL (20).

mod also;
mod campaign;
mod child;
mod commits;
mod many;
mod one;
mod server;
mod sink;
mod stopped;

#[path = "../simulated/polls.rs"]
mod polls;
#[path = "../it/proxy.rs"]
mod proxy;
#[path = "../simulated/truth.rs"]
mod truth;
#[path = "../simulated/written.rs"]
mod written;
