//! Tokens between runs of a program, and token answers that are not as they should be.

use crate::support::client::{PREVIEW, builder, of_server};
use crate::support::server::{Reply, Request, Server, path_of, token};
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
struct Drawer(std::sync::Mutex<Vec<(mycarrierpackets::Server, mycarrierpackets::KeptToken)>>);

impl mycarrierpackets::TokenStore for Drawer {
    fn load(&self, server: mycarrierpackets::Server) -> Option<mycarrierpackets::KeptToken> {
        self.0.lock().unwrap().iter().find(|(own, _)| *own == server).map(|(_, token)| token.clone())
    }

    fn keep(&self, server: mycarrierpackets::Server, token: &mycarrierpackets::KeptToken) {
        self.forget(server);
        self.0.lock().unwrap().push((server, token.clone()));
    }

    fn forget(&self, server: mycarrierpackets::Server) {
        self.0.lock().unwrap().retain(|(own, _)| *own != server);
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
    let kept = mycarrierpackets::TokenStore::load(&*drawer, mycarrierpackets::Server::Api).unwrap();
    assert_eq!(kept.access_token.expose(), "access-2");
    assert!(kept.expires_at > jiff::Timestamp::now() + jiff::SignedDuration::from_mins(50));
    assert!(!format!("{kept:?}").contains("access-2"));
}
