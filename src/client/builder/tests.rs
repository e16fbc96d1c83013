//! What a client is built from, and what is refused.

use super::*;
use crate::ErrorKind;

fn variables(pairs: &[(&str, &str)]) -> Result<ClientBuilder> {
    ClientBuilder::default().with_variables(|name| {
        let found = pairs.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| value.into())
    })
}

#[test]
fn the_environment_sets_credentials_and_addresses() {
    let pairs = [("MCP_USERNAME", "demo"), ("MCP_PASSWORD", "demo"), ("MCP_BASE_URL", "http://127.0.0.1:8080")];
    let builder = variables(&pairs).unwrap();
    assert_eq!(builder.environment.api_url().as_str(), "http://127.0.0.1:8080/");
    assert_eq!(builder.environment.portal_url(), None, "never the real portal beside another API");
    builder.build().unwrap();
}

#[test]
fn a_bad_environment_is_refused_by_name() {
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("MCP_USERNAME", "demo")], "MCP_PASSWORD"),
        (&[("MCP_BASE_URL", "api.example")], "MCP_BASE_URL"),
        (&[("MCP_PORTAL_URL", "https://portal.example")], "MCP_BASE_URL"),
        (&[("MCP_USERNAME", "a"), ("MCP_PASSWORD", "s3cret-word"), ("MCP_BASE_URL", "http://api.example")], "https"),
    ];
    for (pairs, hint) in cases {
        let error = variables(pairs).and_then(ClientBuilder::build).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(hint), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret-word"));
    }
}

#[test]
fn an_address_holds_nothing_that_is_not_one() {
    for more in ["https://api.example", "http://127.0.0.1:8080/base", "http://localhost"] {
        assert!(check_address(&more.parse().unwrap(), false).is_ok(), "{more}");
    }
    for more in [
        "https://user@api.example",
        "https://:password@api.example",
        "https://user:password@api.example",
        "https://api.example?key=value",
        "https://api.example#part",
        "http://api.example",
        "ftp://api.example",
        "data:text/plain,x",
    ] {
        assert!(check_address(&more.parse().unwrap(), false).is_err(), "{more}");
    }
    assert!(check_address(&"http://api.example".parse().unwrap(), true).is_ok());
    assert!(check_address(&"http://user@api.example".parse().unwrap(), true).is_err());
}

#[test]
fn each_setting_leaves_the_others_as_they_were() {
    let builder = Client::builder()
        .credentials("integration-user", "its password")
        .ca_certificate("one")
        .ca_certificate("two")
        .no_proxy()
        .portal_token_request(std::sync::Arc::new(|http, portal, _, _| http.post(portal.as_str())));
    assert!(builder.credentials.is_some());
    assert_eq!(builder.transport.certificates, [b"one", b"two"]);
    assert!(matches!(builder.transport.proxy, Proxy::None));
    let portal: Url = "https://portal.example/".parse().unwrap();
    let request = (builder.portal_token_request)(&reqwest::Client::new(), &portal, "", "").build().unwrap();
    assert_eq!(request.method(), http::Method::POST, "in place of the form that is assumed");
}
