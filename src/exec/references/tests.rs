//! What references become, against the same done on a tree.

use super::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

const ROOM: usize = 1 << 20;

fn resolved(body: &str) -> String {
    let bytes = resolve(Bytes::copy_from_slice(body.as_bytes()), ROOM).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn references_become_their_objects() {
    let cases = [
        (r#"[1]"#, r#"[1]"#),
        (r#"[{"$id":"1","a":2},{"$ref":"1"}]"#, r#"[{"a":2},{"a":2}]"#),
        // Forward, and with white space.
        (r#"[{ "$ref" : "1" },{"$id" : "1"}]"#, r#"[{},{}]"#),
        (r#"[{ "$id" : "1" , "a":2},{ "$ref":"1"}]"#, r#"[{  "a":2},{  "a":2}]"#),
        // Numbers as numbers.
        (r#"[{"$id":1,"a":2},{"$ref":"1"},{"$ref":1}]"#, r#"[{"a":2},{"a":2},{"a":2}]"#),
        // Inside a referenced object.
        (
            r#"{"$id":"1","x":{"$id":"2","y":{"$id":"3","b":4}},"z":[{"$ref":"2"},{"$ref":"3"}]}"#,
            r#"{"x":{"y":{"b":4}},"z":[{"y":{"b":4}},{"b":4}]}"#,
        ),
        // To nothing, and to itself.
        (r#"[{"$ref":"9"}]"#, "[null]"),
        (r#"[{"$ref":null},{ "$ref" : null },{"$id":"null"},{"$id":""}]"#, r#"[null,null,{},{}]"#),
        (r#"[{"$ref":null,"a":2},{"$id":null}]"#, r#"[{"$ref":null,"a":2},{"$id":null}]"#),
        (r#"{"$id":"1","me":{"$ref":"1"}}"#, r#"{"me":null}"#),
        // Round and round.
        (r#"[{"$id":"1","b":{"$ref":"2"}},{"$id":"2","a":{"$ref":"1"}}]"#, r#"[{"b":{"a":null}},{"a":{"b":null}}]"#),
        // The first object of a number is meant.
        (r#"[{"$id":"1","a":1},{"$id":"1","a":2},{"$ref":"1"}]"#, r#"[{"a":1},{"a":2},{"a":1}]"#),
        // Braces and quotes in texts close nothing.
        (
            r#"[{"$id":"1","a":"}{","b":"\"}","c":"\\"},{"$ref":"1"}]"#,
            r#"[{"a":"}{","b":"\"}","c":"\\"},{"a":"}{","b":"\"}","c":"\\"}]"#,
        ),
        // A number that is not the first field, with others around and inside it.
        (
            r#"[{"a":{"x":"}"},"$id":"1","b":{"y":{}}},{"$ref":"1"}]"#,
            r#"[{"a":{"x":"}"},"$id":"1","b":{"y":{}}},{"a":{"x":"}"},"$id":"1","b":{"y":{}}}]"#,
        ),
        // An object that has fields of its own is that object.
        (r#"[{"$id":"1"},{"$ref":"1","a":2}]"#, r#"[{"$id":"1"},{"$ref":"1","a":2}]"#),
        (r#"[{"$id":"1"},{"a":2,"$ref":"1"}]"#, r#"[{"$id":"1"},{"a":2,"$ref":"1"}]"#),
        // Only text that looks like one.
        (r#"{"a":"{\"$ref\":\"1\"}","b":["$ref"],"$id":"1"}"#, r#"{"a":"{\"$ref\":\"1\"}","b":["$ref"],"$id":"1"}"#),
        (r#"[{"$ref":"1"},"$id",{"a":"$id"}]"#, r#"[null,"$id",{"a":"$id"}]"#),
        (r#"[{"$ref":"1"},"{\"$id\":\"1\"}",{"$id":["1"]}]"#, r#"[null,"{\"$id\":\"1\"}",{"$id":["1"]}]"#),
    ];
    for (given, expected) in cases {
        assert_eq!(resolved(given), expected, "{given}");
    }
}

#[test]
fn expansion_is_bounded() {
    // Each object holds the one before it twice: 2^40 copies if nothing stopped it.
    let mut body = String::from(r#"[{"$id":"0","a":1}"#);
    for n in 1..40 {
        let before = n - 1;
        body += &format!(r#",{{"$id":"{n}","a":{{"$ref":"{before}"}},"b":{{"$ref":"{before}"}}}}"#);
    }
    body += "]";
    assert_eq!(resolve(Bytes::from(body), ROOM), Err(TooLarge));

    let (body, whole) = (r#"[{"$id":"1","a":2},{"$ref":"1"}]"#, r#"[{"a":2},{"a":2}]"#);
    assert_eq!(resolve(Bytes::from(body), whole.len()).as_deref(), Ok(whole.as_bytes()), "just as large as allowed");
    assert_eq!(resolve(Bytes::from(body), whole.len() - 1), Err(TooLarge));
}

#[test]
fn references_to_what_is_around_them_take_no_room() {
    // Every object refers to the one around it, as a list does whose items know it.
    let depth = 400;
    let opened: String = (0..depth).map(|n| format!(r#"{{"$id":"{n}","up":{{"$ref":"{n}"}},"o":"#)).collect();
    let body = format!(r#"{opened}"{}"{}"#, "x".repeat(10_000), "}".repeat(depth));
    let expected = (0..depth).fold(body.clone(), |body, n| {
        body.replace(&format!(r#"{{"$ref":"{n}"}}"#), "null").replace(&format!(r#""$id":"{n}","#), "")
    });
    let most = expected.len();
    assert_eq!(resolve(Bytes::from(body), most).as_deref(), Ok(expected.as_bytes()));
}

#[test]
fn a_body_made_to_be_slow_is_not() {
    let begun = Instant::now();
    // Objects inside objects, each referred to, and none closed; the same with numbers that come late.
    for key in ["", r#""a":1,"#] {
        let nested: String = (0..20_000).map(|n| format!(r#"{{{key}"$id":"{n}","r":{{"$ref":"{n}"}},"o":"#)).collect();
        assert!(resolve(Bytes::from(nested), 4 << 20).is_ok());
    }
    let blanks = format!("{{{}", format!("{}\"$ref\"", " ".repeat(50)).repeat(5_000));
    assert!(resolve(Bytes::from(blanks), 64 << 20).is_ok());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_chain_ends_at_its_depth_however_long_it_is() {
    let chain = |links: usize| {
        let mut body = format!(r#"{{"first":{{"$ref":"{}"}},"links":["#, links - 1);
        for n in 0..links {
            let comma = if n == 0 { "" } else { "," };
            body += &format!(r#"{comma}{{"$id":"{n}","a":{{"$ref":"{}"}}}}"#, n.checked_sub(1).unwrap_or(links));
        }
        Bytes::from(body + "]}")
    };
    // On a small stack: a call for each link would not fit.
    let resolve = |body, most| {
        let run = move || resolve(body, most);
        std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap()
    };
    let whole = resolve(chain(1_000), 4 << 20).unwrap();
    let first = &whole[..memmem::find(&whole, b",\"links\"").unwrap()];
    assert_eq!(memmem::find_iter(first, b"{\"a\":").count(), DEEPEST);
    assert!(first.ends_with(format!("null{}", "}".repeat(DEEPEST)).as_bytes()));
    assert_eq!(resolve(chain(100_000), 4 << 20), Err(TooLarge));
}

#[test]
fn half_a_document_does_not_panic() {
    for whole in
        [r#"[{"$id":"1","a":"x\"y"},{"$ref":"1"}]"#, r#"[{"b":{},"$id":1,"a":"x\"y"},{"$ref":1},{"$ref":"2"}]"#]
    {
        for end in 0..=whole.len() {
            let _ = resolve(Bytes::copy_from_slice(&whole.as_bytes()[..end]), ROOM);
        }
    }
    for odd in [r#"]}{"$ref":"1"}"#, r#"{"$ref":"#, r#""$ref"#, r#"{"$ref":"\"#, r#"}}"$id":1}{"$ref":"1"}"#] {
        let _ = resolve(Bytes::copy_from_slice(odd.as_bytes()), ROOM);
    }
}

/// The same on a tree: `at` is a place in it, `followed` the places of the references on the way there.
fn on_tree(root: &Value, at: &str, followed: &[String], ids: &HashMap<String, String>) -> Value {
    match root.pointer(at).unwrap() {
        Value::Object(map) if map.len() == 1 && map.contains_key("$ref") => {
            let id = map["$ref"].as_str().unwrap();
            let Some(target) = ids.get(id).filter(|_| followed.len() < DEEPEST) else { return Value::Null };
            let followed: Vec<String> = followed.iter().cloned().chain([at.to_owned()]).collect();
            let around = |place: &String| place == target || place.starts_with(&format!("{target}/"));
            if followed.iter().any(around) { Value::Null } else { on_tree(root, target, &followed, ids) }
        }
        Value::Object(map) => {
            map.keys().map(|key| (key.clone(), on_tree(root, &format!("{at}/{key}"), followed, ids))).collect()
        }
        Value::Array(items) => (0..items.len()).map(|n| on_tree(root, &format!("{at}/{n}"), followed, ids)).collect(),
        other => other.clone(),
    }
}

fn numbers(value: &Value, at: &str, ids: &mut HashMap<String, String>) {
    match value {
        Value::Object(map) => {
            if let Some(id) = map.get("$id") {
                ids.entry(id.as_str().unwrap().to_owned()).or_insert_with(|| at.to_owned());
            }
            map.iter().for_each(|(key, value)| numbers(value, &format!("{at}/{key}"), ids));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| numbers(item, &format!("{at}/{n}"), ids));
        }
        _ => {}
    }
}

/// Without the numbers, which stand first in every object of `tree`; as it is if there was no reference.
fn unnumbered(mut value: Value, text: &str) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("$id");
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    if !keys(text.as_bytes()).0.is_empty() {
        strip(&mut value);
    }
    value
}

fn tree() -> impl Strategy<Value = Value> {
    let id = || (0_u8..6).prop_map(|n| n.to_string());
    let leaf = prop_oneof![
        "[{}\"\\\\:$a,]{0,6}".prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        Just(json!("$id")),
        Just(json!("{\"$ref\":\"1\"}")),
        id().prop_map(|id| json!({"$ref": id})),
        id().prop_map(|id| json!({"$ref": id})),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let fields = proptest::collection::btree_map("[a-e]", inner.clone(), 0..5);
        let object = (proptest::option::of(id()), fields).prop_map(|(id, fields)| {
            let id = id.map(|id| ("$id".to_owned(), json!(id)));
            id.into_iter().chain(fields).collect::<Map<_, _>>().into()
        });
        prop_oneof![3 => object, 2 => proptest::collection::vec(inner, 0..5).prop_map(Value::from)]
    })
}

proptest! {
    #[test]
    fn bytes_and_tree_agree(tree in tree(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&tree) } else { serde_json::to_string(&tree) }.unwrap();
        let mut ids = HashMap::new();
        numbers(&tree, "", &mut ids);
        match resolve(Bytes::from(text.clone()), ROOM) {
            Ok(bytes) => {
                let read: Value = serde_json::from_slice(&bytes).unwrap();
                prop_assert_eq!(read, unnumbered(on_tree(&tree, "", &[], &ids), &text), "{}", text);
            }
            Err(TooLarge) => prop_assert!(text.contains("$ref")),
        }
    }

    #[test]
    fn no_bytes_are_too_odd(body in proptest::collection::vec(prop_oneof![
        Just(r#""$id""#), Just(r#""$ref""#), Just("{"), Just("}"), Just(":"), Just("\"1\""), Just("1"), Just(","),
        Just("\""), Just("\\"), Just(" "), Just("\u{fffd}"),
    ], 0..40)) {
        let _ = resolve(Bytes::from(body.concat()), ROOM);
    }
}
