//! The operation of the document that an exchange is of.

use super::exchange::Exchange;
use super::names::WITHHELD;
use super::tally::Tally;
use crate::document::nodes::escape;
use crate::document::{entries, operations};
use serde_json::Value;
use std::collections::BTreeSet;

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The operation that an exchange is of.
pub struct Operation<'a> {
    pub op: &'a Value,
    pub place: String,
    pub id: &'a str,
    /// The values of the path's parameters.
    pub path: Vec<(String, String)>,
}

/// Whether a host is the API's: a browser's recording has others in it.
pub fn is_ours(doc: &Value, host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let listed =
        doc["servers"].as_array().into_iter().flatten().chain(entries(&doc["x-mcp-servers"]).map(|(_, server)| server));
    let mut urls = listed.filter_map(|server| server["url"].as_str()?.split_once("://"));
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
        || urls.any(|(_, own)| own.trim_end_matches('/').eq_ignore_ascii_case(host))
}

/// Finds it; that there is none is noted.
pub fn find<'a>(tally: &mut Tally<'a>, exchange: &Exchange) -> Option<Operation<'a>> {
    let doc = tally.doc;
    let parts: Vec<&str> = exchange.path.split('/').collect();
    let mut other_verb = None;
    for (path, verb, op) in operations(doc) {
        let own: Vec<&str> = path.split('/').collect();
        let is_same =
            |(own, part): (&&str, &&str)| own.starts_with('{') && !part.is_empty() || own.eq_ignore_ascii_case(part);
        if own.len() != parts.len() || !own.iter().zip(&parts).all(is_same) {
            continue;
        }
        let place = format!("/paths/{}", escape(path));
        if !verb.eq_ignore_ascii_case(&exchange.method) {
            other_verb = Some((place, path));
            continue;
        }
        let named = own.iter().zip(&parts).filter(|(own, _)| own.starts_with('{'));
        let path = named.map(|(own, part)| (own.trim_matches(['{', '}']).to_owned(), (*part).to_owned())).collect();
        let id = op["operationId"].as_str().unwrap_or("unnamed");
        return Some(Operation { op, place: format!("{place}/{verb}"), id, path });
    }
    let method = METHODS.iter().find(|own| own.eq_ignore_ascii_case(&exchange.method)).copied().unwrap_or(WITHHELD);
    match other_verb {
        Some((place, path)) => {
            let message = format!("{method} {path} is not documented");
            tally.remark(
                "method",
                &place,
                "request",
                &message,
                &format!("add `{}` to the path", method.to_lowercase()),
            );
        }
        None => {
            let empty = BTreeSet::new();
            let shown = parts.iter().map(|part| if part.is_empty() { "" } else { tally.names.shown(part, &empty) });
            let path = shown.collect::<Vec<_>>().join("/").replace(WITHHELD, "{…}");
            let message = format!("{method} {path} is not documented");
            tally.remark(
                "operation",
                "/paths",
                "request",
                &message,
                "add the path to `paths`, and its source to spec/WIRE.md",
            );
        }
    }
    None
}
