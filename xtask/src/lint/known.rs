//! The rules that `codegen` and the build check, too: a name for each, and what repairs it.

use super::broken::Broken;
use crate::document::Fault;

/// A part of the reason, the name of the rule, the edit.
const RULES: &[(&str, &str, &str)] = &[
    ("is there twice: in line", "key-twice", "remove one of the two"),
    ("has no value: quote", "key-without-value", "quote the text, or write null"),
    ("begins another document", "one-document", "remove the `---`"),
    ("must be 3.0.x", "openapi-version", "write `openapi: 3.0.3`"),
    ("is not in the document", "dangling-reference", "add the target to components, or refer to one that is there"),
    ("only refers to another", "reference-to-reference", "refer to the last one"),
    ("is ignored beside `$ref`", "beside-reference", "write {type: object, nullable: true, allOf: [{$ref: …}]}"),
    ("is no type: use one of", "unknown-type", "use one of OpenAPI's types"),
    ("counts only beside a `type`", "nullable-without-type", "add the `type`, or remove `nullable`"),
    ("an array needs `items`", "array-without-items", "add `items`"),
    (
        "whatever address they are given",
        "servers-below",
        "move the host to `x-mcp-servers`, and name it in `x-mcp-server`",
    ),
    ("hides its own schema", "field-of-own-name", "rename the schema, and keep the vendor's name in `x-vendor-name`"),
    ("operationId", "operation-id", "give it a snake_case operationId of its own"),
    ("of its path is not among its parameters", "path-parameter", "add the parameter, with `required: true`"),
    ("is not in its path", "path-parameter", "put it into the path, or remove it"),
    ("needs `required: true`", "path-parameter", "add `required: true`"),
    ("has a `{` without a name", "path-parameter", "close the `{name}`"),
    ("is there twice", "parameter-twice", "remove one of the two"),
    ("the client has no such method", "verb", "use get, post, put, delete or patch"),
    ("its first tag must be", "tag", "add the tag to `tags`, or use one that is there"),
    ("the retry policy reads it", "idempotency", "write `x-mcp-idempotency: read`, `idempotent` or `once`"),
    ("needs a 200 answer", "no-answer", "add the answer \"200\""),
    ("answers are never required or closed", "closed-answer", "remove the word; say it in the description"),
    ("would refuse new fields", "closed-answer", "remove `additionalProperties: false`"),
    ("use `mcp-date-time`", "date-time", "write `format: mcp-date-time`"),
    ("any field may be null", "nullable", "add `nullable: true`"),
    (
        "a vocabulary is a schema of its own",
        "vocabulary",
        "move the values to a schema of their own, and refer to it with `allOf`",
    ),
    ("must be that of the vocabulary", "vocabulary", "give the field the `type` of its vocabulary"),
    ("another name for what is not null", "nullable-title", "add the `title`"),
    ("is no extension that anything reads", "unknown-extension", "use one of those in spec/README.md, or remove it"),
    ("must list every one of", "order", "list every known value once, the best first"),
    ("x-mcp-servers", "server-name", "add the name to `x-mcp-servers`"),
    ("must be a ", "extension-value", "give it a value that its reader knows: see spec/README.md"),
    ("must be seed,", "extension-value", "name one of the five sources"),
    ("must name a", "extension-value", "name one that is there"),
    ("needs style", "extension-value", "write {style, default, max} and at most `items`"),
    (
        "the example is not as its schema says",
        "example",
        "correct the example, or the schema if the wire is as the example says",
    ),
    ("needs a description that sets it apart", "alike", "describe both fields"),
    ("differ in case only", "alike", "rename one of them"),
    ("needs a summary", "undescribed", "add a `summary`"),
    ("needs a description", "undescribed", "add a `description`"),
    ("needs an example", "no-example", "add an `example` with invented data"),
    ("`TODO` left", "todo", "do it, and remove the word"),
];

/// A fault under the name of its rule.
pub fn named(fault: Fault) -> Broken {
    let Fault { place, reason } = fault;
    let found = RULES.iter().find(|(part, ..)| reason.contains(part));
    let (_, rule, repair) = found.unwrap_or(&("", "openapi", "correct it as OpenAPI 3.0 has it"));
    Broken { rule, place, message: reason, repair: (*repair).to_owned() }
}
