//! The portal's pages: every form of every link, and a packet that a person completes there.

use mycarrierpackets_sandbox::{Builder, MessageKind, Sandbox, Webhook};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use crate::Caller;
use crate::customers::sign_in;
use crate::receiver::Receiver;

const KEY: &str = "ea72823e-1506-4b72-a3b0-a488e1ba2f1e";
const FILLED: [(&str, &str); 7] = [
    ("company", "yes"),
    ("insurance", "yes"),
    ("payment", "quick"),
    ("tax", "llc"),
    ("name", "Ada O'Oak <script>"),
    ("title", "Owner & \"CEO\""),
    ("consent", "yes"),
];

fn still() -> Builder {
    Sandbox::builder().carriers(60).fixed_time(crate::noon())
}

/// A page that was read.
pub struct Page {
    pub status: u16,
    pub html: String,
}

impl Page {
    async fn of(answer: Response) -> Self {
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
    fn after(&self, text: &str) -> String {
        let at = self.html.find(text).unwrap_or_else(|| panic!("no {text} in {}", self.html)) + text.len();
        self.html[at..].split('"').next().unwrap().replace("&amp;", "&")
    }

    fn token(&self) -> String {
        self.after("name=\"form\" value=\"")
    }

    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.html.contains(text), "no {text:?} in {}", self.html);
    }
}

fn post(client: &Client, url: &str, page: &Page, changes: &[(&str, &str)]) -> RequestBuilder {
    let token = page.token();
    let mut fields: Vec<(&str, &str)> = FILLED.to_vec();
    fields.push(("form", &token));
    for (name, value) in changes {
        fields.retain(|(own, _)| own != name);
        fields.push((name, value));
    }
    client.post(url).form(&fields)
}

async fn completed(caller: &Caller, dot: u32) -> usize {
    let window = [("fromDate", "2026-03-18T12:00:00"), ("toDate", "2026-03-18T12:00:00")];
    let rows = caller.json("CompletedPackets", &window).await;
    rows.as_array().unwrap().iter().filter(|row| row["DOTNumber"] == dot).count()
}

/// A carrier that has not completed a packet.
async fn without_packet(caller: &Caller) -> u32 {
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
    assert_eq!((style.status().as_u16(), &style.headers()["content-type"]), (200, &"text/css; charset=utf-8".parse().unwrap()));
    assert!(!style.text().await.unwrap().contains("url("));
    assert_eq!(caller.sandbox.requests().len(), 1, "pages are not calls, and the token was one");
}

#[tokio::test]
async fn a_packet_is_completed_by_the_form_of_its_invitation_and_once() {
    let (mut caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    sign_in(&mut caller, "alder").await;
    caller.sandbox.add_webhook(Webhook::to(&receiver.url).customer("alder")).unwrap();
    let dot = without_packet(&caller).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/alder/{dot}", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    let company = caller.json("PreviewCarrier", &[("DOTNumber", &dot.to_string())]).await;
    for fact in ["CompanyName", "Street", "Phone"] {
        page.says(&company[0][fact].as_str().unwrap().replace('&', "&amp;").replace('\'', "&#39;"));
    }
    // What is missing is said, and what was entered stays.
    let incomplete = post(&caller.client, &url, &page, &[("consent", ""), ("payment", ""), ("title", " ")]);
    let incomplete = Page::of(incomplete.send().await.unwrap()).await;
    assert_eq!(incomplete.status, 400);
    incomplete.says("<title>Error: Complete your carrier packet");
    for field in ["payment", "title", "consent"] {
        incomplete.says(&format!("<li><a href=\"#{field}\">"));
        incomplete.says(&format!(" id=\"{field}\""));
        incomplete.says(&format!("id=\"{field}-problem\""));
    }
    assert!(!incomplete.html.contains("href=\"#name\""));
    incomplete.says("value=\"Ada O&#39;Oak &lt;script&gt;\"");
    incomplete.says("value=\"llc\" checked");
    assert_eq!((completed(&caller, dot).await, receiver.take().len()), (0, 0));

    let done = Page::of(post(&caller.client, &url, &incomplete, &[]).send().await.unwrap()).await;
    assert_eq!(done.status, 200);
    done.says("Your packet is complete");
    done.says("Ada O&#39;Oak &lt;script&gt;");
    assert_eq!(completed(&caller, dot).await, 1);
    let record = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
    let agreement = &record["CarrierCustomerAgreements"][0];
    assert_eq!(
        (&agreement["SignaturePerson"], &agreement["SignaturePersonTitle"], &agreement["SignatureDate"]),
        (&"Ada O'Oak <script>".into(), &"Owner & \"CEO\"".into(), &"2026-03-18T12:00:00".into())
    );
    caller.sandbox.deliveries_done().await;
    let [posted] = &receiver.take()[..] else { panic!("one webhook") };
    let body: Value = serde_json::from_str(&posted.body).unwrap();
    assert_eq!((&body["eventType"], &body["eventData"]["carrier"]["dotNumber"]), (&"carrier.packet.completed".into(), &dot.into()));
    let event = &body["eventData"]["agreement"];
    assert_eq!(
        (&event["signaturePerson"], &event["signaturePersonTitle"]),
        (&agreement["SignaturePerson"], &agreement["SignaturePersonTitle"])
    );
    let sent = caller.sandbox.customer("alder").outbox();
    assert!(sent.len() == 1 && sent[0].kind == MessageKind::PacketCompleted, "{sent:?}");

    // The same form again, and both forms that were open, do nothing more.
    for old in [&page, &incomplete] {
        let again = Page::of(post(&caller.client, &url, old, &[]).send().await.unwrap()).await;
        assert_eq!(again.status, 409);
        again.says("Nothing happened a second time.");
        again.says("Ada O&#39;Oak");
    }
    caller.sandbox.deliveries_done().await;
    assert_eq!((completed(&caller, dot).await, receiver.take().len()), (1, 0));
    // A form that is opened anew renews the packet.
    let renewed = Page::get(&caller.client, &url).await;
    renewed.says("signed by Ada O&#39;Oak &lt;script&gt;");
    let renewed = Page::of(post(&caller.client, &url, &renewed, &[("name", "Bo Birch")]).send().await.unwrap()).await;
    renewed.says("Bo Birch");
    caller.sandbox.deliveries_done().await;
    assert_eq!((completed(&caller, dot).await, receiver.take().len()), (2, 1));
    // One that comes by itself is signed by the carrier's owner, as before.
    caller.sandbox.customer("alder").complete_packet(dot);
    let record = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
    assert_ne!(record["CarrierCustomerAgreements"][0]["SignaturePerson"], "Bo Birch");

    sign_in(&mut caller, "demo").await;
    assert_eq!(completed(&caller, dot).await, 0, "it is the packet of the customer in the link");
}

#[tokio::test]
async fn of_two_that_are_sent_at_once_one_counts() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/demo/23868", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    let before = completed(&caller, 23868).await;
    let send = || async { Page::of(post(&caller.client, &url, &page, &[]).send().await.unwrap()).await.status };
    let mut statuses = <[u16; 4]>::from(tokio::join!(send(), send(), send(), send()));
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    assert_eq!(completed(&caller, 23868).await, before + 1);
}

#[tokio::test]
async fn who_invites_is_in_the_link() {
    let mut caller = Caller::start(still()).await;
    let dot = without_packet(&caller).await;
    let portal = caller.sandbox.portal_url().to_owned();
    sign_in(&mut caller, "alder").await;
    let invited = [("DOTNumber", &*dot.to_string()), ("carrierEmail", "ada@carrier.example"), ("userName", "brenda")];
    caller.json("EmailPacketInvitation", &invited).await;
    let mail = caller.sandbox.customer("alder").outbox().remove(0);
    sign_in(&mut caller, "demo").await;
    caller.json("EmailPacketInvitation", &[invited[0], invited[1], ("userName", "carol")]).await;
    let demos = caller.sandbox.customer("demo").outbox().remove(0);
    let alders = mail.links[0].split('/').nth(3).unwrap();
    for (link, expected) in [
        (format!("{portal}/{KEY}/Carrier/Intellivite/somebody%20new/{dot}"), "somebody new"),
        (format!("{portal}/{KEY}/Carrier/Intellivite?dotNumber={dot}"), "demo"),
        (format!("{portal}/unknown-id/Carrier/Intellivite?dotNumber={dot}"), "demo"),
        (format!("{portal}/{alders}/Carrier/Intellivite?dotNumber={dot}"), "alder"),
        (mail.links[0].clone(), "alder"),
        (demos.links[0].clone(), "demo"),
    ] {
        let before = caller.sandbox.customer(expected).outbox().len();
        let page = Page::get(&caller.client, &link).await;
        let done = post(&caller.client, &link, &page, &[]).send().await.unwrap();
        assert_eq!(done.status(), 200, "{link}");
        assert_eq!(caller.sandbox.customer(expected).outbox().len(), before + 1, "{link} is of {expected}");
    }
    let names: Value = caller.client.get(format!("{}/__sandbox", caller.sandbox.base_url())).send().await.unwrap().json().await.unwrap();
    assert_eq!(names["customers"], serde_json::json!(["alder", "demo", "somebody new"]), "a look is no visit");
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
async fn a_file_can_come_with_the_form() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/demo/23868/MC113843", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    page.says("enctype=\"multipart/form-data\"");
    let token = page.token();
    let sent = |size: usize| {
        let mut body = Vec::new();
        for (name, value) in FILLED.iter().copied().chain([("form", token.as_str())]) {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"W-9 <1>.pdf\"\r\nContent-Type: application/pdf";
        body.extend(format!("--b\r\n{head}\r\n\r\n").bytes());
        body.extend(std::iter::repeat_n(b'x', size));
        body.extend(b"\r\n--b--\r\n");
        caller.client.post(&url).header("content-type", "multipart/form-data; boundary=b").body(body).send()
    };
    // The server may close before it has read all of what it refuses.
    if let Ok(answer) = sent(9 << 20).await {
        assert_eq!(answer.status(), 413);
    }
    let done = Page::of(sent(8 << 20).await.unwrap()).await;
    assert_eq!(done.status, 200, "{}", done.html);
    done.says("W-9 &lt;1&gt;.pdf (8388608 bytes)");
}

#[tokio::test]
async fn forms_of_others_are_refused() {
    let caller = Caller::start(still()).await;
    let portal = caller.sandbox.portal_url();
    let url = format!("{portal}/{KEY}/Carrier/Intellivite/demo/23868");
    let page = Page::get(&caller.client, &url).await;
    let before = completed(&caller, 23868).await;
    let other = Page::get(&caller.client, &format!("{portal}/{KEY}/Carrier/Intellivite/alder/23868")).await.token();
    let status = async |request: RequestBuilder| Page::of(request.send().await.unwrap()).await.status;
    for (name, value) in [
        ("origin", "https://site.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", ""),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("host", "site.example"),
    ] {
        assert_eq!(status(post(&caller.client, &url, &page, &[]).header(name, value)).await, 403, "{name}: {value}");
    }
    for form in ["", "0", "0.", "0.00", "1", "x.y", &other, &page.token()[1..], &format!("9{}", page.token())] {
        assert_eq!(status(post(&caller.client, &url, &page, &[("form", form)])).await, 403, "{form}");
    }
    let elsewhere = format!("{portal}/{KEY}/Carrier/Intellivite/demo/{}", caller.sandbox.dot_numbers()[3]);
    assert_eq!(status(post(&caller.client, &elsewhere, &page, &[])).await, 403, "a form is for one carrier");
    for (kind, body) in [("application/json", "{}"), ("text/plain", "a=b"), ("multipart/form-data", "")] {
        assert_eq!(status(caller.client.post(&url).header("content-type", kind).body(body)).await, 400, "{kind}");
    }
    for page in ["", "portal.css", "Download/GetCarrierPacket?DOTNumber=23868"] {
        assert_eq!(status(caller.client.post(format!("{portal}/{page}"))).await, 405, "{page}");
    }
    assert_eq!(status(caller.client.delete(&url)).await, 405);
    assert_eq!(status(caller.client.get(&url).header("host", "site.example")).await, 403);
    assert_eq!(completed(&caller, 23868).await, before);
    // A link may be followed from anywhere, and the page's own form is taken.
    assert_eq!(status(caller.client.get(&url).header("sec-fetch-site", "cross-site")).await, 200);
    let own = post(&caller.client, &url, &page, &[]).header("origin", portal).header("sec-fetch-site", "same-origin");
    assert_eq!(status(own).await, 200);
    assert_eq!(completed(&caller, 23868).await, before + 1);
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
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (404, &"application/json; charset=utf-8".parse().unwrap()));
}

#[tokio::test]
async fn a_customers_user_invites_and_asks_for_insurance() {
    let mut caller = Caller::start(still()).await;
    let portal = caller.sandbox.portal_url().to_owned();
    let forms = [
        ("RegisteredCustomer/SendCarrierPacket?dotNumber=23868", "demo", MessageKind::Invitation),
        ("RegisteredCustomer/SendCarrierPacket?dotNumber=23868&docketNumber=MC113843&user=alder", "alder", MessageKind::Invitation),
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
        let sent: Vec<_> = caller.sandbox.customer(customer).outbox().into_iter().filter(|own| own.kind == kind).collect();
        assert!(sent.len() == 1 && sent[0].to == "ada@carrier.example", "{sent:?}");
    }
    sign_in(&mut caller, "alder").await;
    let record = caller.json("MonitoredCarrierData", &[("pageSize", "1")]).await;
    assert_eq!(record["data"][0]["LatestInvitation"]["InvitationRecipient"], "ada@carrier.example");
}

#[tokio::test]
async fn a_signature_is_kept_with_the_state() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/demo/23868", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    post(&caller.client, &url, &page, &[]).send().await.unwrap();
    let kept = caller.sandbox.snapshot();
    caller.sandbox.complete_packet(23868);
    caller.sandbox.restore(kept).unwrap();
    let record = caller.json("GetCarrierData", &[("DOTNumber", "23868")]).await;
    assert_eq!(record["CarrierCustomerAgreements"][0]["SignaturePerson"], "Ada O'Oak <script>");
    assert_eq!(Page::of(post(&caller.client, &url, &page, &[]).send().await.unwrap()).await.status, 409);
    caller.sandbox.reset();
    let record = caller.json("GetCarrierData", &[("DOTNumber", "23868")]).await;
    assert_ne!(record["CarrierCustomerAgreements"][0]["SignaturePerson"], "Ada O'Oak <script>");
}
