//! `cargo xtask codegen`: what it says of a planted change, what it writes, how it exits.

use crate::support::{COMMAND, SPEC, checkout, codegen, plant};
use std::{collections::BTreeMap, fs, path::Path, process::Command};

fn snapshots(root: &Path) -> BTreeMap<String, String> {
    let surface = root.join("tests/it/snapshots/surface");
    let mut files = BTreeMap::new();
    for folder in ["operation", "type"] {
        for entry in fs::read_dir(surface.join(folder)).expect("snapshots") {
            let path = entry.expect("an entry").path();
            let name = format!("{folder}/{}", path.file_name().expect("a name").to_string_lossy());
            files.insert(name, fs::read_to_string(&path).expect("a snapshot"));
        }
    }
    files
}

#[test]
fn the_first_run_writes_a_snapshot_of_each_operation_and_type() {
    let root = checkout();
    let files = snapshots(root.path());
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    let expected = [
        "operation/invite.snap",
        "operation/preview.snap",
        "type/Carrier.snap",
        "type/Contact.snap",
        "type/Invitation.snap",
        "type/Refusal.snap",
        "type/Size.snap",
    ];
    assert_eq!(names, expected);
    let invite = &files["operation/invite.snap"];
    for line in [
        "POST /api/Invite/{DOTNumber}",
        "idempotency Once",
        "    dot_number: &str                                      path DOTNumber",
        ") -> Result<ResponseValue<Invitation>, Error<Refusal>>",
    ] {
        assert!(invite.lines().any(|l| l == line), "{line} in\n{invite}");
    }
    let carrier = &files["type/Carrier.snap"];
    assert!(carrier.contains("\ncontacts: Option<Vec<Contact>> "), "{carrier}");
    assert!(!carrier.contains("legal name"), "prose in\n{carrier}");
}

#[test]
fn a_change_is_named_refused_by_check_and_taken_up_by_codegen() {
    let operation = SPEC.find("  /api/Invite").expect("an operation")..SPEC.find("components:").expect("components");
    let without_invite = SPEC.replace(&SPEC[operation], "");
    let cases: [(&str, String, &[&str]); 9] = [
        (
            "field added",
            SPEC.replace("        Email:", "        Phone: {type: string, nullable: true}\n        Email:"),
            &["fields", "  added    Contact.phone: Option<String>  Phone"],
        ),
        (
            "field removed",
            SPEC.replace("        Trucks: {type: integer, format: int32, nullable: true}\n", ""),
            &["fields", "  removed  Carrier.trucks: Option<i32>  Trucks"],
        ),
        (
            "field retyped",
            SPEC.replace("format: int32", "format: int64"),
            &["fields", "  retyped  Carrier.trucks: Option<i32> -> Option<i64>"],
        ),
        (
            "field renamed on the wire",
            SPEC.replace("        Sent:", "        sent:").replace("{Sent:", "{sent:"),
            &["fields", "  changed  Invitation.sent: Sent"],
        ),
        ("operation removed", without_invite, &["operations", "  removed  invite"]),
        (
            "operation and type renamed",
            SPEC.replace("operationId: invite", "operationId: invite_carrier")
                .replace("/Contact'", "/Person'")
                .replace("    Contact:", "    Person:"),
            &[
                "operations",
                "  added    invite_carrier",
                "  removed  invite",
                "types",
                "  added    Person",
                "  removed  Contact",
                "fields",
                "  retyped  Carrier.contacts: Option<Vec<Contact>> -> Option<Vec<Person>>",
            ],
        ),
        (
            "argument no longer required",
            SPEC.replace("required: true, description: Who", "description: Who"),
            &["  changed  preview", "    - full_name: &str", "    + full_name: Option<&str>"],
        ),
        (
            "may be repeated",
            SPEC.replace("x-mcp-idempotency: once", "x-mcp-idempotency: idempotent"),
            &["  changed  invite", "    - idempotency Once", "    + idempotency Idempotent"],
        ),
        (
            "paged",
            SPEC.replace(
                "x-mcp-idempotency: read",
                "x-mcp-idempotency: read\n      x-mcp-pagination: {style: body, default: 2, max: 5, items: Contacts}",
            ),
            &["  changed  preview", "    + pagination Some(Pagination { style: Body, default_size: 2, max_size: 5,"],
        ),
    ];
    let root = checkout();
    for (case, spec, lines) in cases {
        plant(root.path(), SPEC);
        codegen(root.path(), &[]);
        let before = snapshots(root.path());
        plant(root.path(), &spec);

        let check = codegen(root.path(), &["--check"]);
        assert_eq!(check.code, Some(4), "{case}: {}{}", check.out, check.err);
        assert!(check.err.contains(COMMAND), "{case}: {}", check.err);
        for line in lines {
            assert!(check.out.lines().any(|l| l.starts_with(line)), "{case}: `{line}` in\n{}", check.out);
        }
        assert_eq!(snapshots(root.path()), before, "{case}: --check wrote");

        let write = codegen(root.path(), &[]);
        assert_eq!(write.code, Some(0), "{case}: {}", write.err);
        assert!(write.out.starts_with(check.out.trim_end()), "{case}: other changes than --check\n{}", write.out);
        assert_ne!(snapshots(root.path()), before, "{case}: nothing written");
        let again = codegen(root.path(), &["--check"]);
        assert_eq!(again.code, Some(0), "{case}: {}{}", again.out, again.err);
        assert!(again.out.contains("nothing changed"), "{case}: {}", again.out);
    }
}

#[test]
fn prose_changes_nothing() {
    let root = checkout();
    plant(root.path(), &SPEC.replace("The legal name.", "The name it is registered under."));
    let check = codegen(root.path(), &["--check"]);
    assert_eq!(check.code, Some(0), "{}{}", check.out, check.err);
}

#[test]
fn a_snapshot_edited_or_lost_is_out_of_date() {
    let root = checkout();
    let dir = root.path().join("tests/it/snapshots/surface");
    let good = snapshots(root.path());
    fs::remove_file(dir.join("type/Contact.snap")).expect("removed");
    fs::write(dir.join("type/Ghost.snap"), "no head").expect("written");
    fs::write(dir.join("operation/invite.snap.new"), "left by a failed test").expect("written");
    let check = codegen(root.path(), &["--check"]);
    assert_eq!(check.code, Some(4));
    assert!(check.out.contains("  added    Contact\n  removed  Ghost\n"), "{}", check.out);
    assert_eq!(codegen(root.path(), &[]).code, Some(0));
    assert_eq!(snapshots(root.path()), good);
}

#[test]
fn a_fault_of_quality_is_named_with_its_line() {
    let cases = [
        (
            SPEC.replace("      summary: Previews a carrier\n", ""),
            "spec/openapi.yaml:8: /paths/~1api~1Preview/post: needs a summary",
        ),
        (SPEC.replace("Invites a carrier by mail.", "''"), ":26: /paths/~1api~1Invite~1{DOTNumber}/post: needs a desc"),
        (SPEC.replace("description: Who asks., ", ""), ":16: /paths/~1api~1Preview/post/parameters/1: needs a desc"),
        (SPEC.replace("      description: A carrier.\n", ""), "/components/schemas/Carrier: needs a description"),
        (SPEC.replace("The legal name.", "TODO"), "/Carrier/properties/Name/description: `TODO` left"),
        (SPEC.replace("              example: {Sent: true}\n", ""), "/application~1json: needs an example"),
        (
            SPEC.replace("    Contact:", "    CONTACT: {type: object, description: Another.}\n    Contact:"),
            "`Contact` and `CONTACT` differ in case only",
        ),
        (
            SPEC.replace("        Trucks:", "        TRUCKS: {type: string, nullable: true}\n        Trucks:"),
            "/properties/TRUCKS: needs a description that sets it apart from `Trucks`",
        ),
        (
            SPEC.replace("Who asks., schema: {type: string}", "Who asks., schema: {type: string, format: date-time}"),
            "/parameters/1/schema/format: times have no offset on the wire",
        ),
        (
            SPEC.replace("example: {Sent: true}", "example: {Sent: perhaps}"),
            "spec/openapi.yaml:40: /paths/~1api~1Invite~1{DOTNumber}/post/responses/200/content/application~1json/\
             example/Sent: the example is not as its schema says: \"perhaps\" is not of type \"boolean\"",
        ),
        (
            SPEC.replace("example: {Sent: true}", "example: {Sent: true, Send: true}"),
            "/example: the example is not as its schema says: Additional properties are not allowed ('Send' was",
        ),
    ];
    let root = checkout();
    for (spec, fault) in cases {
        plant(root.path(), &spec);
        let run = codegen(root.path(), &["--check"]);
        assert_eq!(run.code, Some(1), "{fault}: {}", run.err);
        assert!(run.err.contains(fault), "`{fault}` in\n{}", run.err);
    }
}

#[test]
fn help_states_the_exit_codes() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["codegen", "--help"]).output().expect("xtask runs");
    let help = String::from_utf8_lossy(&output.stdout);
    for code in ["  0  ", "  1  ", "  2  ", "  4  "] {
        assert!(help.contains(code), "{code} in\n{help}");
    }
}

#[test]
fn the_sandbox_serves_what_the_documents_say() {
    let root = checkout();
    let served = root.path().join("crates/sandbox/assets");
    fs::create_dir_all(&served).expect("the sandbox's files");
    fs::write(
        root.path().join("spec/sandbox.yaml"),
        "openapi: 3.0.3\ninfo: {title: Control, version: v1}\npaths: {}\n",
    )
    .expect("a document");
    let documents = ["openapi.json", "control.json"];
    let missing = codegen(root.path(), &["--check"]);
    assert_eq!(missing.code, Some(4), "{}{}", missing.out, missing.err);
    for name in documents {
        assert!(missing.err.contains(&format!("assets/{name} is out of date: {COMMAND}")), "{}", missing.err);
        assert!(!served.join(name).exists(), "--check wrote");
    }
    assert_eq!(codegen(root.path(), &[]).code, Some(0));
    let control = fs::read_to_string(served.join("control.json")).expect("a document");
    assert_eq!(control, "{\"info\":{\"title\":\"Control\",\"version\":\"v1\"},\"openapi\":\"3.0.3\",\"paths\":{}}\n");
    assert_eq!(codegen(root.path(), &["--check"]).code, Some(0));
    // Prose is read in the reference, so it counts there.
    plant(root.path(), &SPEC.replace("The legal name.", "The name it is registered under."));
    assert_eq!(codegen(root.path(), &["--check"]).code, Some(4));
    codegen(root.path(), &[]);
    let reference = fs::read_to_string(served.join("openapi.json")).expect("a document");
    assert!(reference.contains("The name it is registered under."));
}
