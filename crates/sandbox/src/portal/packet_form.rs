//! The form with which a carrier completes its packet: five short steps on one page.

use crate::portal::controls::{choice, line, list, summary, tick};
use crate::portal::entered::{CLASSES, Entered, PAYMENTS, Problem};
use crate::portal::facts::Facts;
use crate::portal::html::Html;

/// The form about a carrier, as somebody has filled it in so far.
pub(super) fn write(
    facts: &Facts,
    company: &str,
    (action, token): (&str, &str),
    (entered, problems): (&Entered, &[Problem]),
) -> Html {
    let mut html = summary(problems);
    html.put(
        "<p><strong>{}</strong> asks <strong>{}</strong> to complete its carrier packet. In this sandbox nobody signs \
         in: you act as the carrier.</p>\n",
        &[company, &facts.called()],
    );
    if let Some((person, date)) = &facts.signed {
        html.put(
            "<p class=\"note\">A packet was completed on {}, signed by {}. To send this form renews it.</p>\n",
            &[date, person],
        );
    }
    html.put(
        "<form method=\"post\" action=\"{}\" enctype=\"multipart/form-data\" novalidate>\n\
         <input type=\"hidden\" name=\"form\" value=\"{}\">\n",
        &[action, token],
    );
    step(&mut html, "step-1", "Step 1 of 5: Your company", &{
        let dot = facts.dot.to_string();
        let mut part = list(&[
            ("Legal name", &facts.name),
            ("Doing business as", &facts.dba),
            ("DOT number", &dot),
            ("Docket number", &facts.docket),
            ("Street", &facts.street),
            ("City", &facts.place),
            ("Phone", &facts.phone),
            ("Email", &facts.email),
        ]);
        part.add(&tick("company", "These data are right", entered.company, problems));
        part
    });
    step(&mut html, "step-2", "Step 2 of 5: Your insurance", &{
        let mut part = coverages(facts);
        part.add(&tick(
            "insurance",
            "This insurance is in force, or a new certificate is on its way",
            entered.insurance,
            problems,
        ));
        part
    });
    step(&mut html, "step-3", "Step 3 of 5: Payment and form W-9", &{
        let mut part = choice("payment", "How are you paid?", &PAYMENTS, &entered.payment, problems);
        part.add(&choice("tax", "What is your company for taxes?", &CLASSES, &entered.tax, problems));
        part
    });
    step(&mut html, "step-4", "Step 4 of 5: A document", &{
        Html::of(
            "<div class=\"field\">\n<label for=\"file\">A certificate, a form W-9 or another paper (optional)</label>\n\
             <span class=\"soft\" id=\"file-hint\">Up to 8 MB. You can skip this. The sandbox keeps the name of the \
             file, and nothing of what is in it.</span>\n\
             <input type=\"file\" id=\"file\" name=\"file\" aria-describedby=\"file-hint\">\n</div>\n",
            &[],
        )
    });
    step(&mut html, "step-5", "Step 5 of 5: Sign", &{
        let mut part =
            Html::of("<p>The agreement is the Broker-Carrier Agreement of {}, a specimen.</p>\n", &[company]);
        part.add(&line(("name", "Your name", ""), ("text", "name"), &entered.name, problems));
        part.add(&line(
            ("title", "Your title", "Such as Owner"),
            ("text", "organization-title"),
            &entered.title,
            problems,
        ));
        let consent = "I may sign for the company, and I agree to sign electronically";
        part.add(&tick("consent", consent, entered.consent, problems));
        part
    });
    html.put("<button type=\"submit\">Sign and send the packet</button>\n</form>\n", &[]);
    html
}

fn step(html: &mut Html, id: &str, title: &str, part: &Html) {
    html.put("<section aria-labelledby=\"{}\">\n<h2 id=\"{}\">{}</h2>\n", &[id, id, title]);
    html.add(part).put("</section>\n", &[]);
}

/// The coverages that the vendor knows of.
pub(super) fn coverages(facts: &Facts) -> Html {
    if facts.coverages.is_empty() {
        return Html::of("<p>No certificate of insurance is on file.</p>\n", &[]);
    }
    let mut html = Html::of(
        "<div class=\"wide\" role=\"region\" aria-label=\"Coverages\" tabindex=\"0\">\n<table>\n<thead><tr>\
         <th scope=\"col\">Coverage</th><th scope=\"col\">Until</th><th scope=\"col\">Limit</th>\
         <th scope=\"col\">Insurer</th><th scope=\"col\">Policy</th></tr></thead>\n<tbody>\n",
        &[],
    );
    for own in &facts.coverages {
        html.put(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            &[&own.kind, &own.until, &own.limit, &own.insurer, &own.policy],
        );
    }
    html.put("</tbody>\n</table>\n</div>\n", &[]);
    if !facts.producer.name.is_empty() {
        html.put("<p class=\"soft\">Certificates by {}.</p>\n", &[&facts.producer.name]);
    }
    html
}
