//! The integration tests, one binary.
//!
//! - `openapi`: `spec/openapi.yaml` against the vendor's tables and itself; `surface`: what is generated from it.
//! - `wire`: every shape an answer can have, as the client returns it; `arguments`: every argument, as it is sent.
//! - `tokens`, `token_times`, `kept_tokens`: when a token is requested, renewed and kept; `retries`: what is repeated,
//!   and what never is.
//! - `invitations`: what is asked after an outcome that is unknown.
//! - `truth`: every operation under every fault of the sandbox.
//! - `by_path`: operations that the document does not have; `proxies`: what goes through one.
//! - `absent`: what is nothing to the vendor, and what only looks so; `names`: what public names must not hide.
//! - `verdicts`: who answered, and whether a good status is an answer.
//! - `bad_input`: one clear error for each thing that goes wrong; `secrets`: what no log or error may show.
//! - `paging`: lists as streams; `documents`: files and blob names; `contract`: what the sandbox answers, against the
//!   document.
//! - `feed`: each row of a feed once, whatever the vendor does and whenever the poller stops.
//! - `known_values`: each value that is known occurs in the sandbox.
//! - `weather`: sandboxes that follow the vendor's documents, and that are in a storm.
//! - `webhooks`: what is refused, what is understood, and what reaches a handler.
//! - `raw`: the escape hatches beside the typed handles; `send`: what may cross threads.
//! - `layers`: which file uses which, in every crate; `form`: how files look, and what crates depend on.
//! - `papers`: words, links, manifests and messages.
//! - `fuzzing`: the checks of the fuzz targets as property tests, with the feature of that name.
//! - `support`: the scripted server, the clients, and the checks of JSON that the others share.

// The generated mocks name the types of the SDK as its own code does.
use mycarrierpackets::types;

mod absent;
mod arguments;
mod bad_input;
mod by_path;
mod contract;
mod documents;
#[cfg(feature = "feed")]
mod feed;
mod form;
#[cfg(feature = "fuzzing")]
mod fuzzing;
mod invitations;
mod kept_tokens;
mod known_values;
mod layers;
mod names;
mod openapi;
mod paging;
mod papers;
mod proxies;
mod raw;
mod retries;
mod secrets;
mod send;
mod support;
mod surface;
mod token_times;
mod tokens;
mod truth;
mod verdicts;
mod weather;
mod webhooks;
mod wire;
