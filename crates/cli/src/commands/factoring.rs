//! `factoring`: factoring companies that changed.

use crate::context::Context;
use crate::failure::Result;
use crate::output::view::{Column, Kind, View};
use clap::Subcommand;

/// Factoring companies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Companies that changed in a window of time
    #[command(after_help = "Example:\n  mycarrierpackets factoring updated --from -7d")]
    Updated {
        #[command(flatten)]
        span: super::monitor::Span,
    },
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    let Command::Updated { span } = command;
    let window = span.window(context)?;
    let answer = context.client()?.factoring().updated(window).await?;
    context.list_in(&answer, answer.factoring_companies.as_ref(), &COMPANY, "factoring companies changed in that time")
}

static COMPANY: View = View {
    columns: &[
        Column::new("Updated", "UpdatedDateTime", Kind::Time),
        Column::new("Id", "FactoringCompanyID", Kind::Number),
        Column::text("Name", "FactoringCompanyName"),
        Column::text("Phone", "FactoringPhone"),
        Column::text("Email", "FactoringRemitEmail"),
        Column::csv_only("FactoringRemitAddress", Kind::Text),
        Column::csv_only("FactoringRemitAddress2", Kind::Text),
        Column::text("City", "FactoringRemitCity"),
        Column::text("State", "FactoringRemitStateProvince"),
        Column::csv_only("FactoringRemitZipcode", Kind::Text),
        Column::csv_only("FactoringRemitCountry", Kind::Text),
        Column::csv_only("CreatedDateTime", Kind::Time),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_a_field() {
        let unknown = crate::output::view_paths::strangers::<mycarrierpackets::models::FactoringCompany>(&COMPANY);
        assert_eq!(unknown, [""; 0]);
    }
}
