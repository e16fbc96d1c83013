//! What speaks against a carrier, and what is not known of it. Nothing here ever says that a carrier is good.

use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub against: Vec<String>,
    pub unknown: Vec<String>,
}

impl Findings {
    /// The findings in one sentence.
    pub fn verdict(&self) -> String {
        let things = |count: usize, one: &str, many: &str| {
            if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
        };
        let against = things(self.against.len(), "finding speaks", "findings speak");
        let unknown = things(self.unknown.len(), "thing is", "things are");
        match (self.against.is_empty(), self.unknown.is_empty()) {
            (true, true) => "Nothing that was read speaks against this carrier. The decision is yours.".to_owned(),
            (true, false) => {
                format!("{unknown} not known of this carrier. Nothing else that was read speaks against it.")
            }
            (false, true) => format!("{against} against this carrier."),
            (false, false) => format!("{against} against this carrier, and {unknown} not known."),
        }
    }

    pub fn speaks_against(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.against.contains(&text) {
            self.against.push(text);
        }
    }

    pub fn not_known(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.unknown.contains(&text) {
            self.unknown.push(text);
        }
    }

    /// A read that failed.
    pub fn unread(&mut self, section: &str, why: &str) {
        self.not_known(format!("{section}: {why}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_verdict_calls_a_carrier_good() {
        let of = |against: usize, unknown: usize| {
            Findings { against: vec!["a".to_owned(); against], unknown: vec!["u".to_owned(); unknown] }.verdict()
        };
        assert_eq!(of(0, 0), "Nothing that was read speaks against this carrier. The decision is yours.");
        assert_eq!(of(0, 1), "1 thing is not known of this carrier. Nothing else that was read speaks against it.");
        assert_eq!(of(1, 0), "1 finding speaks against this carrier.");
        assert_eq!(of(2, 3), "2 findings speak against this carrier, and 3 things are not known.");
    }
}
