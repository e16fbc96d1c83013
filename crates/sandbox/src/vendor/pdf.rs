//! A PDF writer for pages of text, which is all a specimen document needs.

/// Writes one page for each list of lines; the first line of a page is its title.
pub(crate) fn pdf(pages: &[Vec<String>]) -> Vec<u8> {
    // Objects: 1 catalog, 2 page tree, 3 font, then a page and its content for each page.
    let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (n, lines) in pages.iter().enumerate() {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R \
                 /Resources << /Font << /F1 3 0 R >> >> >>",
                5 + 2 * n
            )
            .into_bytes(),
        );
        objects.push(content(lines));
    }

    // The comment of high bytes shows transfer programs that the file is binary.
    let mut out = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (n, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", n + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let xref = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n");
    out.extend_from_slice(trailer.as_bytes());
    out
}

fn content(lines: &[String]) -> Vec<u8> {
    let mut stream = b"BT\n".to_vec();
    for (n, line) in lines.iter().enumerate() {
        let (size, move_by) = if n == 0 { (18, "72 720 Td") } else { (11, "0 -18 Td") };
        stream.extend_from_slice(format!("/F1 {size} Tf\n{move_by}\n(").as_bytes());
        for c in line.chars() {
            match u8::try_from(u32::from(c)) {
                Ok(b @ (b'(' | b')' | b'\\')) => stream.extend_from_slice(&[b'\\', b]),
                // Latin-1 and WinAnsi agree but for the control characters.
                Ok(b @ (b' '..=b'~' | 0xA0..)) => stream.push(b),
                _ => stream.push(b'?'),
            }
        }
        stream.extend_from_slice(b") Tj\n");
    }
    stream.extend_from_slice(b"ET");
    let mut out = format!("<< /Length {} >>\nstream\n", stream.len()).into_bytes();
    out.extend_from_slice(&stream);
    out.extend_from_slice(b"\nendstream");
    out
}
