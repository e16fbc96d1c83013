//! What the build refuses in a document: each planted fault is found, with its place and the reason.

use crate::support::{contract, schema::YAML};

const SMALL: &str = "
openapi: 3.0.3
info: {title: t, version: v1}
tags: [{name: carriers}]
paths:
  /carrier:
    post:
      operationId: get_carrier
      tags: [carriers]
      x-mcp-idempotency: read
      x-mcp-pagination: {style: header, default: 250, max: 500}
      responses:
        \"200\":
          description: One.
          content: {application/json: {schema: {$ref: '#/components/schemas/Carrier'}}}
components:
  schemas:
    Carrier:
      type: object
      properties:
        Name: {type: string, nullable: true}
        Since: {type: string, format: mcp-date-time, nullable: true}
        Trucks: {type: array, nullable: true, items: {type: object, properties: {VIN: {type: string, nullable: true}}}}
";

const NAME: &str = "{type: string, nullable: true}\n        Since";

fn faults(yaml: &str) -> Vec<String> {
    contract::parse(yaml).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn the_document_and_the_small_one_pass() {
    assert_eq!(faults(YAML), Vec::<String>::new());
    let small = contract::parse(SMALL).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(small.openapi.operations().count(), contract::operations(&small.json).count());
}

#[test]
fn a_planted_fault_is_refused_with_place_and_reason() {
    let closed = "never required or closed";
    let field = "/components/schemas/Carrier/properties";
    let with = |words: &str| NAME.replace("nullable: true", &format!("nullable: true, {words}"));
    let cases = [
        (
            "type: object\n",
            "type: object\n      required: [Name]\n".into(),
            "/components/schemas/Carrier/required",
            closed,
        ),
        (NAME, with("enum: [a, b]"), "properties/Name/enum", closed),
        (NAME, with("pattern: '^a'"), "properties/Name/pattern", closed),
        (NAME, with("maxLength: 5"), "properties/Name/maxLength", closed),
        (NAME, NAME.replace(", nullable: true", ""), "properties/Name:", "add `nullable: true`"),
        (
            "{VIN: {type: string, nullable: true}}",
            "{VIN: {type: string}}".into(),
            "Trucks/items/properties/VIN",
            "nullable",
        ),
        ("items: {type: object,", "items: {type: object, required: [VIN],".into(), "Trucks/items/required", closed),
        (
            "items: {type: object,",
            "items: {type: object, additionalProperties: false,".into(),
            "properties/Trucks/items",
            "refuse new fields",
        ),
        ("mcp-date-time", "date-time".into(), "properties/Since/format", "use `mcp-date-time`"),
        ("schemas/Carrier'", "schemas/Lorry'".into(), "application~1json/schema/$ref", "is not in the document"),
        ("get_carrier", "GetCarrier".into(), "/paths/~1carrier/post", "snake_case operationId"),
        ("tags: [carriers]", "tags: [lorries]".into(), "/paths/~1carrier/post", "one of /tags"),
        ("idempotency: read", "idempotency: safe".into(), "post/x-mcp-idempotency", "`read`, `idempotent` or `once`"),
        ("style: header", "style: cookie".into(), "post/x-mcp-pagination", "style `header` or `body`"),
        ("\"200\"", "\"201\"".into(), "post/responses", "needs a 200 answer"),
        ("3.0.3", "3.1.0".into(), "/openapi", "must be 3.0.x"),
        (NAME, NAME.replace("string", "strng"), "properties/Name/type", "`strng` is no type"),
        (NAME, NAME.replace("type: string, ", ""), "properties/Name/nullable", "only beside a `type`"),
        (
            ", items: {type: object, properties: {VIN: {type: string, nullable: true}}}",
            "".into(),
            "Trucks",
            "needs `items`",
        ),
        ("/carrier:", "/carrier/{dot}:".into(), "/paths/~1carrier~1{dot}/post", "not among its parameters"),
        ("  /carrier:", "  /carrier:\n    servers: [{url: /}]".into(), "~1carrier/servers", "use `x-mcp-server`"),
        ("{$ref: '#", "{nullable: true, $ref: '#".into(), "schema/nullable", "is ignored beside `$ref`"),
        (
            "x-mcp-idempotency: read",
            "x-mcp-idempotency: read\n      x-mcp-repeat: no".into(),
            "post/x-mcp-repeat",
            "no extension",
        ),
        ("get_carrier", "type".into(), "/paths/~1carrier/post", "snake_case operationId"),
        ("info: {title: t, version: v1}", "info: {title: t}".into(), "info", "missing field `version`"),
        ("paths:", "paths: [".into(), "line ", ""),
    ];
    for (old, new, place, reason) in cases {
        assert_eq!(SMALL.matches(old).count(), 1, "{old}");
        let found = faults(&SMALL.replace(old, &new));
        assert!(found.iter().any(|f| f.contains(place) && f.contains(reason)), "{new}: {place}, {reason}: {found:?}");
        assert!(found.iter().all(|f| !f.contains(field) || f.starts_with(field)), "{found:?}");
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let yaml = SMALL.replace("3.0.3", "3.1.0").replace(", nullable: true}", "}");
    assert_eq!(faults(&yaml).len(), 1 + 3, "{:?}", faults(&yaml));
}

#[test]
fn two_operations_cannot_have_one_id() {
    let second = "  /second:\n    post:\n      operationId: get_carrier\n      tags: [carriers]\n      \
        x-mcp-idempotency: read\n      responses: {\"200\": {description: One.}}\ncomponents:";
    let found = faults(&SMALL.replace("components:", second));
    assert!(found.len() == 1 && found[0].contains("get_carrier") && found[0].contains("taken"), "{found:?}");
}
