//! `profile`: who calls, kept in a file.

use crate::ask;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use crate::profile::{Profile, Profiles};
use crate::tokens::TokenCache;
use crate::who::Who;
use clap::{Args, Subcommand};
use mycarrierpackets::Client;
use serde_json::json;

/// Who calls, kept in a file that only you can read.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a profile, or replace it; the password is asked for, or read from standard input
    #[command(after_help = "Example:\n  mycarrierpackets profile add sandbox --username demo \
            --base-url http://127.0.0.1:8080 < password.txt")]
    Add(Add),
    /// List the profiles; never their passwords
    #[command(after_help = "Example:\n  mycarrierpackets profile list")]
    List,
    /// Use a profile from now on
    #[command(after_help = "Example:\n  mycarrierpackets profile use sandbox")]
    Use {
        /// Its name
        name: String,
    },
    /// Remove a profile
    #[command(after_help = "Example:\n  mycarrierpackets profile remove sandbox")]
    Remove {
        /// Its name
        name: String,
    },
}

#[derive(Args, Debug)]
pub struct Add {
    /// Its name
    name: String,
    /// The user name of the integration [default: asked for]
    #[arg(long, value_name = "U")]
    username: Option<String>,
}

pub fn run(command: &Command, context: &mut Context) -> Result<()> {
    let path = Profiles::path()?;
    match command {
        Command::List => {
            let profiles = Profiles::load(&path)?;
            let default = profiles.default.clone();
            let mut rows = context.output.rows(&PROFILE);
            for (name, profile) in &profiles.profiles {
                rows.push(&json!({
                    "name": name, "in_use": default.as_deref() == Some(name), "username": profile.username,
                    "base_url": profile.base_url, "portal_url": profile.portal_url,
                }))?;
            }
            rows.end()
        }
        Command::Add(add) => {
            if add.name.trim().is_empty() || add.name.chars().any(char::is_control) {
                return Err(Failure::usage("a profile needs a name", "Run it again with a name, such as mine."));
            }
            let profile = add.ask(context)?;
            let before = Profiles::change(&path, |profiles| {
                forget_tokens(profiles, &add.name);
                profiles.default.get_or_insert_with(|| add.name.clone());
                Ok(profiles.profiles.insert(add.name.clone(), profile))
            })?;
            let replaced = if before.is_some() { ", replacing the previous one" } else { "" };
            context.remark(&format!("profile `{}` is kept in {}{replaced}", add.name, path.display()));
            Ok(())
        }
        Command::Use { name } => {
            Profiles::change(&path, |profiles| {
                profiles.get(name)?;
                profiles.default = Some(name.clone());
                Ok(())
            })?;
            context.remark(&format!("profile `{name}` is in use"));
            Ok(())
        }
        Command::Remove { name } => {
            Profiles::change(&path, |profiles| {
                profiles.get(name)?;
                forget_tokens(profiles, name);
                profiles.profiles.remove(name);
                profiles.default = profiles.default.take().filter(|default| default != name);
                Ok(())
            })?;
            context.remark(&format!("profile `{name}` is removed"));
            Ok(())
        }
    }
}

// A token gives access without the password: it must not outlive the profile.
fn forget_tokens(profiles: &Profiles, name: &str) {
    if let Some(cache) = Who::of_stored(name, profiles).ok().and_then(|who| TokenCache::of(&who)) {
        cache.clear();
    }
}

impl Add {
    fn ask(&self, context: &Context) -> Result<Profile> {
        let (username, password) = ask::credentials(self.username.as_deref())?;
        let Context { global, .. } = context;
        let profile =
            Profile { username, password, base_url: global.base_url.clone(), portal_url: global.portal_url.clone() };
        // Refuses an address that no call could use.
        let environment = profile.environment()?;
        Client::builder().credentials(&profile.username, &profile.password).environment(environment).build()?;
        Ok(profile)
    }
}

static PROFILE: View = View {
    columns: &[
        Column::text("Name", "name"),
        Column::new("In use", "in_use", Kind::YesNo),
        Column::text("User name", "username"),
        Column::text("API", "base_url"),
        Column::text("Portal", "portal_url"),
    ],
};
