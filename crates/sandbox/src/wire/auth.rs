//! Tokens: who has one, how long it is good for, and what the token operations answer.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::customers::broker::PASSWORD;
use crate::vendor::answer::Answer;
use crate::vendor::json::{Json, k};
use crate::vendor::request::Params;
use crate::world::clock::{SECOND, Ticks};
use crate::world::hash::{Draw, pair};

const LONGEST_NAME: usize = 100;

/// The hexadecimal digits come first.
const ALPHABET: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const TOKEN_LENGTH: usize = 500;
/// Of hexadecimal digits, as the vendor's are.
const REFRESH_LENGTH: usize = 33;
/// Tokens kept at a time; the oldest are forgotten first.
const MAX_TOKENS: usize = 10_000;

/// Whether a customer can be called so.
pub(crate) fn is_user_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.trim().len())
}

/// The tokens of one host; a token of the portal is not good for the API, nor the other way round.
pub(crate) struct Tokens {
    /// Each ends in the running time or in the sandbox's, whichever is first.
    access: HashMap<String, (Instant, Ticks, Arc<str>)>,
    refresh: HashMap<String, Arc<str>>,
    issued: VecDeque<(String, String)>,
    lifetime: Duration,
    secret: u64,
    count: u64,
}

impl Tokens {
    /// Tokens follow from `seed` only if asked to: else one of an earlier run could be good again.
    pub(crate) fn new(lifetime: Duration, seed: Option<u64>) -> Self {
        Self {
            access: HashMap::new(),
            refresh: HashMap::new(),
            issued: VecDeque::new(),
            lifetime,
            secret: seed.unwrap_or_else(|| RandomState::new().hash_one(0)),
            count: 0,
        }
    }

    pub(crate) fn set_lifetime(&mut self, lifetime: Duration) {
        self.lifetime = lifetime;
    }

    pub(crate) fn expire_all(&mut self) {
        self.access.clear();
    }

    pub(crate) fn revoke_refresh(&mut self) {
        self.refresh.clear();
    }

    /// Makes the token of a request no good.
    pub(crate) fn expire(&mut self, authorization: Option<&str>) {
        if let Some((_, token)) = authorization.and_then(|value| value.trim().split_once(' ')) {
            self.access.remove(token.trim());
        }
    }

    /// Makes all tokens of a customer no good.
    pub(crate) fn revoke(&mut self, user: &str) {
        self.access.retain(|_, (_, _, own)| **own != *user);
        self.refresh.retain(|_, own| **own != *user);
    }

    /// Whose token an `Authorization` header carries, if it is good now.
    pub(crate) fn admits(&self, authorization: Option<&str>, now: Ticks) -> Option<Arc<str>> {
        let (scheme, token) = authorization?.trim().split_once(' ')?;
        let (end, due, user) = self.access.get(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
        (Instant::now() < *end && now < *due).then(|| Arc::clone(user))
    }

    /// Whom a token request names: by the user name, or by the refresh token.
    pub(crate) fn named(&self, params: &Params) -> Option<Arc<str>> {
        let renewed = params.get("refresh_token").and_then(|token| self.refresh.get(token).cloned());
        renewed.or_else(|| params.get("username").map(Arc::from))
    }

    /// Answers a token request, whose parameters come from a form or a query.
    pub(crate) fn grant(&mut self, params: &Params, now: Ticks) -> Answer {
        match params.get("grant_type") {
            Some("password") => {
                let user = params.get("username").filter(|name| is_user_name(name));
                if let (Some(user), Some(PASSWORD)) = (user, params.get("password")) {
                    return self.issue(user.into(), now, true);
                }
                refusal("invalid_grant", Some("The user name or password is incorrect."))
            }
            Some("refresh_token") => {
                let token = params.get("refresh_token").unwrap_or_default();
                if let Some(user) = self.refresh.remove(token) {
                    // Whoever names a client besides gets no new refresh token, and can renew no more.
                    let alone = ["client_id", "client_secret"].iter().all(|name| params.get(name).is_none());
                    return self.issue(user, now, alone);
                }
                refusal("invalid_grant", None)
            }
            _ => refusal("unsupported_grant_type", None),
        }
    }

    fn issue(&mut self, user: Arc<str>, now: Ticks, renewable: bool) -> Answer {
        let access = self.opaque(ALPHABET, TOKEN_LENGTH);
        let refresh = self.opaque(&ALPHABET[..16], REFRESH_LENGTH);
        if self.issued.len() == MAX_TOKENS
            && let Some((access, refresh)) = self.issued.pop_front()
        {
            self.access.remove(&access);
            self.refresh.remove(&refresh);
        }
        // A lifetime past what an instant can hold is a typing error or a wish for "never".
        let end = Instant::now().checked_add(self.lifetime);
        let end = end.unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400 * 365));
        if renewable {
            self.refresh.insert(refresh.clone(), Arc::clone(&user));
        }
        self.issued.push_back((access.clone(), refresh.clone()));

        let seconds = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let due = now.plus(i64::try_from(self.lifetime.as_nanos() / 100).unwrap_or(i64::MAX));
        self.access.insert(access.clone(), (end, due, Arc::clone(&user)));
        let mut w = Json::new(900);
        // The token server is not Json.NET with references: no `$id` here.
        w.plain("{\"access_token\":", &access);
        w.plain(k!("token_type"), "bearer");
        w.int(k!("expires_in"), seconds);
        if renewable {
            w.plain(k!("refresh_token"), &refresh);
        }
        w.text(k!("userName"), &user);
        w.plain(k!(".issued"), &now.rfc1123());
        w.plain(k!(".expires"), &now.plus(seconds.saturating_mul(SECOND)).rfc1123());
        w.close();
        Answer::token(200, w.finish())
    }

    fn opaque(&mut self, alphabet: &[u8], length: usize) -> String {
        self.count += 1;
        let mut draw = Draw::new(pair(self.secret, self.count));
        (0..length).map(|_| char::from(alphabet[draw.below(alphabet.len() as u32) as usize])).collect()
    }
}

fn refusal(error: &str, description: Option<&str>) -> Answer {
    let mut w = Json::new(128);
    w.plain("{\"error\":", error);
    if let Some(description) = description {
        w.plain(k!("error_description"), description);
    }
    w.close();
    Answer::token(400, w.finish())
}
