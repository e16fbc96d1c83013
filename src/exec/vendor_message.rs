//! What the vendor's free text says: yes, no, that it was so already, or that there is no such carrier.
//!
//! No such text is documented. So words decide only where nothing else does, and what is in doubt is not a yes.

/// What a text says of the call it answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Says {
    Yes,
    No,
    /// Neither, as far as anybody can tell.
    Unclear,
}

/// Beginnings of words of which one makes the text a no, whatever else it says.
const NO: [&str; 34] = [
    "not",
    "no",
    "cannot",
    "cant",
    "couldnt",
    "wasnt",
    "isnt",
    "didnt",
    "doesnt",
    "wont",
    "unable",
    "fail",
    "error",
    "denied",
    "deny",
    "invalid",
    "refus",
    "reject",
    "declin",
    "missing",
    "required",
    "suspend",
    "expire",
    "inactive",
    "disabl",
    "unauthor",
    "forbid",
    "exceed",
    "already",
    "duplicate",
    "blocked",
    "unsuccess",
    "unknown",
    "abort",
];

/// Beginnings of words that say that something was done.
const YES: [&str; 17] = [
    "sent",
    "emailed",
    "mailed",
    "texted",
    "invited",
    "success",
    "queued",
    "submitted",
    "accepted",
    "requested",
    "created",
    "completed",
    "delivered",
    "done",
    "ok",
    "added",
    "saved",
];

/// What `text` says to somebody who asked for something to be done.
pub(crate) fn says(text: &str) -> Says {
    let words = words(text);
    // "no" and "not" are whole words: a notary is neither.
    let is = |word: &str, beginning: &str| match beginning {
        "no" | "not" | "ok" => word == beginning,
        _ => word.starts_with(beginning),
    };
    let one_of = |list: &[&str]| words.iter().any(|word| list.iter().any(|beginning| is(word, beginning)));
    if one_of(&NO) {
        Says::No
    } else if one_of(&YES) {
        Says::Yes
    } else {
        Says::Unclear
    }
}

/// What may stand between "already" or "not" and the state: nothing that changes the meaning.
const FILLERS: [&str; 15] = [
    "being",
    "been",
    "currently",
    "presently",
    "yet",
    "on",
    "in",
    "the",
    "your",
    "a",
    "an",
    "any",
    "longer",
    "now",
    "anymore",
];

/// The state that a change leads to, such as `blocked` or `not blocked`, and the words for it.
struct State {
    off: bool,
    stem: String,
}

impl State {
    fn of(makes: &str) -> Self {
        let (off, state) = makes.strip_prefix("not ").map_or((false, makes), |state| (true, state));
        // "monitored" is also "monitoring".
        Self { off, stem: state.chars().take(5).collect() }
    }

    fn is_on(&self, word: &str) -> bool {
        word.starts_with(&self.stem) || word.starts_with("list")
    }

    fn is_ended(&self, word: &str) -> bool {
        let un = word.strip_prefix("un").is_some_and(|rest| rest.starts_with(&self.stem));
        un || ["cancel", "remov", "delet", "stop"].iter().any(|ending| word.starts_with(ending))
    }

    fn is_reached(&self, word: &str) -> bool {
        if self.off { self.is_ended(word) } else { self.is_on(word) }
    }
}

/// Whether `text` says that the carrier was as the change would `make` it before the change: `is already blocked`.
pub(crate) fn was_so_already(makes: &str, text: &str) -> bool {
    let (state, words) = (State::of(makes), words(text));
    let after = |lead: &str, reached: &dyn Fn(&str) -> bool| {
        let mut places = words.iter().enumerate().filter(|(_, own)| *own == lead);
        places.any(|(at, _)| {
            let mut rest = words[at + 1..].iter().skip_while(|word| FILLERS.contains(&word.as_str()));
            rest.next().is_some_and(|word| reached(word))
        })
    };
    // "is not blocked" and "is no longer monitored"; "could not be blocked" says nothing of how it is.
    let absent = || ["not", "no", "isnt", "wasnt"].iter().any(|lead| after(lead, &|word| state.is_on(word)));
    after("already", &|word| state.is_reached(word)) || (state.off && absent())
}

/// What `text` says of a change that leaves the carrier as `makes` says, such as `blocked` or `not blocked`.
pub(crate) fn says_that_it_is(makes: &str, text: &str) -> Says {
    if was_so_already(makes, text) {
        return Says::Yes;
    }
    let (state, words) = (State::of(makes), words(text));
    // "has been blocked" holds a word that is a no elsewhere, and is what was asked for here.
    let others = words.iter().filter(|word| !state.is_reached(word)).map(String::as_str).collect::<Vec<_>>().join(" ");
    match says(&others) {
        Says::No => Says::No,
        _ if words.iter().any(|word| state.is_reached(word)) => Says::Yes,
        said => said,
    }
}

/// Whether `text` says that there is no such carrier.
pub(crate) fn no_such_carrier(text: &str) -> bool {
    const SUBJECTS: [&str; 9] =
        ["carrier", "carriers", "dot", "usdot", "docket", "mc", "company", "dotnumber", "docketnumber"];
    let words = words(text);
    let subject = |word: &String| SUBJECTS.contains(&word.as_str());
    if !words.iter().any(subject) {
        return false;
    }
    let text = words.join(" ");
    let found = ["not found", "could not be found", "couldnt be found", "cannot be found", "not be found", "no match"];
    // "No carrier was found", "carrier with DOT number 5 does not exist"; not "Carrier Agreement does not exist".
    let none = words.windows(2).any(|pair| ["no", "unknown", "such"].contains(&pair[0].as_str()) && subject(&pair[1]));
    let another =
        ["agreement", "packet", "document", "contact", "report", "contract", "permission", "access", "verification"]
            .iter()
            .any(|thing| words.iter().any(|word| word.starts_with(thing)));
    let missing = ["does not exist", "doesnt exist", "is unknown", "not exist"].iter().chain(&found);
    let gone = missing.into_iter().any(|phrase| text.contains(phrase));
    !another && (none || gone)
}

/// Lower-case words without punctuation; email addresses and links, which can spell anything, are left out.
fn words(text: &str) -> Vec<String> {
    let plain = text.split_whitespace().filter(|word| !word.contains('@') && !word.contains("://"));
    let lower = plain.map(|word| word.to_lowercase().replace(['\'', '\u{2019}'], ""));
    let split: Vec<String> = lower
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    split.into_iter().filter(|word| !word.is_empty()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_text_says_yes_no_or_nothing() {
        let yes = [
            "Invitation has been sent to office@notary.example.",
            "Invitation has been sent to no-reply@carrier.example.",
            "VIN verification request has been sent to (785) 555-0144.",
            "Success",
            "OK",
            "Your request was submitted for approval.",
        ];
        let no = [
            "The invitation was not sent.",
            "Invitation could not be sent.",
            "The invitation wasn't sent.",
            "No email was sent.",
            "An error has occurred.",
            "Failed to send the invitation",
            "Unable to send: the email address is invalid",
            "An invitation has already been sent.",
            "Your account is suspended.",
            "Carrier is blocked.",
            "Delivery option 1 is no longer supported",
            "Unsuccessful.",
        ];
        let unclear = ["Pending approval by a manager.", "Hello", "", "Notary public"];
        for (texts, expected) in [(&yes[..], Says::Yes), (&no[..], Says::No), (&unclear[..], Says::Unclear)] {
            for text in texts {
                assert_eq!(says(text), expected, "{text}");
            }
        }
    }

    #[test]
    fn what_was_so_already_is_a_yes_and_what_could_not_be_is_a_no() {
        let cases = [
            ("blocked", "Carrier has been blocked.", Says::Yes),
            ("blocked", "Carrier is already blocked.", Says::Yes),
            ("blocked", "Carrier is already on your blocked list.", Says::Yes),
            ("blocked", "Carrier could not be blocked.", Says::No),
            ("blocked", "Carrier is not blocked.", Says::No),
            ("blocked", "Carrier has been unblocked.", Says::Unclear),
            ("blocked", "Carrier not found.", Says::No),
            ("not blocked", "Carrier has been unblocked.", Says::Yes),
            ("not blocked", "Carrier is not blocked.", Says::Yes),
            ("not blocked", "Carrier is not currently blocked.", Says::Yes),
            ("not blocked", "Carrier could not be unblocked.", Says::No),
            ("not blocked", "Carrier is already blocked.", Says::No),
            ("not blocked", "You are not allowed to unblock.", Says::No),
            ("monitored", "Carrier is already being monitored.", Says::Yes),
            ("monitored", "Carrier is already monitored.", Says::Yes),
            ("monitored", "Monitoring could not be requested.", Says::No),
            ("monitored", "Monitoring is not available for this carrier.", Says::No),
            ("not monitored", "Carrier is not monitored.", Says::Yes),
            ("not monitored", "Carrier is no longer monitored.", Says::Yes),
            ("not monitored", "Carrier isn't being monitored", Says::Yes),
            ("not monitored", "Monitoring was already cancelled.", Says::Yes),
            ("not monitored", "Monitoring could not be cancelled.", Says::No),
            ("not monitored", "Carrier is already monitored.", Says::No),
            ("monitored", "Hello", Says::Unclear),
        ];
        for (makes, text, expected) in cases {
            assert_eq!(says_that_it_is(makes, text), expected, "{makes}: {text}");
        }
    }

    #[test]
    fn only_words_about_the_carrier_say_that_there_is_none() {
        for text in [
            "No carrier was found with DOT number 9999999",
            "Carrier not found.",
            "The carrier could not be found",
            "Carrier with DOT 5 does not exist.",
            "DOT number 9999999 was not found.",
            "Unknown carrier",
        ] {
            assert!(no_such_carrier(text), "{text}");
        }
        for text in [
            "Carrier Agreement does not exist.",
            "You have no access to this carrier",
            "No packet was found for this carrier",
            "Not found",
            "The carrier is not monitored",
            "Service is starting",
        ] {
            assert!(!no_such_carrier(text), "{text}");
        }
    }
}
