//! Mutations of a small contract, and how each must be classed.

use super::effect::{Bump, Impact, LANGUAGES};
use super::side::Document;
use super::{documents, version};
use std::collections::BTreeSet;

const CONTRACT: &str = include_str!("../../tests/it/contract.yaml");

const ALL: &str = "rust go typescript python java csharp";
use Bump::{Major, Minor, Patch};
use Impact::{Breaking, Compatible, None as Nothing};

/// What is done, the text that is replaced and by what; the kinds of change found, what they do on the wire, the languages
/// whose generated code breaks, and the version that is asked for.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str], Impact, &'static str, Bump);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("an operation more", "  /api/Packet/{DOTNumber}:", "  /api/More:\n    get: {operationId: more, responses: {}}\n  /api/Packet/{DOTNumber}:", &["operation-added"], Compatible, "", Minor),
    ("an operation less", "  /api/v1/Carrier/Monitored:\n    post:", "  /api/v1/Carrier/Monitored:\n    x-post:", &["operation-removed", "other"], Breaking, ALL, Major),
    ("another operationId", "operationId: invite", "operationId: send", &["operation-renamed"], Nothing, ALL, Major),
    ("another path", "/Carrier/Invite:", "/Carrier/Send:", &["path-changed"], Breaking, "typescript", Major),
    ("a path in another case", "/Carrier/Invite:", "/carrier/invite:", &["path-case-changed"], Nothing, "typescript", Major),
    ("another verb", "    get:\n      operationId: packet", "    post:\n      operationId: packet", &["method-changed"], Breaking, "typescript", Major),
    ("another tag", "operationId: invite\n      tags: [carriers]", "operationId: invite\n      tags: [packets]", &["tag-changed"], Nothing, "rust python java csharp", Major),
    ("a parameter more", "        - name: detail\n", "        - {name: more, in: query, schema: {type: string}}\n        - name: detail\n", &["parameter-added"], Compatible, "rust java", Major),
    ("a required parameter more", "        - name: detail\n", "        - {name: more, in: query, required: true, schema: {type: string}}\n        - name: detail\n", &["required-parameter-added"], Breaking, ALL, Major),
    ("a parameter less", "        - {$ref: '#/components/parameters/DotNumber'}\n        - {$ref: '#/components/parameters/PageNumber'}\n", "        - {$ref: '#/components/parameters/DotNumber'}\n", &["parameter-removed"], Breaking, ALL, Major),
    ("a parameter elsewhere", "- name: fullName\n          in: query", "- name: fullName\n          in: header", &["parameter-moved"], Breaking, ALL, Major),
    ("a parameter in another case", "name: fullName", "name: FullName", &["parameter-case-changed"], Nothing, ALL, Major),
    ("a parameter that is optional now", "          required: true\n          description: Who asks.", "          description: Who asks.", &["parameter-now-optional"], Compatible, "rust go", Major),
    ("a parameter that is required now", "          description: How much", "          required: true\n          description: How much", &["parameter-now-required"], Breaking, "rust go typescript python csharp", Major),
    ("a shared parameter of another type", "schema: {type: integer, format: int32, x-mcp-schema: DotNumber}", "schema: {type: string, x-mcp-schema: DotNumber}", &["type-changed"], Breaking, ALL, Major),
    ("another type in Rust alone", ", x-mcp-schema: DotNumber}", "}", &["rust-type-changed"], Nothing, "rust", Minor),
    ("a lower maximum", "maximum: 100}", "maximum: 80}", &["tightened"], Breaking, "", Major),
    ("a longer text", "maxLength: 40", "maxLength: 50", &["loosened"], Compatible, "", Minor),
    ("another default", "default: 1, minimum", "default: 2, minimum", &["default-changed"], Breaking, "", Major),
    ("a default more", "schema: {type: string, maxLength: 40}", "schema: {type: string, maxLength: 40, default: Ada}", &["default-added"], Compatible, "", Minor),
    ("a value of a parameter more", "enum: [little, much]", "enum: [little, much, all]", &["value-added"], Compatible, "", Minor),
    ("a value of a parameter less", "enum: [little, much]", "enum: [little]", &["value-removed"], Breaking, ALL, Major),
    ("a body that is required now", "      requestBody:\n        description: The values", "      requestBody:\n        required: true\n        description: The values", &["body-now-required"], Breaking, "rust go typescript python csharp", Major),
    ("another media type of an answer", "application/pdf: {", "application/zip: {", &["media-type-removed", "media-type-added"], Breaking, ALL, Major),
    ("a status more", "\"200\": {description: Kept.}", "\"200\": {description: Kept.}\n        4XX: {description: Refused.}", &["error-added"], Compatible, "", Minor),
    ("another success", "        \"200\":\n          description: The file.", "        \"201\":\n          description: The file.", &["answer-removed", "answer-added"], Breaking, ALL, Major),
    ("a header less", "            X-Pagination: {", "            X-Pages: {", &["header-removed", "header-added"], Breaking, "", Major),
    ("a field more", "        City: {", "        Town: {type: string, nullable: true}\n        City: {", &["field-added"], Compatible, "", Minor),
    ("a field less", "        Trucks: {type: integer, format: int32, nullable: true}\n", "", &["field-removed"], Breaking, ALL, Major),
    ("a field of another type", "Sent: {type: boolean", "Sent: {type: string", &["type-changed"], Breaking, ALL, Major),
    ("a required field in an answer", "      description: What became of an invitation.\n", "      description: What became of an invitation.\n      required: [Sent]\n", &["field-now-required"], Compatible, "rust go python csharp", Major),
    ("a required field in what is sent", "      description: What is sent to a carrier.\n", "      description: What is sent to a carrier.\n      required: [mail]\n", &["field-now-required"], Breaking, "rust go python csharp", Major),
    ("a field that is never null now", "Phone: {type: string, nullable: true}", "Phone: {type: string}", &["no-longer-nullable"], Compatible, "", Minor),
    ("a sent field that may be null", "schema: {type: string, maxLength: 40}", "schema: {type: string, maxLength: 40, nullable: true}", &["now-nullable"], Compatible, "typescript python", Major),
    ("a reference that is never null now", "Office: {type: object, nullable: true, allOf", "Office: {type: object, allOf", &["no-longer-nullable"], Compatible, "", Minor),
    ("a wider number in an answer", "Trucks: {type: integer, format: int32", "Trucks: {type: integer, format: int64", &["number-widened"], Breaking, "rust go python java csharp", Major),
    ("a wider number in what is sent", "copies: {type: integer, format: int32", "copies: {type: integer, format: int64", &["number-widened"], Compatible, "rust go python java csharp", Major),
    ("a format of a text", "Since: {type: string, format: mcp-date-time", "Since: {type: string, format: mcp-date", &["text-format-changed"], Compatible, "rust", Minor),
    ("a secret that is none", "Limit: {type: string, format: mcp-money", "Limit: {type: string, format: date-time", &["format-changed"], Breaking, ALL, Major),
    ("one where there were many", "Contacts: {type: array, nullable: true, items: {$ref: '#/components/schemas/Contact'}}", "Contacts: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Contact'}]}", &["schema-named", "type-changed"], Breaking, ALL, Major),
    ("another schema of a field", "allOf: [{$ref: '#/components/schemas/Address'}]", "allOf: [{$ref: '#/components/schemas/Contact'}]", &["schema-replaced"], Breaking, ALL, Major),
    ("a renamed schema", "Address", "Place", &["schema-renamed", "title-changed"], Nothing, ALL, Major),
    ("a renamed vocabulary", "schemas/Size'", "schemas/Fleet'", &["schema-renamed", "title-changed"], Nothing, ALL, Major),
    ("a schema with a name", "Sent: {type: boolean, nullable: true}", "Sent: {type: boolean, nullable: true}\n    Unused: {type: object}", &["schema-added"], Nothing, "", Minor),
    ("a form of a scalar more", "{type: string, nullable: true}]", "{type: string, nullable: true}, {type: boolean}]", &["variant-added"], Breaking, ALL, Major),
    ("a closed map", "Extra: {type: object, nullable: true, additionalProperties: true}", "Extra: {type: object, nullable: true, additionalProperties: false}", &["closed"], Compatible, ALL, Major),
    ("a known value more", "Small: Few trucks.}", "Small: Few trucks., Tiny: One truck.}", &["known-value-added"], Compatible, "", Minor),
    ("a known value less", "{\"1\": Owner, \"2\": Driver}", "{\"1\": Owner}", &["known-value-removed"], Nothing, "rust", Minor),
    ("a code that means something else", "\"2\": Driver}", "\"2\": Dispatcher}", &["known-value-renamed"], Nothing, "rust", Minor),
    ("another order", "[Small, Large]", "[Large, Small]", &["order-changed"], Nothing, ALL, Major),
    ("a call that must not be repeated", "operationId: monitored\n      tags: [carriers]\n      summary: Lists the monitored carriers\n      description: Lists the monitored carriers, a page at a time.\n      x-mcp-idempotency: read", "operationId: monitored\n      tags: [carriers]\n      summary: Lists the monitored carriers\n      description: Lists the monitored carriers, a page at a time.\n      x-mcp-idempotency: once", &["idempotency-stricter"], Breaking, "go typescript python java csharp", Major),
    ("a call that may be repeated", "x-mcp-idempotency: once", "x-mcp-idempotency: idempotent", &["idempotency-looser"], Compatible, "", Minor),
    ("one shape only", "      x-mcp-accepts: [object]\n", "", &["shape-removed"], Compatible, "", Minor),
    ("another shape", "      x-mcp-accepts: [object]\n", "      x-mcp-accepts: [object, array]\n", &["shape-added"], Breaking, "go typescript python java csharp", Major),
    ("no text for an object", "      x-mcp-text-as: Street\n", "", &["text-for-object-removed"], Compatible, "", Minor),
    ("a text for another field", "x-mcp-text-as: Street", "x-mcp-text-as: City", &["text-for-object-changed"], Breaking, ALL, Major),
    ("smaller pages", "default: 50, max: 100}", "default: 50, max: 80}", &["page-size-lowered"], Breaking, "go typescript python java csharp", Major),
    ("pages in the body", "{style: header, default: 50", "{style: body, default: 50", &["pages-changed"], Breaking, "go typescript python java csharp", Major),
    ("no host of its own", "      x-mcp-server: portal\n", "", &["host-changed"], Breaking, "go typescript python java csharp", Major),
    ("a moved portal", "https://portal.example", "https://other.example", &["host-changed"], Breaking, "go typescript python java csharp", Major),
    ("a moved server", "https://stage.example", "https://test.example", &["server-removed", "server-added"], Breaking, "go typescript python java csharp", Major),
    ("another first server", "  - {url: https://api.example, description: Production}\n", "", &["server-removed", "default-server-changed"], Breaking, "go typescript python java csharp", Major),
    ("no token", "      x-mcp-server: portal\n", "      x-mcp-server: portal\n      security: []\n", &["security-removed"], Compatible, "", Minor),
    ("another kind of token", "{type: http, scheme: bearer,", "{type: http, scheme: basic,", &["security-changed"], Breaking, "go typescript python java csharp", Major),
    ("a webhook less", "  packet.completed:\n    post:", "  packet.done:\n    post:", &["webhook-removed", "webhook-added"], Breaking, ALL, Major),
    ("a field of a webhook of another type", "eventType: {type: string", "eventType: {type: integer", &["type-changed"], Breaking, ALL, Major),
    ("the vendor's name", "x-vendor-name: CarrierDTO", "x-vendor-name: CarrierModel", &["note-changed"], Nothing, "", Minor),
    ("a description", "description: The legal name.", "description: The registered name.", &["documentation"], Nothing, "", Patch),
    ("an example", "example: {Sent: true}", "example: {Sent: false}", &["documentation"], Nothing, "", Patch),
    ("a word that nobody knows", "      x-mcp-server: portal\n", "      x-mcp-server: portal\n      x-new: 1\n", &["other"], Breaking, ALL, Major),
    ("a parameter written out", "        - {$ref: '#/components/parameters/DotNumber'}\n        - name: fullName", "        - {name: DOTNumber, in: query, description: The carrier., schema: {type: integer, format: int32, x-mcp-schema: DotNumber}}\n        - name: fullName", &["documentation"], Nothing, "", Patch),
];

#[test]
fn every_mutation_is_classed_right() {
    let base = Document::of("base".to_owned(), CONTRACT).expect("a contract");
    assert!(documents::compare(&base.json, &base.json).is_empty());
    for (what, old, new, kinds, wire, breaks, bump) in CASES {
        assert!(CONTRACT.contains(old), "{what}: no `{old}`");
        let text = match *what {
            "a renamed schema" => CONTRACT
                .replace("schemas/Address", "schemas/Place")
                .replace("    Address:\n      title: Address", "    Place:\n      title: Place"),
            "a renamed vocabulary" => {
                CONTRACT.replace(old, new).replace("    Size:\n      title: Size", "    Fleet:\n      title: Fleet")
            }
            _ => CONTRACT.replacen(old, new, 1),
        };
        let head = Document::of("head".to_owned(), &text).unwrap_or_else(|reason| panic!("{what}: {reason}"));
        let changes = documents::compare(&base.json, &head.json);
        let found: BTreeSet<_> = changes.iter().map(|change| change.kind).collect();
        let expected: BTreeSet<_> = kinds.iter().copied().collect();
        assert_eq!(found, expected, "{what}: {changes:#?}");
        assert_eq!(changes.iter().map(|change| change.effect.wire).max(), Some(*wire), "{what}");
        let broken: BTreeSet<_> = LANGUAGES
            .iter()
            .enumerate()
            .filter(|(n, _)| changes.iter().any(|change| change.effect.languages[*n] == Impact::Breaking))
            .map(|(_, name)| *name)
            .collect();
        assert_eq!(broken, breaks.split_whitespace().collect(), "{what}");
        assert_eq!(version::bump(&changes), *bump, "{what}");
        // Back again something changed, too.
        assert!(!documents::compare(&head.json, &base.json).is_empty(), "{what}, back");
    }
}
