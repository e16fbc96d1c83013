//! The store: one suite, run on SQLite and on PostgreSQL.

mod kept;
mod outlet;
mod place;
mod posting;
mod proxy;
mod receiver;
mod server;
mod vendor;

mod aliases;
mod coverage;
mod customers;
mod deliver;
mod deliver_http;
mod deliver_nats;
mod deliver_once;
mod deliver_workers;
mod digest;
mod documents;
mod events;
mod feeds;
mod history;
mod identities;
mod inbox;
mod leases;
mod lost_connections;
mod opening;
mod presence;
mod reads;
mod refused_files;
mod rejects;
mod roster;
mod sections;
mod transactions;
mod watching;
mod webhooks;
