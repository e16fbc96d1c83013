//! The source of the C# client, where there is no .NET SDK to compile it: what broke such clients must not be in it.

use std::path::Path;

use crate::measure::Outcome;

/// Each in code that was generated, and what it does.
const RULES: [(&str, &str); 5] = [
    ("TryDeserialize<", "a class for several types, which reads none but an object"),
    ("is not nullable", "an exception for null"),
    ("is required", "an exception for a field that is missing"),
    ("public enum ", "a closed list of values, with an exception for others"),
    ("//mycarrierpackets.com", "the portal's address, to which credentials would go"),
];
/// Fewer files are not a whole client.
const LEAST: usize = 100;

/// Checks what was generated at or below `folder`.
pub fn check(folder: &Path) -> Outcome<()> {
    let (mut left, mut read, mut faults) = (vec![folder.to_owned()], 0, Vec::new());
    while let Some(path) = left.pop() {
        let failed = |e: std::io::Error| format!("{}: {e}", path.display());
        if path.is_dir() {
            for entry in std::fs::read_dir(&path).map_err(failed)? {
                left.push(entry.map_err(failed)?.path());
            }
        } else if path.extension().is_some_and(|end| end == "cs") {
            read += 1;
            let text = std::fs::read_to_string(&path).map_err(failed)?;
            // What supports the models, and is the same for every document, can do these things.
            let model = path.parent().is_some_and(|folder| folder.ends_with("Model"));
            faults.extend(found(&text, model).into_iter().map(|fault| format!("{}:{fault}", path.display())));
        }
    }
    faults.extend((read < LEAST).then(|| format!("{}: {read} files are no whole client", folder.display())));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn found(text: &str, model: bool) -> Vec<String> {
    let code = (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with(['*', '/']));
    let rules = if model { &RULES[..] } else { &RULES[4..] };
    code.flat_map(|(number, line)| {
        let broken = rules.iter().filter(|(words, _)| line.contains(words));
        broken.map(move |(words, what)| format!("{number}: {words}: {what}"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn what_broke_such_clients_is_found_in_code_alone() {
        let union = "ClientUtils.TryDeserialize<int?>(ref utf8JsonReaderInt, jsonSerializerOptions, out varInt);";
        for broken in [
            union,
            "throw new ArgumentNullException(nameof(status), \"Property is not nullable for class Token.\");",
            "throw new ArgumentException(\"Property is required for class Token.\");",
            "    public enum StatusEnum",
            "public const string PORTAL = \"https://mycarrierpackets.com\";",
        ] {
            assert_eq!(found(broken, true).len(), 1, "{broken}");
        }
        assert!(found(union, false).is_empty());
        assert!(found(" * the portal is https://mycarrierpackets.com\n/// is required", true).is_empty());
        assert!(found("status = new Option<string?>(utf8JsonReader.GetString());", true).is_empty());
    }
}
