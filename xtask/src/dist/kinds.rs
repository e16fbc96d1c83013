//! The kinds of packages there are, and the sums of what was made.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::programs::Contents;
use super::{container, npm, tar, wheel};
use crate::measure::Outcome;

/// One kind of package: how it is made, and how it is tried.
pub struct Kind {
    pub name: &'static str,
    pub make: fn(&Contents, &Path) -> Outcome<()>,
    pub check: fn(&Contents, &Path) -> Outcome<()>,
}

pub const KINDS: [Kind; 4] = [
    Kind { name: "tar", make: tar::make, check: tar::check },
    Kind { name: "wheels", make: wheel::make, check: wheel::check },
    Kind { name: "npm", make: npm::make, check: npm::check },
    Kind { name: "container", make: container::make, check: container::check },
];

pub const SUMS: &str = "SHA256SUMS";

/// The sums of all files in a folder, as `sha256sum` writes and reads them.
pub fn sums(out: &Path) -> Outcome<String> {
    let failed = |e: std::io::Error| format!("{}: {e}", out.display());
    let mut lines = Vec::new();
    for file in fs::read_dir(out).map_err(failed)? {
        let file = file.map_err(failed)?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name != SUMS {
            let sum = Sha256::digest(fs::read(file.path()).map_err(failed)?);
            let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            lines.push((name.clone(), format!("{sum}  {name}\n")));
        }
    }
    lines.sort();
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// Whether the files in a folder are those of its sums, and no others.
pub fn verify_sums(out: &Path) -> Outcome<()> {
    let path = out.join(SUMS);
    let written = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    if sums(out)? == written { Ok(()) } else { Err(format!("{SUMS} is not of the files beside it: make them again")) }
}
