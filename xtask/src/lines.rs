//! The line of the document that a JSON pointer names.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::{collections::HashMap, fmt};

/// The lines of one document, by JSON pointer.
pub struct Lines(HashMap<String, u64>);

impl Lines {
    /// Reads the lines of `yaml`; none if it is not YAML.
    pub fn of(yaml: &str) -> Self {
        let mut lines = HashMap::new();
        if let Ok(node) = serde_saphyr::from_str::<Node>(yaml) {
            node.number("", &mut lines);
        }
        Self(lines)
    }

    /// The line of `pointer`, or of the nearest part around it that is in the document.
    pub fn line(&self, pointer: &str) -> Option<u64> {
        let mut at = pointer;
        loop {
            if let Some(line) = self.0.get(at) {
                return Some(*line);
            }
            at = &at[..at.rfind('/')?];
        }
    }
}

/// A step of a JSON pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

enum Node {
    Leaf,
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<String>, Node)>),
}

impl Node {
    fn number(&self, place: &str, lines: &mut HashMap<String, u64>) {
        match self {
            Self::Leaf => {}
            Self::List(items) => {
                for (n, item) in items.iter().enumerate() {
                    let place = format!("{place}/{n}");
                    item.value.number(&place, lines);
                    lines.insert(place, item.referenced.line());
                }
            }
            Self::Map(entries) => {
                for (key, value) in entries {
                    let place = format!("{place}/{}", escape(&key.value));
                    value.number(&place, lines);
                    lines.insert(place, key.referenced.line());
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn a_pointer_leads_to_the_line_of_its_key() {
        let lines = Lines::of("paths:\n  /a/b:\n    get:\n      parameters:\n        - {name: x}\n        - name: y\n");
        let cases = [
            ("/paths/~1a~1b", Some(2)),
            ("/paths/~1a~1b/get", Some(3)),
            ("/paths/~1a~1b/get/parameters/1", Some(6)),
            ("/paths/~1a~1b/get/missing", Some(3)),
            ("/elsewhere", None),
            ("line 3, column 1", None),
        ];
        for (pointer, line) in cases {
            assert_eq!(lines.line(pointer), line, "{pointer}");
        }
    }
}
