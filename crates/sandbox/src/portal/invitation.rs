//! The invitation: a person finds the carrier, completes its packet and signs.

use crate::customers::Customer;
use crate::lock;
use crate::portal::controls::{line, list, summary};
use crate::portal::entered::{Entered, Problem};
use crate::portal::facts::Facts;
use crate::portal::form::Form;
use crate::portal::html::Html;
use crate::portal::link::{Invitation, Numbers, dot_number};
use crate::portal::packet_form;
use crate::portal::page::{Page, Reply};
use crate::portal::visit::Visit;
use crate::portal::wrong::{Shape, Wrong, shown};
use crate::world::{Index, World};

/// Answers the link, or the form that its page sends.
pub(super) fn answer(visit: &Visit<'_>, link: &Invitation) -> Result<Reply, Wrong> {
    let world = &visit.engine.world;
    let asked = Numbers {
        dot: visit.query.get("dotNumber").map(str::to_owned),
        docket: visit.query.get("docketNumber").map(str::to_owned),
    };
    let index = if !link.numbers.is_empty() {
        link.numbers.carrier(world, Shape::Invitation)?
    } else if asked.is_empty() {
        return search(visit, link, &asked, None);
    } else {
        match entered(world, &asked) {
            Ok(index) => index,
            Err(problem) => return search(visit, link, &asked, Some(problem)),
        }
    };
    let customer = visit.inviter(link, Some(index))?;
    match &visit.form {
        Some(form) => sign(visit, &customer, index, form),
        None => show(visit, &customer, index),
    }
}

/// The carrier of the numbers that somebody entered, of which one is enough; or what is wrong with which field.
fn entered(world: &World, asked: &Numbers) -> Result<Index, (&'static str, String)> {
    let by_docket = |docket: &String| {
        let none = || ("docketNumber", format!("No carrier has the docket number {}", shown(docket)));
        world.by_docket(docket).ok_or_else(none)
    };
    let by_dot = |dot: &String| {
        let number = dot_number(dot).ok_or(("dotNumber", "Enter a DOT number of up to 8 digits".to_owned()))?;
        world.by_dot(number).ok_or_else(|| ("dotNumber", format!("No carrier has the DOT number {number}")))
    };
    match (asked.dot.as_ref().map(by_dot).transpose()?, asked.docket.as_ref().map(by_docket).transpose()?) {
        (Some(one), Some(other)) if one != other => {
            Err(("docketNumber", "The two numbers are not of one carrier".to_owned()))
        }
        (Some(index), _) | (None, Some(index)) => Ok(index),
        (None, None) => Err(("dotNumber", "Enter a DOT number".to_owned())),
    }
}

/// The page on which a carrier says who it is.
fn search(
    visit: &Visit<'_>,
    link: &Invitation,
    asked: &Numbers,
    problem: Option<(&'static str, String)>,
) -> Result<Reply, Wrong> {
    let customer = visit.inviter(link, None)?;
    let problems: Vec<(&str, &str)> = problem.iter().map(|(field, what)| (*field, what.as_str())).collect();
    let mut body = summary(&problems);
    body.put(
        "<p><strong>{}</strong> asks you to complete your carrier packet. First say which carrier you are; one of the \
         numbers is enough.</p>\n<form method=\"get\" action=\"{}\">\n",
        &[&customer.broker.company, visit.path],
    );
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = ("dotNumber", "DOT number", "Up to 8 digits, such as 23868");
    body.add(&line(number, ("text", "off"), &value(&asked.dot), &problems));
    let docket = ("docketNumber", "Docket number", "Such as MC113843");
    body.add(&line(docket, ("text", "off"), &value(&asked.docket), &problems));
    body.put("<button type=\"submit\">Find my company</button>\n</form>\n", &[]);
    let (status, title) = match problem {
        None => (200, "Which carrier are you?"),
        Some(_) => (404, "Error: Which carrier are you?"),
    };
    Ok(Reply::Page(Page { status, title: title.to_owned(), body }))
}

/// The form, or what became of it.
fn show(visit: &Visit<'_>, customer: &Customer, index: Index) -> Result<Reply, Wrong> {
    if visit.query.get("signed").is_some()
        && let Some(page) = done(visit, customer, index)
    {
        return Ok(Reply::Page(page));
    }
    Ok(Reply::Page(form(visit, customer, index, (&Entered::default(), &[]))))
}

fn form(visit: &Visit<'_>, customer: &Customer, index: Index, filled: (&Entered, &[Problem])) -> Page {
    let now = visit.engine.settle(customer);
    let facts = Facts::of(visit.engine, customer, index, now);
    let forms = lock(&customer.state).signatures.forms(index);
    let token = format!("{forms}.{}", visit.engine.seal(&sealed(customer, &facts, forms)));
    let action = visit.here(&numbers(visit));
    let body = packet_form::write(&facts, &customer.broker.company, (&action, &token), filled);
    match filled.1 {
        [] => Page::good("Complete your carrier packet", body),
        _ => Page { status: 400, title: "Error: Complete your carrier packet".to_owned(), body },
    }
}

/// What the seal of a form vouches for: that it was made for this carrier and customer, and when.
fn sealed(customer: &Customer, facts: &Facts, forms: u32) -> String {
    format!("packet\n{}\n{forms}\n{}", facts.dot, customer.name)
}

/// The numbers that were entered on the page, which the next page needs again.
fn numbers<'v>(visit: &'v Visit<'_>) -> [(&'static str, &'v str); 2] {
    ["dotNumber", "docketNumber"].map(|name| (name, visit.query.get(name).unwrap_or_default()))
}

fn sign(visit: &Visit<'_>, customer: &Customer, index: Index, sent: &Form) -> Result<Reply, Wrong> {
    let engine = visit.engine;
    let now = engine.settle(customer);
    let facts = Facts::of(engine, customer, index, now);
    let old = || Wrong::new(403, "This form is not one of this sandbox, or an old one. Open the invitation again.");
    let (forms, seal) = sent.value("form").split_once('.').ok_or_else(old)?;
    let forms: u32 = forms.parse().map_err(|_| old())?;
    if !engine.sealed(&sealed(customer, &facts, forms), seal) {
        return Err(old());
    }
    let entered = Entered::read(sent);
    let problems = entered.problems();
    if !problems.is_empty() && forms == lock(&customer.state).signatures.forms(index) {
        return Ok(Reply::Page(form(visit, customer, index, (&entered, &problems))));
    }
    let file = sent.file().map(|file| format!("{} ({} bytes)", file.name, file.size));
    if !engine.sign_packet(customer, index, forms, (entered.name, entered.title, file)) {
        return Ok(Reply::Page(again(visit, customer, index)));
    }
    let [dot, docket] = numbers(visit);
    Ok(Reply::SeeOther(visit.here(&[dot, docket, ("signed", "1")])))
}

/// What a form that was sent before is answered with.
fn again(visit: &Visit<'_>, customer: &Customer, index: Index) -> Page {
    let mut body = Html::of("<p>This form was sent before. Nothing happened a second time.</p>\n", &[]);
    if let Some(page) = done(visit, customer, index) {
        body.add(&page.body);
    }
    body.put("<p><a href=\"{}\">Open the form anew</a></p>\n", &[&visit.here(&numbers(visit))]);
    Page { status: 409, title: "The packet was already completed".to_owned(), body }
}

/// What was signed; nothing if the present packet was not signed here.
fn done(visit: &Visit<'_>, customer: &Customer, index: Index) -> Option<Page> {
    let now = visit.engine.settle(customer);
    let standing = customer.standing(&visit.engine.world, &lock(&visit.engine.history), index, now);
    let signature = standing.signature?;
    let facts = Facts::of(visit.engine, customer, index, now);
    let mut body = Html::of(
        "<p><strong>{}</strong> has the packet of <strong>{}</strong>.</p>\n",
        &[&customer.broker.company, &facts.called()],
    );
    body.add(&list(&[
        ("Signed by", &signature.person),
        ("Title", &signature.title),
        ("At", &signature.at.rfc1123()),
        ("Document", signature.file.as_deref().unwrap_or_default()),
    ]));
    body.put(
        "<p class=\"soft\">In this sandbox the packet is now in CompletedPackets, GetCarrierData has its record, webhooks \
         report it, and the customer got an email.</p>\n",
        &[],
    );
    Some(Page::good("Your packet is complete", body))
}
