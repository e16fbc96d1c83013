//! The differences of two documents: what is said of all operations, and the parts in order.

use super::change::{At, Change, Comparison, shown};
use super::effect::Direction;
use super::renames;
use crate::document::entries;
use serde_json::Value;

/// Every change from `base` to `head`.
pub fn compare(base: &Value, head: &Value) -> Vec<Change> {
    if base == head {
        return Vec::new();
    }
    let mut comparison = Comparison::new(base, head, renames::find(base, head));
    comparison.operations();
    comparison.named_schemas();
    comparison.webhooks();
    comparison.whole();
    let mut changes = comparison.changes;
    if changes.is_empty() {
        // Such as parameters that are shared now.
        let mut form = Comparison::new(base, head, Default::default());
        form.push("documentation", &At::new("document", "", Direction::SENT), "the same in another form");
        changes = form.changes;
    }
    changes
}

impl Comparison<'_> {
    fn whole(&mut self) {
        let (base, head) = (self.base, self.head);
        let at = At::new("document", "", Direction::SENT);
        self.servers(&at.below("servers"), &base["servers"], &head["servers"]);
        let at_hosts = at.below("x-mcp-servers");
        let (old, new) = (&base["x-mcp-servers"], &head["x-mcp-servers"]);
        for (name, server) in entries(old) {
            let place = at_hosts.below(name);
            match new.get(name) {
                None => self.push_gone("server-removed", &place, name.as_str()),
                Some(now) if now["url"] != server["url"] => self.push("host-changed", &place, name.as_str()),
                Some(now) => self.rest(&place, server, now, &["url"]),
            }
        }
        for (name, _) in entries(new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            self.push("server-added", &at_hosts.below(name), name.as_str());
        }
        let schemes = at.below("components").below("securitySchemes");
        let (old, new) = (&base["components"]["securitySchemes"], &head["components"]["securitySchemes"]);
        for (name, scheme) in entries(old) {
            let place = schemes.below(name).named(format!("security scheme {name}"));
            let plain = |value: &Value| {
                let mut value = value.clone();
                value.as_object_mut().and_then(|map| map.remove("description"));
                value
            };
            match new.get(name) {
                None => self.push_gone("security-changed", &place, "removed"),
                Some(now) if plain(now) != plain(scheme) => self.push("security-changed", &place, ""),
                Some(now) if now != scheme => self.push("documentation", &place, ""),
                Some(_) => {}
            }
        }
        for (name, _) in entries(new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            self.push("documentation", &schemes.below(name), format!("security scheme {name}"));
        }
        for word in ["info", "tags", "openapi"] {
            if base[word] != head[word] {
                self.push("documentation", &at.below(word), word);
            }
        }
        self.rest(&at, base, head, &HANDLED);
    }

    fn servers(&mut self, at: &At, old: &Value, new: &Value) {
        let urls = |servers: &Value| -> Vec<String> {
            servers.as_array().into_iter().flatten().map(|server| shown(&server["url"])).collect()
        };
        let (before, after) = (urls(old), urls(new));
        for url in before.iter().filter(|url| !after.contains(url)) {
            self.push_gone("server-removed", at, url.as_str());
        }
        for url in after.iter().filter(|url| !before.contains(url)) {
            self.push("server-added", at, url.as_str());
        }
        if before.first() != after.first() {
            let first = |urls: &[String]| urls.first().cloned().unwrap_or_else(|| "none".to_owned());
            self.push("default-server-changed", at, format!("{} -> {}", first(&before), first(&after)));
        } else if before == after && old != new {
            self.push("documentation", at, "servers");
        }
    }
}

const HANDLED: [&str; 10] = [
    "openapi",
    "info",
    "tags",
    "servers",
    "security",
    "paths",
    "components",
    "x-mcp-servers",
    "x-webhooks",
    "webhooks",
];
