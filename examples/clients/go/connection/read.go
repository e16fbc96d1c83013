package connection

import (
	"bytes"
	"encoding/json"
)

// IsDocument reports whether it is a whole PDF, PNG or JPEG: half a file and a page of a gateway are not.
func IsDocument(body []byte) bool {
	end := body[max(0, len(body)-1024):]
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("%PDF-")) && bytes.Contains(end, []byte("%%EOF")) ||
		bytes.HasPrefix(body, []byte("\x89PNG\r\n\x1a\n")) && bytes.HasSuffix(body, []byte("IEND\xaeB`\x82")) ||
		bytes.HasPrefix(body, []byte("\xff\xd8\xff")) && bytes.HasSuffix(body, []byte("\xff\xd9"))
}

// Pages calls each with the number of a page until that reports how many there are, or no rows.
//
// The end is where the totals say, not where a page is short; where there are no totals (0), it is an empty page.
func Pages(each func(page int) (rows, total int, err error)) error {
	for page := 1; ; page++ {
		rows, total, err := each(page)
		if err != nil || rows == 0 || total != 0 && page >= total {
			return err
		}
	}
}

// TotalPages is the number of pages in an X-Pagination header; 0 if it is missing or malformed.
func TotalPages(header string) int {
	var at struct{ TotalPages int }
	if json.Unmarshal([]byte(header), &at) != nil {
		return 0
	}
	return at.TotalPages
}
