//! The commands as a maintainer runs them: `codegen`, each on a checkout of its own with a small document.

mod codegen;
mod faults;
mod mutations;
mod support;
