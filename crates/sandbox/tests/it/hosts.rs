//! Names and addresses from outside: behind a proxy, in a container, from another page; and whether the sandbox is there.

use std::net::Ipv4Addr;

use mycarrierpackets_sandbox::{Builder, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;

fn small() -> Builder {
    Sandbox::builder().carriers(5)
}

#[tokio::test]
async fn its_health_is_answered_on_both_ports_to_anybody_and_is_not_in_the_log() {
    let caller = Caller::start(small()).await;
    for base in [caller.sandbox.base_url(), caller.sandbox.portal_url()] {
        for path in ["/healthz", "/readyz"] {
            let asked = caller.client.get(format!("{base}{path}")).header("host", "probe.example");
            let answer = asked.send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), &*answer.text().await.unwrap()),
                (200, r#"{"status":"ok"}"#),
                "{base}{path}"
            );
            let head = caller.client.head(format!("{base}{path}")).send().await.unwrap();
            assert_eq!((head.status().as_u16(), head.text().await.unwrap()), (200, String::new()));
            let posted = caller.client.post(format!("{base}{path}")).send().await.unwrap();
            assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
        }
    }
    assert_eq!(caller.get("requests").await["counts"], json!({ "token": 1 }));
}

#[tokio::test]
async fn it_shows_its_public_addresses_and_may_be_called_by_their_hosts() {
    let public = small().public_url("https://Sandbox.example/").public_portal_url("http://portal.example:8081");
    let sandbox = public.start().await.unwrap();
    assert_eq!((sandbox.base_url(), sandbox.portal_url()), ("https://sandbox.example", "http://portal.example:8081"));
    let client = reqwest::Client::new();
    let local = |path: &str| format!("http://{}{path}", sandbox.api_socket());
    let shown: Value = client.get(local("/__sandbox")).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&shown["api"], &shown["portal"]),
        (&json!("https://sandbox.example"), &json!("http://portal.example:8081"))
    );
    // The reference may call the portal where browsers find it.
    let page = client.get(local("/docs")).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("connect-src 'self' http://portal.example:8081;"), "{policy}");
    let portal =
        format!("http://{}/api/token?grant_type=password&username=demo&password=demo", sandbox.portal_socket());
    for (origin, may) in [
        ("https://sandbox.example", true),
        (&*format!("http://{}", sandbox.api_socket()), true),
        (&*format!("http://localhost:{}", sandbox.api_socket().port()), true),
        ("http://sandbox.example", false),
        ("https://site.example", false),
    ] {
        let answer = client.get(&portal).header("origin", origin).send().await.unwrap();
        assert_eq!(answer.headers().contains_key("access-control-allow-origin"), may, "{origin}");
    }
    // A proxy passes on the name that it was called by, or its own idea of one.
    for (host, origin, expected) in [
        ("sandbox.example", "https://sandbox.example", 204),
        ("127.0.0.1:9", "https://sandbox.example", 204),
        ("site.example", "https://sandbox.example", 403),
        ("127.0.0.1:9", "https://site.example", 403),
    ] {
        let asked = client.post(local("/__sandbox/reset")).header("host", host).header("origin", origin);
        assert_eq!(asked.send().await.unwrap().status(), expected, "{host} {origin}");
    }
}

#[tokio::test]
async fn names_that_are_allowed_may_call_it_and_their_pages_may_command_it() {
    let caller = Caller::start(small().allow_host("Host.docker.internal").allow_host("::2")).await;
    let from = async |host: &str, origin: Option<&str>| {
        let mut asked = caller.control(Method::POST, "reset").header("host", host);
        if let Some(origin) = origin {
            asked = asked.header("origin", origin);
        }
        let answer = asked.send().await.unwrap();
        let readable =
            answer.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap_or_default();
        (status, body["code"].as_str().unwrap_or_default().to_owned(), readable)
    };
    let done = || (204, String::new(), None);
    assert_eq!(from("host.docker.internal:8080", None).await, done());
    assert_eq!(
        (from("localhost", None).await, from("[::1]", None).await, from("[::2]:80", None).await),
        (done(), done(), done())
    );
    assert_eq!(from("site.example", None).await, (403, "foreignHost".to_owned(), None));
    let page = "http://host.docker.internal:3000";
    assert_eq!(from("localhost:8080", Some(page)).await, (204, String::new(), Some(page.to_owned())));
    assert_eq!(from("localhost:8080", Some("http://localhost:3000")).await, (403, "foreignOrigin".to_owned(), None));
    // Its browser asks before it sends JSON.
    let asked = caller.control(Method::OPTIONS, "faults").header("origin", page);
    let answer = asked.header("access-control-request-method", "DELETE").send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["access-control-allow-origin"].to_str().unwrap()),
        (204, page)
    );
    assert!(answer.headers()["access-control-allow-methods"].to_str().unwrap().contains("DELETE"));
    assert_eq!(answer.headers()["access-control-allow-headers"], "content-type");
    let asked = caller.control(Method::OPTIONS, "faults").header("origin", "https://site.example");
    let answer = asked.header("access-control-request-method", "DELETE").send().await.unwrap();
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn one_that_all_can_reach_takes_any_name_until_some_are_given() {
    let status = async |builder: Builder, host: &str| {
        let sandbox = builder.bind(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
        let url = format!("http://{}/__sandbox", sandbox.api_socket());
        reqwest::Client::new().get(url).header("host", host).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(small(), "site.example").await, 200);
    assert_eq!(status(small().public_url("http://public.example"), "site.example").await, 200);
    assert_eq!(status(small().allow_host("sandbox.example"), "site.example").await, 403);
    assert_eq!(status(small().allow_host("sandbox.example"), "sandbox.example:8080").await, 200);
}

#[tokio::test]
async fn something_that_is_not_a_name_or_an_address_is_refused_at_the_start() {
    for (builder, said) in [
        (
            small().public_url("sandbox.example"),
            "the public address: \"sandbox.example\" is not an address; it must be",
        ),
        (small().public_url("https://sandbox.example/mcp"), "has a path, and the sandbox's paths begin at the host"),
        (
            small().public_portal_url("ftp://a.example"),
            "the public address of the portal: \"ftp://a.example\" is not an http",
        ),
        (small().allow_host("http://a.example"), "an allowed host: \"http://a.example\" is not the name of a host"),
    ] {
        let error = builder.start().await.unwrap_err();
        assert!(error.kind() == std::io::ErrorKind::InvalidInput && error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn the_program_takes_the_same_options() {
    let running = crate::program::start(&["--allow-host", "a.example", "--allow-host", "b.example"]);
    let url = format!("{}/__sandbox", running.ready["api"].as_str().unwrap());
    for (host, status) in [("a.example", 200), ("b.example:8080", 200), ("c.example", 403)] {
        let answer = reqwest::Client::new().get(&url).header("host", host).send().await.unwrap();
        assert_eq!(answer.status(), status, "{host}");
    }
    let public = ["--public-url", "https://sandbox.example", "--public-portal-url", "https://portal.example"];
    let running = crate::program::start(&public);
    assert_eq!(
        (&running.ready["api"], &running.ready["portal"]),
        (&json!("https://sandbox.example"), &json!("https://portal.example"))
    );
}
