//! Planted faults: each is named with file, line and reason, and nothing is written.

use crate::support::{SPEC, assert_orderly, checkout, codegen, plant, plant_control};
use std::fs;

const CONTROL: &str = include_str!("control.yaml");

/// What is wrong, the text that is replaced and by what, and a part of the fault.
type Planted = (&'static str, &'static str, &'static str, &'static str);

const IN_THE_API: &[Planted] = &[
    ("not YAML", "info: {title", "info: {{title", "spec/openapi.yaml:4: line 4, column 1: not YAML: "),
    (
        "a dangling reference",
        "/Contact'",
        "/Nobody'",
        "spec/openapi.yaml:60: /components/schemas/Carrier/properties/Contacts/items/$ref: \
         `#/components/schemas/Nobody` is not in the document",
    ),
    (
        "an unknown retry policy",
        "x-mcp-idempotency: once",
        "x-mcp-idempotency: often",
        "spec/openapi.yaml:31: /paths/~1api~1Invite~1{DOTNumber}/post/x-mcp-idempotency: must be `read`, `idempotent` or",
    ),
    (
        "a closed field",
        "int32, ",
        "int32, minimum: 1, ",
        "spec/openapi.yaml:58: /components/schemas/Carrier/properties/",
    ),
    (
        "an unknown type",
        "{type: boolean,",
        "{type: bolean,",
        ":70: /components/schemas/Invitation/properties/Sent/type: `bo",
    ),
    ("a type that is no text", "{type: boolean,", "{type: [boolean],", "/Sent/type: `[\"boolean\"]` is no type"),
    ("an array of nothing", ", items: {$ref: '#/components/schemas/Contact'}", "", "Contacts: an array needs `items`"),
    (
        "an undeclared path parameter",
        "/api/Invite/{DOTNumber}:",
        "/api/Invite/{DOTNumber}/{n}:",
        "`{n}` of its path is not",
    ),
    (
        "an unused path parameter",
        "/api/Invite/{DOTNumber}:",
        "/api/Invite:",
        "path parameter `DOTNumber` is not in its path",
    ),
    (
        "an optional path parameter",
        "in: path, required: true,",
        "in: path,",
        "path parameter `DOTNumber` needs `required: true`",
    ),
    (
        "half a path parameter",
        "/api/Invite/{DOTNumber}:",
        "/api/Invite/{DOTNumber:",
        "has a `{` without a name and its `}`",
    ),
    ("the same parameter twice", "name: fullName,", "name: DOTNumber,", "parameter `DOTNumber` is there twice"),
    (
        "no operationId",
        "      operationId: invite\n",
        "",
        "spec/openapi.yaml:26: /paths/~1api~1Invite~1{DOTNumber}/post: needs a",
    ),
    ("an operationId twice", "operationId: invite", "operationId: preview", "operationId `preview` is taken by"),
    ("an operationId that is no name", "operationId: invite", "operationId: 1st", "a letter first"),
    (
        "an operationId in camel case",
        "operationId: invite",
        "operationId: inviteCarrier",
        "needs a snake_case operationId",
    ),
    ("an operationId that Rust keeps", "operationId: invite", "operationId: self", "needs a snake_case operationId"),
    ("an operationId with a gap", "operationId: invite", "operationId: a__b", "needs a snake_case operationId"),
    ("an operationId that is a keyword", "operationId: invite", "operationId: type", "needs a snake_case operationId"),
    (
        "an operation that the generator panics at",
        "              example: {Sent: true}\n",
        "              example: {Sent: true}\n        \"201\":\n          description: Also.\n          \
         content: {application/json: {schema: {type: string}}}\n",
        "spec/openapi.yaml:26: /paths/~1api~1Invite~1{DOTNumber}/post: the generator cannot take this: ",
    ),
    (
        "a schema that the generator panics at",
        "    Contact:\n",
        "    Odd: {description: Odd., type: object, not: {type: string}}\n    Contact:\n",
        "spec/openapi.yaml:61: /components/schemas/Odd: the generator cannot take this: ",
    ),
    (
        "an unquoted comma",
        "description: Who asks.,",
        "description: Who asks, and why.,",
        "spec/openapi.yaml:16: /paths/~1api~1Preview/post/parameters/1/and why.: `and why.` has no value",
    ),
    (
        "an unquoted comma in an example",
        "{Sent: true}",
        "{Sent: true, soon}",
        "`soon` has no value: quote a text that holds a comma",
    ),
    (
        "a key without a value",
        "      summary: Invites a carrier\n",
        "      summary:\n",
        ":29: /paths/~1api~1Invite~1{DOTNumber}/post/summary: `summary` has",
    ),
    (
        "a key twice",
        "      summary: Invites a carrier\n",
        "      summary: A\n      summary: B\n",
        "spec/openapi.yaml:30: `summary` is there twice: in line 29, too",
    ),
    (
        "an unknown key",
        "      summary: Invites a carrier\n",
        "      sumary: Invites a carrier\n",
        ":29: /paths/~1api~1Invite~1{DOTNumber}/post/sumary: OpenAPI 3.0 has no `sumary` here",
    ),
    (
        "an unknown extension",
        "x-mcp-idempotency: once",
        "x-mcp-idempotency: once\n      x-mcp-idempotence: once",
        "is no extension that anything reads",
    ),
    (
        "known values on a field",
        "description: The legal name.}",
        "description: The legal name., x-known-values: {A: First.}}",
        "Name/x-known-values: a vocabulary is a schema of its own",
    ),
    (
        "a vocabulary of another type",
        "Trucks: {type: integer, format: int32, nullable: true}",
        "Trucks: {type: integer, nullable: true, allOf: [{$ref: '#/components/schemas/Size'}]}",
        "Trucks/type: must be that of the vocabulary beside it",
    ),
    (
        "an order with a gap",
        "x-mcp-order: [Small, Large]",
        "x-mcp-order: [Small]",
        "Size/x-mcp-order: must list every one of `x-known-values` once, the best first",
    ),
    (
        "an order of the wrong values",
        "x-mcp-order: [Small, Large]",
        "x-mcp-order: [Small, Huge]",
        "must list every one of",
    ),
    ("an order with a value twice", "[Small, Large]", "[Small, Large, Small]", "must list every one of"),
    (
        "something beside a reference",
        "{$ref: '#/components/schemas/Contact'}",
        "{nullable: true, $ref: '#/components/schemas/Contact'}",
        "/items/nullable: is ignored beside `$ref`",
    ),
    (
        "nullable without a type",
        "{type: boolean, nullable: true}",
        "{nullable: true}",
        "counts only beside a `type` in OpenAPI 3.0",
    ),
    (
        "nullable around what is not",
        "Name: {type: string, nullable: true, description: The legal name.}",
        "Name: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Refusal'}]}",
        "add `nullable: true` to `#/components/schemas/Refusal`, too",
    ),
    (
        "a nullable component without its title",
        "      description: A person of a carrier.\n",
        "      description: A person.\n      nullable: true\n",
        "needs `title: Contact`",
    ),
    (
        "a field named like its schema",
        "        Sent:",
        "        invitation:",
        "hides its own schema `Invitation` in Python",
    ),
    (
        "a server of its own",
        "    post:\n      operationId: invite",
        "    servers: [{url: https://other.example}]\n    post:\n      operationId: invite",
        "whatever address they are given",
    ),
    (
        "an unknown server",
        "x-mcp-idempotency: once",
        "x-mcp-idempotency: once\n      x-mcp-server: portal",
        "must be a name of /x-mcp-servers",
    ),
    (
        "a text for no field",
        "      description: A person of a carrier.\n",
        "      description: A person.\n      x-mcp-text-as: Mail\n",
        "must name a text field of its schema",
    ),
    (
        "a reference to a reference",
        "      description: Why a call was refused.\n      type: object\n      properties:\n        Message: {type: string, nullable: true}",
        "      $ref: '#/components/schemas/Contact'",
        "only refers to another: refer to that one",
    ),
    (
        "a schema for nothing",
        "schema: {type: string}}\n      responses:\n        \"200\":\n          description: Whether",
        "schema: {type: integer, x-mcp-schema: Nobody}}\n      responses:\n        \"200\":\n          description: Whether",
        "must name a schema of /components/schemas",
    ),
    (
        "pages without a size",
        "x-mcp-idempotency: read",
        "x-mcp-idempotency: read\n      x-mcp-pagination: {style: body, max: 5}",
        "needs style `header` or `body`, default and max",
    ),
    (
        "a verb that the client has not",
        "    post:\n      operationId: invite",
        "    options:\n      operationId: invite",
        "the client has no such method",
    ),
    (
        "an unknown place of a parameter",
        "in: query, description: The carrier.",
        "in: querry, description: The carrier.",
        ":15: /paths/~1api~1Preview/post/parameters/0/in: \"querry\" is unknown here",
    ),
    ("no paths", SPEC, "openapi: 3.0.3\ninfo: {title: t, version: v1}\n", "spec/openapi.yaml:1: needs paths"),
    ("a list", SPEC, "[1, 2]", "spec/openapi.yaml:1: "),
    ("nothing", SPEC, "", "spec/openapi.yaml:1: "),
    ("another document after it", "components:", "---\ncomponents:", "`---` begins another document"),
    ("another version", "openapi: 3.0.3", "openapi: 3.1.0", "spec/openapi.yaml:2: /openapi: must be 3.0.x"),
];

const IN_THE_SANDBOX: &[Planted] = &[
    ("an unquoted comma in a line", "{description: Done}", "{description: Done, at last}", "spec/sandbox.yaml:19: "),
    (
        "an example not as its schema says",
        "example: {held: true}",
        "example: {held: 1}",
        ":13: /paths/~1clock~1{zone}/get/responses/200/content/application~1json/example/held: the example",
    ),
    (
        "an example without what is required",
        "example: {held: true}",
        "example: {rate: 1}",
        "\"held\" is a required property",
    ),
    (
        "a default out of range",
        "default: 1",
        "default: 0",
        ":28: /components/schemas/Clock/properties/rate/default: the example is not as",
    ),
    (
        "an example of a field",
        "example: UTC",
        "example: 7",
        ":29: /components/schemas/Zone/properties/name/example: the",
    ),
    (
        "a dangling reference below a field named example",
        "schemas/Zone'",
        "schemas/Zoned'",
        "`#/components/schemas/Zoned` is not in the document",
    ),
    (
        "an operationId twice",
        "operationId: setClock",
        "operationId: getClock",
        "spec/sandbox.yaml:14: /paths/~1clock~1{zone}/post: operationId `getClock` is taken",
    ),
    (
        "an undeclared path parameter",
        "/clock/{zone}:",
        "/clock/{place}:",
        "`{place}` of its path is not among its parameters",
    ),
    (
        "a pattern that is none",
        "{type: string, example: UTC}",
        "{type: string, pattern: '[', example: UTC}",
        "spec/sandbox.yaml:29: ",
    ),
];

#[test]
fn a_planted_fault_is_named_and_nothing_is_written() {
    let root = checkout();
    plant_control(root.path(), CONTROL);
    assert_eq!(codegen(root.path(), &["--check"]).code, Some(0), "the small documents are good");
    let places = IN_THE_API.iter().map(|case| (true, case)).chain(IN_THE_SANDBOX.iter().map(|case| (false, case)));
    for (api, (case, old, new, fault)) in places {
        let text = if api { SPEC } else { CONTROL };
        assert!(text.contains(old), "{case}: no `{old}` to replace");
        let text = text.replace(old, new);
        plant(root.path(), if api { &text } else { SPEC });
        plant_control(root.path(), if api { CONTROL } else { &text });
        let before = fs::read_dir(root.path().join("tests/it/snapshots/surface/type")).expect("snapshots").count();
        for arguments in [&[][..], &["--check"]] {
            let run = codegen(root.path(), arguments);
            assert_eq!(run.code, Some(1), "{case}: {}{}", run.out, run.err);
            assert!(run.err.contains(fault), "{case}: `{fault}` in\n{}", run.err);
            assert_orderly(&run, case);
        }
        let after = fs::read_dir(root.path().join("tests/it/snapshots/surface/type")).expect("snapshots").count();
        assert_eq!(after, before, "{case}");
    }
}

#[test]
fn a_text_may_stand_for_an_object_that_allows_it() {
    let root = checkout();
    let with_text = SPEC.replace("example: {Sent: true}", "example: Sent by mail.");
    plant(root.path(), &with_text);
    assert!(codegen(root.path(), &["--check"]).err.contains("the example is not as its schema says"));
    let allowed = with_text.replace(
        "      description: What became of an invitation.\n      type: object\n      properties:\n",
        "      description: What became of an invitation.\n      x-mcp-text-as: Message\n      type: object\n      \
         properties:\n        Message: {type: string, nullable: true}\n",
    );
    plant(root.path(), &allowed);
    let run = codegen(root.path(), &[]);
    assert_eq!(run.code, Some(0), "{}", run.err);
}

#[test]
fn faults_of_both_documents_are_named_at_once() {
    let root = checkout();
    plant(root.path(), &SPEC.replace("{type: boolean,", "{type: bolean,"));
    plant_control(root.path(), &CONTROL.replace("{type: boolean}", "{type: bolean}"));
    let run = codegen(root.path(), &["--check"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("spec/openapi.yaml:70: ") && run.err.contains("spec/sandbox.yaml:26: "), "{}", run.err);
}

#[test]
fn a_file_that_is_not_there_is_a_fault() {
    let root = checkout();
    fs::remove_file(root.path().join("spec/openapi.yaml")).expect("removed");
    let run = codegen(root.path(), &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.starts_with("spec/openapi.yaml:1: "), "{}", run.err);
    fs::write(root.path().join("spec/openapi.yaml"), [0xff, 0xfe, 0x00]).expect("no text");
    let run = codegen(root.path(), &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.starts_with("spec/openapi.yaml:1: "), "{}", run.err);
}
