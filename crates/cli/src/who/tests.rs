//! Which hosts get which credentials.

use super::*;

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn addresses(api: &str, portal: &str) -> Addresses {
    let address = |text: &str| (!text.is_empty()).then(|| url(text));
    Addresses { api: address(api), portal: address(portal) }
}

/// The API and the portal of an environment.
fn shown(environment: &Environment) -> (String, String) {
    let portal = environment.portal_url().map(|url| host(&url)).unwrap_or_default();
    (host(&environment.api_url()), portal)
}

fn production() -> (String, String) {
    shown(&Environment::Production)
}

#[test]
fn addresses_without_a_portal_get_no_portal_of_another_world() {
    let own = "https://mcp.example";
    let (api, portal) = production();
    let (staging, staging_portal) = shown(&Environment::Staging);
    for (given, expected) in [
        (addresses("", ""), (api.as_str(), portal.as_str())),
        (addresses(&api, ""), (&api, &portal)),
        (addresses(&format!("{api}/"), own), (&api, own)),
        (addresses(&staging, ""), (&staging, &staging_portal)),
        (addresses(&staging, own), (&staging, own)),
        (addresses(own, ""), (own, "")),
        (addresses(own, "https://portal.example:8443"), (own, "https://portal.example:8443")),
        (addresses("http://127.0.0.1:8080", ""), ("http://127.0.0.1:8080", "")),
    ] {
        let environment = given.clone().environment().unwrap();
        assert_eq!(shown(&environment), (expected.0.to_owned(), expected.1.to_owned()), "{given:?}");
    }
    assert_eq!(addresses("", own).environment().unwrap_err().exit_code(), 2);
}

#[test]
fn another_port_or_scheme_is_another_host() {
    let api = "https://api.example";
    for (other, same) in [
        ("https://api.example/", true),
        ("https://API.example/path?key=value", true),
        ("https://api.example:443", true),
        ("https://api.example:8443", false),
        ("http://api.example", false),
        ("https://api.example.other.example", false),
    ] {
        assert_eq!(same_host(&url(api), &url(other)), same, "{other}");
    }
    assert_eq!(host(&url("https://ada:hunter2@api.example:8443/a?token=b")), "https://api.example:8443");
}

#[test]
fn stored_credentials_go_to_another_host_only_where_that_is_agreed() {
    let own = || Environment::Custom { api: url("https://api.example"), portal: Some(url("https://portal.example")) };
    let bare = || Environment::Custom { api: url("https://api.example"), portal: None };
    let (api, portal, other) = ("https://api.example", "https://portal.example", "https://other.example");
    for (own, flags, named, agreed) in [
        (own(), addresses("", ""), None, (api, portal)),
        (own(), addresses(api, ""), None, (api, portal)),
        (own(), addresses(api, portal), None, (api, portal)),
        (own(), addresses("", portal), None, (api, portal)),
        (own(), addresses(other, ""), Some(other), (other, "")),
        (own(), addresses(other, portal), Some(other), (other, portal)),
        (own(), addresses("", other), Some(other), (api, other)),
        (own(), addresses(api, other), Some(other), (api, other)),
        (bare(), addresses(api, ""), None, (api, "")),
        (bare(), addresses("", other), Some(other), (api, other)),
    ] {
        let case = format!("{own:?} {flags:?}");
        let refused = overridden(own.clone(), flags.clone(), false, "those");
        match (named, refused) {
            (None, found) => {
                assert_eq!(shown(&found.unwrap()), (agreed.0.to_owned(), agreed.1.to_owned()), "{case}");
            }
            (Some(other), found) => {
                let error = found.unwrap_err();
                assert_eq!(error.exit_code(), 2, "{case}");
                let words = format!("those belong to {api}, and would be sent to {other}");
                assert!(format!("{error:?}").contains(&words), "{case}: {error:?}");
            }
        }
        let found = overridden(own, flags, true, "those").unwrap();
        assert_eq!(shown(&found), (agreed.0.to_owned(), agreed.1.to_owned()), "{case}");
    }
}

#[test]
fn a_file_of_variables_is_read_and_its_secrets_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("variables");
    let read = |text: &[u8]| {
        std::fs::write(&path, text).unwrap();
        env_file(&path)
    };
    let found = read("\u{feff}MCP_USERNAME=ada\n# a comment\nMCP_PASSWORD='hunter 2'\nEMPTY=\n".as_bytes()).unwrap();
    assert_eq!((found.len(), found["MCP_USERNAME"].as_str(), found["MCP_PASSWORD"].as_str()), (3, "ada", "hunter 2"));
    let variables = Variables { file: found };
    assert_eq!(variables.written("MCP_PASSWORD").as_deref(), Some("hunter 2"));
    assert_eq!((variables.written("EMPTY"), variables.written("MCP_BASE_URL")), (None, None));
    for (text, place) in [
        (&b"MCP_USERNAME=ada\n  hunter2 is the password\nA=b\n"[..], "line 2 is not NAME=value"),
        (b"hunter2\n", "line 1 is not NAME=value"),
        (b"A=\xFF\n", "it is not UTF-8 text"),
    ] {
        let error = read(text).unwrap_err();
        let shown = format!("{error:?}");
        assert!(error.exit_code() == 2 && shown.contains(place) && !shown.contains("hunter2"), "{shown}");
    }
    assert_eq!(env_file(&folder.path().join("missing")).unwrap_err().exit_code(), 2);
}

#[test]
fn a_line_is_found_by_its_text() {
    let text = "a\n  b \nb\n";
    assert_eq!(line_of(text, "a"), Some(1));
    assert_eq!(line_of(text, "b"), Some(2));
    assert_eq!(line_of(text, "c"), None);
}

#[test]
fn a_profile_is_used_at_its_own_hosts() {
    let text = "default = \"mine\"\n\
                [profiles.mine]\nusername = \"ada\"\npassword = \"hunter2\"\nbase_url = \"https://api.example/\"\n";
    let profiles: Profiles = toml::from_str(text).unwrap();
    let who = Who::of_stored("mine", &profiles).unwrap();
    assert_eq!((who.username.as_str(), who.password.as_str()), ("ada", "hunter2"));
    assert_eq!(who.source, Source::Profile("mine".to_owned()));
    assert_eq!(shown(&who.environment), ("https://api.example".to_owned(), String::new()));
    assert!(Who::of_stored("other", &profiles).is_err());
    let other = || addresses("https://other.example", "");
    assert_eq!(Who::of_profile("mine", &profiles, other(), false).err().unwrap().exit_code(), 2);
    let agreed = Who::of_profile("mine", &profiles, other(), true).unwrap();
    assert_eq!(shown(&agreed.environment).0, "https://other.example");
}
