//! How a sandbox starts: in tasks of the caller's runtime, or on threads of its own.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::builder::Builder;
use crate::engine::{Engine, pump};
use crate::sandbox::Sandbox;
use crate::server;
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
    /// A port that cannot be listened on, the message says which; or a thread that cannot be started.
    pub fn start_blocking(self) -> std::io::Result<Sandbox> {
        Sandbox::launch_blocking(self)
    }

    /// Listens, in tasks of the current tokio runtime.
    ///
    /// # Errors
    /// A port that cannot be listened on; the message says which.
    pub async fn start(self) -> std::io::Result<Sandbox> {
        Sandbox::launch(self).await
    }
}

impl Sandbox {
    pub(crate) async fn launch(builder: Builder) -> io::Result<Self> {
        let (api, api_address) = listen("API", builder.bind, builder.port).await?;
        let (portal, portal_address) = listen("portal", builder.bind, builder.portal_port).await?;
        let engine = Arc::new(Engine::new(&builder, [api_address, portal_address]));
        Ok(Self {
            tasks: [
                tokio::spawn(server::accept(api, Arc::clone(&engine), Host::Api)),
                tokio::spawn(server::accept(portal, Arc::clone(&engine), Host::Portal)),
                tokio::spawn(pump::run(Arc::clone(&engine))),
            ],
            engine,
            runtime: None,
        })
    }

    pub(crate) fn launch_blocking(builder: Builder) -> io::Result<Self> {
        let mut threads = tokio::runtime::Builder::new_multi_thread();
        let runtime = threads.worker_threads(1).thread_name("sandbox").enable_all().build()?;
        let (sender, receiver) = std::sync::mpsc::channel();
        // To block on a runtime is refused where the caller runs in another.
        runtime.spawn(async move { sender.send(Self::launch(builder).await) });
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
