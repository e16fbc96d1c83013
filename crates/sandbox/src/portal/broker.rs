//! The pages for users of a customer: a carrier's data, its packet, and the two emails that can be sent from there.

use crate::customers::Customer;
use crate::lock;
use crate::portal::controls::{line, list, summary};
use crate::portal::facts::Facts;
use crate::portal::form::Form;
use crate::portal::html::Html;
use crate::portal::link::{Numbers, flag};
use crate::portal::packet_form::coverages;
use crate::portal::page::{Page, Reply};
use crate::portal::visit::Visit;
use crate::portal::wrong::{Shape, Wrong};
use crate::vendor;
use crate::vendor::answer::Body;
use crate::vendor::messages;
use crate::vendor::request::Params;
use crate::world::Index;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;

/// `SendCarrierPacket`: sends a carrier its invitation.
pub(super) fn send_packet(visit: &Visit<'_>, numbers: &Numbers) -> Result<Reply, Wrong> {
    let index = numbers.carrier(&visit.engine.world, Shape::SendPacket)?;
    let customer = visit.broker(Shape::SendPacket)?;
    let now = visit.engine.settle(&customer);
    let facts = Facts::of(visit.engine, &customer, index, now);
    let mut problems = Vec::new();
    if let Some(form) = &visit.form {
        checked(visit, &customer, &facts, "send", form)?;
        match email(form) {
            Some(address) => {
                let parameters = form_urlencoded::Serializer::new(String::new())
                    .append_pair("DOTNumber", &facts.dot.to_string())
                    .append_pair("carrierEmail", address)
                    .finish();
                run(visit, &customer, "EmailPacketInvitation", &parameters, now)?;
                return Ok(Reply::SeeOther(visit.here(&again(visit, ("sent", "1")))));
            }
            None => problems.push(("email", "Enter the email address of the carrier")),
        }
    }
    let mut body = summary(&problems);
    let standing = customer.standing(&visit.engine.world, &lock(&visit.engine.history), index, now);
    if let Some(invitation) = &standing.invitation {
        let sent = visit.query.get("sent").is_some();
        body.put(if sent { "<p class=\"note\" role=\"status\">Sent. " } else { "<p class=\"note\">" }, &[]);
        let at = invitation.at.rfc1123();
        body.put("The last invitation went to {} at {}.</p>\n", &[&invitation.recipient, &at]);
    }
    body.put(
        "<p>{} invites <strong>{}</strong> to complete its packet.</p>\n",
        &[&customer.broker.company, &facts.called()],
    );
    let given = visit.form.as_ref().map_or(facts.email.as_str(), |form| form.value("email"));
    body.add(&form(visit, &customer, &facts, "send", |form| {
        form.add(&line(("email", "Email address of the carrier", ""), ("email", "off"), given, &problems));
        form.put("<button type=\"submit\">Send the packet</button>\n", &[]);
    }));
    Ok(Reply::Page(titled("Send a carrier packet", body, &problems)))
}

/// `CarrierInformation`: what is known of a carrier, and the question to its insurer.
pub(super) fn information(visit: &Visit<'_>, numbers: &Numbers) -> Result<Reply, Wrong> {
    let index = numbers.carrier(&visit.engine.world, Shape::Information)?;
    let customer = visit.broker(Shape::Information)?;
    let wants_insurance = flag(visit.query, "requestInsurance", Shape::Information)?;
    let now = visit.engine.settle(&customer);
    let facts = Facts::of(visit.engine, &customer, index, now);
    let mut problems = Vec::new();
    if let Some(form) = &visit.form {
        checked(visit, &customer, &facts, "insurance", form)?;
        match email(form) {
            Some(address) => {
                let carrier = carrier(visit, &customer, index, now);
                messages::insurance_request(&customer, &carrier, address, now);
                return Ok(Reply::SeeOther(visit.here(&again(visit, ("asked", "1")))));
            }
            None => problems.push(("email", "Enter the email address of the insurance agency")),
        }
    }
    let standing = customer.standing(&visit.engine.world, &lock(&visit.engine.history), index, now);
    let mut body = summary(&problems);
    if visit.query.get("asked").is_some() {
        body.put("<p class=\"note\" role=\"status\">The request was sent to the agency.</p>\n", &[]);
    }
    let dot = facts.dot.to_string();
    let yes = |is: bool| if is { "Yes" } else { "No" };
    let signed = facts.signed.as_ref().map(|(person, date)| format!("{person}, {date}")).unwrap_or_default();
    body.add(&list(&[
        ("DOT number", &dot),
        ("Docket number", &facts.docket),
        ("Doing business as", &facts.dba),
        ("Street", &facts.street),
        ("City", &facts.place),
        ("Phone", &facts.phone),
        ("Email", &facts.email),
        ("Status", &facts.status),
        ("Risk", &facts.rating),
        ("Monitored", yes(standing.monitored)),
        ("Blocked", yes(standing.blocked)),
        ("Packet completed", yes(standing.packet)),
        ("Agreement signed by", &signed),
    ]));
    body.put("<h2>Insurance</h2>\n", &[]).add(&coverages(&facts));
    if wants_insurance || !problems.is_empty() {
        let given = visit.form.as_ref().map_or(facts.producer.email.as_str(), |form| form.value("email"));
        body.put("<h2>Ask for a certificate</h2>\n", &[]).add(&form(visit, &customer, &facts, "insurance", |form| {
            form.add(&line(("email", "Email address of the agency", ""), ("email", "off"), given, &problems));
            form.put("<button type=\"submit\">Ask for a certificate</button>\n", &[]);
        }));
    }
    body.put("<h2>More</h2>\n<ul class=\"links\">\n", &[]);
    if standing.packet {
        let packet =
            "<li><a href=\"{}/Download/GetCarrierPacket?DOTNumber={}&amp;inline=True{}\">The packet (PDF)</a></li>\n";
        body.put(packet, &[&visit.engine.prefix, &dot, &user(visit)]);
    }
    let send =
        "<li><a href=\"{}/RegisteredCustomer/SendCarrierPacket?dotNumber={}{}\">Send the carrier a packet</a></li>\n";
    body.put(send, &[&visit.engine.prefix, &dot, &user(visit)]);
    if !wants_insurance {
        let mut parameters = again(visit, ("requestInsurance", "true"));
        parameters.retain(|(name, _)| *name != "asked");
        body.put("<li><a href=\"{}\">Ask for a certificate of insurance</a></li>\n", &[&visit.here(&parameters)]);
    }
    body.put("</ul>\n", &[]);
    Ok(Reply::Page(titled(&facts.name, body, &problems)))
}

/// `GetCarrierPacket`: all papers in one file.
pub(super) fn packet(visit: &Visit<'_>, numbers: &Numbers) -> Result<Reply, Wrong> {
    let index = numbers.carrier(&visit.engine.world, Shape::Packet)?;
    let inline = flag(visit.query, "inline", Shape::Packet)?;
    let customer = visit.broker(Shape::Packet)?;
    let now = visit.engine.settle(&customer);
    let dot = visit.engine.world.dot(index).to_string();
    match vendor::documents::packet(&visit.engine.call(&customer, visit.query, now), &dot).map(|answer| answer.body) {
        Ok(Body::File { bytes, .. }) => Ok(Reply::Pdf { name: format!("CarrierPacket-{dot}.pdf"), inline, bytes }),
        _ => {
            let what = format!("The carrier with the DOT number {dot} has not completed a packet.");
            Err(Wrong::nothing(Shape::Packet, what))
        }
    }
}

/// Does what an operation does.
fn run(visit: &Visit<'_>, customer: &Customer, name: &str, query: &str, now: Ticks) -> Result<(), Wrong> {
    let params = Params::parse(query.as_bytes());
    let operation = vendor::OPERATIONS.iter().find(|own| own.name == name);
    let done = operation.is_some_and(|own| (own.run)(&visit.engine.call(customer, &params, now)).is_ok());
    done.then_some(()).ok_or_else(|| Wrong::new(400, "The portal could not do that with what was entered."))
}

fn carrier<'v>(visit: &Visit<'v>, customer: &Customer, index: Index, now: Ticks) -> Carrier<'v> {
    let standing = customer.standing(&visit.engine.world, &lock(&visit.engine.history), index, now);
    Carrier::new(&visit.engine.world, index, standing.facts, now)
}

/// What was entered, if an email can be sent to it.
fn email(form: &Form) -> Option<&str> {
    let address = form.value("email");
    let (before, after) = address.split_once('@')?;
    let fits = address.len() <= 320 && !address.chars().any(|c| c.is_control() || c.is_whitespace());
    (fits && !before.is_empty() && !after.is_empty()).then_some(address)
}

fn form(
    visit: &Visit<'_>,
    customer: &Customer,
    facts: &Facts,
    purpose: &str,
    controls: impl FnOnce(&mut Html),
) -> Html {
    let token = visit.engine.seal(&sealed(customer, facts, purpose));
    let action = visit.here(&again(visit, ("", "")));
    let start = "<form method=\"post\" action=\"{}\" novalidate>\n<input type=\"hidden\" name=\"form\" value=\"{}\">\n";
    let mut html = Html::of(start, &[&action, &token]);
    controls(&mut html);
    html.put("</form>\n", &[]);
    html
}

fn checked(visit: &Visit<'_>, customer: &Customer, facts: &Facts, purpose: &str, form: &Form) -> Result<(), Wrong> {
    let own = visit.engine.sealed(&sealed(customer, facts, purpose), form.value("form"));
    own.then_some(()).ok_or_else(|| Wrong::new(403, "This form is not one of this sandbox. Open its page again."))
}

fn sealed(customer: &Customer, facts: &Facts, purpose: &str) -> String {
    format!("{purpose}\n{}\n{}", facts.dot, customer.name)
}

/// The parameters of this page, and one more.
fn again<'v>(visit: &'v Visit<'_>, more: (&'v str, &'v str)) -> Vec<(&'v str, &'v str)> {
    const OWN: [&str; 4] = ["dotNumber", "docketNumber", "requestInsurance", "user"];
    let own = OWN.into_iter().filter_map(|name| Some((name, visit.query.get(name)?)));
    own.chain([more]).collect()
}

/// As the end of a query.
fn user(visit: &Visit<'_>) -> String {
    let encoded = |name: &str| form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    visit.query.get("user").map(|name| format!("&user={}", encoded(name))).unwrap_or_default()
}

fn titled(title: &str, body: Html, problems: &[(&str, &str)]) -> Page {
    match problems {
        [] => Page::good(title, body),
        _ => Page { status: 400, title: format!("Error: {title}"), body },
    }
}
