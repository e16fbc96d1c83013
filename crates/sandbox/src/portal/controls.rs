//! The controls of a form, each with its label, and what is wrong with it in words beside it.

use crate::portal::entered::Problem;
use crate::portal::html::Html;

/// What is wrong, before the form: a list of links to the fields.
pub(super) fn summary(problems: &[(&str, &str)]) -> Html {
    let mut html = Html::default();
    if problems.is_empty() {
        return html;
    }
    html.put(
        "<div class=\"problems\" role=\"alert\" aria-labelledby=\"problems\" tabindex=\"-1\" autofocus>\
         <h2 id=\"problems\">There is a problem</h2>\n<ul>\n",
        &[],
    );
    for (field, what) in problems {
        html.put("<li><a href=\"#{}\">{}</a></li>\n", &[field, what]);
    }
    html.put("</ul>\n</div>\n", &[]);
    html
}

/// What is wrong with one field, where it stands, and the attributes that lead there and to its hint.
fn complaint(name: &str, hint: &str, problems: &[(&str, &str)]) -> (Html, Html) {
    let (mut what, mut attributes, mut described) = (Html::default(), Html::default(), Vec::new());
    if !hint.is_empty() {
        what.put("<span class=\"soft\" id=\"{}-hint\">{}</span>\n", &[name, hint]);
        described.push(format!("{name}-hint"));
    }
    if let Some((_, problem)) = problems.iter().find(|(field, _)| *field == name) {
        what.put("<span class=\"problem\" id=\"{}-problem\">{}</span>\n", &[name, problem]);
        attributes.put(" aria-invalid=\"true\"", &[]);
        described.push(format!("{name}-problem"));
    }
    if !described.is_empty() {
        attributes.put(" aria-describedby=\"{}\"", &[&described.join(" ")]);
    }
    (what, attributes)
}

pub(super) fn tick(name: &str, label: &str, ticked: bool, problems: &[Problem]) -> Html {
    let (what, attributes) = complaint(name, "", problems);
    let mut html = Html::of("<div class=\"field\">\n", &[]);
    html.add(&what);
    html.put("<label class=\"tick\"><input type=\"checkbox\" id=\"{}\" name=\"{}\" value=\"yes\"", &[name, name]);
    html.put(if ticked { " checked" } else { "" }, &[]).add(&attributes).put("> {}</label>\n</div>\n", &[label]);
    html
}

/// A line of text; `complete` is what a browser may fill in.
pub(super) fn line(
    (name, label, hint): (&str, &str, &str),
    (kind, complete): (&str, &str),
    value: &str,
    problems: &[(&str, &str)],
) -> Html {
    let (what, attributes) = complaint(name, hint, problems);
    let mut html = Html::of("<div class=\"field\">\n<label for=\"{}\">{}</label>\n", &[name, label]);
    html.add(&what).put(
        "<input type=\"{}\" id=\"{}\" name=\"{}\" autocomplete=\"{}\" value=\"{}\"",
        &[kind, name, name, complete, value],
    );
    html.add(&attributes).put(">\n</div>\n", &[]);
    html
}

/// One of several. The first carries the name of the field, so that a link leads to it.
pub(super) fn choice(name: &str, legend: &str, options: &[(&str, &str)], chosen: &str, problems: &[Problem]) -> Html {
    let (what, attributes) = complaint(name, "", problems);
    let mut html = Html::of("<fieldset class=\"field\" role=\"radiogroup\"", &[]);
    html.add(&attributes).put("><legend>{}</legend>\n", &[legend]).add(&what);
    for (n, (value, label)) in options.iter().enumerate() {
        let id = if n == 0 { name.to_owned() } else { format!("{name}-{value}") };
        html.put("<label class=\"tick\"><input type=\"radio\" id=\"{}\" name=\"{}\" value=\"{}\"", &[&id, name, value]);
        html.put(if *value == chosen { " checked" } else { "" }, &[]).put("> {}</label>\n", &[label]);
    }
    html.put("</fieldset>\n", &[]);
    html
}

/// A list of names and values; those without a value are left out.
pub(super) fn list(rows: &[(&str, &str)]) -> Html {
    let mut html = Html::of("<dl>\n", &[]);
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        html.put("<div><dt>{}</dt><dd>{}</dd></div>\n", &[name, value]);
    }
    html.put("</dl>\n", &[]);
    html
}
