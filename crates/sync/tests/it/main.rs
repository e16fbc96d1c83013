//! The store: one suite, run on SQLite and on PostgreSQL.

mod place;
mod proxy;
mod server;

mod acts;
mod events;
mod export;
mod feeds;
mod history;
mod identities;
mod leases;
mod lost_connections;
mod opening;
mod ownership;
mod reconcile;
mod refused_files;
mod retention;
mod transactions;
