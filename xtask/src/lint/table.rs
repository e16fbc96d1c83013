//! Each rule broken in a good document: it is found, under its name and in its line.

use super::{SPEC, api, contract};
use crate::source::Source;
use std::collections::BTreeSet;

const CONTRACT: &str = include_str!("../../tests/it/contract.yaml");

/// The rule, the text that is replaced and by what, and the text whose line is named.
type Case = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("key-twice", "      x-mcp-text-as: Street\n", "      x-mcp-text-as: Street\n      x-mcp-text-as: City\n", "x-mcp-text-as: City"),
    ("key-without-value", "{description: Kept.}", "{description: Kept., soon}", "{description: Kept., soon}"),
    ("openapi-version", "openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.1.0"),
    ("dangling-reference", "items: {$ref: '#/components/schemas/Contact'}", "items: {$ref: '#/components/schemas/Nobody'}", "schemas/Nobody"),
    ("reference-to-reference", "      description: What became of an invitation.\n      type: object\n      properties:\n        Sent: {type: boolean, nullable: true}", "      $ref: '#/components/schemas/Carrier'", "              schema: {$ref: '#/components/schemas/Invitation'}"),
    ("beside-reference", "schema: {$ref: '#/components/schemas/Letter'}", "schema: {nullable: true, $ref: '#/components/schemas/Letter'}", "schemas/Letter"),
    ("unknown-type", "Sent: {type: boolean", "Sent: {type: bool", "Sent: {type: bool"),
    ("nullable-without-type", "Sent: {type: boolean, nullable: true}", "Sent: {nullable: true}", "Sent: {nullable"),
    ("array-without-items", "type: array, nullable: true, items: {$ref: '#/components/schemas/Contact'}", "type: array, nullable: true", "Contacts: {type: array"),
    ("servers-below", "      operationId: invite\n", "      operationId: invite\n      servers: [{url: https://other.example}]\n", "servers: [{url: https://other"),
    ("field-of-own-name", "        Email: {", "        contact: {", "        contact: {"),
    ("operation-id", "operationId: invite", "operationId: preview", "    post:\n      operationId: preview\n      tags: [carriers]\n      x-vendor-name"),
    ("path-parameter", "in: path, required: true,", "in: path,", "    get:\n      operationId: packet"),
    ("parameter-twice", "- name: detail", "- name: fullName", "    post:\n      operationId: preview"),
    ("verb", "    get:\n      operationId: packet", "    head: {responses: {\"200\": {description: Nothing.}}}\n    get:\n      operationId: packet", "    head:"),
    ("tag", "operationId: invite\n      tags: [carriers]", "operationId: invite\n      tags: [others]", "    post:\n      operationId: invite"),
    ("idempotency", "x-mcp-idempotency: once", "x-mcp-idempotency: often", "x-mcp-idempotency: often"),
    ("no-answer", "        \"200\":\n          description: The file.", "        \"201\":\n          description: The file.", "      responses:\n        \"201\""),
    ("closed-answer", "Trucks: {type: integer, ", "Trucks: {type: integer, minimum: 1, ", "Trucks: {"),
    ("date-time", "format: mcp-date-time", "format: date-time", "Since: {"),
    ("nullable", "Phone: {type: string, nullable: true}", "Phone: {type: string}", "Phone: {"),
    ("vocabulary", "Kind: {type: integer, nullable", "Kind: {type: string, nullable", "Kind: {"),
    ("nullable-title", "      title: Address\n", "", "    Address:"),
    ("unknown-extension", "      x-mcp-text-as: Street\n", "      x-mcp-text-as: Street\n      x-new: 1\n", "x-new: 1"),
    ("order", "[Small, Large]", "[Small]", "x-mcp-order"),
    ("server-name", "x-mcp-server: portal", "x-mcp-server: other", "x-mcp-server: other"),
    ("extension-value", "x-mcp-text-as: Street", "x-mcp-text-as: Door", "x-mcp-text-as: Door"),
    ("example", "example: {Sent: true}", "example: {Sent: 1}", "example: {Sent: 1}"),
    ("alike", "/api/v1/Carrier/Invite:", "/api/v1/Carrier/monitored:", "/api/v1/Carrier/monitored:"),
    ("undescribed", "      summary: Invites a carrier\n", "", "    post:\n      operationId: invite"),
    ("no-example", "              example: {Sent: true}\n", "", "            application/json:\n              schema: {$ref: '#/components/schemas/Invitation'}"),
    ("todo", "description: The legal name.", "description: TODO a name.", "description: TODO"),
    ("openapi", "  /api/v1/Carrier/Invite:", "  api/v1/Carrier/Invite:", "  api/v1/Carrier/Invite:"),
    ("media-range", "application/pdf: {", "image/*: {", "image/*"),
    ("one-of-in-answer", "      anyOf: [{type: integer", "      oneOf: [{type: integer", "oneOf: ["),
    ("error-example", "          example: {Message: No such carrier.}\n", "", "        application/json:\n          schema: {$ref: '#/components/schemas/Refusal'}"),
    ("unused-component", "  schemas:\n", "  schemas:\n    Unused: {description: Nobody's., type: object}\n", "    Unused:"),
    ("error-html", "        text/html: {schema: {type: string}, example: <h1>Bad Gateway</h1>}\n", "", "    Refused:"),
    ("retry-after", "        Retry-After: {", "        Later: {", "      responses:\n        \"200\":\n          description: The carrier."),
    ("info", "  license: {name: MIT, url: https://licence.example}\n", "", "info:"),
    ("page-bounds", "default: 50, maximum: 100}", "default: 50}", "schema: {type: integer, format: int32, default: 50}"),
    ("parameter-written-twice", "        - {$ref: '#/components/parameters/PageNumber'}\n      requestBody", "        - name: fullName\n          in: query\n          required: true\n          description: Who asks.\n          schema: {type: string, maxLength: 40}\n      requestBody", "- name: fullName"),
    ("provenance-in-prose", "description: The legal name.", "description: The name (assumed).", "description: The name (assumed)."),
    ("version", "version: 1.2.3", "version: v1", "version: v1"),
];

fn findings(text: &str) -> Vec<crate::finding::Finding> {
    api(&Source::of(SPEC, text.to_owned())).unwrap_or_else(|reason| panic!("{reason}"))
}

#[test]
fn a_good_document_has_no_findings() {
    assert_eq!(findings(CONTRACT), []);
}

#[test]
fn a_broken_rule_is_found_in_its_line() {
    let mut missed = Vec::new();
    for (rule, old, new, marked) in CASES {
        assert!(CONTRACT.contains(old), "{rule}: no `{old}`");
        let text = CONTRACT.replacen(old, new, 1);
        let place = text.find(marked).unwrap_or_else(|| panic!("{rule}: no `{marked}`"));
        let line = text[..place].matches('\n').count() + 1;
        let found = findings(&text);
        if !found.iter().any(|finding| finding.rule == *rule && finding.line == line) {
            let found: Vec<_> = found.iter().map(|finding| (finding.line, &finding.rule, &finding.place)).collect();
            missed.push(format!("{rule} in line {line}: {found:?}"));
        }
        assert!(found.iter().all(|finding| !finding.repair.is_empty() && !finding.message.is_empty()), "{rule}");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_rule_of_the_contract_is_broken_here() {
    let broken: BTreeSet<_> = CASES.iter().map(|(rule, ..)| *rule).collect();
    for name in contract::names() {
        assert!(broken.contains(name), "{name}");
    }
}

#[test]
fn a_text_that_is_not_a_document_has_no_findings() {
    for text in ["a: [", "", "[1]: 2: 3"] {
        let source = Source::of(SPEC, text.to_owned());
        if let Err(reason) = api(&source) {
            assert!(reason.starts_with("spec/openapi.yaml:"), "{reason}");
        } else {
            assert_eq!(text, "", "nothing is a document without anything");
        }
    }
}
