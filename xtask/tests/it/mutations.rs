//! Any line of a document can be broken in any way: what follows is a fault or a pass, never a panic.

use crate::support::{SPEC, assert_orderly, checkout, codegen, plant, plant_control};
use fastrand::Rng;

const CONTROL: &str = include_str!("control.yaml");
const REAL: [&str; 2] = [include_str!("../../../spec/openapi.yaml"), include_str!("../../../spec/sandbox.yaml")];
const SIGNS: &str = "{}[]:,'\"#&*!|>%@`- \t~$/0é\u{feff}";

/// `text` with one line of it broken, and what was done.
fn broken(text: &str, rng: &mut Rng) -> (String, String) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = rng.usize(..lines.len());
    let line = lines[at].clone();
    let chars: Vec<char> = line.chars().collect();
    let split = rng.usize(..=chars.len());
    let (left, right) = (chars[..split].iter().collect::<String>(), chars[split..].iter().collect::<String>());
    let word = |rng: &mut Rng| {
        let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words[rng.usize(..words.len())].to_owned()
    };
    match rng.u8(..9) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, line),
        2 => lines.truncate(at),
        3 => lines[at] = format!("{left}{}{right}", rng.choice(SIGNS.chars().collect::<Vec<_>>()).unwrap_or(':')),
        4 => lines[at] = left,
        5 => lines[at] = format!("  {line}"),
        6 => lines[at] = line.replacen("  ", "", 1),
        7 => lines[at] = format!("{left}{}{right}", word(rng)),
        _ => {
            let words: Vec<_> = line.split([' ', ':', ',', '{', '}']).filter(|word| !word.is_empty()).collect();
            if let Some(old) = rng.choice(words) {
                lines[at] = line.replacen(old, &word(rng), 1);
            }
        }
    }
    let now = lines.get(at).cloned().unwrap_or_default();
    (lines.join("\n"), format!("line {}: {now}", at + 1))
}

#[test]
fn a_broken_line_is_a_fault_or_a_pass() {
    let root = checkout();
    let mut rng = Rng::with_seed(7);
    let mut refused = 0;
    for n in 0..80 {
        let (spec, what) = broken(if n % 4 == 0 { CONTROL } else { SPEC }, &mut rng);
        plant(root.path(), if n % 4 == 0 { SPEC } else { &spec });
        plant_control(root.path(), if n % 4 == 0 { &spec } else { CONTROL });
        let run = codegen(root.path(), &["--check"]);
        assert_orderly(&run, &what);
        refused += usize::from(run.code == Some(1));
    }
    assert!(refused > 50, "{refused} of them were refused");
}

#[test]
fn a_broken_line_of_the_real_documents_is_a_fault_or_a_pass() {
    let root = checkout();
    let mut rng = Rng::with_seed(11);
    for n in 0..8 {
        let (spec, what) = broken(REAL[n % 2], &mut rng);
        plant(root.path(), if n % 2 == 0 { &spec } else { REAL[0] });
        plant_control(root.path(), if n % 2 == 0 { REAL[1] } else { &spec });
        assert_orderly(&codegen(root.path(), &["--check"]), &what);
    }
}
