//! What calls change: the monitored and blocked lists, invitations, requests, revisions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::carrier::{Salt, has_packet};
use crate::clock::{SECOND, Ticks};
use crate::world::{Index, World};

/// Older runtime events are dropped beyond this many.
const MAX_EVENTS: usize = 100_000;
const MAX_VIN_REQUESTS: usize = 20;

pub(crate) struct Invitation {
    pub(crate) recipient: String,
    pub(crate) user: String,
    pub(crate) at: Ticks,
}

#[derive(Clone)]
pub(crate) struct VinRequest {
    pub(crate) phone: String,
    pub(crate) user: String,
    pub(crate) at: Ticks,
}

/// What the state says about one carrier, copied out so that no lock is held while an answer is written.
pub(crate) struct Standing {
    pub(crate) index: Index,
    pub(crate) monitored: bool,
    pub(crate) blocked: bool,
    pub(crate) packet: bool,
    pub(crate) invitation: Option<Arc<Invitation>>,
    pub(crate) revision: u32,
    pub(crate) blobs: u32,
}

/// When a carrier joined a list while the sandbox ran, and by whom.
#[derive(Clone)]
pub(crate) struct Joined {
    pub(crate) at: Ticks,
    pub(crate) by: String,
}

/// Carriers in the order in which they joined.
pub(crate) struct List {
    order: Vec<Index>,
    member: Vec<bool>,
    joined: HashMap<Index, Joined>,
}

impl List {
    fn new(total: u32, members: impl Iterator<Item = Index>) -> Self {
        let order: Vec<Index> = members.collect();
        let mut member = vec![false; total as usize];
        for &index in &order {
            member[index as usize] = true;
        }
        Self { order, member, joined: HashMap::new() }
    }

    pub(crate) fn contains(&self, index: Index) -> bool {
        self.member.get(index as usize).copied().unwrap_or(false)
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn all(&self) -> &[Index] {
        &self.order
    }

    pub(crate) fn joined(&self, index: Index) -> Option<&Joined> {
        self.joined.get(&index)
    }

    /// False if the carrier was in the list before.
    pub(crate) fn add(&mut self, index: Index, joined: Joined) -> bool {
        let Some(member) = self.member.get_mut(index as usize) else {
            return false;
        };
        if std::mem::replace(member, true) {
            return false;
        }
        self.order.push(index);
        self.joined.insert(index, joined);
        true
    }

    /// False if the carrier was not in the list.
    pub(crate) fn remove(&mut self, index: Index) -> bool {
        let Some(member) = self.member.get_mut(index as usize) else {
            return false;
        };
        if !std::mem::replace(member, false) {
            return false;
        }
        self.order.retain(|&other| other != index);
        self.joined.remove(&index);
        true
    }
}

pub(crate) struct State {
    pub(crate) monitored: List,
    pub(crate) blocked: List,
    pub(crate) invitations: HashMap<Index, Arc<Invitation>>,
    pub(crate) vin_requests: HashMap<Index, Vec<VinRequest>>,
    /// Changes and completed packets beyond those of the feeds, oldest first.
    pub(crate) changed: Vec<(Ticks, Index)>,
    pub(crate) completed: Vec<(Ticks, Index)>,
    /// Part of every blob name; raising it makes the earlier names expire.
    pub(crate) blobs: u32,
    packets: HashSet<Index>,
    /// When an invited carrier will have completed its packet.
    due: HashMap<Index, Ticks>,
    revisions: HashMap<Index, u32>,
    last_vin_request: u32,
}

impl State {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            monitored: List::new(world.total, 0..world.carriers),
            // Two of a hundred, and never the sample carrier.
            blocked: List::new(world.total, (0..world.carriers).filter(|index| index % 50 == 7)),
            invitations: HashMap::new(),
            vin_requests: HashMap::new(),
            changed: Vec::new(),
            completed: Vec::new(),
            blobs: 1,
            packets: HashSet::new(),
            due: HashMap::new(),
            revisions: HashMap::new(),
            last_vin_request: 70_000,
        }
    }

    pub(crate) fn standing(&self, world: &World, index: Index) -> Standing {
        Standing {
            index,
            monitored: self.monitored.contains(index),
            blocked: self.blocked.contains(index),
            packet: self.packets.contains(&index) || has_packet(world, index),
            invitation: self.invitations.get(&index).cloned(),
            revision: self.revisions.get(&index).copied().unwrap_or(0),
            blobs: self.blobs,
        }
    }

    /// Gives a carrier new data and an entry in the change feed.
    pub(crate) fn change(&mut self, index: Index, at: Ticks) {
        *self.revisions.entry(index).or_default() += 1;
        remember(&mut self.changed, at, index);
    }

    /// Notes an invitation. A carrier without a packet completes one within three days, but for one in eight that
    /// never does; a second invitation makes it no faster.
    pub(crate) fn invite(&mut self, world: &World, index: Index, invitation: Invitation) {
        let mut draw = world.draw(index, Salt::Invitation as u64 ^ 0x5A00);
        let never = draw.below(8) == 0;
        let wait = i64::from(3600 + draw.below(3 * 86_400 - 3600)) * SECOND;
        if !never && !self.packets.contains(&index) && !has_packet(world, index) {
            self.due.entry(index).or_insert(invitation.at.plus(wait));
        }
        self.invitations.insert(index, Arc::new(invitation));
    }

    /// Lets happen what came due until now, in its order.
    pub(crate) fn settle(&mut self, now: Ticks) {
        let mut due: Vec<_> = self.due.iter().filter(|(_, at)| **at <= now).map(|(index, at)| (*at, *index)).collect();
        due.sort_unstable();
        for (at, index) in due {
            self.due.remove(&index);
            self.complete_packet(index, at);
        }
    }

    pub(crate) fn complete_packet(&mut self, index: Index, at: Ticks) {
        self.packets.insert(index);
        remember(&mut self.completed, at, index);
    }

    pub(crate) fn request_vin(&mut self, index: Index, phone: String, user: String, at: Ticks) -> u32 {
        self.last_vin_request += 1;
        let requests = self.vin_requests.entry(index).or_default();
        if requests.len() == MAX_VIN_REQUESTS {
            requests.remove(0);
        }
        requests.push(VinRequest { phone, user, at });
        self.last_vin_request
    }
}

fn remember(events: &mut Vec<(Ticks, Index)>, at: Ticks, index: Index) {
    if events.len() == MAX_EVENTS {
        events.drain(..MAX_EVENTS / 10);
    }
    events.push((at, index));
}

/// When and by whom a carrier was put in a list before the sandbox started.
pub(crate) fn joined_before(world: &World, index: Index, list: Salt) -> Joined {
    let mut draw = world.draw(index, list as u64);
    Joined {
        at: crate::carrier::past(world.today, &mut draw, 900),
        by: draw.pick(&["demo", "demo", "brenda", "integration@broker.example"]).to_owned(),
    }
}
