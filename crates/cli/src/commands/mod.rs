//! The commands, one file each.

pub mod api;
pub mod block;
pub mod carrier;
pub mod document;
mod expiring;
mod export;
pub mod factoring;
pub mod invite;
pub mod link;
pub mod monitor;
pub mod packet;
pub mod profile;
mod reconcile;
pub mod shell;
pub mod sync;
pub mod token;
pub mod verify;
mod vet;
pub mod webhook;
