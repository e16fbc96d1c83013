//! A Containerfile beside the tar, from which it makes an image of the sandbox.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::programs::{Contents, SANDBOX};
use super::tar;
use super::trial::said;
use crate::measure::{Outcome, output};

const FILE: &str = "Containerfile";
/// The glibc of the image: that of Debian 13.
const GLIBC: u32 = 41;

/// Writes it to a folder.
pub fn make(contents: &Contents, out: &Path) -> Outcome<()> {
    if contents.platform.glibc > GLIBC {
        return Err(format!("the programs need glibc 2.{}, and the image has 2.{GLIBC}", contents.platform.glibc));
    }
    let text = include_str!("assets/Containerfile").replace("NAME", &tar::name(contents));
    fs::write(out.join(FILE), text.replace("VERSION", &contents.sandbox.version)).map_err(|e| format!("{FILE}: {e}"))
}

/// Builds an image and runs it, where something can: an engine needs rights that many machines do not give.
pub fn check(contents: &Contents, out: &Path) -> Outcome<()> {
    let answers = |engine: &&str| {
        let info = Command::new(engine).arg("info").stdout(Stdio::null()).stderr(Stdio::null()).status();
        info.is_ok_and(|status| status.success())
    };
    let Some(engine) = ["podman", "docker"].into_iter().find(answers) else {
        println!("skipped: neither podman nor docker runs here: the Containerfile is made, and no image of it");
        return Ok(());
    };
    let image = format!("{SANDBOX}:{}", contents.sandbox.version);
    output(Command::new(engine).args(["build", "-t", &image, "-f"]).arg(out.join(FILE)).arg(out))?;
    let text = output(Command::new(engine).args(["run", "--rm", &image, "--version"]))?;
    said(&text, &contents.sandbox.version, &image)
}
