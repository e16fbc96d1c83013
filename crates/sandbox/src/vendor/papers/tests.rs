//! Papers as a whole: what they show, that it keeps inside the page, and that the same carrier is the same bytes.
