//! The version that a change of the document asks for.

use super::change::Change;
use super::effect::Bump;
use std::fmt;

/// A semantic version without more words after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u64, u64, u64);

impl Version {
    /// Reads `1.2.3`.
    pub fn of(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
            if plain { part.parse().ok() } else { None }
        });
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }

    /// The least version after it for a change of this weight; before 1.0.0 a breaking change is a minor one.
    pub fn after(self, bump: Bump) -> Self {
        let Self(major, minor, patch) = self;
        match bump {
            Bump::Major if major > 0 => Self(major.saturating_add(1), 0, 0),
            Bump::Major => Self(0, minor.saturating_add(1), 0),
            Bump::Minor => Self(major, minor.saturating_add(1), 0),
            Bump::Patch => Self(major, minor, patch.saturating_add(1)),
            Bump::None => self,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What all changes together ask for.
pub fn bump(changes: &[Change]) -> Bump {
    changes.iter().map(|change| change.effect.bump()).max().unwrap_or(Bump::None)
}

/// The version that the head must have at least. A base without a semantic version asks for the first one.
pub fn needed(base: &str, changes: &[Change]) -> Version {
    Version::of(base).map_or(Version(1, 0, 0), |version| version.after(bump(changes)))
}

#[cfg(test)]
mod tests {
    use super::{Bump, Version};

    #[test]
    fn a_version_has_three_numbers() {
        assert_eq!(Version::of("1.20.3"), Some(Version(1, 20, 3)));
        for text in ["v1", "1.0", "1.0.0.0", "1.0.x", "", "1..2", "+1.0.0", "99999999999999999999999.0.0"] {
            assert_eq!(Version::of(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_version_follows_the_weight_of_the_change() {
        let cases = [
            ("1.2.3", Bump::Major, "2.0.0"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::Patch, "1.2.4"),
            ("1.2.3", Bump::None, "1.2.3"),
            ("0.2.3", Bump::Major, "0.3.0"),
        ];
        for (version, bump, next) in cases {
            let after = Version::of(version).expect("a version").after(bump);
            assert_eq!(after.to_string(), next, "{version} {bump:?}");
        }
    }
}
