//! Parameters of statements about several rows.

use super::value::Value;

/// Rows of one statement: all their values are well below what either engine takes (32,766 and 65,535).
pub(super) const AT_ONCE: usize = 250;

/// `($1, $2), ($3, $4)`, for `rows` rows of `width` values.
pub(super) fn rows(rows: usize, width: usize) -> String {
    let row = |row: usize| format!("({})", places(row * width + 1, width));
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$3, $4, $5`, for `count` values from number `first` on.
pub(super) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// `values` after those of `before`.
pub(super) fn after<'a>(before: &[Value], values: impl IntoIterator<Item = &'a str>) -> Vec<Value> {
    before.iter().cloned().chain(values.into_iter().map(Value::from)).collect()
}
