//! The first page of the portal: which links it has pages for.

use crate::portal::html::Html;
use crate::portal::page::Page;
use crate::portal::wrong::Shape;

const SHAPES: [(Shape, &str, &str); 4] = [
    (
        Shape::Invitation,
        "Invitation",
        "A carrier completes its packet here. The user name is the customer who invites; the docket number, both \
         numbers, or all of it can be left out from the end.",
    ),
    (Shape::SendPacket, "Send a packet", "A customer's user invites a carrier by email."),
    (
        Shape::Information,
        "Carrier",
        "What is known of a carrier; with requestInsurance=true, with a request for a certificate.",
    ),
    (Shape::Packet, "Packet", "All papers of a carrier as a PDF: with inline=True in the browser, or as a download."),
];

pub(super) fn page(portal: &str, prefix: &str) -> Page {
    let mut body = Html::of(
        "<p>These links lead to pages, as they do at the vendor's. Nobody signs in here. The pages of customers are \
         those of <code>demo</code>; add <code>user=NAME</code> to the query for another one.</p>\n",
        &[],
    );
    for (shape, title, about) in SHAPES {
        body.put("<h2>{}</h2>\n<p>{}</p>\n<ul class=\"links\">\n", &[title, about]);
        for path in shape.examples() {
            body.put("<li><a href=\"{}{}\">{}{}</a></li>\n", &[prefix, path, portal, path]);
        }
        body.put("</ul>\n", &[]);
    }
    Page::good("The pages of this portal", body)
}
