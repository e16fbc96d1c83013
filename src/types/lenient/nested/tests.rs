//! Lists and objects in every shape they come in.

use super::*;
use crate::types::lenient::scalar;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "scalar")]
    text: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    points: Option<i32>,
    #[serde(default, deserialize_with = "list_or_text")]
    inner: Option<Vec<Item>>,
}

impl FromText for Item {
    fn from_text(text: String) -> Self {
        Self { text: Some(text), ..Self::default() }
    }
}

type Read<T> = fn(&mut serde_json::Deserializer<serde_json::de::StrRead<'static>>) -> serde_json::Result<Option<T>>;

fn read<T>(with: Read<T>, json: &'static str) -> Result<Option<T>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = with(&mut deserializer).map_err(|e| e.to_string())?;
    deserializer.end().map_err(|e| format!("left over: {e}"))?;
    Ok(value)
}

fn item(text: &str) -> Item {
    Item::from_text(text.to_owned())
}

#[test]
fn na_is_no_object_and_may_be_a_text() {
    assert_eq!(read(|d| list::<_, Item>(d), r#""NA""#), Ok(None));
    assert_eq!(read(|d| object::<_, Item>(d), r#"" n/a ""#), Ok(None));
    assert_eq!(read(|d| list_or_text(d), r#""NA""#), Ok(Some(vec![item("NA")])));
    assert!(read(|d| object::<_, Item>(d), r#""soon""#).is_err());
}

#[test]
fn lists_of_objects() {
    let cases: [(&'static str, Option<Vec<Item>>); 11] = [
        ("null", None),
        (r#""""#, None),
        ("[]", Some(vec![])),
        ("[null]", Some(vec![])),
        (r#"[{"text":"a"},null,{"$id":"2","text":"b"}]"#, Some(vec![item("a"), item("b")])),
        (r#"{"text":"a"}"#, Some(vec![item("a")])),
        (r#"{"$id":"7","text":"a","other":[1,{"x":2}]}"#, Some(vec![item("a")])),
        (r#"{"other":{"$values":[]},"$id":"7","text":"a"}"#, Some(vec![item("a")])),
        (r#"{"$id":"1","$values":[{"$id":"2","text":"a"},null]}"#, Some(vec![item("a")])),
        (r#"{"$values":[{"text":"a"}],"$id":"1","more":{}}"#, Some(vec![item("a")])),
        (r#"{"$id":"1","$values":null}"#, None),
    ];
    for json in ["{}", r#"{"$id":"1"}"#, r#"{"Count":0,"$id":"1"}"#] {
        let refused = read(|d| list::<_, Item>(d), json).unwrap_err();
        assert!(refused.starts_with("expected an array, found another object"), "{json}: {refused}");
    }
    for (json, expected) in cases {
        assert_eq!(read(|d| list(d), json), Ok(expected.clone()), "{json}");
        assert_eq!(read(|d| list_or_text(d), json), Ok(expected), "{json}");
    }
}

#[test]
fn lists_of_text() {
    let cases: [(&'static str, Option<Vec<&str>>); 5] = [
        (r#"["a","b\n",null,""]"#, Some(vec!["a", "b\n", ""])),
        (r#"{"$id":"1","$values":["a"]}"#, Some(vec!["a"])),
        (r#""a""#, Some(vec!["a"])),
        (r#"" ""#, None),
        ("null", None),
    ];
    for (json, expected) in cases {
        let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(read::<Vec<String>>(|d| list(d), json), Ok(expected), "{json}");
    }
    assert_eq!(read::<Vec<i32>>(|d| list(d), "[1,2]"), Ok(Some(vec![1, 2])));
    assert_eq!(read::<Vec<i32>>(|d| list(d), "3"), Ok(Some(vec![3])));
}

#[test]
fn texts_in_place_of_objects() {
    assert_eq!(read(|d| list_or_text(d), r#"["a",{"text":"b"}]"#), Ok(Some(vec![item("a"), item("b")])));
    assert_eq!(read(|d| list_or_text(d), r#""a""#), Ok(Some(vec![item("a")])));
    assert_eq!(read(|d| object_or_text(d), r#""a""#), Ok(Some(item("a"))));
    assert_eq!(read(|d| object_or_text(d), r#"["a"]"#), Ok(Some(item("a"))));
    let nested: Option<Item> = read(|d| object_or_text(d), r#"{"points":"5","inner":"x"}"#).unwrap();
    assert_eq!(nested, Some(Item { points: Some(5), inner: Some(vec![item("x")]), ..Item::default() }));
}

#[test]
fn objects() {
    let cases: [(&'static str, Option<Item>); 8] = [
        ("null", None),
        (r#""""#, None),
        ("[]", None),
        ("[null]", None),
        (r#"[{"text":"a"}]"#, Some(item("a"))),
        (r#"[null,{"text":"a"},null]"#, Some(item("a"))),
        (r#"{"$id":"1","text":"a","extra":[]}"#, Some(item("a"))),
        ("{}", Some(Item::default())),
    ];
    for (json, expected) in cases {
        assert_eq!(read(|d| object(d), json), Ok(expected), "{json}");
    }
}

#[test]
fn refuses_without_repeating() {
    let lists = [
        r#""078-05-1120""#,
        "78051120",
        "true",
        r#"["078-05-1120"]"#,
        "[78051120]",
        "[[]]",
        r#"[{"points":"078-05-1120"}]"#,
    ];
    for json in lists {
        let error = read::<Vec<Item>>(|d| list(d), json).unwrap_err();
        assert!(!error.contains("05112") && !error.contains("078-05"), "{json}: {error}");
    }
    let objects =
        [r#""078-05-1120""#, "78051120", "false", "[{},{}]", r#"["078-05-1120"]"#, r#"{"points":"078-05-1120"}"#];
    for json in objects {
        let error = read::<Item>(|d| object(d), json).unwrap_err();
        assert!(!error.contains("05112") && !error.contains("078-05"), "{json}: {error}");
    }
    let error = read::<Vec<i32>>(|d| list(d), r#"["x"]"#).unwrap_err();
    assert!(error.starts_with("found text of the wrong kind at line 1"), "{error}");
}

#[test]
fn keeps_the_path_of_an_error() {
    #[derive(Debug, Deserialize)]
    struct Page {
        #[allow(dead_code)]
        #[serde(default, deserialize_with = "list_or_text")]
        data: Option<Vec<Item>>,
    }
    for (json, path) in [
        (r#"{"data":[{"points":1},{"inner":[{"points":"x"}]}]}"#, "data[1].inner[0].points"),
        (r#"{"data":{"$id":"1","points":"x"}}"#, "data.points"),
        (r#"{"data":{"text":"a","points":"x"}}"#, "data.points"),
    ] {
        let error =
            serde_path_to_error::deserialize::<_, Page>(&mut serde_json::Deserializer::from_str(json)).unwrap_err();
        assert_eq!(error.path().to_string(), path, "{json}");
    }
}
