//! The store: one suite, run on SQLite and on PostgreSQL.

mod outlet;
mod place;
mod proxy;
mod receiver;
mod server;

mod deliver;
mod deliver_http;
mod deliver_nats;
mod deliver_once;
mod deliver_workers;
mod events;
mod feeds;
mod history;
mod identities;
mod leases;
mod lost_connections;
mod opening;
mod refused_files;
mod transactions;
