//! The languages and their generators: what is copied where, and the commands that install, generate, compile and run.

/// A language, with its folder in `spec/clients/`.
pub struct Language {
    pub name: &'static str,
    pub folder: &'static str,
    pub title: &'static str,
    /// Files from elsewhere in the checkout, and where they go in the workshop.
    pub shares: &'static [(&'static str, &'static str)],
    /// Commands that install what the lock files name.
    pub prepare: &'static [&'static str],
    pub generators: &'static [Generator],
    pub example: Example,
}

/// The project in `examples/clients/` for people to copy.
pub struct Example {
    /// What its README says to copy into it.
    pub shares: &'static [(&'static str, &'static str)],
    /// What its README says to run before the program, and the program.
    pub build: &'static [&'static str],
    pub run: &'static str,
}

/// A generator, or none: a client written by hand.
pub struct Generator {
    pub name: &'static str,
    /// What it writes; taken away before.
    pub made: &'static str,
    pub generate: &'static [&'static str],
    pub compile: &'static [&'static str],
    /// What it cannot do even so: the name of a vector, and why.
    pub limits: &'static [(&'static str, &'static str)],
    /// The driver, to which the path of a job is added. Without one, nothing here can compile what is generated, and its
    /// source is checked.
    pub run: Option<&'static str>,
}

const TABLE: (&str, &str) = ("spec/normalise/schemas.json", "schemas.json");
/// Written by [`super::flavour`].
const NORMALISED: (&str, &str) = ("target/clients/openapi.normalised.yaml", "openapi.normalised.yaml");
const DOCUMENT: (&str, &str) = ("spec/openapi.yaml", "openapi.yaml");

/// All of them, in the order of the table.
pub const LANGUAGES: &[Language] = &[
    Language {
        name: "python",
        folder: "python",
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
                limits: &[],
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
                limits: &[],
                run: Some("venv/bin/python -B drive_pydantic.py"),
            },
        ],
        example: Example {
            shares: &[DOCUMENT, TABLE, ("spec/normalise/normalise.py", "normalise.py")],
            build: &[
                "python3 -m venv venv",
                "venv/bin/pip install -q -r requirements.txt",
                "venv/bin/openapi-python-client generate --path openapi.yaml --meta none --output-path openapi_client --overwrite",
            ],
            run: "venv/bin/python -B main.py",
        },
    },
    Language {
        name: "go",
        folder: "go",
        title: "Go",
        shares: &[
            DOCUMENT,
            TABLE,
            ("spec/normalise/normalise.go", "normalise/normalise.go"),
            ("examples/clients/go/connection", "connection"),
        ],
        prepare: &["go mod download"],
        generators: &[
            Generator {
                name: "oapi-codegen",
                made: "oapi/api",
                generate: &["mkdir -p oapi/api", "go tool oapi-codegen -config oapi/config.yaml openapi.yaml"],
                compile: &["go vet ./oapi ./driver ./connection", "go build -o bin/ ./oapi"],
                limits: &[(
                    "names are compared with their case",
                    "encoding/json takes a field whose name differs in case for the documented one",
                )],
                run: Some("bin/oapi"),
            },
            Generator {
                name: "ogen",
                made: "ogen/api",
                generate: &["go tool ogen --target ogen/api --package api openapi.yaml"],
                compile: &["go vet ./ogen", "go build -o bin/ ./ogen"],
                limits: &[],
                run: Some("bin/ogen"),
            },
        ],
        example: Example {
            shares: &[DOCUMENT, TABLE, ("spec/normalise/normalise.go", "normalise/normalise.go")],
            build: &[
                "mkdir -p api",
                "go tool oapi-codegen -config api.yaml openapi.yaml",
                "go vet ./...",
                "go build -o carriers .",
            ],
            run: "./carriers",
        },
    },
    Language {
        name: "ts",
        folder: "typescript",
        title: "TypeScript",
        shares: &[
            DOCUMENT,
            TABLE,
            ("spec/normalise/normalise.ts", "normalise.ts"),
            ("examples/clients/typescript/connection.ts", "connection.ts"),
        ],
        prepare: &["npm ci --silent --no-audit --no-fund"],
        generators: &[
            Generator {
                name: "openapi-typescript, openapi-fetch",
                made: "schema.ts",
                generate: &["npx openapi-typescript openapi.yaml -o schema.ts"],
                compile: &["npx tsc -p openapi-fetch.json"],
                limits: &[],
                run: Some("node dist/drive-openapi-fetch.js"),
            },
            Generator {
                name: "hey-api",
                made: "hey",
                generate: &["npx openapi-ts -i openapi.yaml -o hey"],
                compile: &["npx tsc -p hey-api.json"],
                limits: &[],
                run: Some("node dist/drive-hey-api.js"),
            },
        ],
        example: Example {
            shares: &[DOCUMENT, TABLE, ("spec/normalise/normalise.ts", "normalise.ts")],
            build: &["npm ci --silent --no-audit --no-fund", "npm run --silent generate", "npm run --silent build"],
            run: "npm start --silent",
        },
    },
    Language {
        name: "java",
        folder: "java",
        title: "Java",
        shares: &[
            NORMALISED,
            TABLE,
            ("spec/normalise/Normaliser.java", "src/main/java/Normaliser.java"),
            ("examples/clients/java/src/main/java", "src/main/java"),
        ],
        prepare: &[],
        generators: &[
            Generator {
                name: "openapi-generator, native",
                made: "jdk",
                generate: &["mvn -Pjdk generate-sources"],
                compile: &["mvn -Pjdk -Dcodegen.skip=true compile dependency:copy-dependencies"],
                limits: &[],
                run: Some("java -cp target-jdk/classes:target-jdk/lib/* NativeDriver"),
            },
            Generator {
                name: "openapi-generator, okhttp",
                made: "okhttp",
                generate: &["mvn -Pokhttp generate-sources"],
                compile: &["mvn -Pokhttp -Dcodegen.skip=true compile dependency:copy-dependencies"],
                limits: &[],
                run: Some("java -cp target-okhttp/classes:target-okhttp/lib/* OkhttpDriver"),
            },
        ],
        example: Example {
            shares: &[
                ("target/clients/openapi.normalised.yaml", "openapi.yaml"),
                TABLE,
                ("spec/normalise/Normaliser.java", "src/main/java/Normaliser.java"),
            ],
            build: &["mvn compile dependency:copy-dependencies"],
            run: "java -cp target/classes:target/lib/* Main",
        },
    },
    Language {
        name: "php",
        folder: "php",
        title: "PHP",
        shares: &[
            TABLE,
            ("spec/normalise/normalise.php", "normalise.php"),
            ("examples/clients/php/connection.php", "connection.php"),
        ],
        prepare: &[],
        generators: &[Generator {
            name: "none: arrays",
            made: "generated",
            generate: &[],
            compile: &["php -l connection.php", "php -l drive.php"],
            limits: &[],
            run: Some("php drive.php"),
        }],
        example: Example {
            shares: &[TABLE, ("spec/normalise/normalise.php", "normalise.php")],
            build: &[],
            run: "php main.php",
        },
    },
    Language {
        name: "csharp",
        folder: "csharp",
        title: "C#",
        shares: &[
            NORMALISED,
            TABLE,
            ("spec/normalise/Normaliser.cs", "Normaliser.cs"),
            ("examples/clients/csharp", "."),
        ],
        prepare: &[],
        generators: &[
            Generator {
                name: "openapi-generator",
                made: "generated",
                generate: &["mvn generate-sources"],
                compile: &[],
                limits: &[],
                run: None,
            },
            Generator {
                name: "none: types by hand, Newtonsoft, Mono",
                made: "driver.exe",
                generate: &[],
                compile: &["sh compile.sh driver.exe Driver.cs"],
                limits: &[],
                run: Some("mono driver.exe"),
            },
        ],
        example: Example {
            shares: &[TABLE, ("spec/normalise/Normaliser.cs", "Normaliser.cs")],
            build: &["sh compile.sh carriers.exe Main.cs"],
            run: "mono carriers.exe",
        },
    },
];
