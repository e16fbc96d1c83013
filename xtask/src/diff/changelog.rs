//! The changes as an entry of spec/CHANGELOG.md, in terms of the wire.

use super::change::Change;
use super::effect::Impact;
use super::version::Version;

/// The entry of a version.
pub fn entry(version: Version, changes: &[Change]) -> String {
    let is_prose = |change: &&Change| change.kind == "documentation";
    let groups = [
        ("Breaking on the wire", Impact::Breaking),
        ("Compatible on the wire", Impact::Compatible),
        ("The same on the wire; generated code changes", Impact::None),
    ];
    let mut text = format!("## {version}\n");
    for (heading, wire) in groups {
        let lines: Vec<_> =
            changes.iter().filter(|change| !is_prose(change) && change.effect.wire == wire).map(line).collect();
        if !lines.is_empty() {
            text.push_str(&format!("\n### {heading}\n\n{}\n", lines.join("\n")));
        }
    }
    let prose = changes.iter().filter(is_prose).count();
    if prose > 0 {
        let places = if prose == 1 { "1 place".to_owned() } else { format!("{prose} places") };
        text.push_str(&format!("\n### Documentation\n\n- Descriptions, examples and remarks in {places}.\n"));
    }
    text
}

fn line(change: &Change) -> String {
    let words = change.kind.replace('-', " ");
    let subject = change.subject.split(", ").map(|part| match part.split_once(' ') {
        Some((what, name)) => format!("{what} `{name}`"),
        None => format!("`{part}`"),
    });
    let subject = subject.collect::<Vec<_>>().join(", ");
    if change.detail.is_empty() {
        format!("- {subject}: {words}.")
    } else {
        format!("- {subject}: {words}: `{}`.", change.detail)
    }
}
