//! A scenario as it was played: which carriers are in it, and all that was done.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// What [`Sandbox::scenario`] did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Played {
    /// The DOT numbers of its carriers, the one it is about first.
    pub carriers: Vec<u32>,
    /// The numbers of the faults it added.
    pub faults: Vec<u64>,
    /// All of it, as `POST /__sandbox/scenarios/{name}` answers: the facts and events with their instants, and what comes of
    /// them with time.
    pub json: String,
}

impl Sandbox {
    /// Plays a scenario by its name, such as `identity-theft`, and says what was done. Its carriers are chosen by it, among
    /// those that are monitored and break no rule, and it happens to the customer `demo`, unless the name is followed by
    /// others: `identity-theft,dot=23868,customer=alder`. `GET /__sandbox/scenarios` lists those there are.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(50).start().await?;
    /// let played = sandbox.scenario("insurance-lapses-tomorrow").map_err(std::io::Error::other)?;
    /// println!("the insurance of {} ends tomorrow", played.carriers[0]);
    /// sandbox.advance(std::time::Duration::from_secs(2 * 86_400));
    /// // ... the code under test notices that it has ended ...
    /// assert!(sandbox.scenario("insurance-ends").is_err(), "there is none of this name");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A name or a carrier that is not there, facts that contradict those that were set, too few carriers.
    pub fn scenario(&self, scenario: &str) -> Result<Played, String> {
        let played = self.engine.play(&scenario.parse()?).map_err(|error| error.to_string())?;
        Ok(Played::of(&played))
    }
}

impl Played {
    fn of(played: &Value) -> Self {
        let numbers = |list: &str, name: &str| {
            played[list].as_array().into_iter().flatten().filter_map(|own| own[name].as_u64()).collect::<Vec<_>>()
        };
        Self {
            carriers: numbers("carriers", "dot").into_iter().filter_map(|dot| u32::try_from(dot).ok()).collect(),
            faults: numbers("faults", "id"),
            json: played.to_string(),
        }
    }
}
