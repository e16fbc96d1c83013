//! The options of the sandbox as a program, and its run: for this crate's binary and for programs that contain it.

use crate::builder::TOKEN_LIFETIME;
use crate::engine::scenarios::Choice;
use crate::state_file as state;
use crate::wire::hosts;
use crate::{Fault, Profile, Sandbox, Tls, carriers_file};
use std::io::{self, IsTerminal as _, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The options of the sandbox on a command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Port of the API; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the portal; by default the port after the API's.
    #[arg(long)]
    portal_port: Option<u16>,
    /// How many carriers are monitored at the start.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    carriers: u32,
    /// The same seed makes the same carriers on the same day; with --time, the same bytes.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many times as much happens to the carriers as in the trade, where two or three of a hundred change in a week.
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    activity: u32,
    /// Stops the calendar at this instant, such as 2026-03-18T08:30:00Z.
    #[arg(long, value_name = "TIME")]
    time: Option<Time>,
    /// How long every response takes, tokens excepted, in milliseconds.
    #[arg(long, value_name = "N", default_value_t = 0)]
    delay_ms: u64,
    /// How long a token is valid, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = TOKEN_LIFETIME.as_secs())]
    token_lifetime: u64,
    /// How long a customer must wait before polling CarriersChanges again, in seconds; 0 for no limit.
    #[arg(long, value_name = "SECONDS", default_value_t = 240)]
    changes_interval: u64,
    /// What it behaves like: the vendor's documents, the vendor, or the vendor on its worst day.
    #[arg(long = "like", value_name = "PROFILE", value_enum, default_value_t = Profile::Wire)]
    like: Profile,
    /// A rule of misbehaviour, such as kind=status,code=503,operation=PreviewCarrier,first=2. Can be given repeatedly.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<Fault>,
    /// A file of such rules: a JSON list of objects with the same names.
    #[arg(long = "faults", value_name = "FILE")]
    fault_file: Option<PathBuf>,
    /// Plays a scenario at the start and after each reset: a name, such as identity-theft, or identity-theft,dot=23868,customer=demo.
    /// Can be given repeatedly. GET /__sandbox/scenarios lists those there are. A file of --state that is there has them already.
    #[arg(long = "scenario", value_name = "NAME", value_parser = scenario)]
    scenarios: Vec<String>,
    /// Carriers of your own: a .csv file whose first line names the facts, such as dot,legalName,rating, or a .json list of
    /// objects with the same names. The facts are those of PUT /__sandbox/carriers/{dot}; what is left out is as the sandbox
    /// makes it, to fit. Without a dot it is the next carrier. They are so at the start and after each reset; a file of --state
    /// that is there keeps its own facts until then.
    #[arg(long, value_name = "FILE")]
    carriers_from: Option<PathBuf>,
    /// Keeps the state in this file, so that it survives a restart. It holds the secrets of webhooks. It is saved every 2
    /// seconds and at the end, so a process that is killed loses up to 2 seconds of changes.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The address to listen on. Any address beyond this machine's own lets everyone who can reach it use and control the sandbox.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// The address to show as its own, with https:// or http://: where clients reach it behind a proxy, or in a container
    /// whose port has another number outside. By default the address it listens on.
    #[arg(long, value_name = "URL", value_parser = hosts::address)]
    public_url: Option<String>,
    /// The same for the portal.
    #[arg(long, value_name = "URL", value_parser = hosts::address)]
    public_portal_url: Option<String>,
    /// A name by which it may be called beside localhost, such as host.docker.internal, and whose pages may command it. Can be
    /// given repeatedly.
    #[arg(long = "allow-host", value_name = "NAME", value_parser = hosts::host)]
    allowed_hosts: Vec<String>,
    /// Speak TLS on both ports, with a certificate that is made at the start for localhost and every --allow-host.
    #[arg(long, value_name = "HOW", value_enum)]
    tls: Option<Made>,
    /// Write what a client must trust for that to this file, as PEM. It is in the first line of the output, too, and at
    /// /__sandbox/certificate.
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_cert_out: Option<PathBuf>,
    /// Speak TLS on both ports, with the certificate in this PEM file, followed by those between it and its authority.
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls")]
    tls_cert: Option<PathBuf>,
    /// The key of that certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Let webhooks call other machines.
    #[arg(long)]
    allow_remote_webhooks: bool,
    /// Stop when standard input is closed, which happens when the parent process ends.
    #[arg(long)]
    exit_on_stdin_close: bool,
    /// Do not keep requests; the console then shows none.
    #[arg(long)]
    no_log: bool,
    /// Do not compress responses, whatever the client accepts.
    #[arg(long)]
    no_gzip: bool,
}

/// Where a certificate comes from that is not given.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Made {
    /// Made at the start, and gone at the end.
    SelfMade,
}

/// An instant of the calendar, given as text.
#[derive(Clone, Debug)]
struct Time(SystemTime);

impl std::str::FromStr for Time {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        SystemTime::try_from(text.parse::<jiff::Timestamp>()?).map(Self)
    }
}

impl Options {
    /// Runs a sandbox, prints one JSON line with its addresses, and stops at Ctrl-C, at a signal to end or to hang up,
    /// and where asked to when its input is closed.
    ///
    /// # Errors
    /// When a port is taken, a file cannot be read, Ctrl-C cannot be waited for, or the state cannot be saved at the end.
    pub async fn run(mut self) -> io::Result<()> {
        let (carriers, seed, activity) = (self.carriers, self.seed, self.activity);
        let state = self.state.take().map(state::Place::take).transpose()?;
        let until_stdin_closes = self.exit_on_stdin_close;
        let fixed = self.time.is_some();
        let certificate_out = self.tls_cert_out.take();
        let mut builder = self.builder()?;
        if let Some(snapshot) = state.as_ref().map(state::Place::load).transpose()?.flatten() {
            if fixed {
                let what =
                    "--time: the file of --state has a clock of its own; leave --time out, or begin another file";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
            }
            if let Some(mistake) = snapshot.mistake(seed, carriers, activity) {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("--state: {mistake}")));
            }
            builder = builder.snapshot(snapshot);
        }
        // Whoever reads that it is ready may end it at once.
        let mut stop = Stop::listen()?;
        let sandbox = builder.start().await?;
        if let (Some(path), Some(certificate)) = (certificate_out, sandbox.certificate()) {
            std::fs::write(&path, certificate).map_err(|error| of_file("--tls-cert-out", &path, error))?;
        }
        announce(&sandbox, carriers, seed);
        tokio::select! {
            () = stop.wanted() => {}
            () = closed(), if until_stdin_closes => {}
            () = state::keep(&sandbox, state.as_ref()), if state.is_some() => {}
        }
        match &state {
            Some(place) => state::keep_last(&sandbox, place, stop.wanted()).await,
            None => Ok(()),
        }
    }

    fn builder(mut self) -> io::Result<crate::Builder> {
        if let Some(path) = &self.fault_file {
            let wrong =
                |what: String| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {what}", path.display()));
            let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
            self.faults.extend(Fault::list_from_json(&text).map_err(wrong)?);
        }
        let portal_port = self.portal_port.unwrap_or(match self.port {
            0 => 0,
            port => port.checked_add(1).unwrap_or(0),
        });
        let tls = match (self.tls, &self.tls_cert, &self.tls_key) {
            (Some(Made::SelfMade), ..) => Some(Tls::self_made()),
            (None, Some(certificate), Some(key)) => {
                let read = |flag, path| std::fs::read(path).map_err(|error| of_file(flag, path, error));
                Some(Tls::pem(read("--tls-cert", certificate)?, read("--tls-key", key)?))
            }
            _ => None,
        };
        let mut builder = Sandbox::builder()
            .bind(self.bind)
            .port(self.port)
            .portal_port(portal_port)
            .carriers(self.carriers)
            .seed(self.seed)
            .activity(self.activity)
            .delay(Duration::from_millis(self.delay_ms))
            .token_lifetime(Duration::from_secs(self.token_lifetime))
            .changes_interval(Duration::from_secs(self.changes_interval))
            .compress(!self.no_gzip)
            .profile(self.like)
            .faults(self.faults)
            .allow_remote_webhooks(self.allow_remote_webhooks)
            .record_requests(!self.no_log);
        builder = self.allowed_hosts.into_iter().fold(builder, crate::Builder::allow_host);
        builder = self.scenarios.into_iter().fold(builder, crate::Builder::scenario);
        if let Some(path) = &self.carriers_from {
            builder.own.extend(carriers_file::read(path)?);
        }
        builder = self.public_url.into_iter().fold(builder, crate::Builder::public_url);
        builder = self.public_portal_url.into_iter().fold(builder, crate::Builder::public_portal_url);
        builder = tls.into_iter().fold(builder, crate::Builder::tls);
        Ok(match self.time {
            Some(time) => builder.fixed_time(time.0),
            None => builder,
        })
    }
}

/// A scenario that there is.
fn scenario(text: &str) -> Result<String, String> {
    text.parse::<Choice>().map(|_| text.to_owned())
}

fn of_file(flag: &str, path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{flag} {}: {error}", path.display()))
}

/// One line for programs, and a few for people.
fn announce(sandbox: &Sandbox, carriers: u32, seed: u64) {
    let (api, portal) = (sandbox.base_url(), sandbox.portal_url());
    let (username, password) = (sandbox.username(), sandbox.password());
    let mut line = serde_json::json!({ "api": api, "portal": portal, "username": username, "password": password });
    if let Some(certificate) = sandbox.certificate() {
        line["certificate"] = certificate.into();
    }
    // Whoever started this may have closed the output; the sandbox is useful all the same.
    let mut out = io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    if io::stderr().is_terminal() {
        let _ = writeln!(
            io::stderr(),
            "\nConsole  {api}/\nDocs     {api}/docs\nAPI      {api}\nPortal   {portal}\nUser     {username}, or any other\n\
             Password {password}\n\n{carriers} carriers, seed {seed}. Stop with Ctrl-C."
        );
    }
}

/// The signals that end it.
struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    signals: (tokio::signal::windows::CtrlC, tokio::signal::windows::CtrlBreak, tokio::signal::windows::CtrlClose),
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let [interrupt, terminate, hangup] = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Ok(Self { signals: [signal(interrupt)?, signal(terminate)?, signal(hangup)?] })
    }

    #[cfg(windows)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
        Ok(Self { signals: (ctrl_c()?, ctrl_break()?, ctrl_close()?) })
    }

    async fn wanted(&mut self) {
        #[cfg(unix)]
        let [one, two, three] = &mut self.signals;
        #[cfg(windows)]
        let (one, two, three) = &mut self.signals;
        tokio::select! {
            _ = one.recv() => {}
            _ = two.recv() => {}
            _ = three.recv() => {}
        }
    }
}

/// Waits for the end of the standard input.
async fn closed() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // A thread of its own, which no runtime waits for.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = sender.send(());
    });
    let _ = receiver.await;
}
