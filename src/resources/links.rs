//! Addresses of pages of the portal. No call is made and no token is needed.

use super::into_carrier_id::IntoCarrierId;
use crate::Result;
use crate::types::{CarrierId, DotNumber, ParseError};
use url::Url;

const PRODUCTION: &str = "https://mycarrierpackets.com/";

/// Builds the addresses of the portal's pages: invitations to email to a carrier, and pages for a TMS to open.
///
/// Names are percent-encoded, so that no user name or id can lead elsewhere. The portal finds a carrier by its DOT
/// number: each address that names a carrier needs one, and a docket number only ever follows it.
///
/// ```
/// use mycarrierpackets::resources::Links;
///
/// let links = Links::production();
/// let url = links.intellivite_for("ea72823e-1506-4b72-a3b0-a488e1ba2f1e", "brenda", "DOT 23868 MC113843")?;
/// assert_eq!(
///     url.as_str(),
///     "https://mycarrierpackets.com/ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite/brenda/23868/MC113843"
/// );
///
/// // Invitations for any carrier, and pages for a user who is signed in, here of another portal.
/// let links = Links::new("https://portal.example".parse().expect("an address"));
/// for page in [
///     links.intellivite("ea72823e-1506-4b72-a3b0-a488e1ba2f1e")?,
///     links.intellivite_user("ea72823e-1506-4b72-a3b0-a488e1ba2f1e", "brenda")?,
///     links.send_carrier_packet(23868)?,
///     links.carrier_information(23868)?,
///     links.request_insurance(23868)?,
///     links.packet(23868)?,
/// ] {
///     assert_eq!(page.host_str(), Some("portal.example"));
/// }
/// # Ok::<(), mycarrierpackets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Links {
    portal: Option<Url>,
}

impl Links {
    /// Links to the portal at `portal`, such as a sandbox's; its query and fragment are left out.
    pub fn new(portal: Url) -> Self {
        Self { portal: Some(portal) }
    }

    /// Links to the production portal, `https://mycarrierpackets.com`.
    pub fn production() -> Self {
        Self { portal: Url::parse(PRODUCTION).ok() }
    }

    /// The invitation of your company, for any carrier. `intellivite_id` is your customer id for invitations.
    ///
    /// # Errors
    /// A blank id, `.`, `..`, or a control character.
    pub fn intellivite(&self, intellivite_id: &str) -> Result<Url> {
        self.page(&[intellivite_id, "Carrier", "Intellivite"])
    }

    /// As [`intellivite`](Self::intellivite), counted as sent by your MyCarrierPackets user `mcp_user`.
    ///
    /// **An assumption:** the vendor's examples show the user with a carrier behind it only.
    ///
    /// # Errors
    /// A blank id or user name, `.`, `..`, or a control character.
    pub fn intellivite_user(&self, intellivite_id: &str, mcp_user: &str) -> Result<Url> {
        self.page(&[intellivite_id, "Carrier", "Intellivite", mcp_user])
    }

    /// The invitation for one carrier, filled in with its numbers. Of a carrier that works in one state only, pass
    /// the DOT number alone.
    ///
    /// # Errors
    /// A carrier without DOT number; a blank id or user name, `.`, `..`, or a control character.
    pub fn intellivite_for(&self, intellivite_id: &str, mcp_user: &str, carrier: impl IntoCarrierId) -> Result<Url> {
        let carrier = carrier.into_carrier_id()?;
        let dot = dot_of(&carrier)?.to_string();
        let mut segments = vec![intellivite_id, "Carrier", "Intellivite", mcp_user, &dot];
        segments.extend(carrier.docket_number().map(AsRef::<str>::as_ref));
        self.page(&segments)
    }

    /// The page on which a signed-in user sends `carrier` its packet.
    ///
    /// # Errors
    /// A carrier without DOT number.
    pub fn send_carrier_packet(&self, carrier: impl IntoCarrierId) -> Result<Url> {
        let mut url = self.page(&["RegisteredCustomer", "SendCarrierPacket"])?;
        let carrier = carrier.into_carrier_id()?;
        let dot = dot_of(&carrier)?.to_string();
        let docket = carrier.docket_number().map(|docket| ("docketNumber", docket.as_str()));
        url.query_pairs_mut().append_pair("dotNumber", &dot).extend_pairs(docket);
        Ok(url)
    }

    /// The page of `carrier`.
    ///
    /// # Errors
    /// A carrier without DOT number.
    pub fn carrier_information(&self, carrier: impl IntoCarrierId) -> Result<Url> {
        let carrier = carrier.into_carrier_id()?;
        let dot = dot_of(&carrier)?.to_string();
        let mut segments = vec!["CarrierInformation", "DOTNumber", &dot];
        if let Some(docket) = carrier.docket_number() {
            segments.extend(["DocketNumber", docket.as_str()]);
        }
        self.page(&segments)
    }

    /// The page of `carrier`, opened to ask its insurer for a certificate.
    ///
    /// # Errors
    /// A carrier without DOT number.
    pub fn request_insurance(&self, carrier: impl IntoCarrierId) -> Result<Url> {
        let mut url = self.carrier_information(carrier)?;
        url.query_pairs_mut().append_pair("requestInsurance", "true");
        Ok(url)
    }

    /// The full packet of a carrier as a PDF, shown in the browser of a signed-in user.
    ///
    /// # Errors
    /// A carrier without DOT number.
    pub fn packet(&self, carrier: impl IntoCarrierId) -> Result<Url> {
        let dot = dot_of(&carrier.into_carrier_id()?)?;
        let mut url = self.page(&["Download", "GetCarrierPacket"])?;
        url.query_pairs_mut().append_pair("DOTNumber", &dot.to_string()).append_pair("inline", "True");
        Ok(url)
    }

    fn page(&self, segments: &[&str]) -> Result<Url> {
        let mut url = self.portal.clone().ok_or_else(|| no_portal(PRODUCTION))?;
        url.set_query(None);
        url.set_fragment(None);
        for segment in segments {
            // `Url` would drop "..", and tabs and line ends inside a segment, without a word.
            if segment.trim().is_empty() || matches!(*segment, "." | "..") || segment.chars().any(char::is_control) {
                let expected = "an id or user name without control characters";
                return Err(ParseError::new(segment, "part of a link", expected).into());
            }
        }
        match url.path_segments_mut() {
            Ok(mut path) => drop(path.pop_if_empty().extend(segments)),
            Err(()) => return Err(no_portal(self.portal.as_ref().map(Url::as_str).unwrap_or_default()).into()),
        }
        Ok(url)
    }
}

fn no_portal(given: &str) -> ParseError {
    ParseError::new(given, "the address of a portal", PRODUCTION)
}

fn dot_of(carrier: &CarrierId) -> Result<DotNumber, ParseError> {
    carrier.dot_number().ok_or_else(|| {
        let problem = "names a carrier without its DOT number, by which the portal finds it";
        ParseError::because(&carrier.to_string(), problem, "a DOT number, or both, such as \"DOT 23868 MC113843\"")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "ea72823e-1506-4b72-a3b0-a488e1ba2f1e";

    fn carrier(text: &str) -> CarrierId {
        text.parse().unwrap()
    }

    #[test]
    fn builds_the_vendors_examples() {
        let links = Links::production();
        let (both, dot) = (carrier("DOT 23868 MC113843"), carrier("23868"));
        let cases = [
            (
                links.intellivite_for(ID, "brenda", &both),
                "ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite/brenda/23868/MC113843",
            ),
            (
                links.intellivite_for(ID, "brenda", &dot),
                "ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite/brenda/23868",
            ),
            (links.intellivite_user(ID, "brenda"), "ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite/brenda"),
            (links.intellivite(ID), "ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite"),
            (
                links.send_carrier_packet(&both),
                "RegisteredCustomer/SendCarrierPacket?dotNumber=23868&docketNumber=MC113843",
            ),
            (links.send_carrier_packet(&dot), "RegisteredCustomer/SendCarrierPacket?dotNumber=23868"),
            (links.carrier_information(&both), "CarrierInformation/DOTNumber/23868/DocketNumber/MC113843"),
            (links.carrier_information(&dot), "CarrierInformation/DOTNumber/23868"),
            (
                links.request_insurance(&both),
                "CarrierInformation/DOTNumber/23868/DocketNumber/MC113843?requestInsurance=true",
            ),
            (links.request_insurance(&dot), "CarrierInformation/DOTNumber/23868?requestInsurance=true"),
            (links.packet(DotNumber::new(23868).unwrap()), "Download/GetCarrierPacket?DOTNumber=23868&inline=True"),
        ];
        for (url, expected) in cases {
            assert_eq!(url.unwrap().as_str(), format!("https://mycarrierpackets.com/{expected}"));
        }
    }

    #[test]
    fn no_name_changes_the_shape() {
        let links = Links::production();
        let users = [
            "a/b",
            "a\\b",
            "a?b",
            "a#b",
            "a b",
            "../x",
            "a/../b",
            "%2e%2e",
            "%2F",
            "...",
            "a;b",
            "a@b.com",
            "ü",
            "//evil.com",
            ":",
            "a&b=c",
            "+",
        ];
        for user in users {
            let url = links.intellivite_for(user, user, carrier("23868 MC113843")).unwrap();
            assert_eq!(
                (url.host_str(), url.query(), url.fragment()),
                (Some("mycarrierpackets.com"), None, None),
                "{user}"
            );
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            assert_eq!(segments.len(), 6, "{user}: {url}");
            assert_eq!((segments[1], segments[4], segments[5]), ("Carrier", "23868", "MC113843"), "{user}: {url}");
            assert_eq!(Url::parse(url.as_str()).unwrap(), url, "{user}");
            let decoded = segments[3].replace('+', "%2B").replace('&', "%26");
            let decoded = url::form_urlencoded::parse(format!("u={decoded}").as_bytes()).next().unwrap().1.into_owned();
            assert_eq!(decoded, user, "{url}");
        }
        for user in ["", " ", ".", "..", ".\t.", "a\nb", "\0", "\u{7f}"] {
            assert!(links.intellivite_user(ID, user).is_err(), "{user:?}");
            assert!(links.intellivite(user).is_err(), "{user:?}");
        }
    }

    #[test]
    fn a_docket_number_never_goes_without_a_dot_number() {
        let links = Links::production();
        for text in ["MC113843", "TX 006543210C"] {
            let carrier = carrier(text);
            let answers = [
                links.intellivite_for(ID, "brenda", &carrier),
                links.send_carrier_packet(&carrier),
                links.carrier_information(&carrier),
                links.request_insurance(&carrier),
            ];
            for answer in answers {
                let error = answer.unwrap_err().to_string();
                assert!(error.contains("without its DOT number") && error.contains(text), "{error}");
            }
        }
    }

    #[test]
    fn keeps_the_portals_own_address() {
        let cases = [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/x/Carrier/Intellivite"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/x/Carrier/Intellivite"),
            ("https://proxy.example/mcp?a=1#b", "https://proxy.example/mcp/x/Carrier/Intellivite"),
            ("https://proxy.example/mcp/", "https://proxy.example/mcp/x/Carrier/Intellivite"),
        ];
        for (portal, expected) in cases {
            let links = Links::new(Url::parse(portal).unwrap());
            assert_eq!(links.intellivite("x").unwrap().as_str(), expected);
        }
        let links = Links::new(Url::parse("mailto:a@b.example").unwrap());
        assert!(links.intellivite("x").unwrap_err().to_string().contains("is not the address of a portal"));
    }
}
