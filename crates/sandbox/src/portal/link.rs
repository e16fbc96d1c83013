//! The links that lead to the portal, whatever the case they are written in.

use crate::portal::wrong::{Shape, Wrong, shown};
use crate::vendor::request::Params;
use crate::world::{Index, World};

/// What a link asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Link {
    Start,
    Style,
    Invitation(Invitation),
    SendPacket(Numbers),
    Information(Numbers),
    Packet(Numbers),
}

/// `/{id}/Carrier/Intellivite/{user}/{DOT}/{docket}`; from the user on, all may be missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Invitation {
    pub(super) id: String,
    pub(super) user: Option<String>,
    pub(super) numbers: Numbers,
}

/// The numbers of a carrier as a link has them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) dot: Option<String>,
    pub(super) docket: Option<String>,
}

impl Link {
    /// What the path and the query lead to; `None` if they are none of the portal's pages.
    pub(super) fn find(path: &str, query: &Params) -> Option<Result<Self, Wrong>> {
        let path = path.strip_prefix('/')?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let lower: Vec<String> = segments.iter().map(|own| own.trim().to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let given = |n: usize| segments.get(n).map(|own| own.trim().to_owned());
        let asked = |dot, docket| Numbers { dot: text(query, dot), docket: text(query, docket) };
        let is_wrong = |shape, what: &str| Some(Err(Wrong::nothing(shape, what)));
        let found = match lower.as_slice() {
            [""] => Self::Start,
            ["portal.css"] => Self::Style,
            ["carrierinformation", "dotnumber", _] => Self::Information(Numbers { dot: given(2), docket: None }),
            ["carrierinformation", "dotnumber", _, "docketnumber", _] => {
                Self::Information(Numbers { dot: given(2), docket: given(4) })
            }
            ["carrierinformation", "dotnumber"] => Self::Information(Numbers::default()),
            ["carrierinformation", ..] => {
                return is_wrong(Shape::Information, "The page of a carrier is found by its DOT number.");
            }
            ["registeredcustomer", "sendcarrierpacket"] => Self::SendPacket(asked("dotNumber", "docketNumber")),
            ["registeredcustomer", ..] => {
                return is_wrong(Shape::SendPacket, "There is one page under RegisteredCustomer: SendCarrierPacket.");
            }
            ["download", "getcarrierpacket"] => Self::Packet(asked("DOTNumber", "docketNumber")),
            ["download", ..] => {
                return is_wrong(Shape::Packet, "There is one page under Download: GetCarrierPacket.");
            }
            [_, "carrier", "intellivite", rest @ ..] if rest.len() <= 3 => {
                let numbers = Numbers { dot: given(4), docket: given(5) };
                Self::Invitation(Invitation { id: given(0).unwrap_or_default(), user: given(3), numbers })
            }
            [_, "carrier", ..] => return is_wrong(Shape::Invitation, "An invitation has another form."),
            _ => return None,
        };
        Some(found.checked())
    }

    fn checked(self) -> Result<Self, Wrong> {
        if let Self::Invitation(own) = &self {
            let blank = |part: &Option<String>| part.as_ref().is_some_and(String::is_empty);
            let Numbers { dot, docket } = &own.numbers;
            if own.id.is_empty() || blank(&own.user) || blank(dot) || blank(docket) {
                return Err(Wrong::link(Shape::Invitation, "A part of the link is empty."));
            }
        }
        Ok(self)
    }
}

impl Numbers {
    /// The carrier that they name: by its DOT number, and a docket number only ever beside that.
    pub(super) fn carrier(&self, world: &World, shape: Shape) -> Result<Index, Wrong> {
        let Some(dot) = self.dot.as_deref().filter(|dot| !dot.is_empty()) else {
            let what = match &self.docket {
                Some(docket) => {
                    format!("The link has the docket number {}, and no DOT number beside it.", shown(docket))
                }
                None => "The link names no carrier: its DOT number is missing.".to_owned(),
            };
            return Err(Wrong::link(shape, what));
        };
        let number = dot_number(dot).ok_or_else(|| {
            let what = format!("\"{}\" is not a DOT number, which is up to 8 digits.", shown(dot));
            Wrong::link(shape, what)
        })?;
        let index = world.by_dot(number).ok_or_else(|| {
            Wrong::nothing(shape, format!("This sandbox has no carrier with the DOT number {number}."))
        })?;
        match self.docket.as_deref().filter(|docket| !docket.is_empty()) {
            Some(docket) if world.by_docket(docket) != Some(index) => {
                let what = format!(
                    "The carrier with the DOT number {number} does not have the docket number {}.",
                    shown(docket)
                );
                Err(Wrong::nothing(shape, what))
            }
            _ => Ok(index),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.dot.is_none() && self.docket.is_none()
    }
}

/// Digits alone, with blanks around them.
pub(super) fn dot_number(text: &str) -> Option<i64> {
    let text = text.trim();
    (text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A parameter that is yes or no.
pub(super) fn flag(query: &Params, name: &'static str, shape: Shape) -> Result<bool, Wrong> {
    match query.get(name).map(|text| text.trim().to_lowercase()).as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => {
            let what = format!("{name} is \"{}\", and can be True or False.", shown(other));
            Err(Wrong::link(shape, what))
        }
    }
}

fn text(query: &Params, name: &str) -> Option<String> {
    query.get(name).map(|text| text.trim().to_owned())
}

/// A segment of a path without its percent signs.
fn decoded(segment: &str) -> String {
    // What a form's text has a meaning of its own for is a plain character here.
    let plain = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(plain.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::clock::Ticks;

    fn find(link: &str) -> Option<Result<Link, Wrong>> {
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        Link::find(path, &Params::parse(query.as_bytes()))
    }

    fn numbers(dot: Option<&str>, docket: Option<&str>) -> Numbers {
        Numbers { dot: dot.map(str::to_owned), docket: docket.map(str::to_owned) }
    }

    #[test]
    fn every_documented_form_is_found_in_any_case() {
        let id = "ea72823e-1506-4b72-a3b0-a488e1ba2f1e";
        let invitation = |user: Option<&str>, numbers| {
            Link::Invitation(Invitation { id: id.to_owned(), user: user.map(str::to_owned), numbers })
        };
        let (both, dot) = (numbers(Some("23868"), Some("MC113843")), || numbers(Some("23868"), None));
        let cases = [
            (format!("/{id}/Carrier/Intellivite/brenda/23868/MC113843"), invitation(Some("brenda"), both)),
            (format!("/{id}/carrier/INTELLIVITE/brenda/23868/"), invitation(Some("brenda"), dot())),
            (format!("/{id}/Carrier/Intellivite/a%2Fb+c%20d"), invitation(Some("a/b+c d"), Numbers::default())),
            (format!("/{id}/Carrier/Intellivite"), invitation(None, Numbers::default())),
            ("/registeredcustomer/sendcarrierpacket?DOTNUMBER=23868".to_owned(), Link::SendPacket(dot())),
            ("/CarrierInformation/DotNumber/23868?requestInsurance=true".to_owned(), Link::Information(dot())),
            ("/Download/GetCarrierPacket?dotnumber=23868&inline=True".to_owned(), Link::Packet(dot())),
            ("/".to_owned(), Link::Start),
        ];
        for (link, expected) in cases {
            assert_eq!(find(&link), Some(Ok(expected)), "{link}");
        }
        for other in ["/api/token", "/api/Download/CarrierPacket/23868", "/Account/Login", "/x", "/x/y/z", "*"] {
            assert_eq!(find(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_wrong_is_found_out() {
        let statuses = |links: &[&str]| links.iter().map(|link| find(link).unwrap().unwrap_err().status).collect();
        let nothing: Vec<u16> = statuses(&[
            "/CarrierInformation",
            "/CarrierInformation/23868",
            "/CarrierInformation/DOTNumber/1/DocketNumber",
            "/RegisteredCustomer",
            "/Download/Packet",
            "/x/Carrier/Intellivit",
            "/x/Carrier/Intellivite/a/1/MC1/more",
        ]);
        assert_eq!(nothing, [404; 7]);
        let bad: Vec<u16> =
            statuses(&["//Carrier/Intellivite", "/x/Carrier/Intellivite//1", "/x/Carrier/Intellivite/%20"]);
        assert_eq!(bad, [400; 3]);
    }

    #[test]
    fn a_carrier_is_found_by_numbers_that_agree() {
        let world = World::new(7, 50, 1, Ticks(0));
        let status = |dot, docket| numbers(dot, docket).carrier(&world, Shape::Packet).map_err(|wrong| wrong.status);
        assert_eq!(status(Some("23868"), None), Ok(0));
        assert_eq!(status(Some(" 23868 "), Some("mc-113843")), Ok(0));
        for (dot, docket, expected) in [
            (None, None, 400),
            (None, Some("MC113843"), 400),
            (Some("MC113843"), None, 400),
            (Some("-1"), None, 400),
            (Some("123456789"), None, 400),
            (Some("1"), None, 404),
            (Some("23868"), Some("MC1"), 404),
        ] {
            assert_eq!(status(dot, docket), Err(expected), "{dot:?} {docket:?}");
        }
    }
}
