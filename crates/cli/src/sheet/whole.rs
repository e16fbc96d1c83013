//! A sheet as a whole.

use super::findings::Findings;
use super::parts::Section;

/// What a sheet says of one carrier.
pub struct Sheet {
    pub title: String,
    pub subtitle: String,
    pub findings: Option<Findings>,
    pub sections: Vec<Section>,
}
