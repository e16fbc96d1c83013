//! What a carrier enters to complete its packet, and what is wrong with it.

use crate::portal::form::Form;

/// Of a name or a title.
const LONGEST: usize = 100;

/// How a carrier can be paid: the value of the field, and what it says.
pub(super) const PAYMENTS: [(&str, &str); 3] = [
    ("standard", "Standard: 30 days after the delivery"),
    ("quick", "Quick pay: 2 days after the delivery, for 3 % of the amount"),
    ("factoring", "To a factoring company"),
];

/// What a carrier can be on its form W-9.
pub(super) const CLASSES: [(&str, &str); 5] = [
    ("llc", "Limited liability company"),
    ("c-corporation", "C corporation"),
    ("s-corporation", "S corporation"),
    ("partnership", "Partnership"),
    ("individual", "Individual or sole proprietor"),
];

/// The fields, as they were sent.
#[derive(Debug, Default)]
pub(super) struct Entered {
    pub(super) company: bool,
    pub(super) insurance: bool,
    pub(super) payment: String,
    pub(super) tax: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) consent: bool,
}

/// What is wrong with a field: its name, and what to do.
pub(super) type Problem = (&'static str, &'static str);

impl Entered {
    pub(super) fn read(form: &Form) -> Self {
        let text = |name| form.value(name).to_owned();
        Self {
            company: form.is_ticked("company"),
            insurance: form.is_ticked("insurance"),
            payment: text("payment"),
            tax: text("tax"),
            name: text("name"),
            title: text("title"),
            consent: form.is_ticked("consent"),
        }
    }

    /// In the order of the fields.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let known = |options: &[(&str, &str)], value: &str| options.iter().any(|(own, _)| *own == value);
        let fits = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        let checks: [(bool, Problem); 9] = [
            (self.company, ("company", "Confirm that the company data are right")),
            (self.insurance, ("insurance", "Confirm that the insurance is in force")),
            (known(&PAYMENTS, &self.payment), ("payment", "Choose how you are paid")),
            (known(&CLASSES, &self.tax), ("tax", "Choose the class of your company for the form W-9")),
            (!self.name.is_empty(), ("name", "Enter the name of the person who signs")),
            (fits(&self.name), ("name", "Enter a name of at most 100 characters, in one line")),
            (!self.title.is_empty(), ("title", "Enter the title of the person who signs, such as Owner")),
            (fits(&self.title), ("title", "Enter a title of at most 100 characters, in one line")),
            (self.consent, ("consent", "Agree to sign, by the box beside it")),
        ];
        checks.into_iter().filter(|(good, _)| !good).map(|(_, problem)| problem).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_needed() {
        let good = "company=on&insurance=on&payment=quick&tax=llc&name=Ada+Oak&title=Owner&consent=on";
        let problems = |text: &str| {
            let form = Form::read("application/x-www-form-urlencoded", text.as_bytes()).unwrap();
            Entered::read(&form).problems().into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert_eq!(problems(good), [""; 0]);
        for pair in good.split('&') {
            let name = pair.split_once('=').unwrap().0;
            assert_eq!(problems(&good.replace(pair, &format!("{name}=+"))), [name]);
        }
        assert_eq!(problems(&good.replace("quick", "gold")), ["payment"]);
        assert_eq!(problems(&good.replace("Ada", &"a".repeat(97))), ["name"]);
        assert_eq!(problems(&good.replace("Owner", "a%0Ab")), ["title"]);
    }
}
