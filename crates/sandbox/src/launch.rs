//! Starts a sandbox: looks at what it is to be, listens, and begins its tasks.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::builder::Builder;
use crate::engine::spaces::Spaces;
use crate::engine::{Engine, Place, pump};
use crate::sandbox::Sandbox;
use crate::server;
use crate::wire::hosts::{self, Hosts};
use crate::wire::router::Host;

impl Builder {
    /// Listens, on a thread of its own: see [`Sandbox::start_blocking`].
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start_blocking()?;
    /// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`start`](Self::start), or if a thread cannot be started.
    pub fn start_blocking(self) -> io::Result<Sandbox> {
        launch_blocking(self)
    }

    /// Listens, in tasks of the current tokio runtime.
    ///
    /// # Errors
    /// A port that cannot be listened on, the message says which; a public address, the name of a host or a certificate that
    /// is not one.
    pub async fn start(self) -> io::Result<Sandbox> {
        launch(self).await
    }
}

async fn launch(builder: Builder) -> io::Result<Sandbox> {
    let wrong = |what: &str, error: String| io::Error::new(io::ErrorKind::InvalidInput, format!("{what}: {error}"));
    let public = |what: &str, url: &Option<String>| {
        url.as_deref().map(hosts::address).transpose().map_err(|error| wrong(what, error))
    };
    let api_url = public("the public address", &builder.public_url)?;
    let portal_url = public("the public address of the portal", &builder.public_portal_url)?;
    let allowed: Result<Vec<_>, _> = builder.allowed_hosts.iter().map(|name| hosts::host(name)).collect();
    let allowed = allowed.map_err(|error| wrong("an allowed host", error))?;
    let hosts = Hosts::new(builder.bind, allowed, api_url.iter().chain(&portal_url).cloned().collect());
    let tls = builder.tls.as_ref().map(|tls| tls.secured(hosts.certified())).transpose()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let (api, api_socket) = listen("API", builder.bind, builder.port).await?;
    let (portal, portal_socket) = listen("portal", builder.bind, builder.portal_port).await?;
    let hosts = hosts.listening(scheme, api_socket);
    let shown = |url: Option<String>, socket| url.unwrap_or_else(|| format!("{scheme}://{socket}"));
    let addresses = [shown(api_url, api_socket), shown(portal_url, portal_socket)];
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
    let engine = Engine::new(&builder, Place { addresses, prefix: String::new(), hosts, tls }).map_err(invalid)?;
    let engine = Arc::new(engine);
    if builder.snapshot.is_none() {
        engine.play_all().map_err(invalid)?;
    }
    let spaces = Arc::new(Spaces::new(Arc::clone(&engine), builder));
    Ok(Sandbox {
        tasks: [
            tokio::spawn(server::accept(api, Arc::clone(&spaces), Host::Api)),
            tokio::spawn(server::accept(portal, Arc::clone(&spaces), Host::Portal)),
            tokio::spawn(pump::run(Arc::clone(&engine))),
        ],
        engine,
        spaces,
        runtime: None,
        listening: [api_socket, portal_socket],
    })
}

fn launch_blocking(builder: Builder) -> io::Result<Sandbox> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let runtime = threads.worker_threads(1).thread_name("sandbox").enable_all().build()?;
    let (sender, receiver) = std::sync::mpsc::channel();
    // To block on a runtime is refused where the caller runs in another.
    runtime.spawn(async move { sender.send(launch(builder).await) });
    let launched = receiver.recv().unwrap_or_else(|_| Err(io::Error::other("the sandbox ended as it began")));
    match launched {
        Ok(mut sandbox) => {
            sandbox.runtime = Some(runtime);
            Ok(sandbox)
        }
        Err(error) => {
            runtime.shutdown_background();
            Err(error)
        }
    }
}

async fn listen(what: &str, bind: IpAddr, port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let explain = |error: io::Error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => "; choose another port, or 0 for any free one",
            _ => "",
        };
        io::Error::new(
            error.kind(),
            format!("the {what} cannot listen on {}: {error}{hint}", SocketAddr::new(bind, port)),
        )
    };
    let listener = TcpListener::bind((bind, port)).await.map_err(explain)?;
    let mut address = listener.local_addr().map_err(explain)?;
    // "Any address" is where to listen, and not where to call.
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    Ok((listener, address))
}
