//! A sandbox on a thread of its own: shared by tests, answering while they block, ended without waiting.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::time::Duration;

use mycarrierpackets_sandbox::{Sandbox, Webhook, WebhookEvent};

use crate::receiver::Receiver;

static SHARED: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::builder().carriers(5).start_blocking().unwrap());

/// Asks without a runtime, for at most ten seconds.
fn ask(sandbox: &Sandbox) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(sandbox.base_url().strip_prefix("http://").unwrap())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(b"GET /__sandbox/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test]
async fn it_answers_while_the_runtime_of_the_test_is_blocked() {
    let sandbox = Sandbox::builder().carriers(5).start_blocking().unwrap();
    assert!(ask(&sandbox).unwrap().starts_with("HTTP/1.1 200 "));
    // The ends of what waits in this runtime, and of what sends in the other, meet.
    let receiver = Receiver::start().await;
    let id = sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
    sandbox.deliveries_done().await;
    assert_eq!(receiver.take().len(), 1);
    let address = sandbox.base_url().to_owned();
    drop(sandbox);
    for _ in 0..500 {
        if TcpStream::connect(address.strip_prefix("http://").unwrap()).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it goes on after it was dropped");
}

#[test]
fn it_needs_no_runtime_and_says_which_port_is_taken() {
    let sandbox = Sandbox::start_blocking().unwrap();
    assert!(ask(&sandbox).unwrap().starts_with("HTTP/1.1 200 "));
    let port: u16 = sandbox.base_url().rsplit_once(':').unwrap().1.parse().unwrap();
    let refused = Sandbox::builder().port(port).start_blocking().unwrap_err().to_string();
    assert!(refused.contains(&format!("the API cannot listen on 127.0.0.1:{port}")), "{refused}");
}

#[test]
fn one_in_a_static_outlives_the_runtimes_that_use_it() {
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { assert!(ask(&SHARED).unwrap().starts_with("HTTP/1.1 200 ")) });
    }
    assert!(ask(&SHARED).unwrap().starts_with("HTTP/1.1 200 "));
}
