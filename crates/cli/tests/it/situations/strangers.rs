//! Who answers in the vendor's place says nothing about a carrier, an account or an argument.

use super::{Row, check, json, page, reply, row};

const VENDOR: &str = r#"{"$id":"1","Message":"Not for you."}"#;
const NO_ROUTE: &str =
    r#"{"Message":"No HTTP resource was found that matches the request URI 'https://a.example/x'."}"#;

/// A row in which the token's endpoint answers so.
fn token(situation: &'static str, answer: String, code: i32, first: &'static str) -> Row {
    Row { situation, answers: (answer, json(200, "[]")), line: "carrier preview 9900001", code, first }
}

#[test]
fn a_page_or_a_proxy_is_not_the_vendors_verdict() {
    check(vec![
        row("a login page", page(200, "Sign in"), "carrier preview 9900001", 1, r#"error: preview_carrier: a web page came in place of an answer: "Sign in" (200 OK), 3 attempts"#),
        row("a page, 400", page(400, "Bad Request"), "carrier preview 9900001", 1, r#"error: preview_carrier: a web page came in place of an answer: "Bad Request" (400 Bad Request), 3 attempts"#),
        row("a page, 401", page(401, "Unauthorized"), "carrier preview 9900001", 1, r#"error: preview_carrier: a web page came in place of an answer: "Unauthorized" (401 Unauthorized), 3 attempts"#),
        row("a stopped app", page(403, "Web App - Unavailable"), "carrier preview 9900001", 1, r#"error: preview_carrier: a web page came in place of an answer: "Web App - Unavailable" (403 Forbidden), 3 attempts"#),
        row("IIS", page(404, "404 - File or directory not found."), "carrier preview 9900001", 1, r#"error: preview_carrier: a web page came in place of an answer: "404 - File or directory not found." (404 Not Found), 3 attempts"#),
        row("a gateway, 502", page(502, "502 Bad Gateway"), "carrier preview 9900001", 1, r#"error: preview_carrier: a gateway before the server failed: "502 Bad Gateway" (502 Bad Gateway), 3 attempts"#),
        row("a gateway, 503", page(503, "Service Unavailable"), "monitor list", 1, r#"error: monitored_carriers: a gateway before the server failed: "Service Unavailable" (503 Service Unavailable), 3 attempts"#),
        row("a gateway, an invitation", page(503, "Service Unavailable"), "invite send 9900001 --email a@carrier.example", 1, r#"error: email_packet_invitation: a gateway before the server failed: "Service Unavailable" (503 Service Unavailable)"#),
        row("a page for a document", page(200, "Sign in"), "document get a/b.pdf -o b.pdf", 1, r#"error: get_document: a web page came in place of an answer: "Sign in" (200 OK), 3 attempts"#),
        row("a missing page for a document", page(404, "Not Found"), "document get a/b.pdf -o b.pdf", 1, r#"error: get_document: a web page came in place of an answer: "Not Found" (404 Not Found), 3 attempts"#),
        row("a page for a packet", page(200, "Sign in"), "packet download --dot 9900001 -o b.pdf", 1, r#"error: download_carrier_packet: a web page came in place of an answer: "Sign in" (200 OK), 3 attempts"#),
        row("a page without a type", reply(200, "", "<html><body>Hello</body></html>"), "carrier preview 9900001", 1, "error: preview_carrier: a web page came in place of an answer (200 OK), 3 attempts"),
        row("no such address", json(404, NO_ROUTE), "carrier preview 9900001", 1, r#"error: preview_carrier: the server has nothing at this address (404 Not Found): "No HTTP resource was found that matches the request URI 'https://a.example/x'""#),
        row("no such address", json(404, NO_ROUTE), "monitor add 9900001", 1, r#"error: request_monitoring: the server has nothing at this address (404 Not Found): "No HTTP resource was found that matches the request URI 'https://a.example/x'""#),
        row("a proxy's login", page(407, "Proxy Authentication Required"), "carrier preview 9900001", 6, "error: preview_carrier: the proxy asks for a login (407 Proxy Authentication Required)"),
        row("a redirect", "HTTP/1.1 302 Found\r\nLocation: https://login.example/signin?ReturnUrl=secret\r\nContent-Length: 0\r\n\r\n".to_owned(), "carrier preview 9900001", 1, "error: preview_carrier: the server redirected the call to https://login.example/signin (302 Found)"),
        row("XML", reply(200, "text/xml", "<ArrayOfCarrier/>"), "carrier preview 9900001", 1, "error: preview_carrier: the server sent text/xml in place of an answer (200 OK)"),
        row("a picture", reply(200, "image/png", "\u{89}PNG"), "carrier preview 9900001", 1, "error: preview_carrier: the server sent image/png in place of an answer (200 OK)"),
        row("not HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned(), "carrier preview 9900001", 6, "error: preview_carrier: the connection broke before an answer came: the server does not speak HTTP there, or answered a plain request on a TLS port, 3 attempts"),
    ]);
}

#[test]
fn what_the_vendor_refuses_is_named_by_its_kind_and_in_its_words() {
    check(vec![
        row(
            "a bad argument",
            json(
                400,
                r#"{"Message":"The request is invalid.","ModelState":{"fromDate":["The value 'x' is not valid."]}}"#,
            ),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server refused the request (400 Bad Request): "The request is invalid. fromDate: The value 'x' is not valid""#,
        ),
        row(
            "a plain text",
            reply(400, "text/plain", "fromDate is missing"),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server refused the request (400 Bad Request): "fromDate is missing""#,
        ),
        row(
            "no right",
            json(403, VENDOR),
            "carrier preview 9900001",
            3,
            r#"error: preview_carrier: the server does not allow this (403 Forbidden): "Not for you""#,
        ),
        row(
            "no token",
            json(401, VENDOR),
            "carrier preview 9900001",
            3,
            r#"error: preview_carrier: the server refused the token (401 Unauthorized): "Not for you", 2 attempts"#,
        ),
        row(
            "unknown",
            json(404, VENDOR),
            "carrier preview 9900001",
            4,
            r#"error: preview_carrier: the server found nothing (404 Not Found): "Not for you""#,
        ),
        row(
            "unknown, without a word",
            reply(404, "", ""),
            "carrier preview 9900001",
            4,
            "error: preview_carrier: the server found nothing (404 Not Found)",
        ),
        row(
            "an expired name",
            json(404, VENDOR),
            "document get a/b.pdf -o b.pdf",
            4,
            r#"error: get_document: the server found nothing (404 Not Found): "Not for you""#,
        ),
        row(
            "too often",
            json(429, VENDOR).replacen("\r\n", "\r\nRetry-After: 9999\r\n", 1),
            "carrier preview 9900001",
            5,
            r#"error: preview_carrier: the server asks to slow down (429 Too Many Requests): "Not for you""#,
        ),
        row(
            "a failure",
            json(500, r#"{"Message":"An error has occurred.","ExceptionMessage":"Timeout expired."}"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server failed (500 Internal Server Error): "An error has occurred. Timeout expired", 3 attempts"#,
        ),
        row(
            "a failure, an invitation",
            json(500, VENDOR),
            "invite send 9900001 --email a@carrier.example",
            1,
            r#"error: email_packet_invitation: the server failed (500 Internal Server Error): "Not for you""#,
        ),
        row(
            "no length",
            reply(411, "text/html", "<h2>Length Required</h2>"),
            "carrier preview 9900001",
            1,
            "error: preview_carrier: the server refused the request (411 Length Required)",
        ),
        row(
            "a number in the words",
            json(400, r#"{"Message":"SSN 078 05 1120 and card 4111111111111111 are not valid."}"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server refused the request (400 Bad Request): "SSN [masked] and card [masked] are not valid""#,
        ),
        row(
            "an address in the words",
            json(400, r#"{"Message":"The call /x?api_key=abc123 failed."}"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server refused the request (400 Bad Request): "The call /x?api_key=[masked] failed""#,
        ),
        row(
            "details",
            json(400, r#"{"Message":"Bad.","MessageDetail":"fromDate is missing."}"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server refused the request (400 Bad Request): "Bad. fromDate is missing""#,
        ),
        row(
            "an OAuth form",
            json(400, r#"{"error":"bad","error_description":"Too long a span."}"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server refused the request (400 Bad Request): "Too long a span""#,
        ),
        row(
            "headers without end",
            json(200, "[]").replacen(
                "\r\n",
                &format!("\r\n{}", (0..150).map(|n| format!("X-{n}: a\r\n")).collect::<String>()),
                1,
            ),
            "carrier preview 9900001",
            6,
            "error: preview_carrier: the connection broke before an answer came: the head of the answer has more than 100 headers or is larger than this client reads, 3 attempts",
        ),
    ]);
}

#[test]
fn only_a_refused_grant_is_about_the_password() {
    check(vec![
        token(
            "a wrong password",
            json(400, r#"{"error":"invalid_grant","error_description":"The user name or password is incorrect."}"#),
            3,
            r#"error: request_token: user name, password or refresh token were refused (400 Bad Request): "The user name or password is incorrect""#,
        ),
        token(
            "another OAuth error",
            json(400, r#"{"error":"unsupported_grant_type"}"#),
            1,
            r#"error: request_token: the token server refused the request (400 Bad Request): "unsupported_grant_type""#,
        ),
        token(
            "a client that is refused",
            json(400, r#"{"error":"invalid_client"}"#),
            1,
            r#"error: request_token: the token server refused the request (400 Bad Request): "invalid_client""#,
        ),
        token(
            "401",
            json(401, VENDOR),
            1,
            r#"error: request_token: the token server refused the request (401 Unauthorized): "Not for you""#,
        ),
        token(
            "403",
            json(403, VENDOR),
            1,
            r#"error: request_token: the token server refused the request (403 Forbidden): "Not for you""#,
        ),
        token(
            "a page, 200",
            page(200, "Sign in"),
            1,
            r#"error: request_token: a web page came in place of an answer: "Sign in" (200 OK)"#,
        ),
        token(
            "a page, 400",
            page(400, "Bad Request"),
            1,
            r#"error: request_token: a web page came in place of an answer: "Bad Request" (400 Bad Request)"#,
        ),
        token(
            "a page, 404",
            page(404, "Not Found"),
            1,
            r#"error: request_token: a web page came in place of an answer: "Not Found" (404 Not Found)"#,
        ),
        token(
            "no such address",
            json(404, NO_ROUTE),
            1,
            r#"error: request_token: the server has nothing at this address (404 Not Found): "No HTTP resource was found that matches the request URI 'https://a.example/x'""#,
        ),
        token(
            "404",
            json(404, VENDOR),
            1,
            r#"error: request_token: the address has no token endpoint (404 Not Found): "Not for you""#,
        ),
        token(
            "no token in it",
            json(200, r#"{"token_type":"bearer","expires_in":3600}"#),
            1,
            "error: request_token: the token answer holds no token",
        ),
        token(
            "an empty token",
            json(200, r#"{"access_token":"","expires_in":3600}"#),
            1,
            "error: request_token: the token answer holds no token",
        ),
        token(
            "an error of a good status",
            json(200, r#"{"error":"invalid_grant"}"#),
            3,
            r#"error: request_token: user name, password or refresh token were refused (200 OK): "invalid_grant""#,
        ),
        token("nothing", json(200, ""), 1, "error: request_token: the token answer holds no token"),
        token("null", json(200, "null"), 1, "error: request_token: the token answer holds no token"),
        token("a list", json(200, "[]"), 1, "error: request_token: the token answer holds no token"),
        token(
            "a proxy's login",
            page(407, "Login"),
            6,
            "error: request_token: the proxy asks for a login (407 Proxy Authentication Required)",
        ),
        token(
            "too often",
            json(429, VENDOR).replacen("\r\n", "\r\nRetry-After: 9999\r\n", 1),
            5,
            r#"error: request_token: the server asks to slow down (429 Too Many Requests): "Not for you""#,
        ),
        token(
            "a failure",
            json(500, VENDOR),
            1,
            r#"error: request_token: the token server failed (500 Internal Server Error): "Not for you""#,
        ),
        token(
            "a gateway",
            page(503, "Service Unavailable"),
            1,
            "error: request_token: the token server failed (503 Service Unavailable)",
        ),
    ]);
}
