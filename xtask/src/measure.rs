//! What measurements are taken from: the output of programs, and numbers in it.

use serde_json::Value;
use std::process::Command;

/// What a measurement gives, or why it gives nothing.
pub type Outcome<T> = Result<T, String>;

/// The standard output of a program that ends well.
pub fn output(command: &mut Command) -> Outcome<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|e| format!("{name}: {e}"))?;
    if !done.status.success() {
        return Err(format!("{name}: {}\n{}", done.status, String::from_utf8_lossy(&done.stderr)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// A field of an object that must be a number.
pub fn number(value: &Value, field: &str) -> Outcome<f64> {
    value[field].as_f64().ok_or_else(|| format!("no number {field} in {value}"))
}
