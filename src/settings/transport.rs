//! How the HTTP clients are made, where the caller brings none.

use url::Url;

/// Which proxy calls go through.
#[derive(Clone, Default)]
pub(crate) enum Proxy {
    /// What `HTTPS_PROXY`, `ALL_PROXY` and the system say.
    #[default]
    System,
    None,
    Through(Url),
}

/// What the default HTTP clients are made with.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    pub proxy: Proxy,
    /// In PEM form.
    pub certificates: Vec<Vec<u8>>,
}
