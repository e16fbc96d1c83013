//! What goes into a statement and comes out of it.

use super::error::{Error, ErrorKind};
use std::fmt;
use std::sync::Arc;

/// A value of a column.
///
/// ```
/// use mycarrierpackets_sync::store::Value;
/// assert_eq!(Value::from("acme"), Value::Text("acme".to_owned()));
/// assert_eq!(Value::from(None::<i64>), Value::Null);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `BIGINT`.
    Integer(i64),
    /// `TEXT`.
    Text(String),
    /// `BYTEA`.
    Bytes(Vec<u8>),
}

impl Value {
    fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Integer(_) => "a number",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// Bytes are shown by their number: they may be secrets.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Integer(number) => write!(f, "Integer({number})"),
            Self::Text(text) => write!(f, "Text({text:?})"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer, whose columns are read by name.
///
/// The getters fail with [`ErrorKind::Value`] when there is no such column, when it holds another type, and, but for
/// those that end in `_opt`, when it is null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The value of a column.
    ///
    /// # Errors
    /// [`ErrorKind::Value`]: there is no column of that name.
    pub fn get(&self, column: &str) -> Result<&Value, Error> {
        let index = self.columns.iter().position(|name| name == column);
        let value = index.and_then(|index| self.values.get(index));
        value.ok_or_else(|| {
            let columns = self.columns.join(", ");
            Error::new(ErrorKind::Value, format!("no column {column} in an answer with the columns {columns}"))
        })
    }

    /// A number.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn integer(&self, column: &str) -> Result<i64, Error> {
        self.integer_opt(column)?.ok_or_else(|| null(column))
    }

    /// A number, or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn integer_opt(&self, column: &str) -> Result<Option<i64>, Error> {
        match self.get(column)? {
            Value::Null => Ok(None),
            Value::Integer(number) => Ok(Some(*number)),
            other => Err(mistyped(column, "a number", other)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn text(&self, column: &str) -> Result<&str, Error> {
        self.text_opt(column)?.ok_or_else(|| null(column))
    }

    /// A text, or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn text_opt(&self, column: &str) -> Result<Option<&str>, Error> {
        match self.get(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(mistyped(column, "a text", other)),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn bytes(&self, column: &str) -> Result<&[u8], Error> {
        self.bytes_opt(column)?.ok_or_else(|| null(column))
    }

    /// Bytes, or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Value`].
    pub fn bytes_opt(&self, column: &str) -> Result<Option<&[u8]>, Error> {
        match self.get(column)? {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            other => Err(mistyped(column, "bytes", other)),
        }
    }

    /// A number that is used as 0 or 1.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], also when it is any other number.
    pub fn flag(&self, column: &str) -> Result<bool, Error> {
        match self.integer(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Error::new(ErrorKind::Value, format!("the column {column} holds {other}, not 0 or 1"))),
        }
    }
}

fn null(column: &str) -> Error {
    Error::new(ErrorKind::Value, format!("the column {column} is null"))
}

fn mistyped(column: &str, wanted: &str, found: &Value) -> Error {
    Error::new(ErrorKind::Value, format!("the column {column} holds {}, not {wanted}", found.name()))
}
