//! Which operation a path leads to; ASP.NET does not mind the case.

use crate::vendor::{OPERATIONS, Operation};

/// The path of the vendor's page to sign in.
pub(crate) const SIGN_IN: &str = "/Account/Login";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Api,
    Portal,
}

#[derive(Clone, Copy)]
pub(crate) enum Route<'p> {
    Operation(&'static Operation),
    Token,
    PortalToken,
    /// The full packet of the carrier with this DOT number, as it stands in the path.
    Packet(&'p str),
    /// Where the misbehaviour `login` leads to.
    SignIn,
    Nowhere,
}

impl<'p> Route<'p> {
    pub(crate) fn find(host: Host, path: &'p str) -> Self {
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.eq_ignore_ascii_case(SIGN_IN) {
            return Self::SignIn;
        }
        match host {
            Host::Api if path.eq_ignore_ascii_case("/token") => Self::Token,
            Host::Api => after(path, "/api/v1/Carrier/")
                .and_then(|name| OPERATIONS.iter().find(|o| o.name.eq_ignore_ascii_case(name)))
                .map_or(Self::Nowhere, Self::Operation),
            Host::Portal if path.eq_ignore_ascii_case("/api/token") => Self::PortalToken,
            Host::Portal => after(path, "/api/Download/CarrierPacket/")
                .filter(|dot| !dot.is_empty() && !dot.contains('/'))
                .map_or(Self::Nowhere, Self::Packet),
        }
    }

    /// The documented name of an operation, whatever the case it is given in.
    pub(crate) fn operation(name: &str) -> Option<&'static str> {
        Self::operations().find(|own| own.eq_ignore_ascii_case(name))
    }

    /// The documented names of all operations, those of tokens and of the full packet among them.
    pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
        let others = [Self::Token, Self::PortalToken, Self::Packet("")].map(|route| route.name());
        OPERATIONS.iter().map(|operation| operation.name).chain(others)
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.name,
            Self::Token => "token",
            Self::PortalToken => "portal token",
            Self::Packet(_) => "CarrierPacket",
            Self::SignIn | Self::Nowhere => "",
        }
    }

    /// The only method the route takes.
    pub(crate) fn method(&self) -> Option<&'static str> {
        match self {
            Self::Operation(_) | Self::Token => Some("POST"),
            Self::PortalToken | Self::Packet(_) | Self::SignIn => Some("GET"),
            Self::Nowhere => None,
        }
    }
}

fn after<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    let (head, tail) = path.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}
