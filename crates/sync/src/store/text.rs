//! Texts of others that are kept.

/// How much of an error is kept: a page of HTML says nothing more.
const ERROR: usize = 500;

/// The beginning of an error, without the character that PostgreSQL does not keep.
pub(super) fn cut(error: &str) -> String {
    error.chars().filter(|c| *c != '\0').take(ERROR).collect()
}
