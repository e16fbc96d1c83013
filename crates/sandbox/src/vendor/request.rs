//! The parameters of a request, found the way ASP.NET binds them: by name, whatever the case.

use serde_json::{Map, Value};

use crate::vendor::answer::Failure;
use crate::world::clock::Ticks;

pub(crate) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads a query or a form.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self { pairs: form_urlencoded::parse(text).into_owned().collect() }
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Adds the members of a JSON body. They come after the query's, so the query wins.
    pub(crate) fn add_body(&mut self, body: &[u8]) -> Result<(), Failure> {
        if body.trim_ascii().is_empty() {
            return Ok(());
        }
        let invalid = || Failure::bad("The request is invalid.").detail("The body is not a JSON object.");
        let members: Map<String, Value> = serde_json::from_slice(body).map_err(|_| invalid())?;
        for (name, value) in members {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text,
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => return Err(invalid()),
            };
            self.pairs.push((name, text));
        }
        Ok(())
    }

    /// A value that is neither missing nor blank.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.pairs.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.find_map(|(_, value)| Some(value.as_str()).filter(|value| !value.trim().is_empty()))
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str, Failure> {
        self.get(name).ok_or_else(|| missing(name))
    }

    pub(crate) fn int(&self, name: &'static str) -> Result<Option<i64>, Failure> {
        // What ASP.NET binds to is an Int32.
        let parse = |text: &str| text.trim().parse::<i32>().map(i64::from).map_err(|_| invalid(name, text, "Int32"));
        self.get(name).map(parse).transpose()
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, Failure> {
        match self.get(name) {
            None => Ok(false),
            Some(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                _ => Err(invalid(name, text, "Boolean")),
            },
        }
    }

    pub(crate) fn time(&self, name: &'static str) -> Result<Option<Ticks>, Failure> {
        let parse = |text: &str| Ticks::parse(text).ok_or_else(|| invalid(name, text, "DateTime"));
        self.get(name).map(parse).transpose()
    }

    pub(crate) fn required_time(&self, name: &'static str) -> Result<Ticks, Failure> {
        self.required(name)?;
        self.time(name)?.ok_or_else(|| missing(name))
    }
}

fn missing(name: &'static str) -> Failure {
    Failure::invalid(name, format!("{name} is required."))
}

fn invalid(name: &'static str, text: &str, kind: &str) -> Failure {
    let shown: String = text.chars().take(100).collect();
    Failure::invalid(name, format!("The value '{shown}' is not valid for {kind}."))
}
