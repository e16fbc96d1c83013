//! Instants in ticks of 100 ns, the resolution the wire shows, and the calendar behind them.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::lock;

pub(crate) const SECOND: i64 = 10_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// Ticks of 100 ns since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "i64")]
pub(crate) struct Ticks(pub(crate) i64);

// Years 1 to 9999, what a .NET DateTime can hold.
const MIN: i64 = -62_135_596_800 * SECOND;
const MAX: i64 = 253_402_300_799 * SECOND;

/// From 1601-01-01 to 1970.
const EARLIEST_EVERYWHERE: Duration = Duration::from_secs(11_644_473_600);

impl From<i64> for Ticks {
    fn from(ticks: i64) -> Self {
        Self(ticks.clamp(MIN, MAX))
    }
}

impl Ticks {
    pub(crate) fn from_system(time: SystemTime) -> Self {
        let ticks = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos() / 100).unwrap_or(MAX),
            Err(before) => i64::try_from(before.duration().as_nanos() / 100).map_or(MIN, |ticks| -ticks),
        };
        Self(ticks.clamp(MIN, MAX))
    }

    pub(crate) fn into_system(self) -> SystemTime {
        let (ticks, second) = (self.0.unsigned_abs(), SECOND.unsigned_abs());
        let size = Duration::new(ticks / second, (ticks % second) as u32 * 100);
        let time = if self.0 < 0 { UNIX_EPOCH.checked_sub(size) } else { UNIX_EPOCH.checked_add(size) };
        // Not every system's time reaches as far as the calendar: Windows begins with the year 1601.
        time.or_else(|| UNIX_EPOCH.checked_sub(EARLIEST_EVERYWHERE)).unwrap_or(UNIX_EPOCH)
    }

    /// Moves by `ticks`, staying inside the calendar.
    pub(crate) fn plus(self, ticks: i64) -> Self {
        Self(self.0.saturating_add(ticks).clamp(MIN, MAX))
    }

    pub(crate) fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY))
    }

    /// The first instant of a day; none if the calendar has no such day.
    pub(crate) fn of_date(year: i64, month: u32, day: u32) -> Option<Self> {
        Self::from_date(year, month.into(), day.into())
    }

    /// The same day `count` years later, at midnight; of the 29th of February the 28th.
    pub(crate) fn years(self, count: i64) -> Self {
        let (year, month, day) = self.date();
        let on = |day| Self::of_date(year.saturating_add(count).clamp(1, 9999), month, day);
        on(day).or_else(|| on(28)).unwrap_or(self)
    }

    /// Year, month and day.
    pub(crate) fn date(self) -> (i64, u32, u32) {
        // Days to a civil date, counted in 400-year eras that begin on 1 March.
        let days = self.0.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month as u32, day as u32)
    }

    /// Hour, minute, second and ticks within the second.
    pub(crate) fn time(self) -> (u32, u32, u32, u32) {
        let ticks = self.0.rem_euclid(DAY);
        let seconds = (ticks / SECOND) as u32;
        (seconds / 3600, seconds / 60 % 60, seconds % 60, (ticks % SECOND) as u32)
    }

    fn from_date(year: i64, month: i64, day: i64) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=9999).contains(&year) || !(1..=length).contains(&day) {
            return None;
        }
        let shifted_year = year - i64::from(month <= 2);
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self((era * 146_097 + day_of_era - 719_468) * DAY))
    }

    /// Reads what ASP.NET reads of the forms clients send: `YYYY-MM-DD` or `MM/DD/YYYY`, optionally with a time
    /// with up to 7 fraction digits, optionally with `Z` or an offset. No offset means UTC.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, time) = match text.find(['T', 't', ' ']) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        let parsed = if date.contains('/') {
            let mut parts = date.split('/');
            let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
            parts.next().is_none().then_some(())?;
            Self::from_date(number(year, 4)?, number(month, 2)?, number(day, 2)?)?
        } else {
            let mut parts = date.split('-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            parts.next().is_none().then_some(())?;
            Self::from_date(number(year, 4)?, number(month, 2)?, number(day, 2)?)?
        };
        match time {
            None => Some(parsed),
            Some(time) => Some(parsed.plus(time_of_day(time)?)),
        }
    }

    /// The day alone: `2026-03-18`.
    pub(crate) fn day(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `2026-03-18T12:00:00.5Z`.
    pub(crate) fn iso(self) -> String {
        let (hour, minute, second, fraction) = self.time();
        let whole = format!("{}T{hour:02}:{minute:02}:{second:02}", self.day());
        match fraction {
            0 => format!("{whole}Z"),
            _ => format!("{whole}.{}Z", format!("{fraction:07}").trim_end_matches('0')),
        }
    }

    /// As [`Ticks::iso`], without an offset: `2026-03-18T12:00:00.5`.
    pub(crate) fn local(self) -> String {
        self.iso().trim_end_matches('Z').to_owned()
    }

    /// `Mon, 02 Mar 2026 10:00:00 GMT`.
    pub(crate) fn rfc1123(self) -> String {
        let (year, _, day) = self.date();
        let (weekday, month) = self.names();
        format!("{}, {day:02} {month} {year:04} {} GMT", &weekday[..3], self.hours())
    }

    /// `Monday, 02-Mar-26 10:00:00 GMT`, a form of date that HTTP had once.
    pub(crate) fn rfc850(self) -> String {
        let (year, _, day) = self.date();
        let (weekday, month) = self.names();
        format!("{weekday}, {day:02}-{month}-{:02} {} GMT", year % 100, self.hours())
    }

    /// `Mon Mar  2 10:00:00 2026`, as the function of C has it.
    pub(crate) fn asctime(self) -> String {
        let (year, _, day) = self.date();
        let (weekday, month) = self.names();
        format!("{} {month} {day:2} {} {year:04}", &weekday[..3], self.hours())
    }

    fn names(self) -> (&'static str, &'static str) {
        const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (_, month, _) = self.date();
        (DAYS[self.0.div_euclid(DAY).rem_euclid(7) as usize], MONTHS[month as usize - 1])
    }

    fn hours(self) -> String {
        let (hour, minute, second, _) = self.time();
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= digits && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn time_of_day(text: &str) -> Option<i64> {
    let (clock, offset) = if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        (clock, 0)
    } else if let Some(at) = text.find(['+', '-']) {
        let (hours, minutes) = text[at + 1..].split_once(':')?;
        let size = (number(hours, 2)? * 60 + number(minutes, 2)?) * 60 * SECOND;
        (&text[..at], if text[at..].starts_with('-') { -size } else { size })
    } else {
        (text, 0)
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let (second, fraction) = match parts.next() {
        Some(seconds) => seconds.split_once('.').unwrap_or((seconds, "0")),
        None => ("0", "0"),
    };
    let second = number(second, 2)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let ticks = number(fraction, 7)? * 10_i64.pow(7 - fraction.len() as u32);
    Some(((hour * 60 + minute) * 60 + second) * SECOND + ticks - offset)
}

/// The sandbox's time: the machine's, shifted by what was skipped, or held still.
pub(crate) struct Clock(Mutex<Pace>);

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Pace {
    /// Ahead of the machine's time by this number of ticks.
    Runs(i64),
    Held(Ticks),
}

impl Clock {
    pub(crate) fn new(pace: Pace) -> Self {
        Self(Mutex::new(pace))
    }

    pub(crate) fn now(&self) -> Ticks {
        read(*lock(&self.0))
    }

    pub(crate) fn keep(&self) -> Pace {
        *lock(&self.0)
    }

    pub(crate) fn replace(&self, pace: Pace) {
        *lock(&self.0) = pace;
    }

    pub(crate) fn is_held(&self) -> bool {
        matches!(*lock(&self.0), Pace::Held(_))
    }

    /// Skips some time, whether it runs or is held; it never goes back.
    pub(crate) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_nanos() / 100).unwrap_or(MAX);
        let mut pace = lock(&self.0);
        *pace = match *pace {
            Pace::Runs(ahead) => Pace::Runs(ahead.saturating_add(by)),
            Pace::Held(at) => Pace::Held(at.plus(by)),
        };
    }

    /// Stops it.
    pub(crate) fn hold(&self) {
        let mut pace = lock(&self.0);
        *pace = Pace::Held(read(*pace));
    }

    /// Lets it run on from where it is held.
    pub(crate) fn release(&self) {
        let mut pace = lock(&self.0);
        if let Pace::Held(at) = *pace {
            *pace = Pace::Runs(at.0.saturating_sub(Ticks::from_system(SystemTime::now()).0));
        }
    }
}

impl Pace {
    /// That of a clock that runs, or of one that is held at an instant.
    pub(crate) fn of(fixed: Option<SystemTime>) -> Self {
        fixed.map_or(Self::Runs(0), |at| Self::Held(Ticks::from_system(at)))
    }
}

fn read(pace: Pace) -> Ticks {
    match pace {
        Pace::Runs(ahead) => Ticks::from_system(SystemTime::now()).plus(ahead),
        Pace::Held(at) => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_and_refuses_the_rest() {
        let noon = Ticks::parse("2026-03-18T12:00:00").unwrap();
        for same in [
            "2026-03-18T12:00:00Z",
            "2026-03-18 12:00",
            "2026-03-18T12:00:00.0000000",
            "2026-03-18T14:00:00+02:00",
            "2026-03-18T07:00:00-05:00",
            "03/18/2026 12:00:00",
        ] {
            assert_eq!(Ticks::parse(same), Some(noon), "{same}");
        }
        assert_eq!(Ticks::parse("2026-03-18T12:00:00.5"), Some(noon.plus(SECOND / 2)));
        assert_eq!(noon.date(), (2026, 3, 18));
        assert_eq!(noon.rfc1123(), "Wed, 18 Mar 2026 12:00:00 GMT");
        for bad in [
            "",
            "x",
            "2026-02-30",
            "2026-13-01",
            "0000-00-00",
            "2026-03-18T25:00:00",
            "2026-03-18T",
            "2026-03-18T12:00:00.12345678",
            "2026-03-18T12:00:00é",
            "99999-01-01",
            "2026-03-18T12:00:00+",
        ] {
            assert_eq!(Ticks::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_instant_has_a_system_time_and_comes_back_where_the_system_reaches() {
        for ticks in [MIN, MIN + 1, -116_444_736_000_000_001, -1, 0, 1, MAX - 1, MAX] {
            let back = Ticks::from_system(Ticks(ticks).into_system());
            // Only Windows begins as late as 1601.
            assert!(back == Ticks(ticks) || cfg!(windows) && ticks < -116_444_736_000_000_000, "{ticks} {back:?}");
        }
        for ticks in [i64::MIN, i64::MAX] {
            assert!((MIN..=MAX).contains(&Ticks::from(ticks).0));
            assert!((MIN..=MAX).contains(&read(Pace::Runs(ticks)).0));
        }
    }

    #[test]
    fn dates_round_trip() {
        for days in [-719_162_i64, -1, 0, 59, 11_016, 20_530, 2_932_896] {
            let (y, m, d) = Ticks(days * DAY).date();
            assert_eq!(Ticks::from_date(y, m.into(), d.into()), Some(Ticks(days * DAY)));
        }
    }
}
