//! Simulated days and months: an engine beside the sandbox, whose clock both follow. Every event that the vendor knows of
//! arrives, once, whatever the vendor does and whenever the engine is cut off.
//!
//! `SIMULATED_SEEDS` is the number of months (2), `SIMULATED_FROM` the first seed (1).

mod days;
mod delivering;
mod events;
mod evidence;
mod happening;
mod month;
mod months;
mod plan;
mod polls;
mod present;
mod scripted;
mod settles;
mod truth;
mod turns;
mod vendor;
mod weather;
mod world;
mod written;
