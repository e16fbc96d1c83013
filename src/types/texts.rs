//! The vendor's texts that stand for a value: each is kept as it came, and read on request.

use super::{DocketNumber, Money, ParseError, date, number};
use jiff::civil::Date;

value_text! {
    /// A text that holds a plain date, such as `2026-03-18`.
    ///
    /// Read are `2026-03-18`, `04/22/2025` (month first), `20260318`, and the date of a date-time. "No date" are the empty
    /// text, `NA`, `0000-00-00`, `00/00/0000`, and `0001-01-01`, which .NET writes for a date never set.
    ///
    /// ```
    /// use mycarrierpackets::types::DateText;
    ///
    /// assert_eq!(DateText::from("04/22/2025").date(), Some(jiff::civil::date(2025, 4, 22)));
    /// assert_eq!(DateText::from("0000-00-00").read(), Ok(None));
    /// assert!(DateText::from("soon").read().is_err());
    /// assert_eq!(DateText::from("soon").as_str(), "soon");
    /// ```
    DateText: "Plain date as text, such as 2026-03-18; 0000-00-00 and the empty text are none."
}

impl DateText {
    /// The date; `None` for "no date" and for what is not a date.
    pub fn date(&self) -> Option<Date> {
        self.read().ok().flatten()
    }

    /// The date, or `None` where the text says that there is none.
    ///
    /// # Errors
    /// Any other text, and a day that the calendar does not have. The text is not repeated.
    pub fn read(&self) -> Result<Option<Date>, ParseError> {
        date::read(self)
    }
}

value_text! {
    /// A text that holds an amount of money in dollars, such as `1,000,000` or `40.70`.
    ///
    /// ```
    /// use mycarrierpackets::types::MoneyText;
    ///
    /// let limit = MoneyText::from("1,000,000");
    /// assert_eq!(limit.amount().map(|money| money.dollars()), Some(1_000_000));
    /// assert_eq!(MoneyText::from("").read(), Ok(None));
    /// assert!(MoneyText::from("a million").read().is_err());
    /// ```
    MoneyText: "Amount of money in dollars as text, such as 1,000,000 or 40.70; the empty text is none."
}

impl MoneyText {
    /// The amount; `None` for no value and for what is not an amount.
    pub fn amount(&self) -> Option<Money> {
        self.read().ok().flatten()
    }

    /// The amount, or `None` for the empty text and `NA`.
    ///
    /// # Errors
    /// Any other text, and an amount with a fraction of a cent. The text is not repeated.
    pub fn read(&self) -> Result<Option<Money>, ParseError> {
        number::present(self).map(str::parse).transpose()
    }
}

value_text! {
    /// A text that says yes or no: `Yes`, `No`, `Y`, `N`, `true`, `false`, `1`, `0`, in any case.
    ///
    /// A text that says neither is neither: ask the question whose answer you can act on.
    ///
    /// ```
    /// use mycarrierpackets::types::YesNoText;
    ///
    /// assert!(YesNoText::from("Yes").is_yes());
    /// let unclear = YesNoText::from("pending");
    /// assert!(!unclear.is_yes() && !unclear.is_no() && unclear.read().is_err());
    /// assert_eq!(YesNoText::from("NA").read(), Ok(None));
    /// ```
    YesNoText: "Yes or No as text; the empty text is neither."
}

impl YesNoText {
    /// Whether the text says yes.
    pub fn is_yes(&self) -> bool {
        self.read() == Ok(Some(true))
    }

    /// Whether the text says no. An empty text and one that cannot be read do not.
    pub fn is_no(&self) -> bool {
        self.read() == Ok(Some(false))
    }

    /// Yes or no, or `None` for the empty text and `NA`.
    ///
    /// # Errors
    /// Any other text. It is not repeated.
    pub fn read(&self) -> Result<Option<bool>, ParseError> {
        let unfit = || ParseError::unseen("a yes or a no", "Yes or No");
        number::present(self).map(|text| number::yes_no(text).ok_or_else(unfit)).transpose()
    }
}

value_text! {
    /// A text that holds a percentage or a percentile, such as `40.70`, a `%` after it or not.
    ///
    /// ```
    /// use mycarrierpackets::types::PercentText;
    ///
    /// assert_eq!(PercentText::from("40.70").value(), Some(40.7));
    /// assert_eq!(PercentText::from("NA").read(), Ok(None));
    /// ```
    PercentText: "Percentage as text, such as 40.70; the empty text is none."
}

impl PercentText {
    /// The number of percent: `40.70` is 40.7. `None` for no value and for what is not a number.
    pub fn value(&self) -> Option<f64> {
        self.read().ok().flatten()
    }

    /// The number of percent, or `None` for the empty text and `NA`.
    ///
    /// # Errors
    /// Any other text. It is not repeated.
    pub fn read(&self) -> Result<Option<f64>, ParseError> {
        let unfit = || ParseError::unseen("a percentage", "digits, such as 40.70");
        let number = |text: &str| number::decimal(text.strip_suffix('%').unwrap_or(text).trim_end());
        number::present(self).map(|text| number(text).ok_or_else(unfit)).transpose()
    }
}

value_text! {
    /// A text that holds a count: a whole number that is not negative, with thousands separators or without.
    ///
    /// ```
    /// use mycarrierpackets::types::CountText;
    ///
    /// assert_eq!(CountText::from("10,150,000").get(), Some(10_150_000));
    /// assert_eq!(CountText::from("").read(), Ok(None));
    /// assert!(CountText::from("-1").read().is_err());
    /// ```
    CountText: "Count as text, such as 10150000; the empty text is none."
}

impl CountText {
    /// The count; `None` for no value and for what is not a count.
    pub fn get(&self) -> Option<u64> {
        self.read().ok().flatten()
    }

    /// The count, or `None` for the empty text and `NA`.
    ///
    /// # Errors
    /// Any other text. It is not repeated.
    pub fn read(&self) -> Result<Option<u64>, ParseError> {
        let unfit = || ParseError::unseen("a count", "digits, such as 1,234");
        let count = |text| number::integer(text).and_then(|n| u64::try_from(n).ok());
        number::present(self).map(|text| count(text).ok_or_else(unfit)).transpose()
    }
}

value_text! {
    /// A text that holds a docket number, such as `MC113843`.
    ///
    /// FMCSA pads the digits with zeros in places, so compare what [`docket`](Self::docket) reads, not the texts.
    ///
    /// ```
    /// use mycarrierpackets::types::DocketText;
    ///
    /// assert_eq!(DocketText::from("MC000123").docket(), DocketText::from("MC123").docket());
    /// assert_eq!(DocketText::from("").read(), Ok(None));
    /// ```
    DocketText: "Docket number as text: MC, FF or MX and digits, such as MC113843; the empty text is none."
}

impl DocketText {
    /// The docket number; `None` for no value and for what is not a docket number.
    pub fn docket(&self) -> Option<DocketNumber> {
        self.read().ok().flatten()
    }

    /// The docket number, or `None` for the empty text and `NA`.
    ///
    /// # Errors
    /// Any other text.
    pub fn read(&self) -> Result<Option<DocketNumber>, ParseError> {
        number::present(self).map(str::parse).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn nothing_is_not_an_error_and_not_a_value() {
        for text in ["", " ", "NA", "n/a", " N/A "] {
            assert_eq!((DateText::from(text).read(), DateText::from(text).date()), (Ok(None), None), "{text:?}");
            assert_eq!((MoneyText::from(text).read(), MoneyText::from(text).amount()), (Ok(None), None), "{text:?}");
            assert_eq!((PercentText::from(text).read(), PercentText::from(text).value()), (Ok(None), None), "{text:?}");
            assert_eq!((CountText::from(text).read(), CountText::from(text).get()), (Ok(None), None), "{text:?}");
            assert_eq!((DocketText::from(text).read(), DocketText::from(text).docket()), (Ok(None), None), "{text:?}");
            let neither = YesNoText::from(text);
            assert_eq!((neither.read(), neither.is_yes(), neither.is_no()), (Ok(None), false, false), "{text:?}");
        }
        for text in ["0000-00-00", "00/00/0000", "0001-01-01T00:00:00"] {
            assert_eq!(DateText::from(text).read(), Ok(None), "{text}");
        }
    }

    #[test]
    fn reads_values() {
        assert_eq!(DateText::from(" 2026-03-18 ").date(), Some(date(2026, 3, 18)));
        assert_eq!(MoneyText::from("$40.70").amount(), Some(Money::from_cents(4070)));
        for (text, yes) in [("Yes", true), (" no ", false), ("Y", true), ("FALSE", false), ("1", true), ("0", false)] {
            let answer = YesNoText::from(text);
            assert_eq!((answer.read(), answer.is_yes(), answer.is_no()), (Ok(Some(yes)), yes, !yes), "{text:?}");
        }
        for text in ["40.70", "40.70 %", "40.7%"] {
            assert_eq!(PercentText::from(text).value(), Some(40.7), "{text}");
        }
        assert_eq!([CountText::from("10150000").get(), CountText::from("1,000").get()], [Some(10_150_000), Some(1000)]);
        assert_eq!(DocketText::from("MC113843").docket(), "MC113843".parse().ok());
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_does_not_repeat_it() {
        let text = "078-05-1120 x";
        let errors = [
            DateText::from(text).read().unwrap_err(),
            MoneyText::from(text).read().unwrap_err(),
            YesNoText::from(text).read().unwrap_err(),
            PercentText::from(text).read().unwrap_err(),
            CountText::from(text).read().unwrap_err(),
            CountText::from("-1").read().unwrap_err(),
        ];
        for error in errors {
            let shown = error.to_string();
            assert!(shown.starts_with("the text is not a") && !shown.contains("1120"), "{shown}");
        }
        assert!(DocketText::from(text).read().is_err());
        let unclear = YesNoText::from(text);
        assert!(!unclear.is_yes() && !unclear.is_no());
    }

    #[test]
    fn keeps_the_text_across_json() {
        for (json, text) in
            [(r#"" 1,000.5 ""#, " 1,000.5 "), (r#""""#, ""), ("5", "5"), ("40.7", "40.7"), ("true", "true")]
        {
            let kept: MoneyText = serde_json::from_str(json).unwrap();
            assert_eq!((kept.as_str(), &*kept, kept.to_string()), (text, text, text.to_owned()), "{json}");
            assert_eq!(serde_json::to_value(&kept).unwrap(), text, "{json}");
            assert_eq!(MoneyText::from(text), kept, "{json}");
        }
        assert!(serde_json::from_str::<MoneyText>("null").is_err());
        assert!(serde_json::from_str::<MoneyText>("[]").is_err());
        assert_eq!(format!("{:?} {:>4}|", DateText::from("x"), DateText::from("y")), "DateText(\"x\")    y|");
    }

    #[test]
    fn is_no_larger_than_a_string() {
        assert_eq!(size_of::<Option<DateText>>(), size_of::<Option<String>>());
    }
}
