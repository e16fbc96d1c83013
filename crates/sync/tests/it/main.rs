//! The store: one suite, run on SQLite and on PostgreSQL.

mod place;
mod posting;
mod proxy;
mod server;
mod vendor;

mod documents;
mod events;
mod feeds;
mod history;
mod identities;
mod inbox;
mod leases;
mod lost_connections;
mod opening;
mod refused_files;
mod transactions;
mod webhooks;
