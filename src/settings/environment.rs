//! Which hosts a client talks to.

use url::Url;

/// Which installation of the vendor to call.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.mycarrierpackets.com` and the portal `https://mycarrierpackets.com`.
    Production,
    /// The vendor's staging host, which clients in the field use; it has no portal that is known.
    Staging,
    /// Other addresses, such as those of the sandbox.
    Custom {
        /// Base address of the API.
        api: Url,
        /// Base address of the portal; without one, portal calls are refused.
        portal: Option<Url>,
    },
}

impl Environment {
    /// Other addresses, such as those of the sandbox: `api` alone, without a portal.
    ///
    /// ```
    /// use mycarrierpackets::Environment;
    ///
    /// let sandbox = Environment::custom("http://127.0.0.1:8080".parse()?);
    /// assert!(sandbox.portal_url().is_none());
    /// let sandbox = sandbox.with_portal("http://127.0.0.1:8081".parse()?);
    /// assert_eq!(sandbox.api_url().port(), Some(8080));
    /// assert_eq!(sandbox.portal_url().and_then(|portal| portal.port()), Some(8081));
    /// # Ok::<(), url::ParseError>(())
    /// ```
    pub fn custom(api: Url) -> Self {
        Self::Custom { api, portal: None }
    }

    /// The same environment with this portal; of a fixed environment, its API and this portal.
    pub fn with_portal(self, portal: Url) -> Self {
        Self::Custom { api: self.api_url(), portal: Some(portal) }
    }

    /// Base address of the API.
    pub fn api_url(&self) -> Url {
        match self {
            Self::Production => fixed("https://api.mycarrierpackets.com"),
            Self::Staging => fixed("https://mycarrierpacketsapi-stage.azurewebsites.net"),
            Self::Custom { api, .. } => api.clone(),
        }
    }

    /// Base address of the portal, if it is known.
    pub fn portal_url(&self) -> Option<Url> {
        match self {
            Self::Production => Some(fixed("https://mycarrierpackets.com")),
            Self::Staging => None,
            Self::Custom { portal, .. } => portal.clone(),
        }
    }
}

// Whatever else is in an address, such as a password, is not shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |url: Url| match url.has_host() {
            true => format!("{}{}", url.origin().ascii_serialization(), url.path()),
            false => "(no host)".to_owned(),
        };
        f.debug_struct("Environment")
            .field("api", &shown(self.api_url()))
            .field("portal", &self.portal_url().map(shown))
            .finish()
    }
}

fn fixed(text: &'static str) -> Url {
    Url::parse(text).expect("a fixed address, covered by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_addresses_parse() {
        for environment in [Environment::Production, Environment::Staging] {
            assert_eq!(environment.api_url().scheme(), "https");
        }
        assert!(Environment::Production.portal_url().is_some());
    }

    #[test]
    fn other_addresses_have_no_portal_unless_one_is_given() {
        let [api, portal]: [Url; 2] =
            ["https://api.example/", "https://portal.example/"].map(|url| url.parse().unwrap());
        let custom = Environment::custom(api.clone());
        assert_eq!((custom.api_url(), custom.portal_url()), (api.clone(), None));
        assert_eq!(custom.with_portal(portal.clone()), Environment::Custom { api, portal: Some(portal) });
    }
}
