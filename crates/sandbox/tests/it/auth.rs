//! Tokens.

use std::time::Duration;

use mycarrierpackets_sandbox::Sandbox;
use serde_json::Value;

use crate::Caller;

async fn grant(caller: &Caller, form: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/token", caller.sandbox.base_url());
    let response = caller.client.post(url).form(form).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_password_buys_a_token_and_a_refresh_token_one_more() {
    let caller = Caller::start(Sandbox::builder().carriers(5).fixed_time(crate::noon())).await;
    let password = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let (status, first) = grant(&caller, &password).await;
    assert_eq!(status, 200);
    assert_eq!(first["access_token"].as_str().unwrap().len(), 500);
    assert_eq!(first["token_type"], "bearer");
    assert_eq!(first["expires_in"], 1_209_599);
    assert_eq!(first["userName"], "demo");
    assert_eq!(first[".issued"], "Wed, 18 Mar 2026 12:00:00 GMT");
    assert_eq!(first[".expires"], "Wed, 01 Apr 2026 11:59:59 GMT");
    assert!(first.get("$id").is_none());

    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    let (status, second) = grant(&caller, &refresh).await;
    assert_eq!(status, 200);
    assert_ne!(second["refresh_token"], first["refresh_token"], "it rotates");
    let (status, refused) = grant(&caller, &refresh).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")), "the old one is spent");
    assert_eq!(caller.sandbox.count("token"), 4);
    for token in [&first, &second] {
        let token = token["refresh_token"].as_str().unwrap();
        assert!(token.len() == 33 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{token}");
    }
}

#[tokio::test]
async fn a_renewal_that_names_a_client_gets_no_refresh_token() {
    let caller = Caller::start(Sandbox::builder().carriers(5)).await;
    for extra in [("client_id", "tms"), ("client_secret", "s3cret")] {
        let password = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
        let (_, first) = grant(&caller, &password).await;
        let old = first["refresh_token"].as_str().unwrap();
        let renewal = [("grant_type", "refresh_token"), ("refresh_token", old), extra];
        let (status, second) = grant(&caller, &renewal).await;
        assert_eq!((status, second.get("refresh_token")), (200, None), "{extra:?}");
        assert_eq!(second["access_token"].as_str().unwrap().len(), 500);
        let (status, _) = grant(&caller, &renewal).await;
        assert_eq!(status, 400, "the old one is spent: only the password is left");
    }
}

#[tokio::test]
async fn bad_grants_are_refused_the_oauth_way() {
    let caller = Caller::small().await;
    for (form, error) in [
        (vec![("grant_type", "password"), ("username", "demo"), ("password", "no")], "invalid_grant"),
        (vec![("grant_type", "password")], "invalid_grant"),
        (vec![("grant_type", "refresh_token")], "invalid_grant"),
        (vec![("grant_type", "client_credentials")], "unsupported_grant_type"),
        (vec![("username", "demo")], "unsupported_grant_type"),
    ] {
        let (status, answer) = grant(&caller, &form).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some(error)), "{form:?}");
    }
    let (_, answer) = grant(&caller, &[("grant_type", "password"), ("username", "x")]).await;
    assert_eq!(answer["error_description"], "The user name or password is incorrect.");
}

#[tokio::test]
async fn calls_need_a_token_that_is_still_good() {
    let mut caller = Caller::small().await;
    let denied = "Authorization has been denied for this request.";
    assert_eq!(caller.send("MonitoredCarriers", &[]).await.status(), 200);
    caller.sandbox.expire_tokens();
    assert_eq!(caller.failure(401, "MonitoredCarriers", &[]).await, denied);
    caller.token = "nonsense".to_owned();
    assert_eq!(caller.failure(401, "MonitoredCarriers", &[]).await, denied);

    caller.sandbox.set_token_lifetime(Duration::from_millis(1));
    caller.token = crate::token(&caller.client, &caller.sandbox).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(caller.failure(401, "MonitoredCarriers", &[]).await, denied);
}

#[tokio::test]
async fn the_portal_has_tokens_of_its_own() {
    let caller = Caller::small().await;
    let portal = caller.sandbox.portal_url();
    let query = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let answer = caller.client.get(format!("{portal}/API/Token")).query(&query).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.unwrap();
    let portal_token = answer["access_token"].as_str().unwrap();
    let packet = format!("{portal}/api/Download/CarrierPacket/23868");
    let get = |token: &str| caller.client.get(&packet).bearer_auth(token).send();
    assert_eq!(get(portal_token).await.unwrap().status(), 200);
    assert_eq!(get(&caller.token).await.unwrap().status(), 401);
    let api = caller.client.post(format!("{}/api/v1/Carrier/MonitoredCarriers", caller.sandbox.base_url()));
    let api = api.header("content-length", "0").bearer_auth(portal_token);
    assert_eq!(api.send().await.unwrap().status(), 401);
    assert_eq!(caller.sandbox.count("portal token"), 1);
    assert_eq!(caller.sandbox.count("CarrierPacket"), 2);
}
