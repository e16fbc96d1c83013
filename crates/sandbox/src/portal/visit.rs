//! One request for a page: who is meant, and what came with it.

use std::sync::Arc;

use crate::customers::{Customer, USERNAME};
use crate::engine::Engine;
use crate::lock;
use crate::portal::form::Form;
use crate::portal::link::Invitation;
use crate::portal::wrong::{Shape, Wrong};
use crate::vendor::request::Params;
use crate::wire::auth::is_user_name;
use crate::world::Index;

pub(super) struct Visit<'v> {
    pub(super) engine: &'v Engine,
    /// As it was sent.
    pub(super) path: &'v str,
    pub(super) query: &'v Params,
    /// What was sent with POST.
    pub(super) form: Option<Form>,
}

impl Visit<'_> {
    /// The address of this page, with other parameters.
    pub(super) fn here(&self, parameters: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()))
            .finish();
        // A browser takes a backslash for a slash, and two slashes for the start of another host.
        let path = self.path.replace('\\', "%5C");
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The customer of this name. Who sends a form is here from now on; a look is no visit.
    fn customer_of(&self, name: &str, shape: Shape) -> Result<Arc<Customer>, Wrong> {
        if !is_user_name(name) {
            return Err(Wrong::link(shape, "A user name has 1 to 100 characters."));
        }
        let (customers, world) = (&self.engine.customers, &self.engine.world);
        let found = match self.form {
            Some(_) => customers.of(name, world),
            None => customers.known(name).or_else(|| customers.stranger(name, world)),
        };
        found.ok_or_else(|| Wrong::new(409, "The sandbox has too many customers. Reset it."))
    }

    /// The customer of a page that its own users open: the one that `user` names, or else `demo`.
    pub(super) fn broker(&self, shape: Shape) -> Result<Arc<Customer>, Wrong> {
        self.customer_of(self.query.get("user").map_or(USERNAME, str::trim), shape)
    }

    /// The customer who invites.
    ///
    /// That is the one whom the user name in the link names, and `demo` if there is none. A customer can invite in the
    /// name of another user, too: then the id in the link says who it is. But the id of `demo` is in everybody's
    /// examples, so it counts beside another user name only if `demo` did invite the carrier in that name.
    pub(super) fn inviter(&self, link: &Invitation, index: Option<Index>) -> Result<Arc<Customer>, Wrong> {
        let user = link.user.as_deref();
        let by_id = self.engine.customers.all().into_iter().find(|own| own.broker.key.eq_ignore_ascii_case(&link.id));
        if let Some(customer) = by_id {
            let invited = |user: &str| {
                let state = lock(&customer.state);
                let own = index.and_then(|index| state.invitations.get(&index));
                own.is_some_and(|invitation| invitation.user.trim() == user)
            };
            if *customer.name != *USERNAME || user.is_none_or(invited) {
                return Ok(customer);
            }
        }
        self.customer_of(user.unwrap_or(USERNAME), Shape::Invitation)
    }
}
