//! The differences of operations and webhooks.

use super::change::{At, Comparison, from_to, shown};
use super::effect::Direction;
use crate::document::{entries, nodes::escape, operations};
use serde_json::Value;

/// An operation and where it is.
#[derive(Clone, Copy)]
struct Operation<'a> {
    path: &'a str,
    verb: &'a str,
    item: &'a Value,
    op: &'a Value,
}

impl Operation<'_> {
    fn place(&self) -> String {
        format!("/paths/{}/{}", escape(self.path), self.verb)
    }

    fn id(&self) -> &str {
        self.op["operationId"].as_str().unwrap_or(self.path)
    }

    // The server ignores the case of a path, and nobody but the document knows the names in it.
    fn address(&self) -> (String, &str) {
        let parts = self.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        (parts.collect::<Vec<_>>().join("/").to_lowercase(), self.verb)
    }
}

fn all(doc: &Value) -> Vec<Operation<'_>> {
    operations(doc).map(|(path, verb, op)| Operation { path, verb, item: &doc["paths"][path], op }).collect()
}

impl Comparison<'_> {
    pub fn operations(&mut self) {
        let (old, mut new) = (all(self.base), all(self.head));
        for was in old {
            let same_address = |is: &Operation<'_>| is.address() == was.address();
            let same_id =
                |is: &Operation<'_>| is.op["operationId"].is_string() && is.op["operationId"] == was.op["operationId"];
            let found = new.iter().position(same_address).or_else(|| new.iter().position(same_id));
            let mut at = At::new(was.id(), &was.place(), Direction::SENT);
            match found.map(|found| new.remove(found)) {
                None => self.push_gone("operation-removed", &at, format!("{} {}", was.verb.to_uppercase(), was.path)),
                Some(is) => {
                    at.head = is.place();
                    at.subject = is.id().to_owned();
                    self.operation(&at, was, is);
                }
            }
        }
        for (path, item) in entries(&self.base["paths"]) {
            if let Some(other) = self.head["paths"].get(path) {
                let at = At::new(path, "/paths", Direction::SENT).below(path);
                self.rest(&at, item, other, &["get", "post", "put", "delete", "patch", "parameters", "servers"]);
            }
        }
        for is in new {
            let at = At::new(is.id(), &is.place(), Direction::SENT);
            self.push("operation-added", &at, format!("{} {}", is.verb.to_uppercase(), is.path));
        }
    }

    fn operation(&mut self, at: &At, was: Operation<'_>, is: Operation<'_>) {
        if was.address().0 != is.address().0 {
            self.push("path-changed", at, format!("{} -> {}", was.path, is.path));
        } else if was.path != is.path {
            self.push("path-case-changed", at, format!("{} -> {}", was.path, is.path));
        }
        if was.verb != is.verb {
            self.push("method-changed", at, format!("{} -> {}", was.verb, is.verb));
        }
        let (old, new) = (was.op, is.op);
        self.pair("operation-renamed", at, old, new, "operationId");
        if old["tags"] != new["tags"] {
            let first = old["tags"][0] != new["tags"][0];
            self.pair(if first { "tag-changed" } else { "documentation" }, at, old, new, "tags");
        }
        let lists = |one: Operation<'_>| {
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            (list(&one.op["parameters"]), list(&one.item["parameters"]))
        };
        let (before, after) = (lists(was), lists(is));
        self.parameters(at, &before.0, &after.0);
        // Those that all operations of a path share.
        let mut shared = at.clone();
        shared.base = format!("/paths/{}", escape(was.path));
        shared.head = format!("/paths/{}", escape(is.path));
        self.parameters(&shared, &before.1, &after.1);
        self.body(&at.below("requestBody"), &old["requestBody"], &new["requestBody"]);
        self.answers(&at.below("responses"), &old["responses"], &new["responses"], Direction::ANSWERED);
        self.extensions(at, old, new);
        self.security(&at.below("security"), security(self.base, old), security(self.head, new));
        for server in
            [old, new, was.item, is.item].map(|value| &value["servers"]).into_iter().filter(|s| !s.is_null()).take(1)
        {
            let own =
                |one: Operation<'_>| one.op.get("servers").or(one.item.get("servers")).cloned().unwrap_or_default();
            if own(was) != own(is) {
                self.push("host-changed", &at.below("servers"), shown(server));
            }
        }
        self.rest(at, old, new, &HANDLED);
    }

    fn parameters(&mut self, at: &At, old: &[Value], new: &[Value]) {
        let place = |list: &str, n: usize| format!("{list}/parameters/{n}");
        let mut left: Vec<_> =
            new.iter().enumerate().map(|(n, one)| follow(self.head, place(&at.head, n), one)).collect();
        for (n, one) in old.iter().enumerate() {
            let (base, before) = follow(self.base, place(&at.base, n), one);
            let name = before["name"].as_str().unwrap_or_default();
            let is_named = |other: &Value| other["name"].as_str().is_some_and(|other| other == name);
            let is_alike = |other: &Value| other["name"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(name));
            let found = left
                .iter()
                .position(|(_, other)| is_named(other) && other["in"] == before["in"])
                .or_else(|| left.iter().position(|(_, other)| is_alike(other) && other["in"] == before["in"]))
                .or_else(|| left.iter().position(|(_, other)| is_alike(other)));
            let mut here = At { base, ..at.named(format!("{}, parameter {name}", at.subject)) };
            let Some((head, after)) = found.map(|found| left.remove(found)) else {
                self.push_gone("parameter-removed", &here, "");
                continue;
            };
            here.head = head;
            if before["in"] != after["in"] {
                self.push("parameter-moved", &here.below("in"), from_to(&before["in"], &after["in"]));
            }
            if before["name"] != after["name"] {
                self.push("parameter-case-changed", &here.below("name"), from_to(&before["name"], &after["name"]));
            }
            match (before["required"] == true, after["required"] == true) {
                (false, true) => self.push("parameter-now-required", &here, ""),
                (true, false) => self.push("parameter-now-optional", &here, ""),
                _ => {}
            }
            self.schema(&here.below("schema"), &before["schema"], &after["schema"]);
            self.rest(&here, before, after, &["name", "in", "required", "schema"]);
        }
        for (head, after) in left {
            let kind = if after["required"] == true { "required-parameter-added" } else { "parameter-added" };
            let name = after["name"].as_str().unwrap_or_default();
            let here = At { head, ..at.named(format!("{}, parameter {name}", at.subject)) };
            self.push(kind, &here, format!("in {}", shown(&after["in"])));
        }
    }

    fn body(&mut self, at: &At, old: &Value, new: &Value) {
        let (base, old) = follow(self.base, at.base.clone(), old);
        let (head, new) = follow(self.head, at.head.clone(), new);
        let at = At { base, head, ..at.named(format!("{}, body", at.subject)) };
        match (old.is_null(), new.is_null(), old["required"] == true, new["required"] == true) {
            (true, true, ..) => return,
            (true, false, _, true) => return self.push("required-body-added", &at, ""),
            (true, false, _, false) => return self.push("body-added", &at, ""),
            (false, true, ..) => return self.push_gone("body-removed", &at, ""),
            (_, _, false, true) => self.push("body-now-required", &at, ""),
            (_, _, true, false) => self.push("body-now-optional", &at, ""),
            _ => {}
        }
        self.media_types(&at.below("content"), &old["content"], &new["content"]);
        self.rest(&at, old, new, &["required", "content"]);
    }

    fn answers(&mut self, at: &At, old: &Value, new: &Value, direction: Direction) {
        let is_success = |status: &str| status.starts_with('2') || status == "default";
        for (status, before) in entries(old) {
            let place = at.below(status);
            let Some(after) = new.get(status) else {
                let kind = if is_success(status) { "answer-removed" } else { "error-removed" };
                self.push_gone(kind, &place, status.as_str());
                continue;
            };
            let (base, before) = follow(self.base, place.base.clone(), before);
            let (head, after) = follow(self.head, place.head.clone(), after);
            let subject = match head.strip_prefix("/components/responses/") {
                Some(name) => format!("answer {name}"),
                None => format!("{}, {status}", at.subject),
            };
            let here = At { base, head, ..place.named(subject) }.directed(direction);
            self.media_types(&here.below("content"), &before["content"], &after["content"]);
            self.headers(&here.below("headers"), &before["headers"], &after["headers"]);
            self.rest(&here, before, after, &["content", "headers"]);
        }
        for (status, _) in entries(new).filter(|(status, _)| old.get(status.as_str()).is_none()) {
            self.push(
                if is_success(status) { "answer-added" } else { "error-added" },
                &at.below(status),
                status.as_str(),
            );
        }
    }

    fn headers(&mut self, at: &At, old: &Value, new: &Value) {
        for (name, before) in entries(old) {
            let place = at.below(name).named(format!("{}, header {name}", at.subject));
            let Some(after) = new.get(name) else {
                self.push_gone("header-removed", &place, "");
                continue;
            };
            let (base, before) = follow(self.base, place.base.clone(), before);
            let (head, after) = follow(self.head, place.head.clone(), after);
            let here = At { base, head, ..place };
            self.schema(&here.below("schema"), &before["schema"], &after["schema"]);
            self.rest(&here, before, after, &["schema"]);
        }
        for (name, _) in entries(new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            self.push("header-added", &at.below(name).named(format!("{}, header {name}", at.subject)), "");
        }
    }

    fn media_types(&mut self, at: &At, old: &Value, new: &Value) {
        for (name, before) in entries(old) {
            let place = at.below(name);
            let Some(after) = new.get(name) else {
                self.push_gone("media-type-removed", &place, name.as_str());
                continue;
            };
            self.schema(&place.below("schema"), &before["schema"], &after["schema"]);
            self.rest(&place, before, after, &["schema"]);
        }
        for (name, _) in entries(new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            self.push("media-type-added", &at.below(name), name.as_str());
        }
    }

    // What the document says of an operation beside OpenAPI.
    fn extensions(&mut self, at: &At, old: &Value, new: &Value) {
        // What is unknown is the strictest: nobody may repeat it.
        let strictness = |op: &Value| match op["x-mcp-idempotency"].as_str() {
            Some("read") => 0,
            Some("idempotent") => 1,
            _ => 2,
        };
        let stricter = strictness(new) > strictness(old);
        self.pair(
            if stricter { "idempotency-stricter" } else { "idempotency-looser" },
            at,
            old,
            new,
            "x-mcp-idempotency",
        );
        self.pair("host-changed", at, old, new, "x-mcp-server");
        let shapes = |op: &Value| op["x-mcp-accepts"].as_array().cloned().unwrap_or_default();
        let (before, after) = (shapes(old), shapes(new));
        let more = after.iter().any(|shape| !before.contains(shape));
        self.pair(if more { "shape-added" } else { "shape-removed" }, at, old, new, "x-mcp-accepts");
        self.pages(&at.below("x-mcp-pagination"), &old["x-mcp-pagination"], &new["x-mcp-pagination"]);
    }

    fn pages(&mut self, at: &At, old: &Value, new: &Value) {
        match (old.is_null(), new.is_null()) {
            (true, false) => return self.push("pages-added", at, shown(new)),
            (false, true) => return self.push_gone("pages-removed", at, shown(old)),
            _ => {}
        }
        if old["max"] != new["max"] {
            let raised = old["max"].as_u64().zip(new["max"].as_u64()).is_some_and(|(old, new)| new > old);
            let kind = if raised { "page-size-raised" } else { "page-size-lowered" };
            self.push(kind, &at.below("max"), format!("max {}", from_to(&old["max"], &new["max"])));
        }
        self.pair("default-changed", at, old, new, "default");
        self.pair("pages-changed", at, old, new, "style");
        self.pair("pages-changed", at, old, new, "items");
        self.rest(at, old, new, &["max", "default", "style", "items"]);
    }

    fn security(&mut self, at: &At, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        let none = |value: &Value| value.as_array().is_none_or(Vec::is_empty);
        let kind = match (none(old), none(new)) {
            (true, true) => return,
            (true, false) => "security-added",
            (false, true) => "security-removed",
            _ => "security-changed",
        };
        self.push(kind, at, from_to(old, new));
    }

    /// What the vendor posts: the customer is the server, and reads the body.
    pub fn webhooks(&mut self) {
        let hooks = |doc: &'_ Value| if doc["x-webhooks"].is_null() { "/webhooks" } else { "/x-webhooks" };
        let mut at = At::new("webhooks", hooks(self.head), Direction::ANSWERED);
        at.base = hooks(self.base).to_owned();
        let (base, head) = (self.base, self.head);
        let part = |doc: &'_ Value, place: &str| doc.pointer(place).cloned().unwrap_or_default();
        let (old, new) = (part(base, &at.base), part(head, &at.head));
        for (name, before) in entries(&old) {
            let here = at.below(name).named(name.clone());
            let Some(after) = new.get(name) else {
                self.push_gone("webhook-removed", &here, "");
                continue;
            };
            let (here, before, after) = (here.below("post"), &before["post"], &after["post"]);
            let list = |value: &Value| value["parameters"].as_array().cloned().unwrap_or_default();
            self.parameters(&here, &list(before), &list(after));
            self.body(&here.below("requestBody"), &before["requestBody"], &after["requestBody"]);
            self.answers(&here.below("responses"), &before["responses"], &after["responses"], Direction::SENT);
            self.pair("operation-renamed", &here, before, after, "operationId");
            self.rest(&here, before, after, &["parameters", "requestBody", "responses", "operationId"]);
        }
        for (name, _) in entries(&new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            self.push("webhook-added", &at.below(name).named(name.clone()), "");
        }
    }
}

const HANDLED: [&str; 11] = [
    "operationId",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "x-mcp-idempotency",
    "x-mcp-server",
    "x-mcp-accepts",
    "x-mcp-pagination",
];

/// What a `$ref` stands for, and where that is.
fn follow<'a>(doc: &'a Value, place: String, value: &'a Value) -> (String, &'a Value) {
    let pointer = value["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    let found = pointer.and_then(|pointer| Some((pointer.to_owned(), doc.pointer(pointer)?)));
    found.unwrap_or((place, value))
}

fn security<'a>(doc: &'a Value, op: &'a Value) -> &'a Value {
    op.get("security").unwrap_or(&doc["security"])
}
