//! HTML in which every text that is not written in this program is escaped.

/// A text as it stands in HTML, between tags or in a quoted attribute.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What HTML cannot hold, not even escaped.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}

/// A part of a page. Only what is in the program's source gets in as it is.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Adds a text of the program, with each `{}` in it replaced by a value, escaped.
    pub(super) fn put(&mut self, template: &'static str, values: &[&str]) -> &mut Self {
        let mut values = values.iter();
        for (n, part) in template.split("{}").enumerate() {
            if n > 0
                && let Some(value) = values.next()
            {
                escape(value, &mut self.0);
            }
            self.0.push_str(part);
        }
        self
    }

    /// Adds another part.
    pub(super) fn add(&mut self, part: &Self) -> &mut Self {
        self.0.push_str(&part.0);
        self
    }

    /// A part of one text.
    pub(super) fn of(template: &'static str, values: &[&str]) -> Self {
        let mut html = Self::default();
        html.put(template, values);
        html
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_nothing_else_is() {
        let mut html = Html::of("<p title=\"{}\">{}</p>", &["\"'&", "<script>alert(1)</script>{}"]);
        html.add(&Html::of("<br>{}{}\n", &["é\u{0}", "a\nb"]));
        let expected = "<p title=\"&quot;&#39;&amp;\">&lt;script&gt;alert(1)&lt;/script&gt;{}</p><br>é\u{FFFD}a\nb\n";
        assert_eq!(html.into_string(), expected);
    }
}
