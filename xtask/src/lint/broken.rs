//! What a rule reports.

/// A rule that is broken, and where.
pub struct Broken {
    pub rule: &'static str,
    pub place: String,
    pub message: String,
    pub repair: String,
}
