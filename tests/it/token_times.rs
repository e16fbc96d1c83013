//! How long a token is believed, and when it is renewed.

use crate::support::client::{builder, later, of_server};
use crate::support::server::Reply;
use crate::tokens::{BY_PASSWORD, HOUR, granting, grants_of};
use mycarrierpackets::ErrorKind;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn the_lifetime_is_found_wherever_it_is_stated() {
    let month = 30 * 24 * 3600;
    let cases = [
        (json!({"expires_in": 3600}), 3600),
        (json!({"expires_in": "3600"}), 3600),
        (json!({"expires_in": 3599.5}), 3599),
        (json!({"expires_in": "3599.5"}), 3599),
        (json!({"expires_in": 1e300}), month),
        (json!({"expires_in": "soon", ".expires": "Wed, 18 Mar 2026 08:20:00 GMT"}), 1200),
        (json!({"expires_in": [3600], ".expires": 17}), 300),
        (json!({".expires": "Wednesday, 18-Mar-26 08:20:00 GMT"}), 1200),
        (json!({".expires": {"at": null}, ".issued": false, "userName": 3, "refresh_token": {}}), 300),
        (json!({".expires": "Wed, 18 Mar 2026 08:20:00 GMT"}), 1200),
        (json!({"expires_in": null, ".expires": "Wed, 18 Mar 2026 08:20:00 GMT"}), 1200),
        (json!({"expires_in": 60, ".expires": "Wed, 18 Mar 2026 08:20:00 GMT"}), 60),
        (json!({}), 300),
        (json!({".expires": "in a while"}), 300),
        (json!({".expires": "Wed, 18 Mar 2026 07:00:00 GMT"}), 0),
        (json!({"expires_in": 0}), 0),
        (json!({"expires_in": -1}), 0),
        (json!({"expires_in": i64::MIN}), 0),
        (json!({"expires_in": i64::MAX}), month),
        (json!({".expires": "Tue, 31 Dec 2999 23:59:59 GMT"}), month),
    ];
    let answers: Vec<_> = cases.iter().map(|(answer, _)| answer.clone()).collect();
    let server = granting(move |request| {
        let mut answer = answers[request.nth - 1].clone();
        answer["access_token"] = json!("a");
        Reply::json(answer)
    })
    .await;
    let now: jiff::Timestamp = "2026-03-18T08:00:00Z".parse().unwrap();
    for (answer, seconds) in cases {
        let client = builder(&server.url(), &server.url()).clock(move || now).dice(|| 1.0).build().unwrap();
        let lifetime = client.check_token().await.unwrap().expires_in;
        let most = Duration::from_secs(seconds);
        assert!(
            lifetime <= most + Duration::from_millis(500) && most.saturating_sub(lifetime) < Duration::from_secs(10),
            "{answer}: {lifetime:?}"
        );
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_a_token_costs_nothing() {
    let server = granting(|_| Reply::json("\u{feff}{\"access_token\":\"a\",\"expires_in\":3600}")).await;
    of_server(&server).carriers().preview("23868").await.unwrap();
}

// Seconds before its end, whether the token is renewed early: 60 s plus up to 10 s of jitter, or half of a short life.
#[tokio::test]
async fn a_token_is_renewed_a_minute_before_its_end_and_a_short_one_at_half_its_life() {
    for (lifetime, chance, left, renewed) in [
        (3600, 0.0, 62, false),
        (3600, 0.0, 58, true),
        (3600, 1.0, 72, false),
        (3600, 1.0, 68, true),
        (40, 1.0, 22, false),
        (40, 1.0, 18, true),
    ] {
        let server =
            granting(move |_| Reply::json(json!({"access_token": "a", "expires_in": lifetime, "refresh_token": "r"})))
                .await;
        let client = builder(&server.url(), &server.url()).dice(move || chance).build().unwrap();
        client.check_token().await.unwrap();
        later(Duration::from_secs(lifetime - left)).await;
        client.carriers().preview("23868").await.unwrap();
        for _ in 0..200 {
            if server.count("/token") > 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(server.count("/token") > 1, renewed, "{lifetime} s, {left} s left, chance {chance}");
        if renewed {
            assert_eq!(grants_of(&server)[1], "grant_type=refresh_token&refresh_token=r", "by refresh token");
        }
    }
}

#[tokio::test]
async fn an_empty_refresh_token_is_none_and_an_old_one_is_not_used_twice() {
    let server = granting(|request| {
        let refresh = if request.nth == 1 { "once" } else { "" };
        Reply::json(json!({"access_token": "a", "expires_in": 60, "refresh_token": refresh}))
    })
    .await;
    let client = of_server(&server);
    for _ in 0..3 {
        client.check_token().await.unwrap();
        later(HOUR).await;
    }
    let refresh = "grant_type=refresh_token&refresh_token=once";
    assert_eq!(grants_of(&server), [BY_PASSWORD, refresh, BY_PASSWORD]);
}

#[tokio::test]
async fn a_busy_token_server_says_when_to_come_back_and_a_lost_endpoint_is_named() {
    let busy = granting(|_| Reply::error(429, "Slow down.").header("retry-after", "600")).await;
    let error = of_server(&busy).check_token().await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(Duration::from_secs(600))));
    assert_eq!(busy.count("/token"), 1);
    for status in [405, 410, 411] {
        let lost = granting(move |_| Reply::error(status, "no")).await;
        let error = of_server(&lost).check_token().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{status}: {error}");
    }
}
