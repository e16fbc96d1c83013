//! The store: one suite, run on SQLite and on PostgreSQL.

mod kept;
mod place;
mod proxy;
mod server;

mod coverage;
mod events;
mod feeds;
mod history;
mod identities;
mod leases;
mod lost_connections;
mod opening;
mod presence;
mod reads;
mod refused_files;
mod transactions;
mod watching;
