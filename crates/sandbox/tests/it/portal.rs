//! The portal's pages: every form of every link, what is wrong with one, and what users of a customer do there.

use mycarrierpackets_sandbox::{Builder, MessageKind, Sandbox};
use reqwest::{Client, RequestBuilder, Response};

use crate::Caller;
use crate::customers::sign_in;

pub const KEY: &str = "ea72823e-1506-4b72-a3b0-a488e1ba2f1e";
pub const FILLED: [(&str, &str); 7] = [
    ("company", "yes"),
    ("insurance", "yes"),
    ("payment", "quick"),
    ("tax", "llc"),
    ("name", "Ada O'Oak <script>"),
    ("title", "Owner & \"CEO\""),
    ("consent", "yes"),
];

pub fn still() -> Builder {
    Sandbox::builder().carriers(60).fixed_time(crate::noon())
}

/// A page that was read.
pub struct Page {
    pub status: u16,
    pub html: String,
}

impl Page {
    pub async fn of(answer: Response) -> Self {
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'self';"));
        assert_eq!(
            (header("x-content-type-options"), header("referrer-policy"), header("cache-control")),
            ("nosniff".to_owned(), "same-origin".to_owned(), "no-store".to_owned())
        );
        let html = answer.text().await.unwrap();
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">") && html.ends_with("</html>\n"), "{html}");
        assert!(!html.contains("<script") && !html.contains("https://") && !html.contains("style=\""), "{html}");
        assert_eq!((html.matches("<h1>").count(), html.matches("<main").count()), (1, 1), "{html}");
        Self { status, html }
    }

    pub async fn get(client: &Client, url: &str) -> Self {
        Self::of(client.get(url).send().await.unwrap()).await
    }

    /// What stands in an attribute after a text.
    pub fn after(&self, text: &str) -> String {
        let at = self.html.find(text).unwrap_or_else(|| panic!("no {text} in {}", self.html)) + text.len();
        self.html[at..].split('"').next().unwrap().replace("&amp;", "&")
    }

    pub fn token(&self) -> String {
        self.after("name=\"form\" value=\"")
    }

    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.html.contains(text), "no {text:?} in {}", self.html);
    }
}

/// The form of a page, filled in, with some fields otherwise.
pub fn post(client: &Client, url: &str, page: &Page, changes: &[(&str, &str)]) -> RequestBuilder {
    let token = page.token();
    let mut fields: Vec<(&str, &str)> = FILLED.to_vec();
    fields.push(("form", &token));
    for (name, value) in changes {
        fields.retain(|(own, _)| own != name);
        fields.push((name, value));
    }
    client.post(url).form(&fields)
}

/// A carrier that has not completed a packet.
pub async fn without_packet(caller: &Caller) -> u32 {
    for dot in caller.sandbox.dot_numbers() {
        let record = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
        if record["Message"] == "Carrier has not completed a packet." {
            return dot;
        }
    }
    panic!("all have one");
}

#[tokio::test]
async fn every_form_of_every_link_leads_to_its_page() {
    let caller = Caller::start(still()).await;
    let portal = caller.sandbox.portal_url();
    let links = [
        (format!("{KEY}/Carrier/Intellivite/brenda/23868/MC113843"), "Complete your carrier packet"),
        (format!("{KEY}/CARRIER/intellivite/brenda/23868/mc113843/"), "Complete your carrier packet"),
        (format!("{KEY}/Carrier/Intellivite/brenda/23868"), "Complete your carrier packet"),
        (format!("{KEY}/Carrier/Intellivite/brenda"), "Which carrier are you?"),
        (format!("{KEY}/Carrier/Intellivite"), "Which carrier are you?"),
        (format!("{KEY}/Carrier/Intellivite?docketNumber=MC113843"), "Complete your carrier packet"),
        (format!("{KEY}/Carrier/Intellivite?dotNumber=+23868+&docketNumber="), "Complete your carrier packet"),
        ("RegisteredCustomer/SendCarrierPacket?dotNumber=23868&docketNumber=MC113843".into(), "Send a carrier packet"),
        ("registeredcustomer/sendcarrierpacket?DOTNumber=23868".into(), "Send a carrier packet"),
        ("CarrierInformation/DOTNumber/23868/DocketNumber/MC113843".into(), "Sample Trucking LLC"),
        ("carrierinformation/dotnumber/23868".into(), "Sample Trucking LLC"),
        ("CarrierInformation/DOTNumber/23868?requestInsurance=TRUE".into(), "Ask for a certificate</h2>"),
        (
            "CarrierInformation/DOTNumber/23868/DocketNumber/MC113843?requestinsurance=true".into(),
            "Ask for a certificate</h2>",
        ),
        (String::new(), "The pages of this portal"),
    ];
    for (path, expected) in links {
        let page = Page::get(&caller.client, &format!("{portal}/{path}")).await;
        assert_eq!(page.status, 200, "{path}");
        page.says(expected);
    }
    let plain = Page::get(&caller.client, &format!("{portal}/CarrierInformation/DOTNumber/23868")).await;
    assert!(!plain.html.contains("Ask for a certificate</h2>"), "only if it is asked for");

    for (query, disposition) in [
        ("DOTNumber=23868&inline=True", "inline; filename=\"CarrierPacket-23868.pdf\""),
        ("dotnumber=23868&INLINE=false", "attachment; filename=\"CarrierPacket-23868.pdf\""),
        ("DOTNumber=23868", "attachment; filename=\"CarrierPacket-23868.pdf\""),
    ] {
        let url = format!("{portal}/Download/GetCarrierPacket?{query}");
        let answer = caller.client.get(url).send().await.unwrap();
        let headers = answer.headers().clone();
        assert_eq!(
            (headers["content-type"].to_str().unwrap(), headers["content-disposition"].to_str().unwrap()),
            ("application/pdf", disposition)
        );
        assert!(answer.bytes().await.unwrap().starts_with(b"%PDF-"));
    }
    let style = caller.client.get(format!("{portal}/portal.css")).send().await.unwrap();
    assert_eq!(
        (style.status().as_u16(), &style.headers()["content-type"]),
        (200, &"text/css; charset=utf-8".parse().unwrap())
    );
    assert!(!style.text().await.unwrap().contains("url("));
    assert_eq!(caller.sandbox.requests().len(), 1, "pages are not calls, and the token was one");
}

#[tokio::test]
async fn a_carrier_is_found_by_what_it_enters() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/brenda", caller.sandbox.portal_url());
    let search = Page::get(&caller.client, &url).await;
    search.says("<label for=\"dotNumber\">DOT number</label>");
    for (query, field, what) in [
        ("dotNumber=1&docketNumber=", "dotNumber", "No carrier has the DOT number 1"),
        ("dotNumber=MC113843", "dotNumber", "Enter a DOT number of up to 8 digits"),
        ("docketNumber=%3Cb%3E", "docketNumber", "No carrier has the docket number &lt;b&gt;"),
        ("dotNumber=23868&docketNumber=MC1", "docketNumber", "No carrier has the docket number MC1"),
    ] {
        let page = Page::get(&caller.client, &format!("{url}?{query}")).await;
        assert_eq!(page.status, 404, "{query}");
        page.says(&format!("<a href=\"#{field}\">{what}</a>"));
    }
    let url = format!("{url}?dotNumber=&docketNumber=mc-113843");
    let page = Page::get(&caller.client, &url).await;
    let action = page.after("<form method=\"post\" action=\"");
    assert_eq!(action, format!("/{KEY}/Carrier/Intellivite/brenda?docketNumber=mc-113843"));
    let action = format!("{}{action}", caller.sandbox.portal_url());
    let done = Page::of(post(&caller.client, &action, &page, &[]).send().await.unwrap()).await;
    done.says("Your packet is complete");
}

#[tokio::test]
async fn what_is_wrong_with_a_link_is_said() {
    let caller = Caller::start(still()).await;
    let dot = without_packet(&caller).await;
    for (path, status, what) in [
        (format!("{KEY}/Carrier/Intellivite/brenda/MC113843"), 400, "&quot;MC113843&quot; is not a DOT number"),
        (format!("{KEY}/Carrier/Intellivite/brenda/1"), 404, "no carrier with the DOT number 1"),
        (format!("{KEY}/Carrier/Intellivite/brenda/23868/MC1"), 404, "does not have the docket number MC1"),
        (format!("{KEY}/Carrier/Intellivite/brenda/23868/MC1/x"), 404, "another form"),
        (format!("{KEY}/Carrier/Intellivite/{}/23868", "u".repeat(101)), 400, "1 to 100 characters"),
        (format!("{KEY}/Carrier/Intellivite/brenda/%3Cscript%3E"), 400, "&quot;&lt;script&gt;&quot; is not"),
        ("RegisteredCustomer/SendCarrierPacket".into(), 400, "its DOT number is missing"),
        ("RegisteredCustomer/SendCarrierPacket?docketNumber=MC113843".into(), 400, "no DOT number beside it"),
        ("RegisteredCustomer/SendCarrierPacket?dotNumber=x".into(), 400, "is not a DOT number"),
        ("CarrierInformation/DOTNumber/9".into(), 404, "no carrier with the DOT number 9"),
        ("CarrierInformation/DOTNumber".into(), 400, "its DOT number is missing"),
        ("CarrierInformation/DOTNumber/23868?requestInsurance=maybe".into(), 400, "can be True or False"),
        ("CarrierInformation/MC113843".into(), 404, "found by its DOT number"),
        ("Download/GetCarrierPacket?inline=True".into(), 400, "its DOT number is missing"),
        ("Download/GetCarrierPacket?DOTNumber=23868&inline=x".into(), 400, "can be True or False"),
        (format!("Download/GetCarrierPacket?DOTNumber={dot}"), 404, "has not completed a packet"),
        ("Download/Packet".into(), 404, "GetCarrierPacket"),
    ] {
        let page = Page::get(&caller.client, &format!("{}/{path}", caller.sandbox.portal_url())).await;
        assert_eq!(page.status, status, "{path}");
        page.says(what);
        page.says("What a right link looks like");
        // What is shown as right is right.
        let example = page.after("<ul class=\"links\">\n<li><a href=\"");
        let answer = caller.client.get(format!("{}{example}", caller.sandbox.portal_url())).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{example}");
    }
    // What is not a page is answered as before.
    let answer = caller.client.get(format!("{}/nothing", caller.sandbox.portal_url())).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (404, &"application/json; charset=utf-8".parse().unwrap())
    );
}

#[tokio::test]
async fn a_customers_user_invites_and_asks_for_insurance() {
    let mut caller = Caller::start(still()).await;
    let portal = caller.sandbox.portal_url().to_owned();
    let forms = [
        ("RegisteredCustomer/SendCarrierPacket?dotNumber=23868", "demo", MessageKind::Invitation),
        (
            "RegisteredCustomer/SendCarrierPacket?dotNumber=23868&docketNumber=MC113843&user=alder",
            "alder",
            MessageKind::Invitation,
        ),
        ("CarrierInformation/DOTNumber/23868?requestInsurance=true", "demo", MessageKind::InsuranceRequest),
        ("CarrierInformation/DOTNumber/23868?requestInsurance=true&user=birke", "birke", MessageKind::InsuranceRequest),
    ];
    for (path, customer, kind) in forms {
        let url = format!("{portal}/{path}");
        let page = Page::get(&caller.client, &url).await;
        let token = page.token();
        let send = async |form: &str, email: &str| {
            let form = [("form", form), ("email", email)];
            Page::of(caller.client.post(&url).form(&form).send().await.unwrap()).await
        };
        let refused = send(&token, "nobody\"").await;
        assert_eq!(refused.status, 400);
        refused.says("<a href=\"#email\">");
        refused.says("value=\"nobody&quot;\"");
        assert_eq!(send("x", "ada@carrier.example").await.status, 403);
        let sent = send(&token, "ada@carrier.example").await;
        assert_eq!(sent.status, 200);
        sent.says("role=\"status\"");
        let sent: Vec<_> =
            caller.sandbox.customer(customer).outbox().into_iter().filter(|own| own.kind == kind).collect();
        assert!(sent.len() == 1 && sent[0].to == "ada@carrier.example", "{sent:?}");
    }
    sign_in(&mut caller, "alder").await;
    let record = caller.json("MonitoredCarrierData", &[("pageSize", "1")]).await;
    assert_eq!(record["data"][0]["LatestInvitation"]["InvitationRecipient"], "ada@carrier.example");
}
