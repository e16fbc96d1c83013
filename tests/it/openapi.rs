//! The document itself: it is complete, it explains everything, its examples are true, and a bad one is refused.

mod checks;
mod examples;
mod models;
mod operations;
mod words;

/// The rows of a table of `spec/vendor`, each a list of columns, without the header.
fn rows<const N: usize>(table: &'static str) -> Vec<[&'static str; N]> {
    let columns = |line: &'static str| {
        let columns: Vec<_> = line.split('\t').collect();
        columns.try_into().unwrap_or_else(|line| panic!("not {N} columns: {line:?}"))
    };
    table.lines().skip(1).map(columns).collect()
}
