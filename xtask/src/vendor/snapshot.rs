//! What the vendor has published, as tables: the last snapshot in `spec/vendor/`, and a document of the vendor's.

use std::fmt::Write as _;
use std::{fs, path::Path};

/// One of the three tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    Operations,
    Parameters,
    Models,
}

impl Table {
    pub const ALL: [Self; 3] = [Self::Operations, Self::Parameters, Self::Models];

    /// Its file, below the checkout.
    pub fn file(self) -> &'static str {
        match self {
            Self::Operations => "spec/vendor/operations.tsv",
            Self::Parameters => "spec/vendor/parameters.tsv",
            Self::Models => "spec/vendor/models.tsv",
        }
    }

    fn columns(self) -> usize {
        if self == Self::Parameters { 6 } else { 4 }
    }

    /// How many of its columns name a row.
    fn keys(self) -> usize {
        if self == Self::Operations { 1 } else { 2 }
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub cells: Vec<String>,
    /// Its line in the file; 0 for a row that is new.
    pub line: usize,
}

impl Row {
    pub fn new<const N: usize>(cells: [&str; N]) -> Self {
        Self { cells: cells.map(str::to_owned).to_vec(), line: 0 }
    }

    pub fn cell(&self, n: usize) -> &str {
        self.cells.get(n).map_or("", String::as_str)
    }
}

/// The three tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    operations: Vec<Row>,
    parameters: Vec<Row>,
    models: Vec<Row>,
}

impl Tables {
    /// The last snapshot.
    ///
    /// # Errors
    /// A file that cannot be read, or a row without its columns.
    pub fn read(root: &Path) -> Result<Self, String> {
        let mut tables = Self::default();
        for table in Table::ALL {
            let file = table.file();
            let text = fs::read_to_string(root.join(file)).map_err(|e| format!("{file}:1: {e}"))?;
            let columns = table.columns();
            for (n, line) in text.lines().enumerate().skip(1) {
                let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
                if cells.len() != columns {
                    return Err(format!("{file}:{}: {} columns instead of {columns}", n + 1, cells.len()));
                }
                tables.rows_mut(table).push(Row { cells, line: n + 1 });
            }
        }
        Ok(tables)
    }

    pub fn rows(&self, table: Table) -> &[Row] {
        match table {
            Table::Operations => &self.operations,
            Table::Parameters => &self.parameters,
            Table::Models => &self.models,
        }
    }

    pub fn rows_mut(&mut self, table: Table) -> &mut Vec<Row> {
        match table {
            Table::Operations => &mut self.operations,
            Table::Parameters => &mut self.parameters,
            Table::Models => &mut self.models,
        }
    }

    /// The row with the keys of `like`.
    pub fn find(&self, table: Table, like: &Row) -> Option<&Row> {
        let keys = table.keys();
        self.rows(table).iter().find(|row| row.cells[..keys] == like.cells[..keys])
    }

    /// Takes in a row: in place of the one with its keys, or after the last one of the same operation or model.
    pub fn put(&mut self, table: Table, row: &Row) {
        let keys = table.keys();
        let rows = self.rows_mut(table);
        if let Some(own) = rows.iter_mut().find(|own| own.cells[..keys] == row.cells[..keys]) {
            for (cell, new) in own.cells.iter_mut().zip(&row.cells) {
                // What the vendor's document does not say stays: remarks, and meanings of codes.
                if !new.is_empty() {
                    cell.clone_from(new);
                }
            }
            return;
        }
        let after = rows.iter().rposition(|own| keys > 1 && own.cells[0] == row.cells[0]);
        rows.insert(after.map_or(rows.len(), |after| after + 1), row.clone());
    }

    pub fn remove(&mut self, table: Table, row: &Row) {
        let keys = table.keys();
        self.rows_mut(table).retain(|own| own.cells[..keys] != row.cells[..keys]);
    }

    /// The text of a table's file; the heading is that of `old`.
    pub fn text(&self, table: Table, old: &str) -> String {
        let mut text = format!("{}\n", old.lines().next().unwrap_or_default());
        for row in self.rows(table) {
            let _ = writeln!(text, "{}", row.cells.join("\t"));
        }
        text
    }
}
