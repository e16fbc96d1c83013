//! Takes Swagger UI out of the archive it comes in.

use std::io::Read as _;
use std::path::Path;
use std::{env, fs, io};

const FILES: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let mut archive = zip::ZipArchive::new(io::Cursor::new(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED))?;
    for name in FILES {
        let path = archive.file_names().find(|path| path.ends_with(&format!("/dist/{name}"))).map(str::to_owned);
        let path = path.ok_or_else(|| format!("Swagger UI has no {name}"))?;
        let mut bytes = Vec::new();
        archive.by_name(&path)?.read_to_end(&mut bytes)?;
        // The map is not in the program, and a browser would ask for it.
        let text = String::from_utf8(bytes)?;
        let text: String =
            text.lines().filter(|line| !line.contains("# sourceMappingURL=")).collect::<Vec<_>>().join("\n");
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}
