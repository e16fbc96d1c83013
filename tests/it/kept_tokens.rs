//! Tokens between runs of a program, and token answers that are not as they should be.

use crate::support::client::{PREVIEW, builder, of_server};
use crate::support::server::{Reply, Request, Server, path_of, token};
use mycarrierpackets::{KeptToken, Server as Of, TokenStore};
use std::sync::Arc;

// Answers token requests as `grants` says, and every other with a carrier.
async fn granting(grants: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::bare(move |request| if request.path == "/token" { grants(request) } else { Reply::json(PREVIEW) }).await
}

#[tokio::test]
async fn what_cannot_be_read_in_a_token_costs_no_more_than_itself() {
    for body in [
        r#"{"access_token":"a","expires_in":3599.5}"#,
        r#"{"access_token":"a","expires_in":1e300}"#,
        r#"{"access_token":"a","expires_in":"soon",".expires":"then","refresh_token":7,"userName":{}}"#,
        "\u{feff}{\"access_token\":\"a\"}",
    ] {
        let server = granting(move |_| Reply::json(body)).await;
        of_server(&server).carriers().preview("23868").await.unwrap_or_else(|error| panic!("{body}: {error}"));
    }
}

/// Tokens in memory, as a program would keep them in a file.
#[derive(Default)]
struct Drawer(std::sync::Mutex<Vec<(Of, KeptToken)>>);

impl TokenStore for Drawer {
    fn load(&self, server: Of) -> Option<KeptToken> {
        self.0.lock().unwrap().iter().find(|(own, _)| *own == server).map(|(_, token)| token.clone())
    }

    fn keep(&self, server: Of, token: &KeptToken) {
        let mut kept = self.0.lock().unwrap();
        kept.retain(|(own, _)| *own != server);
        kept.push((server, token.clone()));
    }

    fn forget(&self, server: Of, refused: &KeptToken) {
        let is_it = |token: &KeptToken| token.access_token.expose() == refused.access_token.expose();
        self.0.lock().unwrap().retain(|(own, token)| *own != server || !is_it(token));
    }
}

#[tokio::test]
async fn a_token_that_was_kept_is_used_by_the_next_program_and_a_refused_one_is_forgotten() {
    let server = Server::bare(|request| match request.path.as_str() {
        "/token" => token(&format!("access-{}", request.nth)),
        path if path == path_of("PreviewCarrier")
            && request.header("authorization") == Some("bearer access-1")
            && request.nth == 3 =>
        {
            Reply::error(401, "No.")
        }
        _ => Reply::json(PREVIEW),
    })
    .await;
    let drawer = Arc::new(Drawer::default());
    for (run, grants) in [(1, 1), (2, 1), (3, 2), (4, 2)] {
        let client = builder(&server.url(), &server.url()).token_store(drawer.clone()).build().unwrap();
        client.carriers().preview("23868").await.unwrap();
        assert_eq!(server.count("/token"), grants, "run {run}");
    }
    let kept = TokenStore::load(&*drawer, Of::Api).unwrap();
    assert_eq!(kept.access_token.expose(), "access-2");
    assert!(kept.expires_at > jiff::Timestamp::now() + jiff::SignedDuration::from_mins(50));
    assert!(!format!("{kept:?}").contains("access-2"));
}

/// A store that a thread of its own may hold up, or that is broken.
struct Slow {
    drawer: Drawer,
    panics: bool,
    refused: std::sync::Mutex<Vec<String>>,
}

impl TokenStore for Slow {
    fn load(&self, server: Of) -> Option<KeptToken> {
        assert!(!self.panics, "broken");
        std::thread::sleep(std::time::Duration::from_millis(50));
        self.drawer.load(server)
    }

    fn keep(&self, server: Of, token: &KeptToken) {
        assert!(!self.panics, "broken");
        self.drawer.keep(server, token);
    }

    fn forget(&self, server: Of, refused: &KeptToken) {
        self.refused.lock().unwrap().push(refused.access_token.expose().to_owned());
        self.drawer.forget(server, refused);
    }
}

#[tokio::test]
async fn a_store_that_waits_or_breaks_holds_up_nobody_else() {
    for panics in [false, true] {
        let server = granting(|request| token(&format!("access-{}", request.nth))).await;
        let store = Arc::new(Slow { drawer: Drawer::default(), panics, refused: Default::default() });
        let client = builder(&server.url(), &server.url()).token_store(store).build().unwrap();
        // One thread runs this test: whoever blocks it stops the clock, too.
        let ticking = async {
            let mut ticks = 0;
            loop {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                ticks += 1;
                if ticks == 5 {
                    return;
                }
            }
        };
        let carriers = client.carriers();
        let calls = async { tokio::join!(carriers.preview("23868"), carriers.preview("23868")) };
        tokio::pin!(calls);
        if !panics {
            tokio::select! {
                _ = &mut calls => panic!("the store was not waited for"),
                () = ticking => {}
            }
        }
        let (one, two) = calls.await;
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert_eq!(server.count("/token"), 1);
    }
}

#[tokio::test]
async fn the_token_that_another_program_renewed_meanwhile_is_not_forgotten() {
    let server = Server::bare(|request| match request.path.as_str() {
        "/token" => token(&format!("access-{}", request.nth)),
        _ if request.header("authorization") == Some("bearer old") => Reply::error(401, "No."),
        _ => Reply::json(PREVIEW),
    })
    .await;
    let kept = |text: &str| KeptToken {
        access_token: text.to_owned().into(),
        refresh_token: None,
        expires_at: jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1),
    };
    let api = Of::Api;
    let store = Arc::new(Slow { drawer: Drawer::default(), panics: false, refused: Default::default() });
    TokenStore::keep(&*store, api, &kept("old"));
    let client = builder(&server.url(), &server.url()).token_store(store.clone()).build().unwrap();
    client.carriers().preview("23868").await.unwrap();
    // It says which one was refused; whether it is still the one that is kept is the store's to say.
    assert_eq!(*store.refused.lock().unwrap(), ["old"]);
    let now = TokenStore::load(&*store, api).unwrap();
    assert_ne!(now.access_token.expose(), "old");
    TokenStore::forget(&*store, api, &kept("old"));
    assert!(TokenStore::load(&*store, api).is_some(), "another one is kept");
}

/// A token that has ended, with this refresh token.
struct Ended(&'static str);

impl TokenStore for Ended {
    fn load(&self, _: Of) -> Option<KeptToken> {
        Some(KeptToken {
            access_token: "old".to_owned().into(),
            refresh_token: Some(self.0.to_owned().into()),
            expires_at: jiff::Timestamp::UNIX_EPOCH,
        })
    }

    fn keep(&self, _: Of, _: &KeptToken) {}

    fn forget(&self, _: Of, _: &KeptToken) {}
}

#[tokio::test]
async fn a_kept_refresh_token_is_used_unless_it_is_empty() {
    for (refresh, grant) in [("R1", "grant_type=refresh_token"), ("", "grant_type=password")] {
        let server = granting(move |request| {
            if String::from_utf8_lossy(&request.body).contains(grant) {
                token("access")
            } else {
                Reply::error(400, "the other grant")
            }
        })
        .await;
        let client = builder(&server.url(), &server.url()).token_store(Arc::new(Ended(refresh))).build().unwrap();
        client.carriers().preview("23868").await.unwrap_or_else(|error| panic!("{refresh:?}: {error}"));
    }
}
