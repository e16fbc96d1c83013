//! The commands as a maintainer runs them: `codegen` and `api`, each on a small checkout of its own.

mod api;
mod codegen;
mod faults;
mod mutations;
mod support;
