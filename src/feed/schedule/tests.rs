//! Thousands of random feeds, whose rows come late, at edges, and while the poller is down or fails.

use super::*;

const START: i64 = 1_800_000_000;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time of this century")
}

/// When a row happened, and from when on the feed shows it.
struct Row {
    happened: i64,
    visible: i64,
}

/// What a poller found of `rows` until `end`, and the windows that it asked for.
struct Found {
    seen: Vec<Option<i64>>,
    windows: Vec<(i64, Window)>,
    gaps: Vec<Window>,
}

struct Run<'a> {
    rows: &'a [Row],
    pace: Pace,
    /// The poller does not run in here.
    down: (i64, i64),
    /// One poll of this number fails before its end.
    fails: u64,
}

impl Run<'_> {
    fn until(&self, end: i64, random: &mut fastrand::Rng) -> Found {
        let mut found = Found { seen: vec![None; self.rows.len()], windows: Vec::new(), gaps: Vec::new() };
        let mut position = Position::starting_at(at(START));
        let mut now = START;
        while now < end {
            // Now and then it wakes up too early.
            let due = position.due_at(&self.pace).map_or(now, |due| due.as_second());
            now = (now + 1).max(due + random.i64(-20..=60));
            if (self.down.0..self.down.1).contains(&now) {
                // Whoever starts again has what was kept, in the form in which it was.
                let kept = serde_json::to_string(&position).expect("JSON");
                position = serde_json::from_str(&kept).expect("what was written");
                now = self.down.1;
            }
            if position.due_at(&self.pace).is_some_and(|due| due > at(now)) {
                continue;
            }
            position = position.attempted(at(now));
            let Some(poll) = position.poll(at(now), &self.pace) else { continue };
            found.windows.push((now, poll.window));
            if random.u64(0..self.fails) == 0 {
                continue;
            }
            found.gaps.extend(poll.gap);
            for (seen, row) in found.seen.iter_mut().zip(self.rows) {
                let inside = poll.window.start() <= at(row.happened) && at(row.happened) <= poll.window.end();
                if row.visible <= now && inside {
                    seen.get_or_insert(now);
                }
            }
            position = poll.then;
        }
        found
    }
}

fn rows(random: &mut fastrand::Rng, span: i64, latest: i64) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..60)
        .map(|_| {
            let happened = START + random.i64(1..span);
            Row { happened, visible: happened + if random.bool() { random.i64(0..=latest) } else { 0 } }
        })
        .collect();
    rows.sort_by_key(|row| row.happened);
    rows
}

#[test]
fn every_row_is_found_however_late_within_what_is_promised() {
    // How late at most, and how long after it is visible it is found at most, while the poller runs and nothing fails.
    for (late, found_within) in [(10 * MINUTE, 8 * MINUTE), (2 * HOUR, 70 * MINUTE), (DAY, 25 * HOUR)] {
        for seed in 0..60 {
            let mut random = fastrand::Rng::with_seed(seed);
            let rows = rows(&mut random, 3 * DAY, late);
            let run = Run { rows: &rows, pace: Pace::default(), down: (0, 0), fails: u64::MAX };
            let found = run.until(START + 6 * DAY, &mut random);
            for (row, seen) in rows.iter().zip(found.seen) {
                let after = seen.map(|seen| seen - row.visible);
                assert!(after.is_some_and(|after| after <= found_within), "seed {seed}, late by {late}: {after:?}");
            }
        }
    }
}

#[test]
fn nothing_is_lost_to_errors_restarts_and_hours_of_downtime() {
    for seed in 0..60 {
        let mut random = fastrand::Rng::with_seed(seed);
        let rows = rows(&mut random, 4 * DAY, DAY);
        let from = START + random.i64(0..3 * DAY);
        let down = (from, from + random.i64(MINUTE..30 * HOUR));
        let pace = Pace { longest: SignedDuration::from_hours(random.i64(1..200)), ..Pace::default() };
        let run = Run { rows: &rows, pace, down, fails: random.u64(2..20) };
        let found = run.until(START + 9 * DAY, &mut random);
        assert_eq!(found.seen.iter().filter(|seen| seen.is_none()).count(), 0, "seed {seed}");
        assert!(found.gaps.is_empty(), "seed {seed}");
    }
}

#[test]
fn two_polls_are_never_closer_than_the_vendor_allows() {
    for seed in 0..60 {
        let mut random = fastrand::Rng::with_seed(seed);
        let pace = Pace { interval: SignedDuration::from_secs(random.i64(-5..900)), ..Pace::default() };
        let down = (START + HOUR, START + HOUR + random.i64(1..600));
        let run = Run { rows: &[], pace, down, fails: 3 };
        let windows = run.until(START + 6 * HOUR, &mut random).windows;
        assert!(windows.len() > 20);
        for pair in windows.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= 4 * MINUTE, "seed {seed}: {pair:?}");
        }
    }
}

#[test]
fn a_window_ends_before_now_in_whole_seconds_and_no_longer_than_it_may_be() {
    let pace = Pace::default();
    let position = Position::starting_at("2026-03-01T00:00:00.9Z".parse().expect("a time"));
    assert_eq!(position.read_until().to_string(), "2026-03-01T00:00:00Z");
    let poll = position.poll("2026-03-01T00:10:00.7Z".parse().expect("a time"), &pace).expect("a poll");
    assert_eq!(poll.window.start(), position.read_until(), "what was before the start is of no interest");
    assert_eq!(poll.window.end().to_string(), "2026-03-01T00:09:55Z");
    assert_eq!(poll.then.read_until(), poll.window.end());

    // A month later: a week at a time.
    let poll = position.poll("2026-04-01T00:00:00Z".parse().expect("a time"), &pace).expect("a poll");
    assert_eq!(poll.window.end().to_string(), "2026-03-08T00:00:00Z");
    assert_eq!(poll.gap, None);
    let next = poll.then.poll("2026-04-01T00:05:00Z".parse().expect("a time"), &pace).expect("a poll");
    assert!(next.window.start() < poll.window.end() && next.window.end().to_string() == "2026-03-15T00:00:00Z");
}

#[test]
fn what_the_feed_does_not_reach_is_a_gap_and_never_silence() {
    let pace = Pace { reach: SignedDuration::from_hours(24 * 30), ..Pace::default() };
    let poll = Position::starting_at(at(START)).poll(at(START + 40 * DAY), &pace).expect("a poll");
    assert_eq!(poll.gap, Window::new(at(START), at(START + 10 * DAY)).ok());
    assert_eq!(poll.window.start(), at(START + 10 * DAY));
    assert!(poll.then.poll(at(START + 40 * DAY + 300), &pace).is_some_and(|poll| poll.gap.is_none()), "named once");
}

#[test]
fn a_clock_that_jumped_neither_stops_a_feed_nor_skips_what_happened() {
    let pace = Pace::default();
    let read = |position: Position, now| position.poll(at(now), &pace).expect("a poll").then;
    // For ten minutes the clock was a year ahead.
    let before = read(Position::starting_at(at(START)), START + HOUR);
    let mut ahead = before;
    for _ in 0..60 {
        ahead = read(ahead.attempted(at(START + 365 * DAY)), START + 365 * DAY);
    }
    let back = START + 2 * HOUR;
    assert!(ahead.due_at(&pace).is_some_and(|due| due > at(back + 300 * DAY)));
    let ahead = ahead.not_after(at(back));
    assert!(ahead.due_at(&pace).is_some_and(|due| due <= at(back + 5 * MINUTE)));
    let poll = ahead.poll(at(back), &pace).expect("a poll");
    assert!(poll.window.start() <= before.read_until(), "what was not read before the jump: {poll:?}");
    assert_eq!(poll.gap, None, "the window reaches back to the start");
    let later = ahead.poll(at(START + 10 * DAY), &pace).expect("a poll");
    assert_eq!(later.gap.map(|gap| (gap.start(), gap.end())), Some((at(START), later.window.start())));
    assert!(poll.then.read_until() <= at(back));
    // A clock that was set back by an hour, and the cursor with it: the same.
    let poll = before.poll(at(START + MINUTE * 30), &pace).expect("a poll");
    assert!(poll.window.end() <= at(START + MINUTE * 30) && poll.then.read_until() == poll.window.end());
}

#[test]
fn a_pace_is_no_faster_than_the_vendor_allows() {
    assert_eq!(Pace::every(SignedDuration::ZERO).interval, SignedDuration::from_mins(4));
    assert_eq!(Pace::every(SignedDuration::from_mins(15)).interval, SignedDuration::from_mins(15));
    assert_eq!(Pace::default().longest_lookback(), Pace::default().daily_lookback);
}
