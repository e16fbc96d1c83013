//! `carrier`: what the vendor knows of one carrier.

use super::vet::Vet;
use crate::context::Context;
use crate::failure::Result;
use crate::ids::One;
use crate::output::card;
use crate::output::view::{Column, Kind, View};
use crate::sheet::{self, Sheet};
use clap::Subcommand;
use mycarrierpackets::resources::AssociatedQuery;

/// What the vendor knows of one carrier.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Identity, status, risk, insurance and flags on one screen
    #[command(after_help = "Example:\n  mycarrierpackets carrier preview MC113843")]
    Preview(One),
    /// The full profile: identity, authority, insurance, equipment, lanes, payment terms, documents
    #[command(after_help = "Example:\n  mycarrierpackets carrier get 23868 --output json", long_about = GET)]
    Get(One),
    /// One vetting sheet: status, flags, profile, risk, incidents, vehicles, contacts, associated carriers
    #[command(after_help = "Example:\n  mycarrierpackets carrier vet MC113843 --html sheet.html", long_about = VET)]
    Vet(Vet),
    /// The contacts of a carrier
    #[command(after_help = "Example:\n  mycarrierpackets carrier contacts --dot 23868")]
    Contacts(One),
    /// The risk assessment, with every infraction
    #[command(after_help = "Example:\n  mycarrierpackets carrier risk --dot 23868 --docket MC113843")]
    Risk(One),
    /// Incident reports that brokers filed
    #[command(after_help = "Example:\n  mycarrierpackets carrier incidents DOT 23868")]
    Incidents(One),
    /// Verifications of vehicles by their VIN
    #[command(after_help = "Example:\n  mycarrierpackets carrier vins MC113843 --output csv")]
    Vins(One),
    /// Carriers that share a phone number or an email address
    #[command(
        after_help = "Example:\n  mycarrierpackets carrier associated --phone 214-555-0100",
        group = clap::ArgGroup::new("shared").args(["phone", "email"]).required(true).multiple(true)
    )]
    Associated {
        /// The phone number
        #[arg(long, value_name = "P")]
        phone: Option<String>,
        /// The email address
        #[arg(long, value_name = "E")]
        email: Option<String>,
    },
}

const VET: &str = "\
One vetting sheet: status, flags, profile, risk, incidents, vehicles, contacts, associated carriers.

It leads with red flags and unknowns, and never gives a clean bill of health. If a packet has several entries for the \
carrier, each is assessed and the worst one decides. Insurance is judged by the local date: the policy of each kind \
that lasts longest counts, and auto liability and cargo are needed.

A section that could not be read is shown as not known, and the exit code is 7. The sheet has no bank data and no tax \
ids.";

const GET: &str = "\
The full profile: identity, authority, insurance, equipment, lanes, payment terms, documents.

A table has no bank data and no tax ids. JSON is the whole record as the vendor sends it, with both: treat it as \
confidential.";

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    let client = context.client()?;
    let carriers = client.carriers();
    match command {
        Command::Vet(vet) => vet.run(context).await,
        Command::Preview(one) => {
            let preview = carriers.preview(one.carrier()?).await?;
            let lines = card::preview(&preview, context.frame());
            context.output.record_or(&preview, &PREVIEW, &lines)
        }
        Command::Get(one) => {
            let data = carriers.get(one.carrier()?).await?;
            let frame = context.frame();
            let name = data.legal_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
            let sheet = Sheet {
                title: name.unwrap_or("(no name)").to_owned(),
                subtitle: String::new(),
                findings: None,
                sections: sheet::profile(&data, frame.today),
            };
            let lines = sheet::lines(&sheet, &frame);
            context.output.record_or(&data, &DATA, &lines)
        }
        Command::Contacts(one) => {
            let answer = carriers.contacts(one.carrier()?).await?;
            context.list_in(&answer, answer.contacts.as_ref(), &CONTACT, "contacts")
        }
        Command::Risk(one) => {
            let id = one.carrier()?;
            let answer = carriers.risk(&id).await?;
            let lines = card::risk(&id.to_string(), answer.risk_assessment_details.as_ref(), context.frame());
            context.output.record_or(&answer, &RISK, &lines)
        }
        Command::Incidents(one) => {
            let answer = carriers.incidents(one.carrier()?).await?;
            context.list_in(&answer, answer.incident_reports.as_ref(), &INCIDENT, "incident reports")
        }
        Command::Vins(one) => {
            let answer = carriers.vins(one.carrier()?).await?;
            context.list_in(&answer, answer.vin_verifications.as_ref(), &VIN, "vehicles verified")
        }
        Command::Associated { phone, email } => {
            let query = AssociatedQuery::new();
            let query = phone.iter().fold(query, |query, phone| query.phone(phone));
            let query = email.iter().fold(query, |query, email| query.email(email));
            let answer = carriers.associated(query).await?;
            context.list_in(&answer, answer.associated_carriers.as_ref(), &ASSOCIATED, "associated carriers")
        }
    }
}

static PREVIEW: View = View {
    columns: &[
        Column::new("DOT", "DotNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::text("Name", "CompanyName"),
        Column::text("DBA", "DBAName"),
        Column::text("City", "City"),
        Column::text("State", "State"),
        Column::text("Phone", "Phone"),
        Column::text("Status", "Status"),
        Column::new("Status since", "StatusDate", Kind::Time),
        Column::new("Monitored", "IsMonitored", Kind::YesNo),
        Column::new("Blocked", "IsBlocked", Kind::YesNo),
        Column::new("Risk", "RiskAssessmentDetails/OverallRating", Kind::Rating),
        Column::new("Points", "RiskAssessmentDetails/TotalPoints", Kind::Number),
        Column::text("Possible fraud", "PossibleFraud"),
        Column::text("Double brokering", "DoubleBrokering"),
    ],
};

static DATA: View = View {
    columns: &[
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("MC", "MCNumber"),
        Column::text("Name", "LegalName"),
        Column::text("DBA", "DBAName"),
        Column::text("Status", "Status"),
        Column::text("Street", "Street"),
        Column::text("City", "City"),
        Column::text("State", "State"),
        Column::text("Zip", "ZipCode"),
        Column::text("Country", "Country"),
        Column::text("Phone", "Phone"),
        Column::text("Email", "Email"),
        Column::text("SCAC", "SCAC"),
        Column::text("Website", "Website"),
        Column::new("Created", "CreatedDateTime", Kind::Time),
        Column::new("Modified", "ModifiedDateTime", Kind::Time),
        Column::new("Risk", "RiskAssessmentDetails/OverallRating", Kind::Rating),
        Column::new("Points", "RiskAssessmentDetails/TotalPoints", Kind::Number),
        Column::text("Factoring", "FactoringRemit/FactoringCompanyName"),
        Column::text("Message", "Message"),
    ],
};

static CONTACT: View = View {
    columns: &[
        Column::text("First name", "FirstName"),
        Column::text("Last name", "LastName"),
        Column::text("Title", "Title"),
        Column::text("Phone", "Phone"),
        Column::text("Email", "Email"),
        Column::text("Verification", "VerificationStatus"),
        Column::new("May sign packets", "AuthorizedForPackets", Kind::YesNo),
    ],
};

/// Also what the monitored carriers' risk is shown as.
pub static RISK: View = View {
    columns: &[
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::new("Risk", "RiskAssessmentDetails/OverallRating", Kind::Rating),
        Column::new("Points", "RiskAssessmentDetails/TotalPoints", Kind::Number),
        Column::new("Authority", "RiskAssessmentDetails/Authority/OverallRating", Kind::Rating),
        Column::new("Insurance", "RiskAssessmentDetails/Insurance/OverallRating", Kind::Rating),
        Column::new("Safety", "RiskAssessmentDetails/Safety/OverallRating", Kind::Rating),
        Column::new("Operation", "RiskAssessmentDetails/Operation/OverallRating", Kind::Rating),
        Column::new("Other", "RiskAssessmentDetails/Other/OverallRating", Kind::Rating),
    ],
};

static INCIDENT: View = View {
    columns: &[
        Column::new("Date", "IncidentDate", Kind::Date),
        Column::new("Types", "IncidentTypes", Kind::List("")),
        Column::text("Reported by", "ReportedByCompany"),
        Column::text("From", "OriginCity"),
        Column::text("State", "OriginStateProvinceName"),
        Column::text("To", "DestinationCity"),
        Column::text("State", "DestinationStateProvinceName"),
        Column::csv_only("CreatedBy", Kind::Text),
        Column::new("Created", "CreatedDate", Kind::Time),
        Column::csv_only("ModifiedDate", Kind::Time),
    ],
};

static VIN: View = View {
    columns: &[
        Column::text("VIN", "VIN"),
        Column::text("Status", "VINVerificationStatus/Description"),
        Column::text("Other carrier", "OtherCarrier/CompanyName"),
        Column::new("Created", "CreatedOnUtc", Kind::Time),
        Column::new("Modified", "ModifiedOnUtc", Kind::Time),
    ],
};

static ASSOCIATED: View = View {
    columns: &[
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::text("Name", "CompanyName"),
        Column::csv_only("DBAName", Kind::Text),
        Column::new("By phone", "PhoneAssociationTypes", Kind::List("Description")),
        Column::new("By email", "EmailAssociationTypes", Kind::List("Description")),
        Column::csv_only("Street", Kind::Text),
        Column::text("City", "City"),
        Column::text("State", "State"),
        Column::text("Phone", "Phone"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::view_paths::strangers;
    use mycarrierpackets::models;

    #[test]
    fn every_column_is_a_field() {
        let none: [String; 0] = [];
        assert_eq!(strangers::<models::CarrierPreview>(&PREVIEW), none);
        assert_eq!(strangers::<models::CarrierData>(&DATA), none);
        assert_eq!(strangers::<models::CarrierContact>(&CONTACT), none);
        assert_eq!(strangers::<models::CarrierRiskAssessment>(&RISK), none);
        assert_eq!(strangers::<models::IncidentReport>(&INCIDENT), none);
        assert_eq!(strangers::<models::VinVerification>(&VIN), none);
        assert_eq!(strangers::<models::AssociatedCarrier>(&ASSOCIATED), none);
    }
}
