//! What is a document, by its first bytes, and whether it came to its end.

/// How much of a document is looked at before it is handed out.
pub(super) const LOOKED_AT: usize = 1024;
/// How far from its end a PDF may have its mark; readers of PDF allow a quarter of it.
const END: usize = 4096;
/// Where the mark at the beginning stands.
const MARKED: usize = 64;

/// Why this is not a document; `None` where it is one.
pub(super) fn no_document(kind: Option<&str>, begun: &[u8]) -> Option<&'static str> {
    let start = begun.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(begun).trim_ascii_start();
    let head = start[..start.len().min(LOOKED_AT)].to_ascii_lowercase();
    if head.is_empty() {
        return Some("the server sent an empty document");
    }
    let picture = memchr::memmem::find(&head, b"<svg").is_some() && memchr::memmem::find(&head, b"<html").is_none();
    if head.starts_with(b"<") && !picture {
        return Some("a web page came in place of the document");
    }
    let plain = kind.unwrap_or_default().starts_with("text/") && extension(None, start).is_none();
    // RTF begins as JSON does.
    let rich = head.starts_with(b"{\\rtf");
    if !rich && (plain || matches!(head[0], b'{' | b'[' | b'"')) {
        return Some("the server sent a message in place of the document");
    }
    // Readers of PDF allow bytes before its mark.
    let pdf = memchr::memmem::find(&head, b"%pdf-").is_some();
    (kind == Some("application/pdf") && !pdf).then_some("labelled application/pdf, but not a PDF")
}

pub(super) fn extension(kind: Option<&str>, begun: &[u8]) -> Option<&'static str> {
    let by_mark: [(&[u8], &str); 7] = [
        (b"%PDF-", "pdf"),
        (b"{\\rtf", "rtf"),
        (b"\x89PNG", "png"),
        (b"\xFF\xD8\xFF", "jpg"),
        (b"GIF8", "gif"),
        (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"),
    ];
    let marked = by_mark.iter().find(|(mark, _)| begun.starts_with(mark)).map(|(_, extension)| *extension);
    marked.or(match kind.unwrap_or_default() {
        "application/pdf" => Some("pdf"),
        "image/png" => Some("png"),
        "image/jpeg" | "image/jpg" => Some("jpg"),
        "image/gif" => Some("gif"),
        "image/tiff" => Some("tiff"),
        "image/heic" => Some("heic"),
        "image/webp" => Some("webp"),
        "image/svg+xml" => Some("svg"),
        "application/rtf" => Some("rtf"),
        "application/msword" => Some("doc"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => Some("docx"),
        _ => None,
    })
}

/// The first and the last bytes of a document.
#[derive(Default)]
pub(super) struct Ending {
    first: Vec<u8>,
    last: Vec<u8>,
}

impl Ending {
    pub(super) fn add(&mut self, chunk: &[u8]) {
        let room = MARKED.saturating_sub(self.first.len());
        self.first.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.last.extend_from_slice(&chunk[chunk.len() - chunk.len().min(END)..]);
        let over = self.last.len().saturating_sub(END);
        self.last.drain(..over);
    }

    /// Whether the document came to its end, as far as that can be seen.
    pub(super) fn whole(&self) -> bool {
        // What begins otherwise is not held to how a PDF ends.
        let pdf = self.first.trim_ascii_start().starts_with(b"%PDF-");
        !pdf || memchr::memmem::find(&self.last, b"%%EOF").is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_pass() {
        let pdf = Some("application/pdf");
        let octets = Some("application/octet-stream");
        let word = Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        let cases: [(Option<&str>, &[u8], bool); 22] = [
            (pdf, b"%PDF-1.7\n", true),
            (pdf, b"\n\n%PDF-1.4", true),
            (pdf, b"", false),
            (pdf, b"  ", false),
            (pdf, b"Not found", false),
            (pdf, b"\xEF\xBB\xBF<!DOCTYPE html><p>", false),
            (octets, b"<HTML><body>Sign in", false),
            (octets, b"{\"Message\":\"expired\"}", false),
            (None, b"[{\"Message\":\"expired\"}]", false),
            (None, b"%PDF-1.7", true),
            (Some("image/png"), b"\x89PNG\r\n", true),
            (Some("image/svg+xml"), b"<svg>", true),
            (octets, b"<?xml version=\"1.0\"?>\n<svg xmlns=\"x\">", true),
            (Some("image/svg+xml"), b"<html><svg>", false),
            (word, b"PK\x03\x04", true),
            (Some("application/rtf"), b"{\\rtf1\\ansi", true),
            (Some("text/rtf"), b"{\\rtf1\\ansi", true),
            (octets, b"<!-- gateway --><html>", false),
            (octets, b"<?xml version=\"1.0\"?><!DOCTYPE html>", false),
            (octets, b"\"The name has expired.\"", false),
            (Some("text/plain"), b"The document was not found.", false),
            (Some("text/plain"), b"%PDF-1.7", true),
        ];
        for (kind, begun, passes) in cases {
            assert_eq!(no_document(kind, begun).is_none(), passes, "{kind:?} {}", String::from_utf8_lossy(begun));
        }
    }

    #[test]
    fn the_bytes_name_the_extension_before_the_header_does() {
        assert_eq!(extension(Some("application/octet-stream"), b"%PDF-1.7"), Some("pdf"));
        assert_eq!(extension(Some("application/pdf"), b"\xFF\xD8\xFF\xE0"), Some("jpg"));
        assert_eq!(extension(Some("image/png"), b"?"), Some("png"));
        assert_eq!(extension(None, b"%PDF-1.7"), Some("pdf"));
        for (kind, expected) in [
            ("application/pdf", "pdf"),
            ("image/jpeg", "jpg"),
            ("image/jpg", "jpg"),
            ("image/gif", "gif"),
            ("image/tiff", "tiff"),
            ("image/heic", "heic"),
            ("image/webp", "webp"),
            ("image/svg+xml", "svg"),
            ("application/rtf", "rtf"),
            ("application/msword", "doc"),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ] {
            assert_eq!(extension(Some(kind), b"?"), Some(expected), "{kind}");
        }
        assert_eq!(extension(None, b"?"), None);
    }

    #[test]
    fn a_pdf_ends_with_its_mark() {
        let whole = |chunks: &[&[u8]]| {
            let mut ending = Ending::default();
            chunks.iter().for_each(|chunk| ending.add(chunk));
            ending.whole()
        };
        let long = [b"%PDF-1.7\n".as_slice(), &[b'x'; 9000]].concat();
        assert!(whole(&[b"%PDF-1.7\n%%EOF"]) && whole(&[b"%P", b"DF-1.7\n", b"%%", b"EOF\r\n"]));
        assert!(
            whole(&[&long, b"%%EOF", &[0; 3000]]) && !whole(&[&long]) && !whole(&[b"%PDF-1.7 %%EOF", &[b'x'; 5000]])
        );
        assert!(whole(&[b"\x89PNG"]) && whole(&[]) && !whole(&[b"%PDF-"]));
    }
}
