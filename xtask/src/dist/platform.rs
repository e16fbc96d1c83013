//! The machine for which packages are made, by the names that each kind of package has for it.

use crate::measure::Outcome;

/// Linux on one kind of processor, with the C library that the programs ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The newest version of glibc whose symbols they use: the 36 of 2.36.
    pub glibc: u32,
    /// The processor, as Rust and Python name it.
    pub processor: &'static str,
}

impl Platform {
    /// That of programs which were built here.
    pub fn of(programs: &[&[u8]]) -> Outcome<Self> {
        if std::env::consts::OS != "linux" {
            return Err(format!(
                "packages are made on Linux, and this is {}: run it in a container",
                std::env::consts::OS
            ));
        }
        let glibc = programs.iter().filter_map(|program| newest_glibc(program)).max();
        let glibc = glibc.ok_or("the programs use no symbol of glibc: are they built for another C library?")?;
        Ok(Self { glibc, processor: std::env::consts::ARCH })
    }

    /// As Rust names it.
    pub fn triple(&self) -> String {
        format!("{}-unknown-linux-gnu", self.processor)
    }

    /// As pip names it. A wheel with this tag is refused where the C library is older, instead of failing when it runs.
    pub fn wheel(&self) -> String {
        format!("manylinux_2_{}_{}", self.glibc, self.processor)
    }

    /// The processor, as Node.js names it.
    pub fn node_processor(&self) -> &'static str {
        match self.processor {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        }
    }
}

/// The newest version among the names of versions in a program, which the loader looks up in the C library.
fn newest_glibc(program: &[u8]) -> Option<u32> {
    const MARK: &[u8] = b"GLIBC_2.";
    let at = program.windows(MARK.len()).enumerate().filter(|(_, bytes)| *bytes == MARK);
    at.filter_map(|(at, _)| {
        let digits = program.get(at + MARK.len()..)?;
        let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
        std::str::from_utf8(digits.get(..end)?).ok()?.parse().ok()
    })
    .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_counts() {
        assert_eq!(newest_glibc(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0"), Some(34));
        assert_eq!(newest_glibc(b"\0GLIBC_2."), None);
        assert_eq!(newest_glibc(b""), None);
    }

    #[test]
    fn each_kind_of_package_has_a_name_for_it() {
        let platform = Platform { glibc: 34, processor: "x86_64" };
        let names = [platform.triple(), platform.wheel(), platform.node_processor().to_owned()];
        assert_eq!(names, ["x86_64-unknown-linux-gnu", "manylinux_2_34_x86_64", "x64"]);
    }
}
