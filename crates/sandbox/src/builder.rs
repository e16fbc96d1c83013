//! The knobs of a sandbox.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use crate::carriers_file::Row;
use crate::snapshot::Snapshot;
use crate::wire::fault::Fault;
use crate::wire::profile::Profile;
use crate::wire::tls::Tls;

/// How long the vendor's tokens live: 14 days.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(1_209_599);

/// Configures a [`Sandbox`](crate::Sandbox); made by [`Sandbox::builder`](crate::Sandbox::builder).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start`"]
pub struct Builder {
    pub(crate) carriers: u32,
    pub(crate) seed: u64,
    pub(crate) activity: u32,
    pub(crate) port: u16,
    pub(crate) portal_port: u16,
    pub(crate) delay: Duration,
    pub(crate) token_lifetime: Duration,
    pub(crate) require_content_length: bool,
    pub(crate) record_requests: bool,
    pub(crate) compress: bool,
    pub(crate) changes_interval: Duration,
    pub(crate) fixed_time: Option<SystemTime>,
    pub(crate) allow_remote_webhooks: bool,
    pub(crate) bind: IpAddr,
    pub(crate) snapshot: Option<Snapshot>,
    pub(crate) profile: Profile,
    pub(crate) faults: Vec<Fault>,
    pub(crate) scenarios: Vec<String>,
    pub(crate) own: Vec<Row>,
    pub(crate) public_url: Option<String>,
    pub(crate) public_portal_url: Option<String>,
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) tls: Option<Tls>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            carriers: 1000,
            seed: 7,
            activity: 1,
            port: 0,
            portal_port: 0,
            delay: Duration::ZERO,
            token_lifetime: TOKEN_LIFETIME,
            require_content_length: true,
            record_requests: true,
            compress: true,
            changes_interval: Duration::from_secs(240),
            fixed_time: None,
            allow_remote_webhooks: false,
            bind: Ipv4Addr::LOCALHOST.into(),
            snapshot: None,
            profile: Profile::Wire,
            faults: Vec::new(),
            scenarios: Vec::new(),
            own: Vec::new(),
            public_url: None,
            public_portal_url: None,
            allowed_hosts: Vec::new(),
            tls: None,
        }
    }
}

impl Builder {
    /// How many carriers are monitored at the start. Default 1,000, at most 1,000,000.
    ///
    /// One percent more exist (10 to 500) that are not monitored.
    pub fn carriers(mut self, carriers: u32) -> Self {
        self.carriers = carriers;
        self
    }

    /// What the carriers are made from: the same seed on the same day makes the same carriers. Default 7.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many times as much happens to the carriers as in the trade, where two or three of a hundred change in a week.
    /// Default 1, at most 100,000.
    ///
    /// With 2,000 a few carriers are enough for changes in every quarter of an hour. Insurance is renewed once a year all the
    /// same; the federal registers, policies, packets and incidents come more often.
    pub fn activity(mut self, times: u32) -> Self {
        self.activity = times;
        self
    }

    /// The port of the API on 127.0.0.1. Default 0, any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The port of the portal on 127.0.0.1. Default 0, any free port.
    pub fn portal_port(mut self, port: u16) -> Self {
        self.portal_port = port;
        self
    }

    /// How long every answer but a token takes. Requests wait at the same time, not one after the other, and
    /// what a call changes is changed before the wait. Default none.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// How long a token is valid. Default 14 days, as the vendor's.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Whether a POST with neither `Content-Length` nor `Transfer-Encoding` is refused with 411. Default yes.
    pub fn require_content_length(mut self, required: bool) -> Self {
        self.require_content_length = required;
        self
    }

    /// Whether requests are kept for [`Sandbox::requests`](crate::Sandbox::requests); they are counted anyway. Default yes.
    pub fn record_requests(mut self, record: bool) -> Self {
        self.record_requests = record;
        self
    }

    /// Whether answers are compressed for clients that accept gzip. Default yes.
    pub fn compress(mut self, compress: bool) -> Self {
        self.compress = compress;
        self
    }

    /// How long after a poll of `CarriersChanges` a customer cannot poll it again, whatever the window; further pages
    /// are the same poll. Default 4 minutes; zero switches the limit off.
    pub fn changes_interval(mut self, interval: Duration) -> Self {
        self.changes_interval = interval;
        self
    }

    /// Stops the calendar at this instant, so that the same calls get the same bytes.
    ///
    /// Tokens and the polling limit still use the running time.
    pub fn fixed_time(mut self, time: SystemTime) -> Self {
        self.fixed_time = Some(time);
        self
    }

    /// The address to listen on. Default 127.0.0.1; any other lets whoever reaches it use and command the sandbox.
    pub fn bind(mut self, address: IpAddr) -> Self {
        self.bind = address;
        self
    }

    /// Whether webhooks may lead to other machines than this one. Default no.
    pub fn allow_remote_webhooks(mut self, allow: bool) -> Self {
        self.allow_remote_webhooks = allow;
        self
    }

    /// Goes on where another sandbox was. Its seed, its number of carriers and its time replace those given before.
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        (self.seed, self.carriers, self.activity) = (snapshot.seed, snapshot.carriers, snapshot.activity);
        self.snapshot = Some(snapshot);
        self
    }

    /// What the sandbox behaves like. Default [`Profile::Wire`].
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Rules of misbehaviour that are in force from the start, before those of the profile.
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// A scenario by its name, played at the start and after each reset: see [`Sandbox::scenario`](crate::Sandbox::scenario).
    /// Can be called repeatedly. It is in a [`snapshot`](Self::snapshot) already, so it is not played at the start from one.
    ///
    /// `start` refuses a name that is none.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(50).scenario("authority-revoked,dot=23868").start().await?;
    /// # Ok(()) }
    /// ```
    pub fn scenario(mut self, scenario: impl Into<String>) -> Self {
        self.scenarios.push(scenario.into());
        self
    }

    /// Facts of a carrier that are so from the start and after each reset, as JSON: those of
    /// `PUT /__sandbox/carriers/{dot}`, to which the rest is made to fit. Can be called for several carriers. A
    /// [`snapshot`](Self::snapshot) has facts of its own, until a reset.
    ///
    /// `start` refuses a carrier that is not there, the same one twice, JSON that is none, and facts that contradict each
    /// other, with the names of all that are wrong.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let lapsed = r#"{"legalName": "Oak Lane Freight LLC", "rating": "Unacceptable"}"#;
    /// let sandbox = Sandbox::builder().carriers(50).carrier(23868, lapsed).start().await?;
    /// # Ok(()) }
    /// ```
    pub fn carrier(mut self, dot: u32, facts: impl AsRef<str>) -> Self {
        let facts: Result<serde_json::Map<_, _>, _> = serde_json::from_str(facts.as_ref());
        let facts = match facts {
            Ok(facts) if facts.contains_key("dot") => Err("the facts have a dot of their own".to_owned()),
            Ok(mut facts) => {
                facts.insert("dot".to_owned(), dot.into());
                Ok(facts)
            }
            Err(error) => Err(format!("the facts: {error}")),
        };
        self.own.push(Row { place: format!("carrier {dot}"), facts, in_texts: false });
        self
    }

    /// The address that the sandbox shows as its own, where clients reach it at another than the one it listens on: behind
    /// a proxy, or in a container whose port has another number outside. By default the address it listens on.
    ///
    /// Only a scheme, a host and a port: `start` refuses a path. It may then be called by this host, too.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// As [`public_url`](Self::public_url), for the portal.
    pub fn public_portal_url(mut self, url: impl Into<String>) -> Self {
        self.public_portal_url = Some(url.into());
        self
    }

    /// A name by which the sandbox may be called beside `localhost` and its addresses, and whose pages may command it. Can be
    /// called repeatedly.
    ///
    /// A sandbox on loopback refuses calls of its console and its control API by any other name, so that no web page can
    /// reach it by a name of its own. One that listens on another address takes any name, unless some are given here.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Speaks TLS, on both ports. By default plain HTTP.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}
