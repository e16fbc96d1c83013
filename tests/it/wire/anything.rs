//! Whatever stands in one place of an answer, the record is read, and nothing else of it is missing.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// What may stand where something else belongs, as it is sent.
fn odd_values() -> Vec<Vec<u8>> {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(300), "}".repeat(300));
    let texts = [
        "7",
        "-1.5",
        "1e400",
        "99999999999999999999999",
        "NaN",
        "-Infinity",
        "undefined",
        "None",
        "007",
        "\"perhaps\"",
        "\"NaN\"",
        "\"x\\uD800y\"",
        "\"\\q\"",
        "\"tab\there\"",
        "true",
        "null",
        "[]",
        "{}",
        "[[1],[[2]]]",
        "[7,\"x\",{}]",
        "[null]",
        "{\"a\":{\"b\":[1]}}",
        "{\"\":1,\"null\":null}",
        "{\"a\":1,\"a\":2}",
        "{\"$id\":\"x\",\"$values\":[7]}",
        "{\"$id\":\"x\",\"$values\":7}",
        "{\"$ref\":\"404\"}",
        "{\"$id\":{},\"$ref\":[]}",
        &deep,
        &deep_object,
    ];
    let mut values: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    values.push(b"\"a\xFFb\"".to_vec());
    values.push(b"{\"k\xC3\":\"\xE2\x82\"}".to_vec());
    values
}

/// A place in an example of an operation.
struct Place {
    info: &'static OperationInfo,
    example: Value,
    at: String,
}

impl Place {
    /// The example with `odd` in this place.
    fn holding(&self, example: &Value, odd: &[u8]) -> Vec<u8> {
        const HERE: &str = "\"<HERE>\"";
        let mut body = example.clone();
        *body.pointer_mut(&self.at).unwrap() = json!("<HERE>");
        let text = body.to_string();
        let (before, after) = text.split_once(HERE).unwrap();
        [before.as_bytes(), odd, after.as_bytes()].concat()
    }

    /// What must be read whatever stands there.
    fn others(&self) -> Vec<Value> {
        let mut body = self.example.clone();
        let (around, key) = self.at.rsplit_once('/').unwrap();
        match body.pointer_mut(around).unwrap() {
            Value::Object(map) => drop(map.remove(key)),
            Value::Array(items) => drop(items.remove(key.parse().unwrap())),
            other => panic!("{other} holds nothing"),
        }
        plain_records(self.info, &records_of(self.info, &body))
    }

    fn key(&self) -> &str {
        self.at.rsplit_once('/').unwrap().1
    }

    /// What is missing of the answer, if anything is.
    async fn fault(&self, bench: &Bench, body: &[u8]) -> Option<String> {
        let shown = String::from_utf8_lossy(&body[..body.len().min(600)]).into_owned();
        let read = bench.replied(self.info.operation, Reply::new(200, "application/json", body.to_vec())).await;
        let read = match read {
            Ok(read) => plain_records(self.info, &read),
            Err(error) => return Some(format!("{}, {}: {error}: {shown}", self.info.id, self.at)),
        };
        let others = self.others();
        let whole = read.len() == others.len() && read.iter().zip(&others).all(|(read, others)| holds(read, others));
        (!whole).then(|| format!("{}, {}: {read:?} of {others:?}: {shown}", self.info.id, self.at))
    }
}

/// Every place inside the records of every example.
fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for info in typed() {
        for (_, example) in super::examples::examples(info) {
            let mut found = Vec::new();
            inside(&example, "", &mut found);
            // Where the records are, and what is said about the call, is another matter.
            let about_the_call = |at: &str| {
                let steps: Vec<&str> = at.split('/').skip(1).collect();
                match (wrapper(info), steps.as_slice()) {
                    (Some(_), [] | [_]) => true,
                    (Some(field), [first, _]) => *first != field || example[field].is_array(),
                    (Some(field), [first, ..]) => *first != field,
                    (None, [_]) if example.is_array() => true,
                    // All that there is beside a message: without it the answer is a no.
                    (None, ["AssureAdvantage"]) => !example["Message"].is_null(),
                    (None, ["FactoringCompanies"] | ["FactoringCompanies", _]) => true,
                    (None, [name]) => ["Result", "Success", "Message"].contains(name),
                    (None, _) => false,
                }
            };
            found.retain(|at| !about_the_call(at));
            places.extend(found.into_iter().map(|at| Place { info, example: example.clone(), at }));
        }
    }
    assert!(places.len() > 500, "{} places", places.len());
    places
}

fn inside(value: &Value, at: &str, found: &mut Vec<String>) {
    let within: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (format!("{at}/{n}"), item)).collect(),
        _ => Vec::new(),
    };
    for (at, value) in within {
        inside(value, &at, found);
        found.push(at);
    }
}

/// Whether everything of `part` is in `whole`, in its order.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            // A list without its only element is unknown, and not empty.
            let unknown = |part: &Value| *part == json!([]);
            part.iter().all(|(key, part)| whole.get(key).map_or(unknown(part), |whole| holds(whole, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            let mut rest = whole.iter();
            part.iter().all(|part| rest.any(|whole| holds(whole, part)))
        }
        (whole, part) => whole == part,
    }
}

#[tokio::test]
async fn every_place_may_hold_any_odd_value() {
    let (bench, odd, mut faults) = (Bench::new().await, odd_values(), Vec::new());
    for (nth, place) in places().iter().enumerate() {
        // Each place meets a part of them, and each of them many places of every kind.
        for value in odd.iter().skip(nth % 4).step_by(4) {
            faults.extend(place.fault(&bench, &place.holding(&place.example, value)).await);
        }
    }
    none(&faults);
}

#[tokio::test]
async fn every_key_may_come_twice() {
    let (bench, mut faults) = (Bench::new().await, Vec::new());
    for place in places().iter().filter(|place| place.key().parse::<usize>().is_err()) {
        let twice = format!("{{\"odd\":[1]}},{}:7", json!(place.key()));
        faults.extend(place.fault(&bench, &place.holding(&place.example, twice.as_bytes())).await);
    }
    none(&faults);
}

#[tokio::test]
async fn an_odd_value_does_not_hide_the_shape_of_the_answer() {
    let (bench, mut faults, mut shapes) = (Bench::new().await, Vec::new(), 0);
    for place in places().iter().step_by(5) {
        for odd in [&b"\"a\xFFb\""[..], b"NaN", b"{\"a\":1,\"a\":[2]}"] {
            let body = place.holding(&place.example, odd);
            let shaped = match &place.example {
                Value::Array(_) => [&b"{\"$id\":\"s\",\"$values\":"[..], &body, b"}"].concat(),
                _ => [&b"["[..], &body, b"]"].concat(),
            };
            faults.extend(place.fault(&bench, &shaped).await);
            shapes += 1;
        }
    }
    assert!(shapes > 300, "{shapes}");
    none(&faults);
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}

#[test]
fn any_value_may_stand_anywhere() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (bench, places) = (runtime.block_on(Bench::new()), places());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[0-9,.-]{0,10}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[$A-Za-z]{0,8}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let tried = runner.run(&(0..places.len(), value), |(nth, value)| {
        let place = &places[nth];
        let body = place.holding(&place.example, value.to_string().as_bytes());
        match runtime.block_on(place.fault(&bench, &body)) {
            None => Ok(()),
            Some(fault) => Err(TestCaseError::fail(fault)),
        }
    });
    tried.unwrap();
}
