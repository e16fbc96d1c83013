//! The document for a client behind the normaliser, where a DOT number is a whole number or null. Generators that make a class
//! of its own for "number or text" cannot read null into it (Java), or refuse both (C#).

use std::path::Path;

use crate::measure::Outcome;

const WIRE: &str = "\
      anyOf:
        - {type: integer, format: int32, nullable: true}
        - {type: string, nullable: true}
";
const NORMALISED: &str = "\
      type: integer
      format: int32
      nullable: true
";

/// Writes it to `target/clients/openapi.normalised.yaml`.
pub fn write(root: &Path) -> Outcome<()> {
    let path = root.join("spec/openapi.yaml");
    let document = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let made = of(&document)?;
    let path = root.join("target/clients/openapi.normalised.yaml");
    std::fs::write(&path, made).map_err(|e| format!("{}: {e}", path.display()))
}

fn of(document: &str) -> Outcome<String> {
    let start = document.find("\n    DotNumber:\n").ok_or("spec/openapi.yaml has no DotNumber")?;
    let (before, from) = document.split_at(start);
    match from.find(WIRE) {
        Some(at) if !from[1..at].contains("\n\n") => Ok(format!("{before}{}", from.replacen(WIRE, NORMALISED, 1))),
        _ => Err("DotNumber in spec/openapi.yaml is written in another way than xtask/src/clients/flavour.rs knows"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_dot_number_changes() {
        let document = include_str!("../../../spec/openapi.yaml");
        let made = super::of(document).unwrap();
        let changed: Vec<_> = made.lines().filter(|line| !document.lines().any(|own| own == *line)).collect();
        assert_eq!(made.len() + super::WIRE.len(), document.len() + super::NORMALISED.len());
        assert!(changed.is_empty(), "lines of a kind that the document has elsewhere, too: {changed:?}");
        assert!(super::of("components:\n  schemas: {}\n").is_err());
        assert!(super::of("a:\n    DotNumber:\n      type: string\n\n").is_err());
    }
}
