//! What the vendor's emails and text messages say, and to whom they go.

use crate::customers::Customer;
use crate::customers::message::{Letter, MessageKind};
use crate::customers::state::Invitation;
use crate::lock;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;

/// Copies of one invitation; further addresses get none.
const MOST_COPIES: usize = 20;

/// An invitation: to the carrier, if the call named one, and to those who are to know of it.
pub(super) fn invitation(
    customer: &Customer,
    carrier: Option<&Carrier<'_>>,
    invitation: &Invitation,
    (confirm, copies): (bool, Option<&str>),
) {
    let Invitation { recipient, user, at } = invitation;
    let company = &customer.broker.company;
    let whom = carrier.map_or_else(|| "your company".to_owned(), called);
    let link = invitation_path(customer, user, carrier);
    let written = |to: &str, kind| {
        let page = "Open this page to check your company's data and insurance, choose how you are paid, and sign:\n\n";
        Letter::to(to, kind, *at)
            .subject(&format!("{company} invites {whom} to complete its carrier packet"))
            .text(&format!("{company} asks {whom} to complete a carrier packet. {page}"))
            .link(link.clone())
            .text(&format!("\n\nSent for {} of {company}.\n", short(user)))
    };
    customer.post(written(recipient, MessageKind::Invitation));
    let addresses = copies.unwrap_or_default().split([',', ';']).map(str::trim).filter(|address| is_email(address));
    for address in addresses.take(MOST_COPIES) {
        customer.post(written(address, MessageKind::InvitationCopy));
    }
    if confirm {
        let letter = Letter::to(&address_of(user), MessageKind::InvitationConfirmation, *at)
            .subject(&format!("Your invitation of {whom} was sent"))
            .text(&format!("{company}'s invitation of {whom} was sent to {}. It leads to:\n\n", short(recipient)));
        customer.post(letter.link(link).text("\n"));
    }
}

/// A text message to whoever has the vehicle.
pub(super) fn vin_verification(customer: &Customer, carrier: &Carrier<'_>, phone: &str, (id, at): (u32, Ticks)) {
    let (company, carrier) = (&customer.broker.company, called(carrier));
    let letter = Letter::to(phone, MessageKind::VinVerification, at).by_text_message();
    customer.post(letter.text(&format!(
        "{company} asks for a photo of the VIN of a vehicle of {carrier}, by text message to this number. Request {id}."
    )));
}

/// An email to a user of a carrier.
pub(super) fn user_verification(customer: &Customer, carrier: Option<&Carrier<'_>>, email: &str, at: Ticks) {
    let company = &customer.broker.company;
    let of = carrier.map_or_else(String::new, |carrier| format!(" for {}", called(carrier)));
    let letter = Letter::to(email, MessageKind::UserVerification, at).subject(&format!("{company} asks who you are"));
    customer.post(letter.text(&format!(
        "{company} asks you to show that you may act{of}. Have an identity document at hand, and answer within a day.\n"
    )));
}

/// An email to the user who invited the carrier, or else to the customer.
pub(crate) fn packet_completed(customer: &Customer, carrier: &Carrier<'_>, at: Ticks) {
    let state = lock(&customer.state);
    let invitation = state.invitations.get(&carrier.index).cloned();
    drop(state);
    let user = invitation.as_ref().map_or(&*customer.name, |invitation| &invitation.user);
    let name = called(carrier);
    let letter = Letter::to(&address_of(user), MessageKind::PacketCompleted, at)
        .subject(&format!("{name} completed its packet"))
        .text(&format!("{name} completed its carrier packet for {}.\n\nThe carrier: ", customer.broker.company))
        .link(information_path(carrier))
        .text("\nThe packet: ")
        .link(format!("/Download/GetCarrierPacket?DOTNumber={}&inline=True", carrier.dot));
    customer.post(letter.text("\n"));
}

/// An email to the agency of a carrier's insurance.
pub(crate) fn insurance_request(customer: &Customer, carrier: &Carrier<'_>, email: &str, at: Ticks) {
    let (company, name) = (&customer.broker.company, called(carrier));
    let letter = Letter::to(email, MessageKind::InsuranceRequest, at)
        .subject(&format!("Certificate of insurance of {name}"))
        .text(&format!("{company} asks for the present certificate of insurance of {name}, as certificate holder.\n\n"))
        .text("The carrier: ")
        .link(information_path(carrier));
    customer.post(letter.text("\n"));
}

/// `Sample Trucking LLC (DOT 23868, MC113843)`.
fn called(carrier: &Carrier<'_>) -> String {
    let docket = carrier.docket_text().map(|docket| format!(", {docket}")).unwrap_or_default();
    format!("{} (DOT {}{docket})", carrier.name, carrier.dot)
}

/// The page on which a carrier completes its packet.
fn invitation_path(customer: &Customer, user: &str, carrier: Option<&Carrier<'_>>) -> String {
    let mut path = format!("/{}/Carrier/Intellivite", customer.broker.key);
    // A browser takes a segment of dots for a step, even if it is encoded. Who invited no carrier by name is not noted.
    let fits = !matches!(user.trim(), "" | "." | "..") && user.len() <= 100 && carrier.is_some();
    let user = if fits { user } else { &customer.name };
    if matches!(user, "." | "..") {
        return path;
    }
    path.push('/');
    path.push_str(&segment(user));
    if let Some(carrier) = carrier {
        path.push_str(&format!("/{}", carrier.dot));
        path.extend(carrier.docket_text().map(|docket| format!("/{docket}")));
    }
    path
}

fn information_path(carrier: &Carrier<'_>) -> String {
    let docket = carrier.docket_text().map(|docket| format!("/DocketNumber/{docket}")).unwrap_or_default();
    format!("/CarrierInformation/DOTNumber/{}{docket}", carrier.dot)
}

fn segment(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn is_email(address: &str) -> bool {
    address.split_once('@').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty())
}

/// Where a user of the customer gets emails.
fn address_of(user: &str) -> String {
    if is_email(user) {
        return user.trim().to_owned();
    }
    let plain: String = user.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '.' }).take(64).collect();
    format!("{}@broker.example", plain.trim_matches('.').to_lowercase())
}

/// What somebody gave, as far as a message repeats it.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_an_address() {
        for (user, expected) in [
            ("demo", "demo@broker.example"),
            ("Brenda Oak", "brenda.oak@broker.example"),
            ("integration@broker.example", "integration@broker.example"),
            ("a@", "a@broker.example"),
            ("José", "josé@broker.example"),
        ] {
            assert_eq!(address_of(user), expected, "{user}");
        }
    }

    #[test]
    fn a_user_name_stays_one_segment() {
        assert_eq!(segment("a/b c+d?e#f%"), "a%2Fb%20c%2Bd%3Fe%23f%25");
    }
}
