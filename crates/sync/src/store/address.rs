//! The address of a store, whose password never leaves this module but for the driver.

use super::error::{Error, ErrorKind};
#[cfg(feature = "postgres")]
use super::postgres::Tls;
use std::path::PathBuf;

/// Where a store is.
pub(super) enum Address {
    Memory,
    File(PathBuf),
    #[cfg(feature = "postgres")]
    Postgres {
        config: Box<tokio_postgres::Config>,
        tls: Tls,
        schema: String,
        /// Statements are prepared by name: a connection is one of the server's, whatever is between.
        prepared: bool,
    },
}

/// The schema in PostgreSQL that the tables are in, unless the address names another.
#[cfg(feature = "postgres")]
const SCHEMA: &str = "mycarrierpackets";

impl Address {
    pub fn read(text: &str) -> Result<Self, Error> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            return match path {
                "" => Err(wrong("the address of the store has no path")),
                ":memory:" => Ok(Self::Memory),
                path => Ok(Self::File(PathBuf::from(path))),
            };
        }
        let postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        #[cfg(feature = "postgres")]
        if postgres {
            return self::postgres(text);
        }
        if postgres {
            return Err(wrong("this program was built without PostgreSQL (feature `postgres`)"));
        }
        // What does not start as an address may be a password that was pasted here.
        Err(wrong("the address of the store starts neither with sqlite: nor with postgres://"))
    }

    /// As it may be shown: without user and password.
    pub fn shown(&self) -> String {
        match self {
            Self::Memory => "sqlite::memory:".to_owned(),
            Self::File(path) => format!("sqlite:{}", path.display()),
            #[cfg(feature = "postgres")]
            Self::Postgres { config, schema, .. } => {
                use tokio_postgres::config::Host;
                let hosts: Vec<String> = config
                    .get_hosts()
                    .iter()
                    .enumerate()
                    .map(|(index, host)| {
                        let host = match host {
                            Host::Tcp(name) => name.clone(),
                            #[cfg(unix)]
                            Host::Unix(path) => path.display().to_string(),
                        };
                        let ports = config.get_ports();
                        let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
                        format!("{host}:{port}")
                    })
                    .collect();
                format!("postgres://{}/{}, schema {schema}", hosts.join(","), config.get_dbname().unwrap_or_default())
            }
        }
    }
}

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::Address, what)
}

#[cfg(feature = "postgres")]
fn postgres(text: &str) -> Result<Address, Error> {
    let (place, query) = text.split_once('?').unwrap_or((text, ""));
    // A second @ would make the rest of the password the host, which is shown.
    if place.matches('@').count() > 1 {
        return Err(wrong("the address of the store has more than one @"));
    }
    let (mut schema, mut prepared, mut encrypted, mut roots) = (SCHEMA, false, None, None);
    let mut left = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("schema", name)) => schema = name,
            Some(("prepared", "yes")) => prepared = true,
            Some(("prepared", "no")) => prepared = false,
            Some(("prepared", _)) => return Err(wrong("prepared in the address of the store is neither yes nor no")),
            // The driver's other modes take any certificate, or none: whoever is between reads the password.
            Some(("sslmode", "require" | "verify-full")) => encrypted = Some(true),
            Some(("sslmode", "disable")) => encrypted = Some(false),
            Some(("sslmode", _)) => {
                return Err(wrong("sslmode in the address of the store is neither require nor disable"));
            }
            Some(("sslrootcert", file)) => roots = Some(file),
            _ => left.push(pair),
        }
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = schema.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if !starts || schema.len() > 63 || !schema.chars().all(plain) || schema.starts_with("pg_") {
        return Err(wrong("the schema of the store is not made of a-z, 0-9 and _, or is one of PostgreSQL's own"));
    }
    let text = if left.is_empty() { place.to_owned() } else { format!("{place}?{}", left.join("&")) };
    // The driver's own message names the part that is wrong, and may quote it.
    let config: tokio_postgres::Config =
        text.parse().map_err(|_| wrong("the address of the store is not one that PostgreSQL's driver can read"))?;
    if config.get_hosts().is_empty() {
        return Err(wrong("the address of the store has no host"));
    }
    // `hostaddr` is where the driver connects to, whatever the name of the host.
    let here = config.get_hosts().iter().all(is_here) && config.get_hostaddrs().iter().all(|at| at.is_loopback());
    let tls = match encrypted.unwrap_or(roots.is_some() || !here) {
        true => Tls::Verified(roots.map(decoded).transpose()?.map(PathBuf::from)),
        false if roots.is_some() => return Err(wrong("sslrootcert is of no use with sslmode=disable")),
        false => Tls::Off,
    };
    Ok(Address::Postgres { config: Box::new(config), tls, schema: schema.to_owned(), prepared })
}

/// What is between is this machine's own.
#[cfg(feature = "postgres")]
fn is_here(host: &tokio_postgres::config::Host) -> bool {
    match host {
        tokio_postgres::config::Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        tokio_postgres::config::Host::Unix(_) => true,
    }
}

/// A part of an address as it was meant, `%2F` being a slash.
#[cfg(feature = "postgres")]
fn decoded(part: &str) -> Result<String, Error> {
    let pair = format!("file={}", part.replace('+', "%2B"));
    let text = url::form_urlencoded::parse(pair.as_bytes()).next();
    text.map(|(_, text)| text.into_owned())
        .filter(|text| !text.is_empty())
        .ok_or_else(|| wrong("sslrootcert in the address of the store has no file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Address::read(text).map_or_else(|error| error.message().to_owned(), |address| address.shown())
    }

    #[test]
    fn a_file_is_a_path_as_it_stands() {
        assert_eq!(shown("sqlite:a b.db"), "sqlite:a b.db");
        assert_eq!(shown("sqlite:///var/x.db"), "sqlite:/var/x.db");
        assert_eq!(shown("sqlite::memory:"), "sqlite::memory:");
        assert!(matches!(Address::read("sqlite:"), Err(error) if error.kind() == ErrorKind::Address));
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(shown("postgres://u:hunter2@db:5433/tms"), "postgres://db:5433/tms, schema mycarrierpackets");
        let other = shown("postgresql://u@db/tms?password=hunter2&schema=sync_2&connect_timeout=3");
        assert_eq!(other, "postgres://db:5432/tms, schema sync_2");
        let tls = |text: &str| match Address::read(text).unwrap() {
            Address::Postgres { tls, .. } => tls,
            _ => panic!("{text} is not in PostgreSQL"),
        };
        for (text, expected) in [
            ("postgres://u@db/tms", Tls::Verified(None)),
            ("postgres://u@localhost,db/tms", Tls::Verified(None)),
            ("postgres://u@10.0.0.7/tms?sslmode=verify-full", Tls::Verified(None)),
            ("postgres://u@localhost/tms?hostaddr=10.0.0.7", Tls::Verified(None)),
            ("postgres://u@localhost/tms?hostaddr=127.0.0.1", Tls::Off),
            ("postgres://u@db/tms?sslmode=disable", Tls::Off),
            ("postgres://u@localhost/tms", Tls::Off),
            ("postgres://u@127.0.0.1,%2Frun/tms", Tls::Off),
            ("postgres://u@localhost/tms?sslmode=require", Tls::Verified(None)),
            ("postgres://u@localhost/tms?sslrootcert=%2Fa%20b+c.pem", Tls::Verified(Some("/a b+c.pem".into()))),
        ] {
            assert_eq!(tls(text), expected, "{text}");
        }
        for (query, expected) in [("", false), ("?prepared=yes", true), ("?schema=a&prepared=yes&prepared=no", false)] {
            let address = Address::read(&format!("postgres://u@db/tms{query}"));
            assert!(matches!(address, Ok(Address::Postgres { prepared, .. }) if prepared == expected), "{query}");
        }
        for wrong in [
            "postgres://u:hunter2@db/tms?prepared=hunter2",
            "postgres://u:hunter2@hunter2@db/tms",
            "postgres://u:hunter2@db:hunter2/tms",
            "postgres://u:hunter2@db/tms?hunter2=1",
            "postgres://u:hunter2@db/tms?schema=Hunter2;",
            "postgres://u:hunter2@db/tms?sslmode=prefer",
            "postgres://u:hunter2@db/tms?sslrootcert=",
            "postgres://u:hunter2@db/tms?sslmode=disable&sslrootcert=a.pem",
            "hunter2",
            "mysql://u:hunter2@db/tms",
        ] {
            let error = Address::read(wrong).err().unwrap_or_else(|| panic!("{wrong} was read"));
            assert_eq!(error.kind(), ErrorKind::Address);
            assert!(!format!("{error} {error:?}").to_lowercase().contains("hunter2"), "{error:?}");
        }
    }
}
