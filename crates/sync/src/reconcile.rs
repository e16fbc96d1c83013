//! Makes the monitored list equal to the list of a TMS: additions first, each step an [act](crate::acts), and nothing in
//! doubt.
//!
//! [`listed`] is what the store knows of the monitored list, [`Plan`] what is to be done about it, and
//! [`Engine::carry_out`](crate::Engine::carry_out) does that.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mycarrierpackets::types::CarrierId;
//! use mycarrierpackets::{Client, Environment};
//! use mycarrierpackets_sync::reconcile::{self, Cap, Identity, Lookups, Plan};
//! use mycarrierpackets_sync::{Engine, Settings, store::Store};
//!
//! # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
//! # let environment = Environment::custom(sandbox.base_url().parse()?);
//! let client = Client::builder().environment(environment).credentials("demo", "demo").build()?;
//! let engine = Engine::new(Store::open("sqlite::memory:").await?, move |_customer| Ok(client.clone()));
//! engine.add_customer("acme", "Acme Freight").await?;
//! engine.tick("acme").await?; // reads the monitored list
//!
//! let settings = Settings::default();
//! let listed = engine.store().read(async |tx| reconcile::listed(&tx, "acme", &settings).await).await?;
//! let mut wanted = listed.carriers.clone(); // the whole list of the TMS
//! wanted.push(Identity::from("DOT 9999999".parse::<CarrierId>()?));
//! let mut plan = Plan::of(&wanted, &listed.carriers);
//! plan.settle(&Lookups::default());
//! let left_alone = listed.hold_back(&mut plan);
//! assert_eq!((plan.add.len(), plan.remove.len(), left_alone.len()), (1, 0, 0));
//!
//! let done = engine.carry_out("acme", &listed, &plan, &Cap::default(), |step| println!("{step:?}")).await?;
//! assert_eq!(done.removed, 0);
//! # Ok(()) }
//! ```

mod apply;
mod candidates;
mod cap;
mod identity;
mod index;
mod listed;
mod lookups;
mod plan;

pub use apply::{CarriedOut, Step};
pub use candidates::Candidates;
pub use cap::Cap;
pub use identity::Identity;
pub use index::Index;
pub use listed::{Listed, listed};
pub use lookups::{Known, Lookups};
pub use plan::{Plan, distinct};
