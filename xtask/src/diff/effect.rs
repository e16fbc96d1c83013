//! What a change means: for those who have the wire before them, and for those who have generated code.

/// The languages whose generated clients are judged, as `CHANGES` lists their effects.
pub const LANGUAGES: [&str; 6] = ["rust", "go", "typescript", "python", "java", "csharp"];

/// How much a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Nothing that a program notices.
    None,
    /// Programs go on as they are.
    Compatible,
    /// Programs must be changed.
    Breaking,
}

impl Impact {
    /// As it is written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }

    fn of(letter: u8) -> Self {
        match letter {
            b'-' => Self::None,
            b'c' => Self::Compatible,
            _ => Self::Breaking,
        }
    }
}

/// Who writes what a schema describes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Direction {
    /// The client sends it.
    pub sent: bool,
    /// The server or a webhook does.
    pub answered: bool,
}

impl Direction {
    pub const SENT: Self = Self { sent: true, answered: false };
    pub const ANSWERED: Self = Self { sent: false, answered: true };
}

/// What a change does on the wire and in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    pub wire: Impact,
    /// In the order of `LANGUAGES`: what code written against the generated client notices after it is generated again.
    pub languages: [Impact; 6],
}

/// What the next version must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

impl Bump {
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Effect {
    /// The effect of a kind of change on what goes in `direction`; a kind that is not listed is taken for breaking.
    pub fn of(kind: &str, direction: Direction) -> Self {
        let row = CHANGES.iter().find(|row| row.0 == kind).unwrap_or(&UNLISTED);
        let sent = if direction.sent { Impact::of(row.1) } else { Impact::None };
        let answered = if direction.answered { Impact::of(row.2) } else { Impact::None };
        let mut languages = [Impact::None; 6];
        for (impact, letter) in languages.iter_mut().zip(row.3.bytes()) {
            *impact = Impact::of(letter);
        }
        Self { wire: sent.max(answered), languages }
    }

    /// Rust alone does not make a major version: the crate has a version of its own.
    pub fn bump(&self) -> Bump {
        let others = self.languages.iter().skip(1).max().copied().unwrap_or(Impact::None);
        match self.wire.max(others).max(self.languages[0].min(Impact::Compatible)) {
            Impact::Breaking => Bump::Major,
            Impact::Compatible => Bump::Minor,
            Impact::None => Bump::Patch,
        }
    }
}

/// Kind; on the wire where the client sends it, and where the server does; in each of `LANGUAGES`.
type Row = (&'static str, u8, u8, &'static str);

const UNLISTED: Row = ("other", b'b', b'b', "bbbbbb");

/// Go, Python, Java and C# make a type of each schema and a function of each operation; openapi-fetch of TypeScript goes
/// by paths, and knows operations by no other name. Rust and Java pass parameters by position. Extensions are read by the
/// Rust client; other clients follow them by hand.
const CHANGES: &[Row] = &[
    // Operations.
    ("operation-added", b'c', b'c', "cccccc"),
    ("operation-removed", b'b', b'b', "bbbbbb"),
    ("operation-renamed", b'-', b'-', "bbbbbb"),
    ("path-changed", b'b', b'b', "ccbccc"),
    ("path-case-changed", b'-', b'-', "--b---"),
    ("method-changed", b'b', b'b', "ccbccc"),
    ("tag-changed", b'-', b'-', "b--bbb"),
    ("deprecated", b'c', b'c', "cccccc"),
    // Parameters.
    ("parameter-added", b'c', b'c', "bcccbc"),
    ("required-parameter-added", b'b', b'b', "bbbbbb"),
    ("parameter-removed", b'b', b'b', "bbbbbb"),
    ("parameter-moved", b'b', b'b', "bbbbbb"),
    ("parameter-case-changed", b'-', b'-', "bbbbbb"),
    ("parameter-now-required", b'b', b'b', "bbbbcb"),
    ("parameter-now-optional", b'c', b'c', "bbcccc"),
    // Bodies and answers.
    ("body-added", b'c', b'c', "bbccbc"),
    ("required-body-added", b'b', b'b', "bbbbbb"),
    ("body-removed", b'b', b'b', "bbbbbb"),
    ("body-now-required", b'b', b'b', "bbbbcb"),
    ("body-now-optional", b'c', b'c', "bbcccc"),
    ("media-type-added", b'c', b'c', "cccccc"),
    ("media-type-removed", b'b', b'b', "bbbbbb"),
    ("answer-added", b'b', b'b', "bbbbbb"),
    ("answer-removed", b'b', b'b', "bbbbbb"),
    ("error-added", b'c', b'c', "cccccc"),
    ("error-removed", b'c', b'c', "cccccc"),
    ("header-added", b'c', b'c', "cccccc"),
    ("header-removed", b'b', b'b', "cccccc"),
    // Schemas.
    ("schema-added", b'-', b'-', "cccccc"),
    ("schema-removed", b'-', b'-', "bbbbbb"),
    ("schema-renamed", b'-', b'-', "bbbbbb"),
    ("schema-named", b'-', b'-', "bbbbbb"),
    ("schema-replaced", b'b', b'b', "bbbbbb"),
    ("title-changed", b'-', b'-', "---b--"),
    ("field-added", b'c', b'c', "cccccc"),
    ("required-field-added", b'b', b'c', "bcbbcb"),
    ("field-removed", b'b', b'b', "bbbbbb"),
    ("field-now-required", b'b', b'c', "bbcbcb"),
    ("field-now-optional", b'c', b'b', "bbbbcb"),
    ("type-changed", b'b', b'b', "bbbbbb"),
    ("format-changed", b'b', b'b', "bbbbbb"),
    ("text-format-changed", b'c', b'c', "b-----"),
    ("number-widened", b'c', b'b', "bb-bbb"),
    ("number-narrowed", b'b', b'c', "bb-bbb"),
    ("now-nullable", b'c', b'b', "--bb-c"),
    ("no-longer-nullable", b'b', b'c', "--cc-c"),
    ("variant-added", b'c', b'b', "bbbbbb"),
    ("variant-removed", b'b', b'c', "bbbbbb"),
    ("closed", b'b', b'c', "bbbbbb"),
    ("opened", b'c', b'b', "bbbbbb"),
    ("value-added", b'c', b'b', "cccccc"),
    ("value-removed", b'b', b'c', "bbbbbb"),
    ("values-closed", b'b', b'c', "bbbbbb"),
    ("values-opened", b'c', b'b', "bbbbbb"),
    ("tightened", b'b', b'c', "cccccc"),
    ("loosened", b'c', b'b', "cccccc"),
    ("default-added", b'c', b'c', "cccccc"),
    ("default-changed", b'b', b'b', "cccccc"),
    ("default-removed", b'c', b'c', "cccccc"),
    // Extensions. A ranking decides about carriers: whoever follows it by hand must change it.
    ("known-value-added", b'c', b'c', "c-----"),
    ("known-value-removed", b'-', b'-', "b-----"),
    ("known-value-renamed", b'-', b'-', "b-----"),
    ("order-changed", b'-', b'-', "bbbbbb"),
    ("idempotency-stricter", b'b', b'b', "cbbbbb"),
    ("idempotency-looser", b'c', b'c', "cccccc"),
    ("shape-added", b'b', b'b', "-bbbbb"),
    ("shape-removed", b'c', b'c', "-ccccc"),
    ("text-for-object-added", b'c', b'b', "-bbbbb"),
    ("text-for-object-removed", b'b', b'c', "cccccc"),
    ("text-for-object-changed", b'b', b'b', "bbbbbb"),
    ("pages-added", b'b', b'b', "cbbbbb"),
    ("pages-removed", b'c', b'c', "bccccc"),
    ("pages-changed", b'b', b'b', "cbbbbb"),
    ("page-size-lowered", b'b', b'b', "cbbbbb"),
    ("page-size-raised", b'c', b'c', "cccccc"),
    ("rust-type-changed", b'-', b'-', "b-----"),
    ("note-changed", b'-', b'-', "c-----"),
    // Hosts and credentials.
    ("host-changed", b'b', b'b', "cbbbbb"),
    ("server-added", b'c', b'c', "cccccc"),
    ("server-removed", b'b', b'b', "cbbbbb"),
    ("default-server-changed", b'b', b'b', "cbbbbb"),
    ("security-added", b'b', b'b', "cbbbbb"),
    ("security-removed", b'c', b'c', "cccccc"),
    ("security-changed", b'b', b'b', "cbbbbb"),
    // Webhooks: the customer is the server.
    ("webhook-added", b'c', b'c', "cccccc"),
    ("webhook-removed", b'b', b'b', "bbbbbb"),
    ("documentation", b'-', b'-', "------"),
];

#[cfg(test)]
mod tests {
    use super::{CHANGES, Direction, Effect, Impact, LANGUAGES};

    #[test]
    fn every_row_says_what_it_does_in_every_language() {
        for (n, (kind, sent, answered, languages)) in CHANGES.iter().enumerate() {
            assert_eq!(languages.len(), LANGUAGES.len(), "{kind}");
            let letters = languages.bytes().chain([*sent, *answered]);
            assert!(letters.into_iter().all(|letter| b"-cb".contains(&letter)), "{kind}");
            assert!(CHANGES[..n].iter().all(|row| row.0 != *kind), "{kind} is listed twice");
        }
    }

    #[test]
    fn a_kind_that_is_not_listed_is_taken_for_breaking() {
        assert_eq!(Effect::of("unheard of", Direction::SENT).wire, Impact::Breaking);
    }
}
