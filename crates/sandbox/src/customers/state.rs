//! What a customer's calls change: the monitored and blocked lists, invitations, requests for verification.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::customers::broker::Broker;
use crate::customers::own::Own;
use crate::customers::signature::{Signature, Signatures};
use crate::world::carrier::{Salt, natural};
use crate::world::clock::{SECOND, Ticks};
use crate::world::facts::Facts;
use crate::world::hash::Draw;
use crate::world::history::{History, remember};
use crate::world::{Index, World};

const MAX_REQUESTS: usize = 20;
/// Verifications of users that are remembered; the oldest go first.
const MAX_USERS: usize = 10_000;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) recipient: String,
    pub(crate) user: String,
    pub(crate) at: Ticks,
}

/// A request to photograph the number of a vehicle.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VinRequest {
    pub(crate) id: u32,
    pub(crate) phone: String,
    pub(crate) user: String,
    pub(crate) at: Ticks,
    /// When the photo came.
    pub(crate) done: Option<Ticks>,
}

/// A request to a user of a carrier to show who they are.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct UserRequest {
    pub(crate) id: u32,
    pub(crate) email: String,
    pub(crate) index: Option<Index>,
    pub(crate) done: Option<Ticks>,
}

/// What the state says about one carrier, copied out so that no lock is held while an answer is written.
pub(crate) struct Standing {
    pub(crate) index: Index,
    pub(crate) monitored: bool,
    pub(crate) blocked: bool,
    pub(crate) packet: bool,
    /// When the packet was completed, if that was since the start.
    pub(crate) signed: Option<Ticks>,
    /// Who signed it, if that was a person on the portal.
    pub(crate) signature: Option<Arc<Signature>>,
    pub(crate) invitation: Option<Arc<Invitation>>,
    pub(crate) facts: Facts,
    pub(crate) blobs: u32,
    pub(crate) now: Ticks,
    /// Whom the vendor answers.
    pub(crate) broker: Arc<Broker>,
}

/// When a carrier joined a list while the sandbox ran, and by whom.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Joined {
    pub(crate) at: Ticks,
    pub(crate) by: String,
}

/// Carriers in the order in which they joined.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub(crate) struct List {
    order: Vec<Index>,
    member: Vec<bool>,
    joined: BTreeMap<Index, Joined>,
}

impl List {
    fn new(total: u32, members: impl Iterator<Item = Index>) -> Self {
        let order: Vec<Index> = members.collect();
        let mut member = vec![false; total as usize];
        for &index in &order {
            member[index as usize] = true;
        }
        Self { order, member, joined: BTreeMap::new() }
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

/// What is kept of a list; the rest follows from it.
#[derive(Serialize, Deserialize)]
struct Kept {
    total: u32,
    order: Vec<Index>,
    joined: BTreeMap<Index, Joined>,
}

impl From<List> for Kept {
    fn from(list: List) -> Self {
        Self { total: list.member.len() as u32, order: list.order, joined: list.joined }
    }
}

impl From<Kept> for List {
    fn from(kept: Kept) -> Self {
        let total = kept.total.min(crate::world::MAX_CARRIERS * 2);
        let order = kept.order.into_iter().filter(|index| *index < total);
        Self { joined: kept.joined, ..Self::new(total, order) }
    }
}

/// What a customer is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Awaited {
    Packet(Index),
    /// The answer to the request of this number about a vehicle of a carrier.
    Vin(Index, u32),
    User(u32),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) monitored: List,
    pub(crate) blocked: List,
    pub(crate) invitations: BTreeMap<Index, Arc<Invitation>>,
    pub(crate) vin_requests: BTreeMap<Index, Vec<VinRequest>>,
    pub(crate) user_requests: Vec<UserRequest>,
    /// Packets that this customer's invitations brought, or that were made to come, oldest first.
    pub(crate) completed: Vec<(Ticks, Index)>,
    packets: BTreeMap<Index, Ticks>,
    awaited: BTreeSet<(Ticks, Awaited)>,
    last_request: u32,
    #[serde(default)]
    pub(crate) own: Own,
    #[serde(default)]
    pub(crate) signatures: Signatures,
}

impl State {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            monitored: List::new(world.total, 0..world.carriers),
            // Two of a hundred, and never the sample carrier.
            blocked: List::new(world.total, (0..world.carriers).filter(|index| index % 50 == 7)),
            invitations: BTreeMap::new(),
            vin_requests: BTreeMap::new(),
            user_requests: Vec::new(),
            completed: Vec::new(),
            packets: BTreeMap::new(),
            awaited: BTreeSet::new(),
            last_request: 70_000,
            own: Own::default(),
            signatures: Signatures::default(),
        }
    }

    pub(crate) fn standing(
        &self,
        world: &World,
        vendor: &History,
        broker: &Arc<Broker>,
        (index, now): (Index, Ticks),
    ) -> Standing {
        let (facts, packet) = natural(world, index, now);
        let signed = self.packets.get(&index).copied().max(packet);
        Standing {
            index,
            monitored: self.monitored.contains(index),
            blocked: self.blocked.contains(index),
            packet: signed.is_some(),
            signed,
            signature: self.signatures.of(index, signed).cloned(),
            invitation: self.invitations.get(&index).cloned(),
            facts: self.own.on(index, facts),
            blobs: vendor.blobs,
            now,
            broker: Arc::clone(broker),
        }
    }

    /// Notes an invitation. A carrier completes a packet within three days, whether it has one or not, but for one in
    /// eight that never does; a second invitation makes it no faster.
    pub(crate) fn invite(&mut self, world: &World, index: Index, invitation: Invitation) {
        let mut draw = world.draw(index, Salt::Invitation as u64 ^ 0x5A00);
        let never = draw.below(8) == 0;
        let due = invitation.at.plus(after(&mut draw, 3600, 3 * 86_400));
        let awaited = self.awaited.iter().any(|(_, awaited)| *awaited == Awaited::Packet(index));
        if !(never || awaited) {
            self.awaited.insert((due, Awaited::Packet(index)));
        }
        self.invitations.insert(index, Arc::new(invitation));
    }

    /// Has a carrier complete its packet now, invited or not.
    pub(crate) fn complete_packet(&mut self, index: Index, at: Ticks) {
        self.awaited.retain(|(_, awaited)| *awaited != Awaited::Packet(index));
        self.packet(index, at);
    }

    /// The same by a person on the portal, whose form was made when `forms` were signed; false if one was since.
    pub(crate) fn sign_packet(&mut self, index: Index, forms: u32, signature: Signature) -> bool {
        if self.signatures.forms(index) != forms {
            return false;
        }
        self.complete_packet(index, signature.at);
        self.signatures.sign(index, forms, signature)
    }

    fn packet(&mut self, index: Index, at: Ticks) {
        self.packets.insert(index, at);
        self.signatures.end(index);
        remember(&mut self.completed, (at, index));
    }

    /// Asks for a photo. It comes within two days, but for one in eight that never does.
    pub(crate) fn request_vin(&mut self, world: &World, index: Index, phone: String, user: String, at: Ticks) -> u32 {
        self.last_request += 1;
        let id = self.last_request;
        let requests = self.vin_requests.entry(index).or_default();
        if requests.len() == MAX_REQUESTS {
            requests.remove(0);
        }
        requests.push(VinRequest { id, phone, user, at, done: None });
        let mut draw = request_draw(world, id);
        if draw.below(8) != 0 {
            self.awaited.insert((at.plus(after(&mut draw, 600, 2 * 86_400)), Awaited::Vin(index, id)));
        }
        id
    }

    /// Asks a user to show who they are, which takes at most a day; one in eight never does.
    pub(crate) fn request_user(&mut self, world: &World, index: Option<Index>, email: String, at: Ticks) {
        self.last_request += 1;
        let id = self.last_request;
        if self.user_requests.len() == MAX_USERS {
            self.user_requests.remove(0);
        }
        self.user_requests.push(UserRequest { id, email, index, done: None });
        let mut draw = request_draw(world, id);
        if draw.below(8) != 0 {
            self.awaited.insert((at.plus(after(&mut draw, 300, 86_400)), Awaited::User(id)));
        }
    }

    /// Lets happen what came due until now, in its order, and says what it was.
    pub(crate) fn settle(&mut self, now: Ticks) -> Vec<(Ticks, Awaited)> {
        let mut happened = Vec::new();
        while let Some(&(at, awaited)) = self.awaited.first().filter(|(at, _)| *at <= now) {
            self.awaited.pop_first();
            let known = match awaited {
                Awaited::Packet(index) => {
                    self.packet(index, at);
                    true
                }
                Awaited::Vin(index, id) => {
                    let requests = self.vin_requests.get_mut(&index).into_iter().flatten();
                    requests.filter(|request| request.id == id).map(|request| request.done = Some(at)).count() > 0
                }
                Awaited::User(id) => {
                    let requests = self.user_requests.iter_mut();
                    requests.filter(|request| request.id == id).map(|request| request.done = Some(at)).count() > 0
                }
            };
            if known {
                happened.push((at, awaited));
            }
        }
        happened
    }
}

/// The values of the answer to a request.
pub(crate) fn request_draw(world: &World, id: u32) -> Draw {
    world.draw(id, Salt::Request as u64)
}

/// How far the verifications of users are, by their email address: the last one counts.
pub(crate) type Verifications = BTreeMap<String, (Option<Index>, &'static str)>;

impl State {
    pub(crate) fn verifications(&self, world: &World) -> Verifications {
        let status = |request: &UserRequest| match request.done {
            None => "Pending",
            Some(_) => user_outcome(world, request.id),
        };
        let requests = self.user_requests.iter();
        requests.map(|request| (request.email.clone(), (request.index, status(request)))).collect()
    }
}

/// How the verification of a user ends.
pub(crate) fn user_outcome(world: &World, id: u32) -> &'static str {
    world.draw(id, Salt::Request as u64 ^ 0x5A00).pick(&["Verified", "Verified", "Verified", "Denied", "FollowUp"])
}

/// Some ticks between two numbers of seconds.
fn after(draw: &mut Draw, least: u32, most: u32) -> i64 {
    i64::from(least + draw.below(most - least)) * SECOND
}

/// When and by whom a carrier was put in a list before the sandbox started.
pub(crate) fn joined_before(world: &World, index: Index, list: Salt) -> Joined {
    let mut draw = world.draw(index, list as u64);
    Joined {
        at: crate::world::carrier::past(world.today, &mut draw, 900),
        by: draw.pick(&["demo", "demo", "brenda", "integration@broker.example"]).to_owned(),
    }
}
