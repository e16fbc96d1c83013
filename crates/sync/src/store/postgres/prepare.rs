//! What a store needs of a database before its tables.

use super::Session;
use crate::store::error::{Error, ErrorKind};

/// The oldest version, as `server_version_num` has it.
const OLDEST: i64 = 150_000;
/// Of the lock that those who migrate hold: "MCPS".
const LOCK: i64 = 0x4d43_5053;

impl Session {
    /// Whether the server is new enough.
    pub async fn check(&self) -> Result<(), Error> {
        let sql = "SELECT CAST(current_setting('server_version_num') AS BIGINT) AS version";
        version(self.number(sql, &[], "version").await?)
    }

    /// Waits for others who migrate, and makes the schema, unless it is that of another program.
    pub async fn prepare(&self) -> Result<(), Error> {
        // Held until the transaction ends, and by nobody else: 50 workers that start at once migrate once.
        self.batch(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
        let schema = [self.schema.as_ref().into()];
        let sql = "SELECT COUNT(*) AS number FROM pg_namespace WHERE nspname = $1";
        if self.number(sql, &schema, "number").await? == 0 {
            return self.batch(&format!("CREATE SCHEMA \"{}\"", self.schema)).await;
        }
        let sql = "SELECT COUNT(*) AS number FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind IN ('r', 'v', 'm', 'p', 'f')";
        let tables = self.number(sql, &schema, "number").await?;
        let sql = "SELECT COUNT(*) AS number FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = 'customers' AND a.attname = 'fence'";
        if tables != 0 && self.number(sql, &schema, "number").await? == 0 {
            let what = format!("the schema {} has tables of another program", self.schema);
            return Err(Error::new(ErrorKind::Foreign, what));
        }
        Ok(())
    }

    async fn number(&self, sql: &str, values: &[crate::store::value::Value], column: &str) -> Result<i64, Error> {
        let answer = self.run(sql, values).await?;
        answer.rows.first().map_or(Ok(0), |row| row.integer(column))
    }
}

fn version(found: i64) -> Result<(), Error> {
    if found >= OLDEST {
        return Ok(());
    }
    let what = format!("this is PostgreSQL {}, and {} is needed", found / 10_000, OLDEST / 10_000);
    Err(Error::new(ErrorKind::Engine, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_named() {
        assert!(version(150_018).is_ok() && version(180_000).is_ok());
        let error = version(140_022).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Engine, "this is PostgreSQL 14, and 15 is needed"));
    }
}
