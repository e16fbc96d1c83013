//! Tokens: one renewal whatever the number of callers, and none that loses what still works.

use crate::support::client::{
    PASSWORD, PREVIEW, builder, everything_of, later, of_sandbox, of_server, sandbox_builder,
};
use crate::support::server::{Reply, Request, Server, path_of, token};
use futures::future::join_all;
use mycarrierpackets::{Client, ErrorKind};
use mycarrierpackets_sandbox::Sandbox;
use serde_json::json;
use std::time::Duration;

pub const HOUR: Duration = Duration::from_secs(3600);

async fn thousand_callers(client: &Client, dots: &[u32]) {
    let calls = (0..1000).map(|n| {
        let dot = mycarrierpackets::types::DotNumber::new(dots[n % dots.len()]).unwrap();
        async move { client.carriers().preview(dot).await }
    });
    for called in join_all(calls).await {
        called.unwrap();
    }
}

#[tokio::test]
async fn a_thousand_callers_with_an_expired_token_ask_for_one() {
    let sandbox = Sandbox::builder().carriers(20).token_lifetime(HOUR).start().await.unwrap();
    let client = sandbox_builder(&sandbox).limits(|limits| limits.in_flight = 150).build().unwrap();
    let dots = sandbox.dot_numbers();

    thousand_callers(&client, &dots).await;
    assert_eq!(sandbox.count("token"), 1, "none yet");

    sandbox.clear_requests();
    sandbox.expire_tokens();
    thousand_callers(&client, &dots).await;
    assert_eq!(sandbox.count("token"), 1, "refused by the server");
    let refused = sandbox.requests().iter().filter(|request| request.status == Some(401)).count();
    assert!(refused > 1, "several callers were refused at once: {refused}");

    sandbox.clear_requests();
    later(2 * HOUR).await;
    thousand_callers(&client, &dots).await;
    assert_eq!(sandbox.count("token"), 1, "expired by the clock");
    assert_eq!(sandbox.count("PreviewCarrier"), 1000, "no call was made with it");
}

// Answers token requests as `grants` says, and every other with a carrier.
pub async fn granting(grants: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::bare(move |request| if request.path == "/token" { grants(request) } else { Reply::json(PREVIEW) }).await
}

pub fn grants_of(server: &Server) -> Vec<String> {
    server.requests_for("/token").iter().map(Request::text).collect()
}

pub const BY_PASSWORD: &str = "grant_type=password&username=integration-user&password=correct-horse-staple";

#[tokio::test]
async fn the_newest_refresh_token_renews() {
    let server = granting(|request| {
        let refresh = format!("refresh/{}+", request.nth);
        Reply::json(json!({"access_token": "a", "expires_in": 60, "refresh_token": refresh}))
    })
    .await;
    let client = of_server(&server);
    for _ in 0..3 {
        client.carriers().preview("23868").await.unwrap();
        later(HOUR).await;
    }
    let refresh = |n: u32| format!("grant_type=refresh_token&refresh_token=refresh%2F{n}%2B");
    assert_eq!(grants_of(&server), [BY_PASSWORD.to_owned(), refresh(1), refresh(2)]);
}

#[tokio::test]
async fn a_refused_refresh_token_gives_way_to_the_password() {
    let server = granting(|request| {
        if request.text().contains("refresh_token") {
            return Reply::refused_grant();
        }
        Reply::json(json!({"access_token": "a", "expires_in": 60, "refresh_token": "once"}))
    })
    .await;
    let client = of_server(&server);
    client.check_token().await.unwrap();
    later(HOUR).await;
    client.carriers().preview("23868").await.unwrap();
    assert_eq!(grants_of(&server), [BY_PASSWORD, "grant_type=refresh_token&refresh_token=once", BY_PASSWORD]);
}

#[tokio::test]
async fn a_failed_early_renewal_keeps_the_token_that_works() {
    let server = granting(|request| match request.nth {
        1 => token("access-1"),
        _ => Reply::error(500, "The token server is down."),
    })
    .await;
    let client = builder(&server.url(), &server.url()).retry(|retry| retry.attempts = 1).build().unwrap();
    client.check_token().await.unwrap();
    // Within the last minute of its hour.
    later(HOUR - Duration::from_secs(30)).await;
    for _ in 0..20 {
        client.carriers().preview("23868").await.unwrap();
    }
    while server.count("/token") < 2 {
        tokio::task::yield_now().await;
    }
    client.carriers().preview("23868").await.unwrap();
    assert_eq!(server.count("/token"), 2, "one try, then a pause");
    let bearers = server.requests_for(&path_of("PreviewCarrier"));
    assert!(bearers.iter().all(|request| request.header("authorization") == Some("bearer access-1")));

    later(HOUR).await;
    let error = client.carriers().preview("23868").await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Server, true), "{error}");
    assert_eq!(server.count("/token"), 3, "it has ended, so now there is none");
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_repeated_once() {
    let numbered = |request: &Request| token(&format!("access-{}", request.nth));
    let refuses_first = Server::bare(move |request| match (request.path.as_str(), request.header("authorization")) {
        ("/token", _) => numbered(request),
        (_, Some("bearer access-1")) => Reply::error(401, "Authorization has been denied for this request."),
        _ => Reply::json(PREVIEW),
    })
    .await;
    let preview = path_of("PreviewCarrier");
    let client = of_server(&refuses_first);
    client.carriers().preview("23868").await.unwrap();
    assert_eq!((refuses_first.count(&preview), refuses_first.count("/token")), (2, 2));
    client.carriers().preview("23868").await.unwrap();
    assert_eq!((refuses_first.count(&preview), refuses_first.count("/token")), (3, 2), "the new one is kept");

    let refuses_all = Server::bare(move |request| match request.path.as_str() {
        "/token" => numbered(request),
        _ => Reply::error(401, "Authorization has been denied for this request."),
    })
    .await;
    let error = of_server(&refuses_all).carriers().preview("23868").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unauthorized, 2), "{error}");
    assert_eq!((refuses_all.count(&preview), refuses_all.count("/token")), (2, 2));
}

#[tokio::test]
async fn a_late_refusal_of_an_old_token_does_not_drop_the_new_one() {
    let server = Server::bare(|request| {
        let refusal = Reply::error(401, "Authorization has been denied for this request.");
        match (request.path.as_str(), request.header("authorization")) {
            ("/token", _) => token(&format!("access-{}", request.nth)),
            (_, Some("bearer access-1")) if request.query.contains("9900002") => {
                refusal.after(Duration::from_millis(150))
            }
            (_, Some("bearer access-1")) => refusal,
            _ => Reply::json(PREVIEW),
        }
    })
    .await;
    let client = of_server(&server);
    client.check_token().await.unwrap();
    let carriers = client.carriers();
    let (slow, quick) = futures::join!(carriers.preview("9900002"), carriers.preview("9900001"));
    slow.unwrap();
    quick.unwrap();
    assert_eq!((server.count("/token"), server.count(&path_of("PreviewCarrier"))), (2, 4));
}

#[tokio::test]
async fn a_wrong_password_is_reported_once_and_not_shown() {
    let server = granting(|_| Reply::refused_grant()).await;
    let error = of_server(&server).carriers().preview("23868").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 0));
    assert!(error.is_credentials() && !error.is_transient());
    assert_eq!(server.requests().len(), 1, "one request for a token, none for the carrier");
    insta::assert_snapshot!(error, @r#"request_token: user name, password or refresh token were refused (400 Bad Request): "The user name or password is incorrect". Check MCP_USERNAME and MCP_PASSWORD against the Integration Tools page of the portal."#);
    assert!(!everything_of(&error).contains(PASSWORD), "{}", everything_of(&error));
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_lose_the_rotated_token() {
    let server = granting(|request| {
        let refresh = format!("refresh-{}", request.nth);
        let answer = json!({"access_token": "a", "expires_in": 60, "refresh_token": refresh});
        Reply::json(answer).after(Duration::from_millis(if request.nth == 2 { 100 } else { 0 }))
    })
    .await;
    let client = of_server(&server);
    client.check_token().await.unwrap();
    later(HOUR).await;

    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.check_token().await }
    });
    while server.count("/token") < 2 {
        tokio::task::yield_now().await;
    }
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());

    client.check_token().await.unwrap();
    assert_eq!(server.count("/token"), 2, "the renewal went on without its caller");
    later(HOUR).await;
    client.check_token().await.unwrap();
    assert_eq!(grants_of(&server)[2], "grant_type=refresh_token&refresh_token=refresh-2");
}

#[tokio::test]
async fn the_portal_has_tokens_of_its_own() {
    let sandbox = Sandbox::builder().carriers(5).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let dot = sandbox.dot_numbers()[0];
    assert!(sandbox.complete_packet(dot));
    let carrier = mycarrierpackets::types::DotNumber::new(dot).unwrap();
    drop(client.packets().download(carrier).await.unwrap());
    assert_eq!((sandbox.count("portal token"), sandbox.count("token")), (1, 0));
    client.carriers().preview(carrier).await.unwrap();
    drop(client.packets().download(carrier).await.unwrap());
    assert_eq!((sandbox.count("portal token"), sandbox.count("token")), (1, 1));

    let requests = sandbox.requests();
    let bearer = |operation: &str| {
        let found = requests.iter().find(|request| request.operation == operation);
        found.and_then(|request| request.header("authorization")).unwrap().to_owned()
    };
    assert_ne!(bearer("CarrierPacket"), bearer("PreviewCarrier"));
}

#[tokio::test]
async fn a_token_answer_without_a_token_is_an_error() {
    let page = Reply::new(200, "text/html", "<html>Sign in</html>");
    let cases = [
        (Reply::json("{}"), ErrorKind::Decode),
        (Reply::json(r#"{"access_token":""}"#), ErrorKind::Decode),
        (Reply::json(r#"{"access_token":"two\nlines"}"#), ErrorKind::Decode),
        (Reply::json(r#"{"access_token":"cut"#), ErrorKind::Decode),
        (Reply::json("null"), ErrorKind::Decode),
        (Reply::json("[]"), ErrorKind::Decode),
        (Reply::json(""), ErrorKind::Decode),
        (Reply::json(r#"{"error":"invalid_grant"}"#), ErrorKind::Credentials),
        (page, ErrorKind::UnexpectedAnswer),
    ];
    for (reply, kind) in cases {
        let requests = if kind == ErrorKind::UnexpectedAnswer { 3 } else { 1 };
        let server = granting(move |_| reply.clone()).await;
        let error = of_server(&server).check_token().await.unwrap_err();
        assert_eq!((error.kind(), server.count("/token")), (kind, requests), "{error}");
        assert_eq!(error.body().is_some(), kind == ErrorKind::UnexpectedAnswer, "what may hold a token is not kept");
    }
}

#[test]
fn a_runtime_that_ends_takes_no_renewal_with_it() {
    let other = tokio::runtime::Runtime::new().unwrap();
    // The first answer never comes; those after it do.
    let server = other.block_on(granting(|request| match request.nth {
        1 => token("late").after(HOUR),
        _ => token("good"),
    }));
    let client = of_server(&server);
    let first = tokio::runtime::Runtime::new().unwrap();
    first.block_on(async {
        let call = client.carriers().preview("23868");
        assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err(), "the token is on its way");
    });
    drop(first);
    for _ in 0..2 {
        let next = tokio::runtime::Runtime::new().unwrap();
        next.block_on(client.carriers().preview("23868")).unwrap();
    }
    assert_eq!(grants_of(&server).len(), 2, "one that was lost, one for all who came later");
}

#[tokio::test]
async fn the_password_is_the_way_out_of_a_refresh_that_fails() {
    for failing in [Reply::error(500, "down"), Reply::error(404, "no such grant"), Reply::hang_up(), Reply::json("{}")]
    {
        let server = granting(move |request| {
            if request.text().starts_with("grant_type=refresh_token") {
                return failing.clone();
            }
            Reply::json(json!({"access_token": "a", "expires_in": 60, "refresh_token": "r"}))
        })
        .await;
        let client = of_server(&server);
        client.carriers().preview("23868").await.unwrap();
        later(HOUR).await;
        client.carriers().preview("23868").await.unwrap();
        let refresh = "grant_type=refresh_token&refresh_token=r";
        assert_eq!(grants_of(&server), [BY_PASSWORD, refresh, BY_PASSWORD]);
    }
}

#[tokio::test]
async fn a_wrong_address_is_no_unknown_carrier() {
    let server = granting(|_| Reply::error(404, "No HTTP resource was found.")).await;
    let error = of_server(&server).carriers().preview("23868").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
    assert!(!error.is_not_found() && error.to_string().contains("nothing at this address"), "{error}");
}

/// Makes a call when it is dropped, as a task of a runtime that ends does.
struct CallsWhenDropped(Client);

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut call = Box::pin(self.0.check_token());
        let _ = call.as_mut().poll(&mut context);
    }
}

#[test]
fn a_call_on_a_runtime_that_ends_does_not_hang_it() {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = builder("http://127.0.0.1:9", "http://127.0.0.1:9").build().unwrap();
        let calls = CallsWhenDropped(client.clone());
        runtime.spawn(async move {
            let _calls = calls;
            std::future::pending::<()>().await;
        });
        runtime.block_on(tokio::task::yield_now());
        drop(runtime);
        // And the client is of use in the next one.
        let next = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let error = next.block_on(client.check_token()).unwrap_err();
        done.send(error.kind()).unwrap();
    });
    let kind = ended.recv_timeout(Duration::from_secs(20)).expect("the runtime ends");
    assert_eq!(kind, ErrorKind::Network);
}
