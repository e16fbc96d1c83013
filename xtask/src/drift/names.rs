//! Which names of what was captured may be shown.
//!
//! A name can be data: a map keyed by carriers, a path with a number in it. A name is shown if the document has it, or if
//! each of its words is one that the document or the trade of writing APIs uses. Whoever needs the others looks at the
//! exchange that the report names.

use crate::document::{entries, nodes::nodes};
use serde_json::Value;
use std::collections::BTreeSet;

/// Stands for a name that is not shown.
pub const WITHHELD: &str = "(name withheld)";
const LONGEST: usize = 48;

/// Words of field names, beside those of the document.
const COMMON: &str = "about accepted access account action active actual added additional adjusted after agent alert allowed \
    amount answer api application approved area array as assigned at attribute audit available average band base batch \
    before begin between body bool boolean by cached calculated call can cancel canceled cancelled category change changed \
    channel check checked checksum class code codes comment completed compliance condition confirmed contact content count \
    created creation criteria currency current custom data date datetime day days default deleted denied description \
    detail details device disabled display document documents effective email enabled end ended entity error errors \
    estimated event expires expired extended external factor failed feature field fields file filter final first flag \
    flags format fraud free from full future get group guid has hash header high history host hours id identifier ids if \
    image in include included includes including index indicator info information internal interval invalid invited is issue issued item items key keys kind \
    label language last latest legacy length level levels limit limits line link links list local location lock locked \
    log low mail main max maximum message messages meta method min minimum minutes mode model modified monitor month \
    name names need needed new next no node not note notes notice number of off old on only open option options order \
    origin original other out output overall override owner packet page parent part partner path payload pending percent \
    period permission phase phone pin place plan point points policy previous primary priority process processed product \
    profile program progress property provider public query queue quote range rank rate rating ratio raw reason received \
    record recorded records reference region rejected related release remaining remark removed report reported reports \
    request requested required requires reset resolved response result results retry review reviewed revision risk role \
    row rows rule rules scale schedule scheduled scope score scores seconds section segment sent sequence service session \
    set severity shared short show signature signed since site size sort source stage standard start started state \
    status step string style sub subject submitted success suffix summary support suspended system tag tags target \
    task temp temporary term terms test text threshold time timestamp timezone title to token tool total totals track \
    tracking trend trigger true type types unit unknown until update updated upload uploaded url urls usage use used user \
    users utc valid validated validation value values verified version view visible warning warnings web week when with \
    x year years yes zone";

/// The names that may be shown.
pub struct Names {
    words: BTreeSet<String>,
    whole: BTreeSet<String>,
}

impl Names {
    /// Those of `doc`.
    pub fn of(doc: &Value) -> Self {
        let mut whole: BTreeSet<String> = BTreeSet::new();
        for (path, _) in entries(&doc["paths"]) {
            whole.extend(path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{')).map(str::to_owned));
        }
        for node in nodes(doc) {
            for key in ["properties", "headers"] {
                whole.extend(entries(&node.value[key]).map(|(name, _)| name.clone()));
            }
            // Of parameters; an example's text is no name.
            whole.extend(node.value.get("in").and(node.value["name"].as_str()).map(str::to_owned));
            whole.extend(node.value["x-vendor-name"].as_str().map(str::to_owned));
        }
        whole.extend(entries(&doc["components"]["schemas"]).map(|(name, _)| name.clone()));
        let common = COMMON.split_whitespace().map(str::to_owned);
        let words = whole.iter().flat_map(|name| words(name)).chain(common).collect();
        Self { words, whole }
    }

    /// The name, or what stands for it; `values` are texts of the same exchange, which a name may not repeat.
    pub fn shown<'a>(&self, name: &'a str, values: &BTreeSet<String>) -> &'a str {
        if self.is_public(name) && !values.contains(&name.to_lowercase()) { name } else { WITHHELD }
    }

    fn is_public(&self, name: &str) -> bool {
        if self.whole.contains(name) {
            return true;
        }
        let plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-.$".contains(&c));
        let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        let at_end = name.trim_end_matches(|c: char| c.is_ascii_digit()).len() + digits == name.len();
        plain
            && letters > 1
            && digits <= 2
            && at_end
            && name.len() <= LONGEST
            && words(name).iter().all(|word| self.words.contains(word))
    }
}

/// The words of a name, in lower case and without digits: `DOTNumber2` has `dot` and `number`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (n, letter) in letters.iter().enumerate() {
        let before = n.checked_sub(1).map(|n| letters[n]);
        let after = letters.get(n + 1);
        let begins = letter.is_ascii_uppercase()
            && (before.is_some_and(|c| !c.is_ascii_uppercase()) || after.is_some_and(char::is_ascii_lowercase));
        if begins || !letter.is_ascii_alphabetic() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_ascii_alphabetic(), words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{Names, WITHHELD, words};
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_is_split_into_words() {
        assert_eq!(words("DOTNumber2"), ["dot", "number"]);
        assert_eq!(words("x-known_values.Other"), ["x", "known", "values", "other"]);
        assert_eq!(words("isFMCSAInsured"), ["is", "fmcsa", "insured"]);
    }

    #[test]
    fn a_name_that_could_be_data_is_withheld() {
        let doc = json!({
            "paths": {"/api/v1/Carrier/Preview": {}},
            "components": {"schemas": {"Carrier": {"properties": {"InsuranceLimit": {}, "2021odd": {}}}}}
        });
        let names = Names::of(&doc);
        let none = BTreeSet::new();
        for name in
            ["InsuranceLimit", "2021odd", "InsuranceScore", "carrier_flags", "Limit2", "Preview", "InsuranceIsValid"]
        {
            assert_eq!(names.shown(name, &none), name);
        }
        for name in [
            "Ada",
            "AdaExample",
            "MC990123",
            "9900123",
            "ada@carrier.example",
            "Insurance Limit",
            "Limit2026",
            "2Limit",
            "",
            "x",
            "Prairie_Lantern",
            "é",
            "limit/2",
            "1234-5678",
            "Limit1Limit",
        ] {
            assert_eq!(names.shown(name, &none), WITHHELD, "{name}");
        }
        assert_eq!(names.shown("InsuranceScore", &BTreeSet::from(["insurancescore".to_owned()])), WITHHELD);
    }
}
