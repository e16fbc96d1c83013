//! What is wrong with a link or a form, and what a right one looks like.

use crate::portal::html::Html;
use crate::portal::page::Page;

/// The links that the portal has pages for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Invitation,
    SendPacket,
    Information,
    Packet,
}

impl Shape {
    /// Right links of this shape, for a sandbox whose portal is at the address before them.
    pub(super) fn examples(self) -> &'static [&'static str] {
        match self {
            Self::Invitation => &[
                "/ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite/brenda/23868/MC113843",
                "/ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite/brenda/23868",
                "/ea72823e-1506-4b72-a3b0-a488e1ba2f1e/Carrier/Intellivite",
            ],
            Self::SendPacket => &[
                "/RegisteredCustomer/SendCarrierPacket?dotNumber=23868&docketNumber=MC113843",
                "/RegisteredCustomer/SendCarrierPacket?dotNumber=23868",
            ],
            Self::Information => &[
                "/CarrierInformation/DOTNumber/23868/DocketNumber/MC113843",
                "/CarrierInformation/DOTNumber/23868",
                "/CarrierInformation/DOTNumber/23868/DocketNumber/MC113843?requestInsurance=true",
            ],
            Self::Packet => &["/Download/GetCarrierPacket?DOTNumber=23868&inline=True"],
        }
    }
}

/// Why there is no page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) status: u16,
    pub(super) what: String,
    /// What to show as right, if the link is to blame.
    shape: Option<Shape>,
}

impl Wrong {
    pub(super) fn new(status: u16, what: impl Into<String>) -> Self {
        Self { status, what: what.into(), shape: None }
    }

    /// Something is missing in the link, or is no number.
    pub(super) fn link(shape: Shape, what: impl Into<String>) -> Self {
        Self { shape: Some(shape), ..Self::new(400, what) }
    }

    /// The link leads to nothing that there is.
    pub(super) fn nothing(shape: Shape, what: impl Into<String>) -> Self {
        Self { status: 404, ..Self::link(shape, what) }
    }

    pub(super) fn into_page(self, portal: &str, prefix: &str) -> Page {
        let title = match self.status {
            400 => "This link is not right",
            403 => "This is refused",
            404 => "There is no such page",
            405 => "Pages are read with GET",
            413 => "That was too large",
            _ => "This did not work",
        };
        let mut body = Html::of("<p>{}</p>\n", &[&self.what]);
        if let Some(shape) = self.shape {
            body.put("<h2>What a right link looks like</h2>\n<ul class=\"links\">\n", &[]);
            for path in shape.examples() {
                body.put("<li><a href=\"{}{}\">{}{}</a></li>\n", &[prefix, path, portal, path]);
            }
            body.put("</ul>\n", &[]);
        }
        Page { status: self.status, title: title.to_owned(), body }
    }
}

/// What somebody gave, short enough to be repeated.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}
