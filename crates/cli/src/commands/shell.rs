//! `completions` and `man`: what makes the command at home in a shell.

use crate::context::Context;
use crate::failure::{Failure, Result};
use clap::{Args, Command};
use std::path::PathBuf;

/// Print completions for a shell
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  mycarrierpackets completions bash > mycarrierpackets.bash")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Print the manual page, or write those of all commands to a folder
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  mycarrierpackets man | man -l -")]
pub struct Man {
    /// The folder
    #[arg(short, value_name = "DIR")]
    d: Option<PathBuf>,
}

impl Completions {
    pub fn run(&self, context: &mut Context, mut program: Command) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "mycarrierpackets", &mut script);
        context.output.bytes(&script)
    }
}

impl Man {
    pub fn run(&self, context: &mut Context, program: Command) -> Result<()> {
        let Some(folder) = &self.d else {
            let mut page = Vec::new();
            clap_mangen::Man::new(program).render(&mut page)?;
            return context.output.bytes(&page);
        };
        let made = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(program, folder));
        made.map_err(|error| {
            Failure::io(format!("{} could not be written: {error}", folder.display()), "Choose another folder with -d.")
        })
    }
}
