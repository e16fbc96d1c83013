//! The languages and their generators: what is copied where, and the commands that install, generate, compile and run.

/// A language, with the folder of its name in `spec/clients/`.
pub struct Language {
    pub name: &'static str,
    pub title: &'static str,
    /// Files from elsewhere in the checkout, and where they go in the workshop.
    pub shares: &'static [(&'static str, &'static str)],
    /// Commands that install what the lock files name.
    pub prepare: &'static [&'static str],
    pub generators: &'static [Generator],
}

/// A generator, or none: a client written by hand.
pub struct Generator {
    pub name: &'static str,
    /// What it writes; taken away before.
    pub made: &'static str,
    pub generate: &'static [&'static str],
    pub compile: &'static [&'static str],
    /// The driver, to which the path of a job is added. Without one, nothing here can compile what is generated.
    pub run: Option<&'static str>,
}

const TABLE: (&str, &str) = ("spec/normalise/schemas.json", "schemas.json");
const DOCUMENT: (&str, &str) = ("spec/openapi.yaml", "openapi.yaml");

/// All of them, in the order of the table.
pub const LANGUAGES: &[Language] = &[Language {
    name: "python",
    title: "Python",
    shares: &[
        DOCUMENT,
        TABLE,
        ("spec/normalise/normalise.py", "normalise.py"),
        ("examples/clients/python/connection.py", "connection.py"),
    ],
    prepare: &["python3 -m venv venv", "venv/bin/pip install -q -r requirements.txt"],
    generators: &[
        Generator {
            name: "openapi-python-client",
            made: "openapi_client",
            generate: &[
                "venv/bin/openapi-python-client generate --path openapi.yaml --meta none --output-path openapi_client --overwrite",
            ],
            compile: &["venv/bin/mypy --no-incremental openapi_client"],
            run: Some("venv/bin/python -B drive_openapi_python_client.py"),
        },
        Generator {
            name: "datamodel-code-generator, pydantic",
            made: "models.py",
            generate: &[
                "venv/bin/datamodel-codegen --input openapi.yaml --output models.py --output-model-type pydantic_v2.BaseModel \
                     --snake-case-field",
            ],
            compile: &["venv/bin/python -W error -c import\u{a0}models"],
            run: Some("venv/bin/python -B drive_pydantic.py"),
        },
    ],
}];
