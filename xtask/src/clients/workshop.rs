//! The folder in which the clients of a language are made: `target/clients/<language>`. What package managers download is
//! kept beside it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::measure::Outcome;

pub struct Workshop {
    folder: PathBuf,
    cache: PathBuf,
}

impl Workshop {
    /// Copies a folder of the checkout, and files from elsewhere in it, to the folder `name`. A file that did not change keeps
    /// its time, for tools that go by it.
    pub fn set_up(root: &Path, name: &str, own: &str, shares: &[(&str, &str)]) -> Outcome<Self> {
        let root = root.canonicalize().map_err(|e| format!("{}: {e}", root.display()))?;
        let target = root.join("target/clients");
        let folder = target.join(name);
        copy(&root.join(own), &folder)?;
        for (from, to) in shares {
            copy(&root.join(from), &folder.join(to))?;
        }
        Ok(Self { folder, cache: target.join("cache") })
    }

    /// Where a file is in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command, its words separated by spaces (a no-break space is part of a word), in this folder.
    pub fn command(&self, line: &str) -> Command {
        let mut words = line.split(' ').map(|word| word.replace('\u{a0}', " "));
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(&self.folder).stdin(Stdio::null());
        command.env("PIP_CACHE_DIR", self.cache.join("pip")).env("npm_config_cache", self.cache.join("npm"));
        command.env("GOMODCACHE", self.cache.join("go")).env("GOFLAGS", "-mod=readonly -modcacherw");
        command.env("MAVEN_ARGS", format!("-B -q -Dmaven.repo.local={}", self.cache.join("m2").display()));
        command
    }

    /// Runs commands one after the other; of one that fails, the end of what it printed.
    pub fn run(&self, lines: &[&str]) -> Outcome<()> {
        lines.iter().try_for_each(|line| self.printed(line, &[]).map(drop))
    }

    /// What a command prints, with variables in its environment.
    pub fn printed(&self, line: &str, variables: &[(&str, &str)]) -> Outcome<String> {
        let begun = std::time::Instant::now();
        let done = self.command(line).envs(variables.iter().copied()).output().map_err(|e| format!("{line}: {e}"))?;
        eprintln!("{:5.1} s  {line}", begun.elapsed().as_secs_f32());
        let printed = String::from_utf8_lossy(&done.stdout).into_owned();
        if done.status.success() {
            return Ok(printed);
        }
        Err(format!("{line}: {}\n{}", done.status, tail(&(printed + &String::from_utf8_lossy(&done.stderr)))))
    }

    /// Takes away what was generated before.
    pub fn clear(&self, name: &str) -> Outcome<()> {
        let path = self.path(name);
        let done = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match done {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", path.display())),
            _ => Ok(()),
        }
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    let failed = |e: std::io::Error| format!("{}: {e}", from.display());
    if from.is_dir() {
        for entry in std::fs::read_dir(from).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    let content = std::fs::read(from).map_err(failed)?;
    if std::fs::read(to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    std::fs::create_dir_all(to.parent().unwrap_or(to)).map_err(failed)?;
    std::fs::write(to, content).map_err(|e| format!("{}: {e}", to.display()))
}
