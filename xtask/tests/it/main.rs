//! The commands as a maintainer runs them, each on a small checkout of its own.

mod api;
mod checklist;
mod codegen;
mod diff;
mod drift;
mod faults;
mod lint;
mod mutations;
mod support;
mod vendor;
