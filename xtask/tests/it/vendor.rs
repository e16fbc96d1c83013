//! `cargo xtask vendor import`: a Swagger document made from the snapshot, and what is changed in it.

use crate::support::{Run, xtask};
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, iter};
use tempfile::TempDir;

const FILES: [&str; 4] =
    ["spec/openapi.yaml", "spec/vendor/operations.tsv", "spec/vendor/parameters.tsv", "spec/vendor/models.tsv"];

fn real(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).expect("a file of the project")
}

/// A checkout with the project's document and snapshot.
fn checkout() -> TempDir {
    let root = TempDir::new().expect("a temporary directory");
    fs::create_dir_all(root.path().join("spec/vendor")).expect("folders");
    for file in FILES {
        fs::write(root.path().join(file), real(file)).expect("written");
    }
    root
}

fn read(root: &TempDir, file: &str) -> String {
    fs::read_to_string(root.path().join(file)).expect("a file")
}

fn rows(file: &str) -> Vec<Vec<String>> {
    real(file).lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn schema(kind: &str) -> Value {
    if let Some(item) = kind.strip_prefix("Array[").and_then(|rest| rest.strip_suffix(']')) {
        return json!({"type": "array", "items": schema(item)});
    }
    let (name, format) = kind.split_once(" (").unwrap_or((kind, ""));
    match name {
        "string" | "integer" | "boolean" | "number" if format.is_empty() => json!({"type": name}),
        "string" | "integer" | "boolean" | "number" => json!({"type": name, "format": format.trim_end_matches(')')}),
        "object" => json!({"type": "object"}),
        // The vendor's names have namespaces.
        model => json!({"$ref": format!("#/definitions/Vendor.Models.{model}")}),
    }
}

/// The snapshot as the Swagger document that it was taken from.
pub fn swagger() -> Value {
    let mut doc =
        json!({"swagger": "2.0", "info": {"title": "Vendor", "version": "v1"}, "paths": {}, "definitions": {}});
    let parameters = rows("spec/vendor/parameters.tsv");
    for row in rows("spec/vendor/operations.tsv") {
        let own = parameters.iter().filter(|parameter| parameter[0] == row[0]).map(|parameter| {
            let mut value = schema(&parameter[3]);
            value["name"] = json!(parameter[1]);
            value["in"] = json!(parameter[2]);
            value["required"] = json!(parameter[4] == "yes");
            value
        });
        let token = json!({"name": "Authorization", "in": "header", "type": "string", "required": true});
        let own: Vec<_> = own.chain(iter::once(token)).collect();
        doc["paths"][&row[2]] = json!({row[1].to_lowercase(): {
            "operationId": format!("CarrierV1_{}", row[0]),
            "parameters": own,
            "responses": {"200": {"description": "OK", "schema": schema(&row[3])}},
        }});
    }
    for row in rows("spec/vendor/models.tsv") {
        // Two models of one name stand in two namespaces.
        let (model, space) = row[0].split_once('@').unwrap_or((&row[0], "Models"));
        let definition = &mut doc["definitions"][format!("Vendor.{space}.{model}")];
        let mut value = schema(&row[2]);
        let codes: Vec<Value> = row[3]
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .filter_map(|(code, _)| code.parse::<i64>().ok())
            .map(Value::from)
            .collect();
        if !codes.is_empty() {
            value["enum"] = json!(codes);
        }
        definition["properties"][&row[1]] = value;
    }
    doc
}

fn import(root: &TempDir, doc: &Value, arguments: &[&str]) -> Run {
    let file = root.path().join("vendor.json");
    fs::write(&file, doc.to_string()).expect("written");
    let file = file.display().to_string();
    let run = xtask(root.path(), &[&["vendor", "import", &file], arguments].concat());
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}

pub fn definition<'a>(doc: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    doc["definitions"][format!("Vendor.Models.{name}")]["properties"].as_object_mut().expect("a model")
}

#[test]
fn the_document_of_the_snapshot_differs_nowhere() {
    let root = checkout();
    for arguments in [&[][..], &["--apply"]] {
        let run = import(&root, &swagger(), arguments);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}", run.out);
        assert!(run.out.starts_with("0 differences"), "{}", run.out);
    }
    for file in FILES {
        assert_eq!(read(&root, file), real(file), "{file}");
    }
}

#[test]
fn the_same_in_openapi_3_and_on_the_standard_input() {
    let text = swagger().to_string().replace("#/definitions/", "#/components/schemas/");
    let mut doc: Value = serde_json::from_str(&text).expect("JSON");
    let definitions = doc["definitions"].take();
    doc.as_object_mut().expect("a document").retain(|key, _| key != "definitions" && key != "swagger");
    doc["openapi"] = json!("3.1.0");
    doc["components"] = json!({"schemas": definitions});
    for (_, item) in doc["paths"].as_object_mut().expect("paths") {
        for (_, op) in item.as_object_mut().expect("verbs") {
            let schema = op["responses"]["200"]["schema"].take();
            op["responses"]["200"] = json!({"description": "OK", "content": {"application/json": {"schema": schema}}});
            for parameter in op["parameters"].as_array_mut().expect("parameters") {
                let (kind, format) = (parameter["type"].take(), parameter["format"].take());
                parameter["schema"] = if format.is_null() {
                    json!({"type": [kind, "null"]})
                } else {
                    json!({"type": [kind, "null"], "format": format})
                };
            }
        }
    }
    let root = checkout();
    let mut process = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["vendor", "import", "-", "--json", "--root"])
        .arg(root.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("xtask runs");
    process.stdin.take().expect("a pipe").write_all(doc.to_string().as_bytes()).expect("written");
    let output = process.wait_with_output().expect("it ends");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &report["compared"]), (Some(0), &json!(0)), "{report}");
}

/// What is changed, and the findings that name it: the rule and a part of the message.
#[test]
fn every_difference_is_reported() {
    type Case = (&'static str, fn(&mut Value), &'static str, &'static str);
    let cases: [Case; 13] = [
        (
            "a field more",
            |doc| drop(definition(doc, "CompletedPacketDTO").insert("Score".into(), json!({"type": "string"}))),
            "field-added",
            "CompletedPacketDTO.Score: string",
        ),
        (
            "a field less",
            |doc| drop(definition(doc, "CompletedPacketDTO").remove("LegalName")),
            "field-removed",
            "CompletedPacketDTO.LegalName",
        ),
        (
            "another type",
            |doc| drop(definition(doc, "BlockCarrierOutput").insert("Result".into(), json!({"type": "string"}))),
            "field-changed",
            "BlockCarrierOutput.Result: boolean -> string",
        ),
        (
            "another format",
            |doc| {
                drop(
                    definition(doc, "CancelMonitoringOutput")
                        .insert("MonitoringID".into(), json!({"type": "integer", "format": "int32"})),
                )
            },
            "field-changed",
            "integer (int64) -> integer (int32)",
        ),
        (
            "a code more",
            |doc| definition(doc, "CarrierEmail")["EmailType"]["enum"] = json!([1, 2, 3, 4]),
            "field-changed",
            "4=?",
        ),
        (
            "a model more",
            |doc| doc["definitions"]["Vendor.Models.EldDTO"] = json!({"properties": {"Name": {"type": "string"}}}),
            "field-added",
            "EldDTO.Name: string",
        ),
        (
            "a parameter more",
            |doc| {
                doc["paths"]["/api/v1/Carrier/PreviewCarrier"]["post"]["parameters"]
                    .as_array_mut()
                    .expect("parameters")
                    .push(json!({"name": "x", "in": "query", "type": "string"}))
            },
            "parameter-added",
            "PreviewCarrier.x: query, string, no",
        ),
        (
            "a parameter that is required now",
            |doc| doc["paths"]["/api/v1/Carrier/PreviewCarrier"]["post"]["parameters"][0]["required"] = json!(true),
            "parameter-changed",
            "PreviewCarrier.DOTNumber",
        ),
        (
            "a parameter less",
            |doc| {
                drop(
                    doc["paths"]["/api/v1/Carrier/PreviewCarrier"]["post"]["parameters"]
                        .as_array_mut()
                        .expect("parameters")
                        .remove(0),
                )
            },
            "parameter-removed",
            "PreviewCarrier.DOTNumber",
        ),
        (
            "an operation more",
            |doc| {
                doc["paths"]["/api/v1/Carrier/RateCarrier"] =
                    json!({"post": {"responses": {"200": {"description": "OK"}}}})
            },
            "operation-added",
            "RateCarrier: POST, /api/v1/Carrier/RateCarrier, object",
        ),
        (
            "an operation less",
            |doc| drop(doc["paths"].as_object_mut().expect("paths").remove("/api/v1/Carrier/GetDocument")),
            "operation-removed",
            "GetDocument",
        ),
        (
            "another answer",
            |doc| {
                doc["paths"]["/api/v1/Carrier/PreviewCarrier"]["post"]["responses"]["200"]["schema"] =
                    schema("PreviewCarrier")
            },
            "operation-changed",
            "Array[PreviewCarrier] -> POST",
        ),
        (
            "what only the guide had",
            |doc| drop(definition(doc, "CarrierAADTO").insert("Street".into(), json!({"type": "string"}))),
            "needless",
            "x-provenance: seed",
        ),
    ];
    let root = checkout();
    for (what, change, rule, message) in cases {
        let mut doc = swagger();
        change(&mut doc);
        let run = import(&root, &doc, &["--json"]);
        assert_eq!(run.code, Some(1), "{what}: {}", run.err);
        let report: Value = serde_json::from_str(&run.out).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let named = |finding: &&Value| {
            finding["rule"] == rule && finding["message"].as_str().is_some_and(|text| text.contains(message))
        };
        let found = findings.iter().find(named).unwrap_or_else(|| panic!("{what}: {rule} {message} in {report:#}"));
        assert!(found["line"].as_u64().is_some_and(|line| line > 0) && found["repair"] != "", "{what}: {found}");
    }
    // Nothing is written without being asked.
    for file in FILES {
        assert_eq!(read(&root, file), real(file), "{file}");
    }
}

#[test]
fn a_staged_change_is_taken_in_and_the_document_stays_good() {
    let root = checkout();
    let mut doc = swagger();
    definition(&mut doc, "CompletedPacketDTO")
        .insert("InsuranceScore".into(), json!({"type": "integer", "format": "int32"}));
    definition(&mut doc, "CompletedPacketDTO")
        .insert("SignedOn".into(), json!({"type": "string", "format": "date-time"}));
    definition(&mut doc, "CompletedPacketDTO")
        .insert("Eld".into(), json!({"$ref": "#/definitions/Vendor.Models.EldDTO"}));
    definition(&mut doc, "CarrierChangesResultDTO")
        .insert("CarrierCount".into(), json!({"type": "integer", "format": "int64"}));
    definition(&mut doc, "CarrierAADTO").insert("Street".into(), json!({"type": "string"}));
    doc["definitions"]["Vendor.Models.EldDTO"] =
        json!({"properties": {"Name": {"type": "string"}, "DOTNumber": {"type": "integer", "format": "int32"}}});
    let parameters =
        doc["paths"]["/api/v1/Carrier/PreviewCarrier"]["post"]["parameters"].as_array_mut().expect("parameters");
    parameters.push(json!({"name": "includeHistory", "in": "query", "type": "boolean"}));

    let run = import(&root, &doc, &["--apply"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}", run.out);
    let (old, new) = (real(FILES[0]), read(&root, FILES[0]));
    for line in [
        "        InsuranceScore: {type: integer, format: int32, nullable: true}",
        "        SignedOn: {type: string, format: mcp-date-time, nullable: true}",
        "        Eld: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/EldDTO'}]}",
        "    EldDTO:",
        "        DOTNumber: {$ref: '#/components/schemas/DotNumber'}",
        "        - name: includeHistory",
    ] {
        assert_eq!(
            new.lines().filter(|own| *own == line).count() - old.lines().filter(|own| *own == line).count(),
            1,
            "{line}"
        );
    }
    // Comments, order and all other lines are as they were.
    let kept: Vec<_> = new.lines().collect();
    let mut at = 0;
    let gone: Vec<_> = old
        .lines()
        .filter(|line| match kept[at..].iter().take(12).position(|own| own == line) {
            Some(next) => {
                at += next + 1;
                false
            }
            None => true,
        })
        .collect();
    assert_eq!(gone.len(), 2, "{gone:?}");
    assert!(gone[0].contains("CarrierCount: ") && gone[1].contains("Street: "), "{gone:?}");

    // The snapshot is the new document's.
    let again = import(&root, &doc, &[]);
    assert_eq!(again.code, Some(0), "{}", again.out);
    let lint = xtask(root.path(), &["lint"]);
    assert_eq!(lint.code, Some(0), "{}", lint.out);
    let old = root.path().join("old.yaml");
    fs::write(&old, real(FILES[0])).expect("written");
    let diff = xtask(root.path(), &["diff", &old.display().to_string()]);
    assert!(diff.out.contains("CompletedPacket.InsuranceScore: field added"), "{}", diff.out);
    let codegen = xtask(root.path(), &["codegen"]);
    assert_eq!(codegen.code, Some(0), "{}", codegen.err);
    assert_eq!(xtask(root.path(), &["codegen", "--check"]).code, Some(0));
}

#[test]
fn what_a_program_cannot_decide_is_left_to_a_person() {
    let root = checkout();
    let mut doc = swagger();
    definition(&mut doc, "CompletedPacketDTO").remove("LegalName");
    doc["paths"]["/api/v1/Carrier/PreviewCarrier"]["post"]["responses"]["200"]["schema"] = schema("PreviewCarrier");
    definition(&mut doc, "CarrierEmail")["EmailType"]["enum"] = json!([1, 2, 3, 4]);
    doc["paths"]["/api/v1/Carrier/RateCarrier"] = json!({"post": {
        "parameters": [{"name": "rating", "in": "query", "type": "integer", "format": "int32", "required": true}],
        "responses": {"200": {"description": "OK", "schema": schema("BlockCarrierOutput")}},
    }});
    let run = import(&root, &doc, &["--apply"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    for part in [
        "keep it until then",
        "compare it with what the wire does",
        "find out what the new codes mean",
        "3 left to a person",
    ] {
        assert!(run.out.contains(part), "{part} in\n{}", run.out);
    }
    let new = read(&root, FILES[0]);
    assert!(new.contains("CompanyName") && new.contains("      operationId: rate_carrier\n"), "the operation is there");
    // Nobody knows whether it may be repeated.
    let operation = &new[new.find("operationId: rate_carrier").expect("the operation")..];
    assert!(operation.find("x-mcp-idempotency: once") < operation.find("responses:"), "{operation}");
    assert!(!read(&root, FILES[3]).contains("CompletedPacketDTO\tLegalName"));
    // What is not described is a finding.
    let lint = xtask(root.path(), &["lint"]);
    assert!(lint.code == Some(1) && lint.out.contains("no-example"), "{}", lint.out);
}

#[test]
fn another_file_is_refused() {
    let root = checkout();
    for (text, reason) in [
        ("{", "not JSON"),
        ("[]", "neither Swagger"),
        ("{\"swagger\": \"2.0\"}", "neither Swagger"),
        ("a: [", "not YAML"),
        ("", "neither Swagger"),
    ] {
        let file = root.path().join("bad.json");
        fs::write(&file, text).expect("written");
        let run = xtask(root.path(), &["vendor", "import", &file.display().to_string()]);
        assert_eq!(run.code, Some(4), "{text}: {}{}", run.out, run.err);
        assert!(run.err.contains(reason) || run.err.contains("bad.json"), "{text}: {}", run.err);
    }
    assert_eq!(xtask(root.path(), &["vendor", "import", "no-such.json"]).code, Some(4));
    assert_eq!(xtask(root.path(), &["vendor"]).code, Some(2));
    fs::write(root.path().join(FILES[3]), "model\tfield\nA\tb\n").expect("written");
    assert_eq!(import(&root, &swagger(), &[]).code, Some(4));
}
