//! How a carrier is named on the command line.

use crate::failure::{Failure, Result};
use clap::Args;
use mycarrierpackets::types::{CarrierId, DocketNumber, DotNumber, Sameness};

/// One carrier.
#[derive(Args, Clone, Debug)]
pub struct One {
    /// The carrier: 23868, "DOT 23868", MC113843, FF…, MX…, or both numbers
    #[arg(value_name = "ID", conflicts_with_all = ["dot", "docket", "intrastate"])]
    id: Vec<String>,
    #[command(flatten)]
    parts: Parts,
}

/// One carrier or many.
#[derive(Args, Clone, Debug)]
pub struct Many {
    /// The carriers, one argument each: 23868, MC113843, "DOT 23868 MC113843"
    #[arg(value_name = "ID", conflicts_with_all = ["dot", "docket", "intrastate"])]
    ids: Vec<String>,
    #[command(flatten)]
    parts: Parts,
}

#[derive(Args, Clone, Debug)]
struct Parts {
    /// Its DOT number
    #[arg(long, value_name = "N")]
    dot: Option<String>,
    /// Its docket number: MC…, FF… or MX…
    #[arg(long, value_name = "MC…")]
    docket: Option<String>,
    /// Its intrastate number
    #[arg(long, value_name = "X", conflicts_with_all = ["dot", "docket"])]
    intrastate: Option<String>,
}

impl One {
    /// The carrier that was named.
    pub fn carrier(&self) -> Result<CarrierId> {
        self.if_any()?.ok_or_else(nobody)
    }

    /// The carrier that was named, if one was.
    pub fn if_any(&self) -> Result<Option<CarrierId>> {
        if !self.id.is_empty() {
            return Ok(Some(self.id.join(" ").parse()?));
        }
        self.parts.carrier()
    }
}

impl Many {
    /// The carriers that were named; a second naming of the same one is dropped, however it is spelt.
    pub fn carriers(&self) -> Result<Vec<CarrierId>> {
        if self.ids.is_empty() {
            return Ok(vec![self.parts.carrier()?.ok_or_else(nobody)?]);
        }
        let mut carriers: Vec<CarrierId> = Vec::new();
        for id in &self.ids {
            let carrier: CarrierId = id.parse()?;
            match carriers.iter_mut().find(|other| other.compare(&carrier) == Sameness::Same) {
                Some(other) => *other = other.clone().merged(&carrier),
                None => carriers.push(carrier),
            }
        }
        Ok(carriers)
    }
}

impl Parts {
    fn carrier(&self) -> Result<Option<CarrierId>> {
        if let Some(number) = &self.intrastate {
            return Ok(Some(CarrierId::intrastate(number)?));
        }
        let dot = self.dot.as_deref().map(str::parse::<DotNumber>).transpose()?;
        let docket = self.docket.as_deref().map(DocketNumber::from_field).transpose()?;
        if dot.is_none() && docket.is_none() {
            return Ok(None);
        }
        Ok(Some(CarrierId::from_parts(dot, docket, None)?))
    }
}

fn nobody() -> Failure {
    Failure::usage("no carrier is named", "Name one: 23868, MC113843, --dot N, --docket MC… or --intrastate X.")
}
